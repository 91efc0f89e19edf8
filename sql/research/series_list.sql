-- series_list: every series of the lists, its indicators, and whether values of it are loaded.
-- grain: series; depends: core.series, core.series_indicator, core.series_release
-- why: a series is asked for by its code, an older code, its indicator or words of its description.
with official as (
    select series_code, list(indicator_code order by indicator_code) as indicator_codes
    from core.series_indicator
    group by series_code
),
held as (
    select distinct series_code
    from core.series_release
)
select
    s.series_code, s.description, s.renamed_from, coalesce(o.indicator_codes, []) as indicator_codes,
    h.series_code is not null as is_loaded
from core.series as s
left join official as o on o.series_code = s.series_code
left join held as h on h.series_code = s.series_code
order by s.series_code
