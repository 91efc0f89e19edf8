-- Where one country is on course for 2030
-- why: Each assessed series, what the trend needs, and the reason where it cannot be assessed.
-- values: area_code=404
select
    p.series_code, s.description, p.status, p.reason, p.baseline_year, p.baseline_value, p.latest_year,
    p.latest_value, p.projected_2030, s.target_2030, s.unit, p.definition, p.release
from progress as p
join series as s on s.series_code = p.series_code
where p.area_code = :area_code
order by p.status, p.series_code
