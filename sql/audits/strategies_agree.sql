-- rule: WH-008
-- severity: warning
-- why: the World number of countries with a national strategy (SG_DSR_SFDRR) is the number of
--      countries with any score above 0 (SG_DSR_LGRGSR) up to that year, in the same release
-- fix: Look at both series at the source, and report it to the publisher.
with world as (
    select dataset_id, release, year, value
    from core.observation
    where series_code = 'SG_DSR_SFDRR' and area_code = '001' and is_total
    qualify row_number() over (partition by dataset_id, release order by year desc) = 1
),
counted as (
    select o.dataset_id, o.release, w.year, count(distinct o.area_code) filter (o.value > 0) as n
    from core.observation as o
    join core.area as a
        on a.area_code = o.area_code and a.kind not in ('world', 'region', 'grouping')
    join world as w on w.dataset_id = o.dataset_id and w.release = o.release and o.year <= w.year
    where o.series_code = 'SG_DSR_LGRGSR'
    group by o.dataset_id, o.release, w.year
)
select w.dataset_id, w.release, w.year, w.value as published, c.n as counted
from world as w
join counted as c using (dataset_id, release, year)
where w.value <> c.n
