-- guard/local: the records of a site, by the side of each: old as published, new as its new snapshot has them.
-- grain: side, source, site, local indicator, year, disaggregation
-- depends: core.local_observation, staging.local_observation, guard_pair
-- why: the file that is published holds what a new snapshot would replace; both are counted in one key
with compared as (
    select
        'old' as side, p.source, p.name, o.local_indicator_id, o.year, o.series, o.end_year, o.dimensions,
        o.value, o.value_raw, o.reference_area_kind, o.reference_area_name, o.is_headline
    from guard_pair as p
    join published.core.local_observation as o
        on o.dataset_id = p.source and o.site_id = p.name and o.release = p.old_release
    union all
    select
        'new' as side, p.source, p.name, o.local_indicator_id, o.year, o.series, o.end_year, o.dimensions,
        o.value, o.value_raw, o.reference_area_kind, o.reference_area_name, o.is_headline
    from guard_pair as p
    join staging.local_observation as o
        on o.dataset_id = p.source and o.site_id = p.name and o.release = p.new_release
)
select
    side, source, name, local_indicator_id as series_code, '' as place,
    coalesce(year, 0) as year,
    concat_ws(
        '; ', nullif(series, ''), cast(end_year as varchar),
        nullif(array_to_string(list_sort(list_transform(
            map_entries(dimensions), lambda entry: entry['key'] || '=' || entry['value']
        )), '; '), '')
    ) as part,
    min(coalesce(cast(value as varchar), value_raw)) as content,
    max(concat_ws(' ', reference_area_kind, reference_area_name)) as area,
    bool_or(is_headline) as is_headline
from compared
group by all
