-- guard/published_local: the records of a site that its new snapshot would replace.
-- grain: source, site, local indicator, year, disaggregation
-- depends: core.local_observation, guard_pair
-- why: the file that is published holds them
select
    p.source, p.name, o.local_indicator_id as series_code, '' as place,
    coalesce(o.year, 0) as year,
    concat_ws(
        '; ', nullif(o.series, ''), cast(o.end_year as varchar),
        nullif(array_to_string(list_sort(list_transform(
            map_entries(o.dimensions), lambda entry: entry['key'] || '=' || entry['value']
        )), '; '), '')
    ) as part,
    min(coalesce(cast(o.value as varchar), o.value_raw)) as content,
    max(concat_ws(' ', o.reference_area_kind, o.reference_area_name)) as area,
    bool_or(o.is_headline) as is_headline
from guard_pair as p
join published.core.local_observation as o
    on o.dataset_id = p.source and o.site_id = p.name and o.release = p.old_release
group by all
