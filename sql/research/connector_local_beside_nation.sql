-- connector_local_beside_nation: the newest local value of each official indicator beside the nation's.
-- grain: one row a site, local indicator and series
-- depends: evidence.local_vs_national
-- why: a gap is given only where the two may be compared; else the reason is.
select
    v.indicator_code, v.year, v.local_value, v.local_unit, v.national_value, v.national_year, v.national_unit, v.gap,
    v.comparability, v.reason, v.series_code, v.definition, v.release
from evidence.local_vs_national as v
where v.local_government_id = $government
qualify
    row_number() over (
        partition by v.site_id, v.local_indicator_id, v.series, v.series_code order by v.year desc, v.national_year desc
    ) = 1
order by v.indicator_code, v.series_code
