-- staging.action: action records, typed, one row a source row.
-- grain: source row
-- depends: record_rows (the records of one file, read and clean; lists joined by chr(31)); $release, $sha256
-- why: a record without title is known by the first words of its description
select
    cast($release as varchar) as release,
    cast($sha256 as varchar) as snapshot_sha256,
    cast(row_number as integer) as row_number,
    cast(made_id as varchar) as action_id,
    cast(nullif(action_id, '') as varchar) as given_action_id,
    cast(dataset_id as varchar) as dataset_id,
    cast(nullif(lead, '') as varchar) as lead,
    cast(known_lead_kind as varchar) as lead_kind,
    cast(known_lead_basis as varchar) as lead_kind_basis,
    cast(local_government_id as varchar) as local_government_id,
    cast(is_provisional as boolean) as is_provisional,
    cast(nullif(local_government, '') as varchar) as local_government,
    cast(nullif(country, '') as varchar) as country_name,
    cast(nullif(iso3, '') as varchar) as iso3,
    cast(coalesce(nullif(title, ''), left(description, 120)) as varchar) as title,
    cast(nullif(description, '') as varchar) as description,
    cast(nullif(kind, '') as varchar) as action_kind,
    cast(first_year as integer) as year,
    cast(last_year as integer) as end_year,
    cast([x for x in string_split(partner_names, chr(31)) if x <> ''] as varchar[]) as partners,
    cast(nullif(sdgs, '') as varchar) as declared_sdgs,
    cast(nullif(first_url, '') as varchar) as url,
    cast(nullif(lower(language), '') as varchar) as language
from record_rows
