-- diff/publications/series: how each UN series differs between two published files, each by its latest release.
-- grain: dataset, series
-- depends: core.series, series_pair, un_change
-- why: a new release is no change by itself: a series is listed where its values, release, unit or definition differ.
with counted as (
    select
        dataset_id, series_code,
        count(*) filter (change = 'added') as added,
        count(*) filter (change = 'removed') as removed,
        count(*) filter (change = 'changed') as changed
    from un_change
    where len($areas) = 0 or list_contains($areas, area_code)
    group by dataset_id, series_code
)
select
    p.series_code, coalesce(n.description, o.description) as description,
    case
        when p.new_release is null then 'removed'
        when p.old_release is null then 'added'
        when c.series_code is not null then 'changed'
        else 'same values'
    end as presence,
    p.old_release, p.new_release, p.old_rows, p.new_rows,
    coalesce(c.added, 0) as added, coalesce(c.removed, 0) as removed, coalesce(c.changed, 0) as changed,
    p.old_unit, p.new_unit, p.old_definition, p.new_definition,
    list_filter([
        if(p.old_release <> p.new_release, 'new release', null),
        if(p.old_unit <> p.new_unit, 'other unit', null),
        if(
            p.old_release is not null and p.new_release is not null
            and p.old_definition is distinct from p.new_definition, 'other definition', null
        )
    ], lambda note: note is not null) as notes,
    p.dataset_id
from series_pair as p
left join counted as c on c.dataset_id = p.dataset_id and c.series_code = p.series_code
left join new.core.series as n on n.series_code = p.series_code
left join old.core.series as o on o.series_code = p.series_code
where (
    c.series_code is not null
    or (
        len($areas) = 0
        and (
            p.old_release is distinct from p.new_release or p.old_unit is distinct from p.new_unit
            or p.old_definition is distinct from p.new_definition
        )
    )
)
and (len($series) = 0 or list_contains($series, p.series_code))
order by presence in ('added', 'removed') desc, changed + removed desc, added desc, p.series_code, p.dataset_id
