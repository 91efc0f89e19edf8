-- name: local_poverty
-- grain: local indicator
-- depends: core.area_grouping, core.local_government, core.local_indicator, evidence.metric_value
-- why: what local governments of the asked area publish under a poverty indicator, each with its
--   latest year and in its own words, line and unit: a table, for no two need be alike. Official
--   codes first, then those that state their line.
with inside as (
    select area_code
    from core.area_grouping
    where grouping_code = $area
    union
    select $area as area_code
),
picked as (
    select
        v.metric_id,
        v.local_government_id as code,
        coalesce(g.name, v.local_government_id) as name,
        v.dimensions['match'] as match,
        coalesce(i.title, i.local_indicator_id, v.dimensions['site']) as detail,
        i.local_indicator_id,
        nullif(v.dimensions['threshold'], 'not stated') as threshold,
        nullif(v.dimensions['counts'], 'not stated') as counted,
        v.dimensions['unit'] as unit,
        v.year,
        v.value,
        v.censoring,
        v.lower_bound,
        v.upper_bound,
        v.n_areas,
        v.coverage_pct,
        v.basis,
        v.release,
        v.caveat
    from evidence.metric_value as v
    left join core.local_government as g on g.local_government_id = v.local_government_id
    left join core.local_indicator as i
        on i.site_id || '/' || i.local_indicator_id = v.dimensions['site']
    where list_contains($metrics, v.metric_id)
        and v.local_government_id is not null
        and v.value is not null
        and ($area = '001' or v.area_code in (select inside.area_code from inside))
        and list_has_all(map_entries(v.dimensions), map_entries($held))
    qualify row_number() over (
        partition by v.metric_id, v.local_government_id, v.breakdown order by v.year desc
    ) = 1
),
ranked as (
    select
        metric_id,
        code,
        name,
        map {'match': match, 'line': threshold, 'counts': counted} as dimensions,
        detail,
        year,
        value,
        censoring,
        lower_bound,
        upper_bound,
        n_areas,
        coverage_pct,
        count(*) over () as n_found,
        basis,
        release,
        caveat,
        unit,
        row_number() over (
            order by match = 'official' desc, threshold is not null desc, year desc, name, local_indicator_id
        ) as place
    from picked
)
select
    cast(metric_id as varchar) as metric_id,
    cast(code as varchar) as code,
    cast(name as varchar) as name,
    cast(dimensions as map(varchar, varchar)) as dimensions,
    cast(detail as varchar) as detail,
    cast(year as integer) as year,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(n_areas as bigint) as n_areas,
    cast(coverage_pct as double) as coverage_pct,
    cast(null as bigint) as n_total,
    cast(null as varchar) as denominator,
    cast(n_found as bigint) as n_found,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat,
    cast(unit as varchar) as unit
from ranked
where place <= $most
order by place
