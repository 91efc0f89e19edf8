-- core.local_government: local and regional governments, one entity across sites, reviews and actions.
-- grain: local or regional government
-- depends: registry_local_governments (the reviewed list), registry_local_government_keys,
--          registry_local_government_names, staging.review, staging.action, staging.local_site, core.area
-- why: a government that the reviewed list lacks is kept under a provisional id, with the
--      name and country of its first record, until someone adds it to the list; it has no keys,
--      since nobody has read whether a place of its name is the government
with recorded as (
    select local_government_id, local_government, iso3, level, release, row_number
    from staging.review
    where is_provisional
    union all
    select local_government_id, local_government, iso3, null as level, release, row_number
    from staging.action
    where is_provisional
    union all
    -- a site that was never seen before: its name and country are in its snapshot
    select local_government_id, local_government, iso3, level, release, 0 as row_number
    from staging.local_site
    where local_government_id not in (select local_government_id from registry_local_governments)
),
provisional as (
    select
        r.local_government_id,
        first(r.local_government order by r.release, r.row_number, r.local_government) as name,
        first(r.level order by r.release, r.row_number, r.level)
            filter (r.level is not null) as level,
        min(r.iso3) as iso3,
        list_sort(list(distinct r.local_government)) as names
    from recorded as r
    group by r.local_government_id
),
sites as (
    select
        local_government_id,
        first(base_url order by site_kind <> 'production', site_id) as site_url
    from staging.local_site
    where base_url is not null
    group by local_government_id
),
reviewed as (
    select
        g.local_government_id, g.name, nullif(g.level, '') as level, nullif(g.iso3, '') as iso3,
        nullif(g.area_code, '') as area_code,
        list_concat(
            [x for x in string_split(coalesce(g.aliases, ''), '|') if x <> ''],
            [x for x in string_split(coalesce(n.names, ''), '|') if x <> '']
        ) as aliases,
        false as is_provisional,
        coalesce(nullif(k.name_en, ''), g.name) as name_en,
        nullif(k.iso_3166_2, '') as iso_3166_2, nullif(k.nuts, '') as nuts,
        nullif(k.wikidata, '') as wikidata, nullif(k.geonames_id, '') as geonames_id,
        cast(nullif(k.latitude, '') as double) as latitude,
        cast(nullif(k.longitude, '') as double) as longitude,
        cast(nullif(k.population, '') as double) as population,
        nullif(k.population_basis, '') as population_basis,
        cast(nullif(k.population_year, '') as integer) as population_year,
        [x for x in string_split(coalesce(k.keys_source, ''), '|') if x <> ''] as keys_source
    from registry_local_governments as g
    left join registry_local_government_keys as k using (local_government_id)
    left join registry_local_government_names as n using (local_government_id)
),
final as (
    select * from reviewed
    union all by name
    select
        p.local_government_id, p.name, p.level, p.iso3, m.area_code,
        [x for x in p.names if x <> p.name] as aliases,
        true as is_provisional,
        cast([] as varchar[]) as keys_source
    from provisional as p
    left join core.area as m on m.iso3 = p.iso3
)
select
    f.local_government_id, f.name, f.level, a.area_code, f.iso3, s.site_url, f.aliases, f.is_provisional,
    f.name_en, f.iso_3166_2, f.nuts, f.wikidata, f.geonames_id, f.latitude, f.longitude,
    f.population, f.population_basis, f.population_year, f.keys_source
from final as f
left join sites as s using (local_government_id)
left join core.area as a on a.area_code = f.area_code
order by f.local_government_id
