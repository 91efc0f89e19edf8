-- series_held: what each release has of series for areas, whatever the year and the breakdown.
-- grain: series, area, release; depends: core.observation, core.release
-- why: a gap is named with its reason: other years, other releases, no total, or nothing at all.
select
    o.series_code, o.area_code, o.dataset_id, o.release, max(p.published_on) as published_on,
    count(*) filter (o.value is not null) as n_values,
    count(*) filter (o.value is not null and o.is_total) as n_totals,
    min(o.year) filter (o.value is not null) as first_year,
    max(o.year) filter (o.value is not null) as last_year
from core.observation as o
join core.release as p on p.dataset_id = o.dataset_id and p.release = o.release
where list_contains($series, o.series_code) and list_contains($areas, o.area_code)
group by o.series_code, o.area_code, o.dataset_id, o.release
order by o.series_code, o.area_code, published_on, o.release
