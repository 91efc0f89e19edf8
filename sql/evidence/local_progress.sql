-- name: local_progress
-- grain: site, local indicator, number of the target
-- depends: core.local_government, core.local_indicator, core.local_observation, core.local_target, core.series,
--   core.series_indicator, registry_bounds, registry_local_words
-- why: how far a local government is on its way to each numeric target that it has set itself, by the method of the
--   UN's SDG Progress Chart, which the shared progress_model states. Every target is here once, judged or with the
--   reason why it is not.
--   A target without a label is of the headline. A label that names something (men, NO2, a unit) is of the rows
--   that are named so, because a target for men is no target for all; a label that names nothing in the file is not
--   guessed at. A line is drawn on the chart of the values, so where a file has one unit the target is in it, unless
--   the metadata state another unit that is known.
--   The direction is that of the target's own words, else that of the UN's series of the official indicator, else
--   from the baseline to the target: a target that was met before it was set is told from a long way to go by the
--   first two alone. A target that was met at the baseline and still is counts as met (is_met_at_baseline tells it).
--   A year after that of the pull is no measurement.
with words as (
    select use, string_agg(regexp_escape(word), '|') as pattern, list(word) as listed
    from registry_local_words
    where use in ('growth rate', 'difference between', 'whole')
    group by use
),
targets as (
    select
        t.site_id || ':' || t.local_indicator_id || ':' || t.sequence as measure,
        t.site_id,
        t.local_indicator_id,
        t.sequence,
        t.value,
        t.year,
        t.unit,
        t.label,
        t.direction,
        t.release,
        trim(regexp_replace(strip_accents(lower(coalesce(t.label_subject, ''))), '[^\p{L}\p{N}%]+', ' ', 'g')) as named,
        trim(regexp_replace(strip_accents(lower(t.unit)), '[^\p{L}\p{N}%]+', ' ', 'g')) as unit_words,
        trim(regexp_replace(strip_accents(lower(g.name)), '[^\p{L}\p{N}%]+', ' ', 'g')) as own_name,
        cast(regexp_extract(t.release, '@([0-9]{4})', 1) as integer) as pull_year,
        i.match,
        i.title,
        i.exclusion_rule,
        i.indicator_code,
        i.target_code,
        i.goal_code,
        t.local_government_id,
        t.snapshot_sha256,
        regexp_matches(
            strip_accents(lower(coalesce(i.title, '') || ' ' || t.unit)),
            '\b(' || (select words.pattern from words where words.use = 'growth rate') || ')\b'
        ) as is_growth_rate,
        regexp_matches(
            strip_accents(lower(coalesce(i.title, ''))),
            '\b(' || (select words.pattern from words where words.use = 'difference between') || ')\b'
        ) as is_difference
    from core.local_target as t
    inner join core.local_indicator as i
        on i.site_id = t.site_id and i.local_indicator_id = t.local_indicator_id
    inner join core.local_government as g on g.local_government_id = t.local_government_id
    where t.target_kind = 'target value'
),
-- own rows of the files with a target: what tells a row apart, beside its place and words for the whole
own_rows as (
    select
        o.site_id,
        o.local_indicator_id,
        o.year,
        o.value,
        o.value_status = 'censored' as is_censored,
        o.unit,
        o.series,
        o.is_headline,
        trim(regexp_replace(strip_accents(lower(o.unit)), '[^\p{L}\p{N}%]+', ' ', 'g')) as unit_words,
        trim(
            regexp_replace(strip_accents(lower(coalesce(o.series, ''))), '[^\p{L}\p{N}%]+', ' ', 'g')
        ) as series_words,
        list_transform(
            list_filter(
                map_entries(o.dimensions),
                lambda cell: cell.value <> ''
                and cell.value is distinct from o.reference_area_name
                and not list_contains(w.listed, strip_accents(lower(trim(cell.value))))
            ),
            lambda cell: [
                trim(regexp_replace(strip_accents(lower(cell.key)), '[^\p{L}\p{N}%]+', ' ', 'g')),
                trim(regexp_replace(strip_accents(lower(cell.value)), '[^\p{L}\p{N}%]+', ' ', 'g'))
            ]
        ) as cells
    from core.local_observation as o
    inner join words as w on w.use = 'whole'
    where o.quality_flag is null
        and o.reference_area_kind = 'own'
        and o.value is not null
        and o.value_status in ('number', 'censored')
        and (o.site_id, o.local_indicator_id) in (select (t.site_id, t.local_indicator_id) from targets as t)
),
-- the rows that a target can be of, by what its label names; the lowest rank that has rows is taken
candidates as (
    select
        t.measure,
        t.site_id,
        r.year,
        r.value,
        r.is_censored,
        r.unit,
        r.unit_words,
        r.series,
        r.cells,
        case
            when t.named in ('', t.own_name) and r.is_headline then 1
            when t.named = '' then null
            when r.is_headline and r.series_words = t.named then 2
            when len(r.cells) = 1 and r.cells[1][2] = t.named then 3
            when len(r.cells) = 1 and starts_with(r.cells[1][1] || ' ' || r.cells[1][2] || ' ', t.named || ' ') then 4
            when len(r.cells) = 0 and r.unit_words = t.named then 5
        end as rank
    from targets as t
    inner join own_rows as r
        on r.site_id = t.site_id
        and r.local_indicator_id = t.local_indicator_id
        and r.year <= t.pull_year
),
chosen as (
    select * exclude (rank), -- noqa: RF03
        ['headline', 'series of the label', 'group of the label', 'group of the label', 'unit of the label'][rank]
            as rows_basis
    from candidates
    where rank is not null
    qualify rank = min(rank) over (partition by measure)
),
described as (
    select
        measure,
        any_value(rows_basis) as rows_basis,
        any_value(series) as series,
        any_value(unit) as unit,
        any_value(unit_words) as unit_words,
        count(distinct coalesce(series, '')) as n_series,
        count(distinct unit) as n_units,
        count(distinct cells) as n_groups,
        count(*) - count(distinct year) as n_more_a_year,
        min(value) as least,
        max(value) as greatest
    from chosen
    group by measure
),
files as (
    select
        o.site_id,
        o.local_indicator_id,
        count(distinct o.unit) as n_units,
        bool_or(o.reference_area_kind = 'own') as has_own,
        bool_or(o.reference_area_kind = 'part') as has_parts
    from core.local_observation as o
    where (o.site_id, o.local_indicator_id) in (select (t.site_id, t.local_indicator_id) from targets as t)
    group by o.site_id, o.local_indicator_id
),
known_units as (
    select unit from core.series where unit is not null
    union
    select unit from registry_bounds
),
-- what says that the target is in the unit of the values
united as (
    select
        t.measure,
        case
            when d.rows_basis = 'unit of the label' then 'label'
            when t.unit = 'NOT STATED' and d.unit = 'NOT STATED' then null
            when t.unit_words = d.unit_words then 'same unit'
            when f.n_units > 1 then null
            when d.unit = 'NOT STATED' then null
            when t.unit in (select k.unit from known_units as k where k.unit <> 'INDEX')
                or d.unit in (select k.unit from known_units as k where k.unit <> 'INDEX') then null
            else 'drawn with the values'
        end as target_unit_basis
    from targets as t
    inner join described as d on d.measure = t.measure
    inner join files as f on f.site_id = t.site_id and f.local_indicator_id = t.local_indicator_id
),
-- why there are no values that the target can be judged by
gates as (
    select
        t.measure,
        case
            when t.exclusion_rule is not null then 'the figures of the indicator were set aside: ' || t.exclusion_rule
            when f.has_own is not true then 'no value of its own area'
            when d.measure is null and t.named not in ('', t.own_name)
                then 'nothing in the file has the name that the label gives'
            when d.measure is null then 'no headline value'
            when d.n_series > 1 then 'several series, and the label names none of them'
            when d.n_groups > 1 or d.n_more_a_year > 0 then 'several values a year'
            when t.is_difference and f.has_parts and d.rows_basis = 'headline'
                then 'the target is for a difference between parts, the headline is of the whole'
            when d.n_units > 1 then 'the unit of the values changes'
            when u.target_unit_basis is null and (t.unit = 'NOT STATED' or d.unit = 'NOT STATED')
                then 'no unit is stated'
            when u.target_unit_basis is null
                then 'the target is in ' || t.unit || ', the values are in ' || d.unit
            when d.unit = 'PERCENT' and d.least >= 0 and d.greatest <= 1 and t.value > 1
                then 'the values are all within 0 to 1, the target is above 1: a share or a per cent'
        end as reason
    from targets as t
    left join described as d on d.measure = t.measure
    left join files as f on f.site_id = t.site_id and f.local_indicator_id = t.local_indicator_id
    left join united as u on u.measure = t.measure
),
un_directions as (
    select si.indicator_code, any_value(s.direction) as direction
    from core.series_indicator as si
    inner join core.series as s on s.series_code = si.series_code
    where s.direction is not null
    group by si.indicator_code
    having count(distinct s.direction) = 1
),
directed as (
    select
        t.measure,
        coalesce(t.direction, u.direction) as direction,
        case
            when t.direction is not null then 'stated'
            when u.direction is not null then 'UN series'
            else 'implied'
        end as direction_basis
    from targets as t
    left join un_directions as u on u.indicator_code = t.indicator_code and starts_with(t.match, 'official')
),
points as ( -- noqa: ST03
    select
        c.measure,
        c.site_id as place,
        c.year,
        c.value,
        true as is_usable,
        true as is_value,
        c.is_censored,
        c.unit,
        cast(null as varchar) as definition,
        cast(null as varchar) as release
    from chosen as c
    inner join gates on gates.measure = c.measure
    where gates.reason is null
),
subjects as ( -- noqa: ST03
    select
        t.measure,
        d.direction,
        t.value as target,
        t.year as target_year,
        cast(null as double) as eradicated_below,
        t.is_growth_rate
    from targets as t
    inner join directed as d on d.measure = t.measure
),
-- a per cent is a part of a whole where all its values and its target are within 0 to 100
bounds as ( -- noqa: ST03
    select
        series_code as measure,
        unit,
        cast(nullif(lowest, '') as double) as lowest,
        cast(nullif(highest, '') as double) as highest
    from registry_bounds
    where series_code = '*'
    union all
    select d.measure, d.unit, 0 as lowest, 100 as highest
    from described as d
    inner join targets as t on t.measure = d.measure
    where d.unit = 'PERCENT' and d.least >= 0 and d.greatest <= 100 and t.value between 0 and 100
),
model as (
    select * from ($shared_progress_model)
),
verdicts as (
    select site_id, local_indicator_id, any_value(value_raw) as site_verdict
    from core.local_target
    where target_kind = 'progress'
    group by site_id, local_indicator_id
),
final as (
    select
        t.*,
        d.series,
        d.unit as value_unit,
        d.rows_basis,
        u.target_unit_basis,
        coalesce(m.direction, r.direction) as way,
        r.direction_basis,
        m.baseline_year,
        m.baseline_value,
        m.latest_year,
        m.latest_value,
        m.annual_change,
        m.required_change,
        m.required_change_points,
        m.projected,
        m.is_projection_clipped,
        m.way_covered,
        coalesce(
            m.status,
            if(
                gates.reason in ('no headline value', 'no value of its own area')
                or starts_with(gates.reason, 'the figures'), 'insufficient data', 'not assessed'
            )
        ) as status,
        coalesce(gates.reason, m.reason) as reason,
        coalesce(m.was_reached, false) as is_met_at_baseline,
        m.reason in ('the latest value is at the target', 'the latest value is within one point of the target')
            as is_met,
        v.site_verdict
    from targets as t
    inner join gates on gates.measure = t.measure
    inner join directed as r on r.measure = t.measure
    left join described as d on d.measure = t.measure
    left join united as u on u.measure = t.measure
    left join model as m on m.measure = t.measure
    left join verdicts as v on v.site_id = t.site_id and v.local_indicator_id = t.local_indicator_id
),
agreed as (
    select
        final.*,
        case if(final.status in ('not assessed', 'insufficient data'), null, final.site_verdict)
            when 'target_achieved' then coalesce(final.is_met, false)
            when 'approaching_target'
                then not coalesce(final.is_met, false)
                    and final.status in ('on track or target met', 'moderate progress, acceleration needed')
            when 'challenges_remain'
                then final.status in ('marginal progress, significant acceleration needed', 'stagnation', 'regression')
        end as agrees_with_site
    from final
)
select
    local_government_id, site_id, local_indicator_id, sequence, title, indicator_code, target_code, goal_code, match,
    label, series, rows_basis, value_unit as unit, target_unit_basis, value as target_value, year as target_year,
    way as direction, direction_basis, baseline_year, baseline_value, latest_year, latest_value, annual_change,
    required_change, required_change_points, projected as projected_value,
    coalesce(is_projection_clipped, false) as is_projection_clipped, way_covered, status, reason,
    is_met_at_baseline, site_verdict, agrees_with_site, release, snapshot_sha256
from agreed
order by site_id, local_indicator_id, sequence
