-- core.area_grouping: which country belongs to which group, at every level of the tree.
-- grain: group, country, scheme; depends: staging.area_tree, release_order
-- why: the tree is the only place that says so; the newest tree counts, unless it has
--      fewer than half of the countries that another has. A root is a scheme of its own,
--      because a country stands under several.
with recursive trees as (
    select
        t.dataset_id, t.release, r.dataset_rank, r.position,
        count(distinct t.area_code) filter (t.area_type = 'Country') as n_countries
    from staging.area_tree as t
    join release_order as r using (dataset_id, release)
    group by t.dataset_id, t.release, r.dataset_rank, r.position
),
chosen as (
    select dataset_id, release
    from trees
    where n_countries >= 0.5 * (select max(n_countries) from trees)
    order by dataset_rank, position desc
    limit 1
),
newest as (
    select t.root_name, t.area_code, t.parent_code, t.area_type, t.release
    from staging.area_tree as t
    join chosen using (dataset_id, release)
),
schemes as (
    select
        root_name, area_code, parent_code, area_type, release,
        case
            when root_name ilike '%SDG regions%' then 'SDG regions'
            when root_name ilike '%continental regions%' then 'continental regions'
            when root_name ilike '%MDG regions%' then 'MDG regions'
            when root_name ilike '%(LLDC)%' then 'LLDC'
            when root_name ilike '%(LDC)%' then 'LDC'
            when root_name ilike '%(SIDS)%' then 'SIDS'
            when root_name ilike 'custom groupings%' then 'custom groupings'
            else root_name
        end as scheme
    from newest
),
climb as (
    select root_name, scheme, release, area_code, parent_code as grouping_code
    from schemes
    where area_type = 'Country' and parent_code is not null
    union
    select c.root_name, c.scheme, c.release, c.area_code, s.parent_code as grouping_code
    from climb as c
    join schemes as s on s.root_name = c.root_name and s.area_code = c.grouping_code
    where s.parent_code is not null
),
final as (
    select distinct grouping_code, area_code, scheme, release
    from climb
    where grouping_code <> '922'
)
select grouping_code, area_code, scheme, release as list_release
from final
order by scheme, grouping_code, area_code
