-- name: country_governments
-- grain: local government
-- depends: core.local_government, core.own_indicator, core.review, evidence.metric
-- why: the local governments of a country, or of the country that a local government is in, that have published a
--   review or own numbers for official indicators: those with most reviews first, and of these with most
--   indicators; the asked government is always shown. Records of registers alone are no report.
with asked as (
    select coalesce((select area_code from core.local_government where local_government_id = $area), $area) as area_code
),
reviews as (
    select
        local_government_id,
        count(*) as n_reviews,
        min(review_year) as first_review,
        max(review_year) as last_review,
        string_agg(distinct release, '; ' order by release) as release
    from core.review
    group by local_government_id
),
indicators as (
    select
        local_government_id,
        count(distinct indicator_code) as n_indicators,
        max(last_year) as last_year
    from core.own_indicator
    group by local_government_id
),
counted as (
    select
        g.local_government_id,
        g.name,
        coalesce(r.n_reviews, 0) as n_reviews,
        r.first_review,
        r.last_review,
        coalesce(i.n_indicators, 0) as n_indicators,
        i.last_year,
        r.release
    from core.local_government as g
    inner join asked on asked.area_code = g.area_code
    left join reviews as r on r.local_government_id = g.local_government_id
    left join indicators as i on i.local_government_id = g.local_government_id
    where r.n_reviews > 0 or i.n_indicators > 0
),
ranked as (
    select
        *,
        sum(n_reviews) over () as n_total,
        count(*) over () as n_found,
        count(*) filter (n_reviews > 0) over () as n_reviewing,
        count(*) filter (n_indicators > 0) over () as n_with_numbers,
        row_number() over (
            order by local_government_id = $area desc, n_reviews desc, n_indicators desc, local_government_id
        ) as from_top
    from counted
)
select
    m.metric_id,
    ranked.local_government_id as code,
    ranked.name,
    ranked.n_reviews,
    ranked.first_review,
    ranked.last_review,
    ranked.n_indicators,
    coalesce(ranked.last_review, ranked.last_year) as year,
    cast(ranked.n_reviews as double) as value,
    ranked.n_total,
    ranked.n_found,
    ranked.n_reviewing,
    ranked.n_with_numbers,
    map {} as dimensions,
    'computed' as basis,
    ranked.release,
    m.unit
from ranked
cross join evidence.metric as m
where list_contains($metrics, m.metric_id)
    and ranked.from_top <= $most
order by ranked.n_reviews desc, ranked.n_indicators desc, ranked.local_government_id
