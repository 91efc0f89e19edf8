-- core.action_place: where an action counts: its government, the government's country and its groups, the World.
-- grain: action, place (an area, or the government itself)
-- depends: core.action, core.group_country, core.local_government
-- why: one of a government without a stated country, or in a place that M49 has no code for, counts for
--      the World alone, and its government's own row stands there. Groups of different levels overlap.
with placed as (
    select a.action_id, a.local_government_id, a.release, g.area_code as country_code
    from core.action as a
    join core.local_government as g on g.local_government_id = a.local_government_id
),
final as (
    select action_id, '001' as area_code, null as local_government_id, country_code, release
    from placed
    union all
    select action_id, country_code as area_code, null as local_government_id, country_code, release
    from placed
    where country_code is not null
    union all
    select action_id, coalesce(country_code, '001') as area_code, local_government_id, country_code, release
    from placed
    union all
    select p.action_id, m.grouping_code as area_code, null as local_government_id, p.country_code, p.release
    from placed as p
    join core.group_country as m on m.area_code = p.country_code and m.is_main and m.grouping_code <> '001'
)
select action_id, area_code, local_government_id, country_code, release
from final
order by action_id, area_code, local_government_id nulls first
