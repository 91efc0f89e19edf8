-- name: c06_actions_by_year
-- grain: area or local government, register, count (in the year, to date), kind of lead or all, year
-- depends: core.action, core.action_dataset, core.action_place
-- why: how the registers grow. year is the action's own first year. Years that the register does not cover whole
--   have no row: that in which it was stored, which looks like a fall, and later ones, which are plans. n_total is the
--   place's actions of the register, so that what has no usable year can be seen. A year without an action
--   between the first and the last is a row with 0. Kinds of lead are of
--   areas and of each year alone, in registers that state leads.
--   The year of a target beside a local indicator is its deadline: they have no row.
with dated_actions as (
    select action_id, dataset_id, year, lead_kind from core.action where dataset_id <> 'local_targets'
),
leads as (
    select action_id, year, null as lead from dated_actions
    union all
    select action_id, year, coalesce(lead_kind, 'none named') as lead
    from dated_actions
    where dataset_id in (select dataset_id from dated_actions where lead_kind is not null)
),
dated as (
    select
        p.dataset_id, p.area_code, p.local_government_id, p.country_codes, p.release,
        if(a.year < p.year, a.year, null) as year,
        p.year - 1 as last_year,
        a.lead
    from leads as a
    join ($shared_action_places) as p on p.action_id = a.action_id
    where a.lead is null or p.local_government_id is null
),
-- n_total is the same for a kind of lead and for all: the actions of the register
totals as (
    select
        dataset_id, area_code, local_government_id,
        count(*) filter (lead is null) as n_actions,
        array_to_string(list_sort(list_distinct(list(release))), '; ') as release
    from dated
    group by dataset_id, area_code, local_government_id
),
begun as (
    select
        dataset_id, area_code, local_government_id, lead, year,
        count(*) as n_begun,
        list_distinct(flatten(list(country_codes))) as countries
    from dated
    where year is not null
    group by dataset_id, area_code, local_government_id, lead, year
),
years as (
    select
        dataset_id, area_code, local_government_id, lead,
        unnest(range(min(year), max(last_year) + 1)) as year
    from dated
    group by dataset_id, area_code, local_government_id, lead
    having min(year) is not null
),
counted as (
    select
        y.dataset_id, y.area_code, y.local_government_id, y.lead, y.year,
        coalesce(b.n_begun, 0) as n_in_year,
        coalesce(len(b.countries), 0) as n_areas,
        sum(coalesce(b.n_begun, 0)) over line as n_to_date,
        len(list_distinct(flatten(list(coalesce(b.countries, [])) over line))) as n_areas_to_date
    from years as y
    left join begun as b
        on b.dataset_id = y.dataset_id and b.area_code = y.area_code
        and b.local_government_id is not distinct from y.local_government_id
        and b.lead is not distinct from y.lead and b.year = y.year
    window line as (partition by y.dataset_id, y.area_code, y.local_government_id, y.lead order by y.year)
)
select
    c.area_code,
    c.year,
    map {'dataset': c.dataset_id, 'count': k.label, 'lead': c.lead} as dimensions,
    if(k.label = 'in the year', c.n_in_year, c.n_to_date) as value,
    if(k.label = 'in the year', c.n_areas, c.n_areas_to_date) as n_areas,
    t.n_actions as n_total,
    'actions' as denominator,
    'computed' as basis,
    t.release,
    c.local_government_id
from counted as c
join (select unnest(['in the year', 'to date']) as label) as k on k.label = 'in the year' or c.lead is null
join totals as t
    on t.dataset_id = c.dataset_id and t.area_code = c.area_code
    and t.local_government_id is not distinct from c.local_government_id
