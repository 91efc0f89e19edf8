-- guard/published_official: the records of series that a new release would replace as the latest.
-- grain: source, release, series, area, year, disaggregation
-- depends: core.observation, guard_pair
-- why: the file that is published holds them in canonical codes. Dimensions that are total are left out
--      of the key, so that a series that gains a dimension has lost nothing.
select
    p.source, p.name, o.series_code, o.area_code as place, o.year,
    if(o.is_total, '', concat_ws(
        '; ', 'sex=' || nullif(o.sex, 'total'), 'age=' || nullif(o.age, 'total'),
        'location=' || nullif(o.location, 'total'), 'reporting_type=' || nullif(o.reporting_type, 'G'),
        nullif(array_to_string(list_sort(list_transform(
            list_filter(map_entries(o.dimensions), lambda entry: entry['value'] <> 'total'),
            lambda entry: entry['key'] || '=' || entry['value']
        )), '; '), '')
    )) as part,
    min(coalesce(cast(o.value as varchar), o.value_raw)) as content,
    max(o.area_code) as area,
    bool_or(o.is_total) as is_headline
from guard_pair as p
join published.core.observation as o
    on o.dataset_id = p.source and o.series_code = p.series_code and o.release = p.old_release
group by all
