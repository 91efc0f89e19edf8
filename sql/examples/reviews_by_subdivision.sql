-- Reviews and data sites by ISO 3166-2 subdivision: one row a code, to be joined to a map or to any table with codes.
-- name: reviews_by_subdivision
-- grain: subdivision with a government of the reviewed list
-- depends: core.local_government, core.review, core.area
-- column country: Name of the country in the M49 list; null where it has none.
-- column n_reviews: Reviews in the register whose government is this subdivision.
-- column latest_review_year: Year of the newest of them; null where no review or none with a year.
-- column has_site: A data site of the government is known.
-- why: only governments that are the subdivision themselves; one that lies within a subdivision has no code,
--   so that a city is never counted as its province
with reviews as (
    select local_government_id, count(*) as n_reviews, max(review_year) as latest_review_year
    from core.review
    group by local_government_id
)
select
    cast(g.iso_3166_2 as varchar) as iso_3166_2,
    cast(g.name_en as varchar) as name_en,
    cast(g.level as varchar) as level,
    cast(a.name as varchar) as country,
    cast(coalesce(r.n_reviews, 0) as bigint) as n_reviews,
    cast(r.latest_review_year as integer) as latest_review_year,
    cast(g.site_url is not null as boolean) as has_site
from core.local_government as g
left join reviews as r on r.local_government_id = g.local_government_id
left join core.area as a on a.area_code = g.area_code
where g.iso_3166_2 is not null
order by n_reviews desc, iso_3166_2
