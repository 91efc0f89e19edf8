-- core.release: the releases that are loaded, and how much each holds.
-- grain: dataset, release
-- depends: core.observation, core.area, core.series_definition, core.series_release, staging.source_file, release_order
-- why: a release is the vintage of a figure. It is partial where most of its series are. Its day of
--      publication is what its name states, published_basis says how exactly.
with files as (
    select dataset_id, release, max(fetched_at) as fetched_at
    from staging.source_file
    group by dataset_id, release
),
held as (
    select
        o.dataset_id,
        o.release,
        count(distinct o.series_code) as n_series,
        count(distinct if(a.kind = 'country', o.area_code, null)) as n_areas,
        min(o.year) as first_year,
        max(o.year) as last_year
    from core.observation as o
    join core.area as a on a.area_code = o.area_code
    group by o.dataset_id, o.release
),
judged as (
    select dataset_id, release, 2 * count(*) filter (is_partial) > count(*) as is_partial
    from core.series_release
    group by dataset_id, release
),
notes as (
    select
        dataset_id, release, coalesce(definition, 'not known') || case
            when definition_basis = 'contradicted' then ' (the reviewed list has ' || listed_definition || ')' else ''
        end || ': ' || string_agg(distinct series_code, ', ' order by series_code) as note
    from core.series_definition
    group by dataset_id, release, definition, definition_basis, listed_definition
),
noted as (
    select dataset_id, release, string_agg(note, '; ' order by note) as definition_notes
    from notes
    group by dataset_id, release
)
select
    h.dataset_id, h.release, r.published_on, r.published_basis,
    try_cast(left(f.fetched_at, 10) as date) as retrieved_on, if(j.is_partial, 'partial', 'complete') as scope,
    h.n_series, h.n_areas, h.first_year, h.last_year, n.definition_notes
from held as h
join judged as j on j.dataset_id = h.dataset_id and j.release = h.release
join release_order as r on r.dataset_id = h.dataset_id and r.release = h.release
left join noted as n on n.dataset_id = h.dataset_id and n.release = h.release
left join files as f on f.dataset_id = h.dataset_id and f.release = h.release
order by h.dataset_id, h.release
