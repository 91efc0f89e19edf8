-- local_no_headline: of each file its rows of the own area, and what keeps a file from having a headline.
-- grain: file
-- depends: local_row with its headlines, local_file, local_share_total (temp tables)
-- why: a site without headlines is most often one heading or one name that nothing recognises; the first step of the
--   choice that no row passes is the reason
with usable as (
    select * from local_row where rule is null and value_status in ('number', 'censored')
),
counted as (
    select file, count(*) filter (area_kind = 'own') as n_own_rows,
        count(*) filter (area_kind = 'own' and is_whole) as n_whole,
        count(*) filter (area_kind = 'own' and is_whole and not is_part_year) as n_of_years,
        count(*) filter (area_kind = 'own' and is_whole and not is_part_year and is_in_time) as n_in_time,
        bool_or(is_headline) as has_headline,
        arg_min(area_name, row) filter (area_kind <> 'own') as other_area,
        arg_min(year_text, row) filter (area_kind = 'own' and is_whole) as first_period,
        arg_min(first_year, row) filter (area_kind = 'own' and is_whole and not is_part_year) as first_year
    from usable group by file
),
unread as (
    select file, arg_min(value_raw, row) as first_text from local_row where is_unread group by file
),
obstacles as (
    select r.file, f.names[g.at] as heading, count(*) as n, arg_min(r.cells[g.at], r.row) as first_cell
    from usable as r
    join local_file as f using (file)
    join lateral (
        select unnest(f.group_at) as at, unnest(f.whole_cells) as whole
    ) as g on not list_contains(g.whole, r.cells[g.at])
    where r.area_kind = 'own'
    group by r.file, f.names[g.at]
),
shares as (
    select distinct file from local_share_total
),
in_the_way as (
    select file, arg_max(heading, (n, heading)) as heading, arg_max(first_cell, (n, heading)) as first_cell
    from obstacles group by file
)
select
    f.file, coalesce(c.n_own_rows, 0) as n_own_rows,
    case when not c.has_headline and c.n_own_rows > 0 and c.n_whole = 0 then w.heading end as no_headline_column,
    case
        when c.has_headline then null
        when c.file is null then 'no row has a number'
        when c.n_own_rows = 0 then 'no row is of the own area: ' || left(c.other_area, 100)
        when c.n_whole = 0 and w.file is null then 'every row is of a group of people in the own area'
        when c.n_whole = 0 then 'every row is broken down, most by ' || w.heading || ': ' || left(w.first_cell, 100)
        when c.n_of_years = 0 then 'every period is a part of a year: ' || left(c.first_period, 100)
        when u.file is not null then 'some numbers of the own area are not understood: ' || left(u.first_text, 100)
        when c.n_in_time = 0 then 'every year is later than the one after the pull'
        when s.file is not null then 'the total is 100 in every year, of groups that are shares of it'
        else 'the rows of each year contradict each other, first in ' || c.first_year
    end as no_headline_reason
from local_file as f
left join counted as c using (file)
left join in_the_way as w using (file)
left join unread as u using (file)
left join shares as s using (file)
