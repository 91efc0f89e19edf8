-- core.action_country: the countries of an action.
-- grain: action, country
-- depends: core.action, core.area, core.local_government, staging.action_country
-- why: as the record states them; of the government that leads where it states none. Only the record that
--      is in core.action speaks; a file holds an action once.
with stated as (
    select c.action_id, area.area_code, c.iso3, c.country_name
    from staging.action_country as c
    join core.action as a
        on a.action_id = c.action_id and a.release = c.release and a.snapshot_sha256 = c.snapshot_sha256
    left join core.area as area on area.iso3 = c.iso3
),
final as (
    select action_id, area_code, iso3, country_name from stated
    union all
    select a.action_id, g.area_code, g.iso3, null as country_name
    from core.action as a
    join core.local_government as g on g.local_government_id = a.local_government_id
    anti join stated as s on s.action_id = a.action_id
    where g.iso3 is not null
)
select action_id, area_code, iso3, country_name
from final
order by action_id, iso3
