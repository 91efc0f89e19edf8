-- local_headline: the one figure of each indicator, series and year, among the rows that no rule rejects.
-- grain: file, series, year
-- depends: local_row, local_share_total (temp tables)
-- why: in each series the unit of the metadata wins, then the one with most years, then per cent, then the file's
--   order; a year whose candidates differ has no headline
with candidate as (
    select file, row, series, first_year, value, unit, published_unit, file_unit from local_row
    where rule is null and area_kind = 'own' and is_whole and not is_part_year
        and value_status in ('number', 'censored') and is_in_time and not is_biased
),
units as (
    select file, series, unit, published_unit, row_number() over (
        partition by file, series order by (unit = any_value(file_unit)) desc, count(distinct first_year) desc,
            (unit = 'PERCENT') desc, min(row)) as rank
    from candidate group by file, series, unit, published_unit
),
chosen as (
    select c.*, count(distinct c.value) over (partition by c.file, c.series, c.first_year) as n_values,
        row_number() over (partition by c.file, c.series, c.first_year order by c.row) as rank
    from candidate as c join units as u
        on u.file = c.file and u.series is not distinct from c.series and u.unit = c.unit
        and u.published_unit is not distinct from c.published_unit and u.rank = 1
)
select c.file, c.row
from chosen as c
left join local_share_total as s on s.file = c.file and s.series is not distinct from c.series
where c.n_values = 1 and c.rank = 1 and (s.file is null or c.unit <> 'PERCENT')
