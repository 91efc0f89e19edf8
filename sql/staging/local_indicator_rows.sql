-- local_indicator_rows: what the rows of a local indicator state of it: years, rejects, unit where a column states it.
-- grain: release, site, local indicator
-- depends: staging.local_indicator, staging.local_observation; $releases
-- why: an indicator without rows is kept, with all rows of its file rejected
with observed as (
    select release, site_id, local_indicator_id, count(*) as n_rows, count(*) filter (is_headline) as n_headline,
        min(year) as first_year, max(end_year) as last_year,
        -- the first of several series; unit and basis of one row
        coalesce(arg_min(unit, row_number) filter (is_headline), mode(unit order by row_number)) as unit,
        coalesce(arg_min(unit_basis, row_number) filter (is_headline), mode(unit_basis order by row_number))
            as unit_basis,
        -- what all headline rows agree on
        case when count(distinct poverty_threshold) filter (is_headline) = 1
            then nullif(min(poverty_threshold) filter (is_headline), 'not stated') end as poverty_threshold,
        case when count(distinct population_unit) filter (is_headline) = 1
            then nullif(min(population_unit) filter (is_headline), 'not stated') end as population_unit
    from staging.local_observation
    where list_contains($releases, release)
    group by release, site_id, local_indicator_id
)
select
    i.release, i.site_id, i.local_indicator_id,
    i.n_rows - coalesce(o.n_rows, 0) as n_rows_rejected,
    coalesce(o.n_headline, 0) as n_headline, o.first_year, o.last_year,
    case when o.unit_basis = 'column' then o.unit else i.unit end as unit,
    case when o.unit_basis = 'column' then 'column' else i.unit_basis end as unit_basis,
    o.poverty_threshold, o.population_unit
from staging.local_indicator as i
left join observed as o using (release, site_id, local_indicator_id)
where list_contains($releases, i.release)
