-- core.unit: every text in a column unit, with the unit that it means.
-- grain: text; depends: unit_text, staging.observation, staging.local_observation
-- why: one unit is written in several ways (mgr/m^3 and MGR_M_3), and a text may name no unit at
--      all: then unit_code is null, and the counts show how many values that costs.
with official as (
    select unit, count(*) as n_values from staging.observation group by unit
),
localities as (
    select unit, count(*) as n_values from staging.local_observation group by unit
)
select
    t.unit, t.unit_code, t.unit_name, t.unit_symbol, t.quantity, t.base_unit, t.factor,
    coalesce(o.n_values, 0) as n_official_rows,
    coalesce(l.n_values, 0) as n_local_rows
from unit_text as t
left join official as o on o.unit = t.unit
left join localities as l on l.unit = t.unit
order by t.unit
