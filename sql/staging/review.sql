-- staging.review: rows of review registers, typed, one row a source row.
-- grain: source row
-- depends: record_rows (the checked rows of one file, all text; lists joined by chr(31)); $release, $sha256
-- why: the row's government and review are found by the loader, which knows all rows
select
    cast($release as varchar) as release,
    cast($sha256 as varchar) as snapshot_sha256,
    cast(row_number as integer) as row_number,
    cast('' as varchar) as review_id,
    cast(local_government_id as varchar) as local_government_id,
    cast(is_provisional as boolean) as is_provisional,
    cast(trim(local_government) as varchar) as local_government,
    cast(nullif(trim(country), '') as varchar) as country_name,
    cast(nullif(known_iso3, '') as varchar) as iso3,
    cast(nullif(trim(level), '') as varchar) as level,
    cast(try_cast(trim(review_year) as double) as integer) as review_year,
    cast(trim(kind) as varchar) as review_kind,
    cast(nullif(trim(title), '') as varchar) as title,
    cast(
        [x for x in regexp_split_to_array(lower(languages), '[\s,;|]+') if x <> ''] as varchar[]
    ) as languages,
    cast(nullif(split_part(urls, chr(31), 1), '') as varchar) as url,
    cast([x for x in string_split(urls, chr(31))[2:] if x <> ''] as varchar[]) as other_urls,
    cast(
        [trim(x) for x in regexp_split_to_array(source, '\s\+\s|\|') if trim(x) <> ''] as varchar[]
    ) as review_sources,
    cast([x for x in string_split(sdg_codes, chr(31)) if x <> ''] as varchar[]) as goals_covered,
    cast(nullif(trim(country_basis), '') as varchar) as country_basis,
    cast(nullif(trim(year_basis), '') as varchar) as year_basis,
    cast([x for x in [trim(conflict)] if x <> ''] as varchar[]) as conflicts
from record_rows
