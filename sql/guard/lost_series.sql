-- guard/lost_series: of each source the series that lost most records, with their years and areas.
-- grain: source, name, series
-- depends: guard_lost
-- why: what a person looks for at the source
select
    source, name, series_code, count(*) as n_lost, min(nullif(year, 0)) as first_year,
    max(nullif(year, 0)) as last_year, count(distinct area) as n_areas, min(area) as first_area
from guard_lost
group by source, name, series_code
qualify row_number() over (partition by source, name order by n_lost desc, series_code) <= 5
order by source, name, n_lost desc, series_code
