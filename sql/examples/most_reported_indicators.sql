-- The ten official indicators that most local governments report with numbers of their own.
-- name: most_reported_indicators
-- grain: official indicator
-- depends: evidence.metric_value, core.indicator
-- why: placeholders, national rows and codes used for another concept do not count
select
    cast(i.indicator_code as varchar) as indicator_code,
    cast(i.title as varchar) as title,
    cast(v.value as bigint) as n_local_governments,
    cast(v.n_areas as bigint) as n_countries
from evidence.metric_value as v
join core.indicator as i on i.indicator_code = v.dimensions['indicator']
where v.metric_id = 'c05_governments_per_indicator'
order by v.value desc, i.indicator_code
limit 10
