-- core.area: UN reference areas of every list, tree and release available.
-- grain: UN reference area; depends: staging.area, staging.area_tree, staging.m49_area,
--        staging.observation, core.area_grouping, registry_area_kinds, release_order
-- why: regions and countries share one code space, and only the tree's type tells
--      them apart. 001 is the World; a country is in the newest M49 list. The tree's type
--      Country holds former countries and parts of countries too, which would be counted
--      twice: they have kinds of their own. A Region below the World by SDG or continental
--      regions is a region; all else is a grouping, or what the reviewed list says of it
--      (seas, parts of countries). Of several releases of a list, of the tree and of M49
--      the newest that has the area counts.
with tree as (
    select
        t.area_code, t.release, r.dataset_rank, r.position,
        min(t.area_type) as area_type,
        min(t.area_name) as area_name,
        bool_or(t.root_name ilike '%SDG regions%' or t.root_name ilike '%continental regions%') as is_division
    from staging.area_tree as t
    join release_order as r using (dataset_id, release)
    group by t.area_code, t.release, r.dataset_rank, r.position
),
m49 as (
    select
        m.area_code, m.area_name, m.release, m.is_ldc, m.is_lldc, m.is_sids, m.iso3, r.dataset_rank, r.position,
        r.position = max(r.position) over (partition by r.dataset_rank) as is_newest
    from staging.m49_area as m
    join release_order as r using (dataset_id, release)
    qualify row_number() over (
        partition by m.area_code order by r.dataset_rank, r.position desc, m.snapshot_sha256
    ) = 1
),
-- an area that got another number keeps its name, and its ISO code goes with the newer number
coded as (
    select area_code, iso3
    from m49
    where iso3 is not null
    qualify row_number() over (partition by iso3 order by dataset_rank, position desc, area_code) = 1
),
newest_tree as (
    select area_code, release, area_type, area_name, is_division
    from tree
    qualify row_number() over (partition by area_code order by dataset_rank, position desc) = 1
),
named as (
    select a.area_code, a.area_name, a.release, r.dataset_rank, r.position, 1 as preference
    from staging.area as a join release_order as r using (dataset_id, release)
    union all
    select m.area_code, m.area_name, m.release, m.dataset_rank, m.position, 2 as preference
    from m49 as m
    union all
    select t.area_code, t.area_name, t.release, 0 as dataset_rank, 0 as position, 3 as preference
    from newest_tree as t
    union all
    select o.area_code, o.area_name, o.release, r.dataset_rank, r.position, 4 as preference
    from (
        select area_code, dataset_id, release, min(area_name) as area_name
        from staging.observation group by area_code, dataset_id, release
    ) as o join release_order as r using (dataset_id, release)
    union all
    -- counts of our own are the World's, whatever lists are available
    select '001' as area_code, 'World' as area_name, null as release, 0 as dataset_rank, 0 as position, 5 as preference
),
newest_name as (
    select area_code, area_name, release
    from named
    qualify row_number() over (
        partition by area_code order by preference, dataset_rank, position desc, area_name nulls last
    ) = 1
),
described as (
    select n.area_code, k.kind, k.scheme
    from newest_name as n
    join registry_area_kinds as k on k.area_code = n.area_code or n.area_name ilike k.name_like
    qualify row_number() over (partition by n.area_code order by k.area_code nulls last, k.name_like) = 1
),
divisions as (
    select grouping_code as area_code, list(distinct scheme order by scheme) as schemes
    from core.area_grouping group by grouping_code
)
select
    n.area_code,
    if(n.area_code = '001', 'World', coalesce(n.area_name, n.area_code)) as name,
    case
        when n.area_code = '001' then 'world'
        when m.is_newest then 'country'
        when m.area_code is not null then 'former country'
        when d.kind is not null then d.kind
        -- where no M49 list is available only the tree can say so
        when t.area_type = 'Country' then if(exists (select 1 from m49), 'other area', 'country')
        when t.area_type = 'Region' and t.is_division then 'region'
        when n.area_name is null then 'other area'
        else 'grouping'
    end as kind,
    coalesce(s.schemes, if(d.scheme is null, null, [d.scheme])) as schemes,
    t.area_type, c.iso3, coalesce(m.is_ldc, false) as is_ldc, coalesce(m.is_lldc, false) as is_lldc,
    coalesce(m.is_sids, false) as is_sids, n.release as list_release
from newest_name as n
left join newest_tree as t on t.area_code = n.area_code
left join m49 as m on m.area_code = n.area_code
left join coded as c on c.area_code = n.area_code
left join described as d on d.area_code = n.area_code
left join divisions as s on s.area_code = n.area_code
order by n.area_code
