-- core.review_area: where a dated review counts: its country, each of its groups, the World.
-- grain: review, area
-- depends: core.area_grouping, core.local_government, core.review
-- why: one without a stated country, or of a place that M49 has no code for (Taiwan, the Nordic
--      region), counts for the World alone. Groups of different levels of the tree overlap.
with dated as (
    select r.review_id, r.local_government_id, r.review_year, r.kind, r.languages, r.release, g.area_code, g.level
    from core.review as r
    join core.local_government as g on g.local_government_id = r.local_government_id
    where r.review_year is not null
),
placed as (
    select d.*, '001' as place from dated as d
    union all
    select d.*, d.area_code as place from dated as d where d.area_code is not null
    union all
    select d.*, m.grouping_code as place
    from dated as d
    join (
        select distinct grouping_code, area_code from core.area_grouping
        where scheme in ('SDG regions', 'LDC', 'LLDC', 'SIDS') and grouping_code <> '001'
    ) as m on m.area_code = d.area_code
)
select
    review_id, place as area_code, area_code as country_code, local_government_id, review_year, kind, level,
    languages, release
from placed
order by review_id, place
