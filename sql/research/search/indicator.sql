-- indicator: the official indicators as they are found by `localsdg search`.
-- grain: one row an indicator
-- depends: core.indicator, core.series_indicator, core.series_release, core.local_indicator
-- why: its coverage is what the warehouse holds of it: series with values, and local governments that report it.
with held as (
    select
        i.indicator_code, count(distinct i.series_code) as n_series,
        min(r.first_year) as first_year, max(r.last_year) as last_year
    from core.series_indicator as i
    inner join core.series_release as r on r.series_code = i.series_code and r.is_latest
    group by i.indicator_code
),

reported as (
    select l.indicator_code, count(distinct l.local_government_id) as n_areas
    from core.local_indicator as l
    where l.n_headline > 0 and l.match = 'official'
    group by l.indicator_code
)

select
    c.indicator_code as id,
    c.title,
    'en' as language,
    '' as details,
    cast([] as varchar[]) as breakdowns,
    'UN list of indicators' as publisher,
    c.list_release as release,
    r.n_areas,
    h.n_series as n_records,
    h.first_year,
    h.last_year,
    [c.target_code] as related,
    h.indicator_code is not null as has_data
from core.indicator as c
left join held as h on h.indicator_code = c.indicator_code
left join reported as r on r.indicator_code = c.indicator_code
order by c.indicator_code
