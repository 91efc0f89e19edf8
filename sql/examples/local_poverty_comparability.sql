-- How many local poverty values are of the nation's definition, and what stands between the others and it.
-- name: local_poverty_comparability
-- grain: indicator, class of comparability, reason
-- depends: evidence.local_vs_national
-- why: where no pair is of the same definition, the reason is the finding
-- column n_values: Local values: one a site, local indicator, series and year.
-- column n_indicators: Local indicators that they are of.
-- column example: One of the local indicators, as site/indicator.
select
    cast(v.indicator_code as varchar) as indicator_code,
    cast(v.comparability as varchar) as comparability,
    cast(v.reason as varchar) as reason,
    cast(count(*) as bigint) as n_values,
    cast(count(distinct v.site_id || '/' || v.local_indicator_id) as bigint) as n_indicators,
    cast(min(v.site_id || '/' || v.local_indicator_id) as varchar) as example
from evidence.local_vs_national as v
where v.indicator_code in ('1.1.1', '1.2.1', '1.2.2')
group by v.indicator_code, v.comparability, v.reason
order by
    v.indicator_code,
    list_position(['same definition', 'proxy', 'not comparable'], v.comparability),
    n_values desc,
    v.reason
