-- name: evidence.published_figure
-- grain: report, series, dimensions, measure, area, year
-- depends: core.observation, core.series_release, core.area, registry_printed_figures, registry_printed_reports,
--   registry_universe, release_order
-- why: what the UN's reports print, beside what its releases hold. A report rests on the release that was current
--   when it was written: the newest whole one of its year up to its publication; where none of that time is loaded,
--   the first after it in the same year. A release of another year has other revisions and proves nothing. The
--   release agrees where its value rounds to the printed one. A number of countries is compared with the countries
--   that have a value above 0 in any year up to the year; an estimate or an average that a report computed itself
--   is in no release. A value at another poverty line is not compared; where a release states no definition, what it
--   measures is known from the figures that agree with it. A code that
--   is the whole of a series (15 to 24 years, of youth) is no breakdown.
with wholes as (
    select
        series_code,
        list(struct_pack(key := dimension, value := code)) as codes
    from registry_universe
    group by series_code
),
listed as (
    select
        f.*,
        r.title as report_title,
        r.url,
        cast(r.compared_until as date) as until_day,
        cast(f.year as integer) as figure_year,
        cast(f.report as integer) as report_year,
        cast(f.value as double) as figure_value,
        cast(nullif(f.page, '') as integer) as page_number,
        cast(len(split_part(f.value, '.', 2)) as integer) as decimals,
        map_from_entries(list_filter(
            list_transform(
                list_filter(string_split(f.dimensions, ';'), lambda part: part <> ''),
                lambda part: struct_pack(key := split_part(part, '=', 1), value := split_part(part, '=', 2))
            ),
            lambda one: not list_contains(coalesce(w.codes, []), one)
        )) as parts
    from registry_printed_figures as f
    inner join registry_printed_reports as r on r.report = f.report
    left join wholes as w on w.series_code = f.series_code
),
releases as (
    select
        s.series_code, s.dataset_id, s.release, s.is_latest, o.published_on as day, o.dataset_rank
    from core.series_release as s
    inner join release_order as o on o.dataset_id = s.dataset_id and o.release = s.release
    where not s.is_partial or s.is_latest
),
current_release as (
    select
        l.series_code, l.report, r.dataset_id, r.release
    from (select distinct series_code, report, report_year, until_day from listed) as l
    inner join releases as r on r.series_code = l.series_code and year(r.day) = l.report_year
    qualify row_number() over (
        partition by l.series_code, l.report
        order by r.day > l.until_day, abs(r.day - l.until_day), r.dataset_rank, r.release
    ) = 1
),
candidates as (
    select
        o.*,
        map_from_entries(list_filter(
            map_entries(map_concat(map {'sex': o.sex, 'age': o.age, 'location': o.location}, o.dimensions)),
            lambda one: one.value is not null and one.value <> 'total'
                and not list_contains(coalesce(w.codes, []), one)
        )) as kept
    from core.observation as o
    left join wholes as w on w.series_code = o.series_code
    where o.series_code in (select series_code from listed)
        and o.area_code in (select area_code from listed)
        and o.value is not null and o.quality_flag is null and coalesce(o.reporting_type, 'G') = 'G'
),
held as (
    select
        dataset_id, series_code, release, area_code, year,
        breakdown_label(if(is_total, map_from_entries(map_entries(kept)[:0]), kept)) as label,
        value, definition
    from candidates
    qualify row_number() over (
        partition by dataset_id, series_code, release, area_code, year, label order by is_total desc, breakdown
    ) = 1
),
positive as (
    select
        o.dataset_id, o.series_code, o.release, o.area_code,
        min(o.year) as first_year
    from core.observation as o
    inner join core.area as a on a.area_code = o.area_code and a.kind not in ('world', 'region', 'grouping')
    where o.series_code in (select series_code from listed where measure like 'countries%')
        and o.value > 0 and o.is_total
    group by o.dataset_id, o.series_code, o.release, o.area_code
),
reach as (
    select
        o.dataset_id, o.series_code, o.release,
        max(o.year) as last_year
    from core.observation as o
    where o.series_code in (select series_code from listed where measure like 'countries%') and o.value is not null
    group by o.dataset_id, o.series_code, o.release
),
counted as (
    select
        l.series_code, l.figure_year as year, r.dataset_id, r.release, r.last_year,
        if(l.figure_year <= r.last_year, count(p.area_code), null) as value
    from (select distinct series_code, figure_year from listed where measure like 'countries%') as l
    inner join reach as r on r.series_code = l.series_code
    left join positive as p
        on p.series_code = r.series_code and p.dataset_id = r.dataset_id and p.release = r.release
        and p.first_year <= l.figure_year
    group by l.series_code, l.figure_year, r.dataset_id, r.release, r.last_year
),
release_value as (
    select
        'series' as measured, dataset_id, series_code, release, area_code, year, label, value, definition
    from held
    union all
    select
        'countries' as measured, dataset_id, series_code, release, '001' as area_code, year, '' as label, value,
        null as definition
    from counted
    where value is not null
),
release_end as (
    select
        measured, dataset_id, series_code, release, area_code, label, max(year) as last_year,
        arg_max(definition, year) as definition
    from release_value
    where measured = 'series'
    group by measured, dataset_id, series_code, release, area_code, label
    union all
    select
        'countries' as measured, dataset_id, series_code, release, '001' as area_code, '' as label, last_year,
        null as definition
    from reach
),
asked as (
    select
        l.*,
        breakdown_label(l.parts) as label,
        if(l.measure like 'countries%', 'countries', 'series') as measured,
        l.measure not in ('estimate', 'average of countries') as is_of_release
    from listed as l
),
compared as (
    select
        a.*,
        c.release as compared_release,
        ce.last_year as compared_last_year,
        nullif(cv.definition, a.definition) as other_definition,
        if(a.is_of_release and (a.definition = '' or other_definition is null), cv.value, null) as compared_value,
        n.release as latest_release,
        if(a.is_of_release, nv.value, null) as latest_value,
        if(a.measure = 'average of countries', null, ne.last_year) as latest_year,
        ne.definition as latest_definition
    from asked as a
    left join current_release as c on c.series_code = a.series_code and c.report = a.report
    left join release_value as cv
        on cv.measured = a.measured and cv.dataset_id = c.dataset_id and cv.series_code = a.series_code
        and cv.release = c.release and cv.area_code = a.area_code and cv.year = a.figure_year and cv.label = a.label
    left join release_end as ce
        on ce.measured = a.measured and ce.dataset_id = c.dataset_id and ce.series_code = a.series_code
        and ce.release = c.release and ce.area_code = a.area_code and ce.label = a.label
    left join releases as n on n.series_code = a.series_code and n.is_latest
    left join release_value as nv
        on nv.measured = a.measured and nv.dataset_id = n.dataset_id and nv.series_code = a.series_code
        and nv.release = n.release and nv.area_code = a.area_code and nv.year = a.figure_year and nv.label = a.label
    left join release_end as ne
        on ne.measured = a.measured and ne.dataset_id = n.dataset_id and ne.series_code = a.series_code
        and ne.release = n.release and ne.area_code = a.area_code and ne.label = a.label
),
agreed as (
    select
        series_code, max(definition) as definition
    from compared
    where compared_release = latest_release
        and abs(compared_value - figure_value) <= 0.5 * power(10, -decimals) + 1e-9
    group by series_code
),
final as (
    select
        c.*,
        c.definition not in ('', coalesce(c.latest_definition, d.definition, '')) as is_other_definition
    from compared as c
    left join agreed as d on d.series_code = c.series_code
)
select
    statement,
    series_code,
    area_code,
    figure_year as year,
    figure_value as value,
    report_title as report,
    page_number as page,
    abs(compared_value - figure_value) <= 0.5 * power(10, -decimals) + 1e-9 as agrees_with_release,
    unit as printed_unit,
    definition as printed_definition,
    measure,
    parts as dimensions,
    label as breakdown,
    decimals as printed_decimals,
    if(is_of_release, compared_release, null) as compared_release,
    compared_value,
    case
        when compared_value is not null then null
        when measure = 'estimate' then 'an estimate of the report: no release holds it'
        when measure = 'average of countries' then 'an average that the report computed: no release holds it'
        when compared_release is null
            then 'no whole release of ' || report_year || ' with ' || series_code || ' is loaded'
        when definition <> '' and other_definition is not null
            then compared_release || ' is of another definition: ' || other_definition
        when compared_last_year is null then compared_release || ' has no such value for the area'
        when compared_last_year < figure_year then compared_release || ' ends at ' || compared_last_year
        else compared_release || ' has no value for ' || figure_year
    end as why_not_compared,
    nullif(known_difference, '') as known_difference,
    latest_release,
    latest_value,
    latest_year,
    coalesce(latest_year < figure_year, true) as is_newer_than_release,
    is_other_definition,
    nullif(note, '') as note,
    report_year,
    url as report_url,
    until_day as compared_until
from final
order by report_year, series_code, label, measure, area_code, year
