-- name: local_poverty
-- grain: local indicator
-- depends: core.area_grouping, core.local_government, core.local_indicator, evidence.metric_value
-- why: what local governments of the asked area publish under a poverty indicator, each with its
--   latest year and in its own words, line and unit: a table, for no two need be alike. One of each
--   government comes before the second of any, official codes first, then those that state their
--   line. A file that repeats the numbers of its own series is shown once, by the longest title.
with picked as (
    select
        v.* exclude (n_total, denominator, breakdown) replace (
            map_from_entries([
                ('match', v.dimensions['match']),
                ('line', nullif(v.dimensions['threshold'], 'not stated')),
                ('counts', nullif(v.dimensions['counts'], 'not stated'))
            ]) as dimensions
        ),
        v.local_government_id as code,
        coalesce(g.name, v.local_government_id) as name,
        coalesce(i.title, i.local_indicator_id, v.dimensions['site'])
        || case
            -- a translation key (SERIE.SERIE_A) says nothing to a reader
            when regexp_matches(coalesce(v.dimensions['series'], '.'), '(^| )\w*[.]\w*') then ''
            else ': ' || v.dimensions['series']
        end as detail,
        v.dimensions['unit'] as unit,
        i.local_indicator_id
    from evidence.metric_value as v
    left join core.local_government as g on g.local_government_id = v.local_government_id
    left join core.local_indicator as i
        on i.site_id || '/' || i.local_indicator_id = v.dimensions['site']
    where list_contains($metrics, v.metric_id)
        and v.local_government_id is not null
        and v.value is not null
        and (
            $area in ('001', v.area_code, v.local_government_id)
            or v.area_code in (select m.area_code from core.area_grouping as m where m.grouping_code = $area)
        )
        and list_has_all(map_entries(v.dimensions), map_entries($held))
    qualify row_number() over (
        partition by v.metric_id, v.local_government_id, v.breakdown order by v.year desc
    ) = 1
),
once as (
    select * from picked
    qualify row_number() over (
        partition by metric_id, code, year, value, unit, dimensions
        order by length(detail) desc, local_indicator_id
    ) = 1
)
select
    *,
    count(*) over () as n_found
from once
order by
    row_number() over (
        partition by code
        order by
            starts_with(dimensions['match'], 'official') desc,
            dimensions['line'] is not null desc,
            year desc,
            local_indicator_id
    ),
    starts_with(dimensions['match'], 'official') desc,
    dimensions['line'] is not null desc,
    year desc,
    name,
    local_indicator_id
limit $most
