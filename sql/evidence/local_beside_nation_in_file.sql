-- evidence.local_beside_nation_in_file: a local headline value beside the nation's row in the same file.
-- grain: site, local indicator, series, year
-- depends: core.local_indicator, core.local_observation, core.local_government, core.latest_observation,
--          registry_headline_series, registry_national_poverty_lines
-- why: many governments publish the nation's value beside their own: one source, one definition, one unit,
--      which no value of another publisher can promise. The nation's row has the same series, unit and
--      year, and no breakdown that the local row has not. Where the file has two values of
--      the nation for them, there is no pair. Whether the nation's row is also the UN's value is
--      said beside it, for poverty where the row has the line of the UN's series.
with local as (
    select
        i.local_government_id, o.site_id, o.local_indicator_id, o.series, i.indicator_code, o.year, o.end_year,
        o.value, o.unit, o.published_unit, o.dimensions, o.poverty_threshold, o.population_unit, o.release
    from core.local_observation as o
    join core.local_indicator as i
        on i.site_id = o.site_id and i.local_indicator_id = o.local_indicator_id
    where o.is_headline
        and o.quality_flag is null
        and o.reference_area_kind = 'own'
        and o.value_status = 'number'
        and i.exclusion_rule is null
),
nation as (
    select
        o.site_id, o.local_indicator_id, o.series, o.year, o.end_year, o.value, o.unit, o.published_unit,
        o.poverty_threshold, o.population_unit,
        -- what breaks the row down: all but the name of the nation
        map_from_entries(list_filter(
            map_entries(o.dimensions), lambda e: e.value <> coalesce(o.reference_area_name, '')
        )) as parts
    from core.local_observation as o
    where o.quality_flag is null
        and o.reference_area_kind = 'national'
        and o.reference_area_basis = 'row'
        and o.value_status = 'number'
),
paired as (
    select
        l.*,
        min(n.value) as national_value,
        count(distinct n.value) as n_values
    from local as l
    join nation as n
        on n.site_id = l.site_id
        and n.local_indicator_id = l.local_indicator_id
        and n.series is not distinct from l.series
        and n.year = l.year
        and n.end_year is not distinct from l.end_year
        and n.unit = l.unit
        and n.published_unit is not distinct from l.published_unit
        and n.poverty_threshold is not distinct from l.poverty_threshold
        and n.population_unit is not distinct from l.population_unit
        and list_has_all(map_entries(l.dimensions), map_entries(n.parts))
    group by all
    having n_values = 1
),
-- poverty by the national line alone: the other headline series are parts of their indicators, or have another line
un as (
    select area_code, year, series_code, value, unit
    from core.latest_observation
    join registry_headline_series as h using (series_code)
    where h.indicator_code = '1.2.1' and is_total and value_status = 'number' and quality_flag is null
        and coalesce(reporting_type, 'G') = 'G'
    qualify row_number() over (partition by area_code, year order by value) = 1
),
beside as (
    select
        p.*,
        g.area_code,
        u.series_code,
        u.year as un_year,
        u.value as un_value
    from paired as p
    join core.local_government as g on g.local_government_id = p.local_government_id
    left join registry_headline_series as h on h.indicator_code = '1.2.1' and p.indicator_code = '1.2.1'
    left join registry_national_poverty_lines as n
        on n.country_iso3 = g.iso3 and n.series_code = h.series_code
    left join un as u
        on u.series_code = h.series_code
        and u.area_code = g.area_code
        and u.year = p.year - coalesce(try_cast(n.year_offset as integer), 0)
        and u.unit = p.unit
        and p.population_unit = 'persons'
        and list_contains(string_split(coalesce(n.lines, 'national'), '|'), p.poverty_threshold)
)
select
    local_government_id,
    site_id,
    local_indicator_id,
    series,
    indicator_code,
    year,
    value as local_value,
    national_value,
    case when unit = 'PERCENT' or unit like 'PER\_%' escape '\' then round(value - national_value, 10) end as gap,
    unit,
    'the nation''s row in the same file' as comparator,
    poverty_threshold,
    population_unit,
    series_code,
    un_year,
    un_value,
    -- the UN rounds to one decimal
    case when un_value is not null then abs(national_value - un_value) <= 0.06 end as agrees_with_un,
    area_code,
    release
from beside
order by site_id, local_indicator_id, series, year
