-- name: c05_completeness
-- grain: local government, site, measure
-- depends: core.local_government, core.local_indicator, core.own_indicator
-- why: official indicators with own numbers by site, beside what the site calls complete: a site
--   counts placeholders, local indicators and national rows too. Those whose title could be compared
--   with no official one count, and are counted once more apart. The year is that of the pull.
--   A government whose country has no UN area code has no row.
with claimed as (
    select
        site_id,
        any_value(local_government_id) as local_government_id,
        count(*) filter (reporting_status = 'complete') as n_complete,
        count(*) filter (is_placeholder) as n_placeholders,
        max(release) as release
    from core.local_indicator
    group by site_id
),
kept as (
    select
        site_id,
        count(distinct indicator_code) as n_own,
        count(distinct indicator_code) filter (match = 'official, title not compared') as n_not_compared
    from core.own_indicator
    group by site_id
),
cut as (
    select c.*, 'official indicators with own numbers' as measure, coalesce(k.n_own, 0) as value
    from claimed as c
    left join kept as k on k.site_id = c.site_id
    union all
    select c.*, 'of these, title not compared', coalesce(k.n_not_compared, 0)
    from claimed as c
    left join kept as k on k.site_id = c.site_id
    union all
    select c.*, 'called complete by the site', c.n_complete from claimed as c
    union all
    select c.*, 'placeholders thrown out', c.n_placeholders from claimed as c
),
final as (
    select
        g.area_code,
        cast(regexp_extract(cut.release, '@([0-9]{4})', 1) as integer) as year,
        map {'measure': cut.measure, 'site': cut.site_id} as dimensions,
        cut.value,
        1 as n_areas,
        cut.release,
        cut.local_government_id
    from cut
    join core.local_government as g on g.local_government_id = cut.local_government_id
    where g.area_code is not null
)
select area_code, year, dimensions, value, n_areas, 'computed' as basis, release, local_government_id
from final
