-- local_indicator_rows: what the rows of a local indicator state of it: years, rejects, unit where a column states it.
-- grain: release, site, local indicator
-- depends: staging.local_indicator, staging.local_observation; local_row, local_source (temp tables); $releases
-- why: an indicator without rows is kept, with all rows of its file rejected; projections that are kept among the rows
--   are no years that it has
with years as (
    select s.release, s.site_id, r.indicator_id as local_indicator_id, min(r.first_year) as first_year,
        max(r.last_year) as last_year
    from local_row as r
    join local_source as s using (file)
    where r.rule is null and r.is_in_time
    group by s.release, s.site_id, r.indicator_id
),
-- few different units in the rows of an indicator: counted before they are compared
stated as (
    select release, site_id, local_indicator_id, unit, unit_basis, is_headline, poverty_threshold, population_unit,
        count(*) as n, min(row_number) as first_row
    from staging.local_observation
    where list_contains($releases, release)
    group by all
),
in_most_rows as (
    select release, site_id, local_indicator_id,
        arg_max(unit, (n, -first_row)) as unit, arg_max(unit_basis, (n, -first_row)) as unit_basis
    from (
        select release, site_id, local_indicator_id, unit, unit_basis, sum(n) as n, min(first_row) as first_row
        from stated
        group by all
    )
    group by release, site_id, local_indicator_id
),
observed as (
    select release, site_id, local_indicator_id, sum(n) as n_rows, sum(n) filter (is_headline) as n_headline,
        -- the first of several series; unit and basis of one row
        arg_min(unit, first_row) filter (is_headline) as unit,
        arg_min(unit_basis, first_row) filter (is_headline) as unit_basis,
        -- what all headline rows agree on
        case when count(distinct poverty_threshold) filter (is_headline) = 1
            then nullif(min(poverty_threshold) filter (is_headline), 'not stated') end as poverty_threshold,
        case when count(distinct population_unit) filter (is_headline) = 1
            then nullif(min(population_unit) filter (is_headline), 'not stated') end as population_unit
    from stated
    group by release, site_id, local_indicator_id
)
select
    i.release, i.site_id, i.local_indicator_id,
    i.n_rows - coalesce(o.n_rows, 0) as n_rows_rejected,
    coalesce(o.n_headline, 0) as n_headline, y.first_year, y.last_year,
    case when coalesce(o.unit_basis, m.unit_basis) = 'column' then coalesce(o.unit, m.unit) else i.unit end as unit,
    case when coalesce(o.unit_basis, m.unit_basis) = 'column' then 'column' else i.unit_basis end as unit_basis,
    o.poverty_threshold, o.population_unit
from staging.local_indicator as i
left join observed as o using (release, site_id, local_indicator_id)
left join in_most_rows as m using (release, site_id, local_indicator_id)
left join years as y using (release, site_id, local_indicator_id)
where list_contains($releases, i.release)
