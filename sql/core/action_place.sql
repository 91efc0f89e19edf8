-- core.action_place: where an action counts: the local government that leads, its countries, their groups, the World.
-- grain: action, place (an area, or the government itself)
-- depends: core.action, core.action_country, core.group_country
-- why: one without a stated country, or in a place that M49 has no code for, counts for the World alone. One of
--      several countries counts once in each group of them. The row of a government is beside its country, or
--      the World where its country is not known. Groups of different levels overlap.
with placed as (
    select a.action_id, a.dataset_id, a.local_government_id, a.release, c.area_code as country_code
    from core.action as a
    left join core.action_country as c on c.action_id = a.action_id and c.area_code is not null
),
world as (
    select
        action_id, dataset_id, local_government_id, release,
        min(country_code) as country_code,
        list(country_code order by country_code) filter (country_code is not null) as country_codes
    from placed
    group by action_id, dataset_id, local_government_id, release
),
final as (
    select action_id, dataset_id, '001' as area_code, null as local_government_id, country_code, country_codes, release
    from world
    union all
    select
        action_id, dataset_id, country_code as area_code, null as local_government_id, country_code,
        [country_code] as country_codes, release
    from placed
    where country_code is not null
    union all
    select
        action_id, dataset_id, coalesce(country_code, '001') as area_code, local_government_id, country_code,
        if(country_code is null, null, [country_code]) as country_codes, release
    from world
    where local_government_id is not null
    union all
    select
        p.action_id, p.dataset_id, m.grouping_code as area_code, null as local_government_id,
        min(p.country_code) as country_code, list(p.country_code order by p.country_code) as country_codes, p.release
    from placed as p
    join core.group_country as m on m.area_code = p.country_code and m.is_main and m.grouping_code <> '001'
    group by p.action_id, p.dataset_id, m.grouping_code, p.release
)
select
    action_id, dataset_id, area_code, local_government_id, country_code,
    coalesce(country_codes, cast([] as varchar[])) as country_codes, release
from final
order by action_id, area_code, local_government_id nulls first
