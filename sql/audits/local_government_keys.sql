-- rule: WH-060
-- severity: critical
-- why: a key joins a government to at most one row of another table: no two governments have the same one,
--      none has another form than its list, and a provisional government, which nobody has reviewed, has none
-- fix: Do not publish: report it with the examples, it is a fault of the build.
with keys as (
    unpivot (
        select local_government_id, is_provisional, iso_3166_2, nuts, wikidata, geonames_id
        from core.local_government
    )
    on iso_3166_2, nuts, wikidata, geonames_id
    into name key_name value key_value
),
forms (key_name, pattern) as (
    values
        ('iso_3166_2', '[A-Z]{2}-[A-Z0-9]{1,3}'),
        ('nuts', '[A-Z]{2}[A-Z0-9]{1,3}'),
        ('wikidata', 'Q[1-9][0-9]*'),
        ('geonames_id', '[1-9][0-9]*')
)
select k.local_government_id, k.key_name, k.key_value
from keys as k
inner join forms using (key_name)
where k.is_provisional
    or not regexp_full_match(k.key_value, forms.pattern)
    or k.key_value in (select d.key_value from keys as d where d.key_name = k.key_name
        group by d.key_value having count(*) > 1)
union all
select local_government_id, 'place', concat_ws(' ', latitude, longitude, population)
from core.local_government
where (latitude is null) <> (longitude is null)
    or (latitude is null) <> (geonames_id is null)
    or (population_basis = 'populated place' and latitude is null)
    or not (coalesce(latitude, 0) between -90 and 90 and coalesce(longitude, 0) between -180 and 180)
    or population <= 0
    or (population is null) <> (population_basis is null)
