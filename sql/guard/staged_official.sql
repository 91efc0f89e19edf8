-- guard/staged_official: the same series as a new release holds them.
-- grain: source, release, series, area, year, disaggregation
-- depends: staging.observation, staging.breakdown, guard_pair
-- why: counted from what was staged, in the key of guard/published_official
select
    p.source, p.name, o.series_code, o.area_code as place, o.year,
    if(b.is_total and coalesce(o.reporting_type, 'G') = 'G', '', concat_ws(
        '; ', 'sex=' || nullif(b.sex, 'total'), 'age=' || nullif(b.age, 'total'),
        'location=' || nullif(b.location, 'total'), 'reporting_type=' || nullif(o.reporting_type, 'G'),
        nullif(array_to_string(list_sort(list_transform(
            list_filter(map_entries(b.dimensions), lambda entry: entry['value'] <> 'total'),
            lambda entry: entry['key'] || '=' || entry['value']
        )), '; '), '')
    )) as part,
    min(coalesce(cast(o.value as varchar), o.value_raw)) as content,
    max(o.area_code) as area,
    bool_or(b.is_total and coalesce(o.reporting_type, 'G') = 'G') as is_headline
from guard_pair as p
join staging.observation as o
    on o.dataset_id = p.source and o.series_code = p.series_code and o.release = p.new_release
join staging.breakdown as b using (dataset_id, release, published_series_code, published_breakdown)
group by all
