-- local_share_total: series in per cent whose whole is 100 in every year because it is the sum of shares.
-- grain: file, series
-- depends: local_row, local_file (temp tables)
-- why: 100 % of `Total` beside 36 % of `Women` is no rate of the whole population: a rate that is 100 % of the whole is
--   near 100 % of each group, so groups that add up to 100, or to much less, are parts of a sum
with own as (
    select r.file, r.series, r.first_year, r.value, r.is_whole, r.cells, f.group_at, f.whole_cells
    from local_row as r
    join local_file as f using (file)
    where r.rule is null and r.area_kind = 'own' and not r.is_part_year and r.is_in_time and r.unit = 'PERCENT'
        and r.value_status in ('number', 'censored')
),
totals as (
    select file, series from own where is_whole group by file, series having min(value) = 100 and max(value) = 100
),
parts as (
    select o.file, o.series, o.first_year, o.value,
        list_filter(o.group_at, lambda p, i: not list_contains(o.whole_cells[i], o.cells[p])) as broken_at
    from own as o
    join totals as t on t.file = o.file and t.series is not distinct from o.series
    where not o.is_whole
),
sums as (
    select file, series, first_year, broken_at[1] as heading_at, sum(value) as total, count(*) as n
    from parts
    where len(broken_at) = 1
    group by file, series, first_year, broken_at[1]
)
select distinct file, series
from (
    select file, series, heading_at from sums group by file, series, heading_at
    having bool_and(n > 1 and total between 99 and 101) or bool_and(total < 90)
)
