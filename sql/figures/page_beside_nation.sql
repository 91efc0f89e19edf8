-- name: page_beside_nation
-- grain: local government, local indicator
-- depends: core.local_indicator, evidence.local_vs_national
-- why: the newest headline value of each local indicator that can be compared with its nation, for the profile of a
--   local government on the page. What is not comparable is left out: side by side it would be read as comparable.
with newest as (
    select *
    from evidence.local_vs_national
    where comparability <> 'not comparable'
        and series is null
        and local_value is not null
        and national_value is not null
    qualify row_number() over (
        partition by local_government_id, local_indicator_id order by year desc, national_year desc, series_code
    ) = 1
)
select
    cast(v.local_government_id as varchar) as local_government_id,
    cast(v.indicator_code as varchar) as indicator_code,
    cast(i.title as varchar) as title,
    cast(v.year as integer) as year,
    cast(v.local_value as double) as local_value,
    cast(v.national_value as double) as national_value,
    cast(v.national_year as integer) as national_year,
    cast(v.national_unit as varchar) as unit,
    cast(v.comparability as varchar) as comparability
from newest as v
left join core.local_indicator as i
    on i.local_government_id = v.local_government_id
    and i.local_indicator_id = v.local_indicator_id
order by v.local_government_id, v.indicator_code, v.local_indicator_id
