-- diff/publications/values: every value of the latest releases of UN series that was added, removed or changed.
-- grain: dataset, series, area, year, disaggregation
-- depends: un_change
-- why: the whole list, for those who must check each one.
select
    series_code, area_code, year, breakdown, old_release, new_release, old_value, new_value, old_value_raw,
    new_value_raw, change, dataset_id
from un_change
where (len($series) = 0 or list_contains($series, series_code))
    and (len($areas) = 0 or list_contains($areas, area_code))
order by series_code, area_code, year, breakdown, dataset_id
