-- evidence.local_vs_national: a local headline value beside the UN's national one.
-- grain: site, local indicator, series, year
-- depends: core.local_indicator, core.local_observation, core.local_government,
--          core.latest_observation, registry_headline_series, registry_national_poverty_lines
-- why: the poverty that a city sees is not the national average, but two numbers may be
--      set side by side only where they measure the same thing. 'same definition': the same unit,
--      the same year or the nearest within two, the national total row, counting persons, and the
--      line that the national series uses, which for 1.2.1 the row itself states: an id that
--      extends the code, or a title in another language, takes nothing from that. 'proxy': a
--      doubtful code, another or an unknown line or population, a long period, or a
--      national series that is only a part of its indicator. The international line of 1.1.1
--      is known from the title alone, and sites take the title from the template: always a
--      proxy (Cape Town's 1.1.1 is above its own 1.2.1). 'not comparable': no national value
--      near, another unit or none, or a censored value. The gap is given for 'same
--      definition' alone. The UN dates a survey of incomes by the year of the incomes, local
--      files by the year of the survey: the reviewed list says where.
with headline as (
    select
        i.local_government_id, i.site_id, i.local_indicator_id, i.indicator_code, i.match, i.match_reason,
        o.series, o.poverty_threshold, o.population_unit, g.area_code, g.iso3, o.year,
        coalesce(o.end_year, o.year) as end_year, o.year_text, o.row_number,
        o.value, o.unit, o.value_status, h.series_code, h.reason as series_reason,
        coalesce(try_cast(l.year_offset as integer), 0) as year_offset,
        string_split(coalesce(l.lines, 'national'), '|') as national_lines,
        l.definition as national_line,
        i.indicator_code = '1.2.1' and coalesce(o.poverty_threshold, 'not stated') <> 'not stated' as states_line
    from core.local_observation as o
    join core.local_indicator as i
        on i.site_id = o.site_id and i.local_indicator_id = o.local_indicator_id
    join core.local_government as g on g.local_government_id = i.local_government_id
    join registry_headline_series as h on h.indicator_code = i.indicator_code
    left join registry_national_poverty_lines as l
        on l.country_iso3 = g.iso3 and l.series_code = h.series_code
    where o.quality_flag is null
        and o.is_headline
        and o.reference_area_kind = 'own'
        and o.value_status in ('number', 'censored')
        and (i.match like 'official%' or i.match = 'proxy')
        and i.exclusion_rule is null
    qualify row_number() over (
        partition by o.site_id, o.local_indicator_id, o.series, o.year order by o.row_number
    ) = 1
),
national as (
    select series_code, area_code, year, value, unit, definition, reporting_type, release
    from core.latest_observation
    where is_total and value_status = 'number' and quality_flag is null
        and series_code in (select series_code from registry_headline_series)
),
-- the linter cannot parse the column named match, and so takes this for unused
paired as ( -- noqa: ST03
    select
        h.*,
        n.year as national_year, n.value as national_value, n.unit as national_unit,
        coalesce(n.definition, h.national_line) as definition, n.release,
        n.year + h.year_offset - h.year as years_apart
    from headline as h
    left join national as n
        on n.series_code = h.series_code and n.area_code = h.area_code
        and abs(n.year + h.year_offset - h.year) <= 2
    -- the nearest year, of two the earlier; the global figure before a national variant
    qualify row_number() over (
        partition by h.site_id, h.local_indicator_id, h.series, h.year
        order by abs(years_apart) nulls last, n.year, coalesce(n.reporting_type, 'G') <> 'G', n.value
    ) = 1
),
judged as (
    select
        *,
        case
            when area_code is null then 'the country of the government has no UN area code'
            when national_value is null then 'the UN has no national value within two years'
            when value_status = 'censored' then 'the local value is censored'
            when unit is distinct from national_unit
                then 'units differ: ' || unit || ' and ' || coalesce(national_unit, 'NOT STATED')
        end as obstacle,
        case
            when match = 'proxy' and starts_with(match_reason, 'reviewed') then match_reason
            when match = 'proxy' and not states_line
                then coalesce(match_reason, 'the code is extended or doubtful')
            when indicator_code = '1.1.1'
                and coalesce(nullif(poverty_threshold, 'not stated'), 'international') <> 'international'
                then 'the national series uses the international line, the local number the line: '
                || poverty_threshold
            when indicator_code = '1.1.1'
                then 'the national series uses the international line'
                || coalesce(' of ' || definition, '') || '; that the local number does rests on its title'
            when indicator_code = '1.2.1' and not states_line
                then 'the national series uses the national line, the local number states none'
            when indicator_code = '1.2.2' and coalesce(poverty_threshold, 'not stated') <> 'multidimensional'
                then 'the national series is of multidimensional poverty, the local number '
                || coalesce('of: ' || nullif(poverty_threshold, 'not stated'), 'does not say what it is of')
            when states_line and not list_contains(national_lines, poverty_threshold)
                then 'the national series uses the national line, the local number the line: ' || poverty_threshold
            when coalesce(population_unit, 'not stated') = 'not stated' and indicator_code like '1.2.%'
                then 'the local number does not say what it counts, the national one counts persons'
            when population_unit not in ('persons', 'not stated')
                then 'the local number counts ' || population_unit || ', the national one persons'
            when match like 'official,%' and not states_line then coalesce(match_reason, match)
            when indicator_code in ('1.3.1', '1.4.1')
                then 'the national series is one of several of the indicator: ' || series_reason
            when end_year - year > 1
                then 'the local value is of the years ' || coalesce(year_text, year || '-' || end_year)
        end as difference
    from paired
)
select
    local_government_id, indicator_code, year, value as local_value, national_value,
    case when obstacle is null and difference is null then round(value - national_value, 10) end as gap,
    case
        when obstacle is not null then 'not comparable'
        when difference is not null then 'proxy'
        else 'same definition'
    end as comparability,
    coalesce(
        obstacle,
        difference,
        case
            when states_line then 'the same line and population, same unit, national total, '
            else 'official code, same unit, national total, '
        end
        || case abs(years_apart) when 0 then 'same year' when 1 then '1 year apart' else '2 years apart' end
        || case
            when year_offset = 0 then ''
            else ' (the UN dates it by the year of the incomes, local files '
                || case year_offset when 1 then 'a year' else year_offset || ' years' end || ' later)'
        end
    ) as reason,
    site_id, local_indicator_id, area_code, unit as local_unit, national_unit, national_year, series_code,
    poverty_threshold, population_unit, definition, release, series
from judged
order by site_id, local_indicator_id, series, year
