-- core.series_definition: what each series measures in each release, where that changes.
-- grain: dataset, release, series, definition; depends: core.observation, release_definition
-- why: two poverty lines are two series under one code. The list goes by the day of the release, a
--      text of the source goes before it; where they differ people have to look.
with held as (
    select o.dataset_id, o.release, o.series_code, o.definition, count(*) as n_rows
    from core.observation as o
    left join release_definition as l
        on l.dataset_id = o.dataset_id and l.release = o.release and l.series_code = o.series_code
    where o.definition is not null or l.series_code is not null
    group by o.dataset_id, o.release, o.series_code, o.definition
)
select
    h.dataset_id, h.release, h.series_code, h.definition, l.definition as listed_definition,
    case
        when h.definition is null then 'not known'
        when l.definition is null then 'source'
        when starts_with(h.definition, l.definition) then 'list'
        else 'contradicted'
    end as definition_basis,
    h.n_rows
from held as h
left join release_definition as l
    on l.dataset_id = h.dataset_id and l.release = h.release and l.series_code = h.series_code
order by h.dataset_id, h.release, h.series_code, h.n_rows desc, h.definition
