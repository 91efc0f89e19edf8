-- guard/lost: published records that a new snapshot no longer has.
-- grain: source, name, series, place, year, disaggregation
-- depends: guard_old, guard_new
-- why: by key, so that order and repeated rows do not matter. A site that is pulled in another language, or
--      renames a category or an indicator, spells its keys anew and keeps its values: as many lost keys as
--      there are new ones with the same value in the same series, place and year are no loss. Series that
--      only one side has are compared with one another, since either may be the other renamed.
with shared as (
    select source, name, series_code from guard_old
    intersect
    select source, name, series_code from guard_new
),
gone as (
    select o.*, if(s.series_code is null, '', o.series_code) as family
    from guard_old as o
    anti join guard_new using (source, name, series_code, place, year, part)
    left join shared as s using (source, name, series_code)
),
added as (
    select n.source, n.name, if(s.series_code is null, '', n.series_code) as family, n.place, n.year, n.content,
        count(*) as n_added
    from guard_new as n
    anti join guard_old using (source, name, series_code, place, year, part)
    left join shared as s using (source, name, series_code)
    group by all
),
numbered as (
    select
        *,
        row_number() over (
            partition by source, name, family, place, year, content order by series_code, part
        ) as number
    from gone
)
select g.source, g.name, g.series_code, g.place, g.year, g.part, g.area
from numbered as g
left join added as a using (source, name, family, place, year, content)
where g.number > coalesce(a.n_added, 0)
