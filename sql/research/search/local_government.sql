-- local_government: local and regional governments as they are found by `localsdg search`.
-- grain: one row a local government
-- depends: core.local_government, core.area, core.local_indicator, core.review, core.action
-- why: found by every name it has, in all scripts; its coverage is what it reports, reviews and does.
with indicators as (
    select l.local_government_id, count(*) as n, min(l.first_year) as first_year, max(l.last_year) as last_year
    from core.local_indicator as l
    where l.n_headline > 0 and not l.is_placeholder
    group by l.local_government_id
),

reviews as (
    select r.local_government_id, count(*) as n
    from core.review as r
    group by r.local_government_id
),

actions as (
    select a.local_government_id, count(*) as n
    from core.action as a
    group by a.local_government_id
)

select
    g.local_government_id as id,
    g.name as title,
    '' as language,
    coalesce(c.name, '') as details,
    cast([] as varchar[]) as breakdowns,
    concat_ws(', ', coalesce(g.level, 'local government'), c.name) as publisher,
    '' as release,
    cast(null as bigint) as n_areas,
    coalesce(i.n, 0) as n_records,
    i.first_year,
    i.last_year,
    list_filter([g.area_code, g.iso_3166_2, g.wikidata], code -> code is not null) as related,
    coalesce(i.n, 0) + coalesce(r.n, 0) + coalesce(a.n, 0) > 0 as has_data,
    coalesce(r.n, 0) as n_reviews,
    coalesce(a.n, 0) as n_actions,
    list_concat([g.name], list_concat(coalesce([g.name_en], []), coalesce(g.aliases, []))) as names
from core.local_government as g
left join core.area as c on c.area_code = g.area_code
left join indicators as i on i.local_government_id = g.local_government_id
left join reviews as r on r.local_government_id = g.local_government_id
left join actions as a on a.local_government_id = g.local_government_id
order by g.local_government_id
