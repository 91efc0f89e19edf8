-- name: progress_goals
-- grain: goal, area
-- depends: core.area, core.area_grouping, core.series_indicator, evidence.metric, evidence.progress
-- why: one status a goal and area, from the series of the asked metrics that can be assessed (evidence.progress
--   states how): their middle status, and of two middle ones the worse. The World is shown beside the SDG
--   regions that lie in no larger one; a country beside its SDG regions and the World. A series of indicators of
--   several goals counts under each. An area without a status of its own has no row. n_series is
--   how many series a status rests on.
with belongs as (
    select
        s.series_code,
        arg_min(m.metric_id, list_position($metrics, m.metric_id)) as metric_id
    from evidence.metric as m
    cross join unnest(m.series_codes) as s (series_code)
    where list_contains($metrics, m.metric_id)
    group by s.series_code
),
goals as (
    select distinct
        series_code,
        split_part(indicator_code, '.', 1) as goal
    from core.series_indicator
),
assessed as (
    select
        p.area_code,
        goals.goal,
        belongs.metric_id,
        p.latest_year,
        p.release,
        -- 1 going back to 5 on track
        6 - list_position([
            'on track or target met',
            'moderate progress, acceleration needed',
            'marginal progress, significant acceleration needed',
            'stagnation',
            'regression'
        ], p.status) as score
    from evidence.progress as p
    inner join belongs on belongs.series_code = p.series_code
    inner join goals on goals.series_code = p.series_code
    where p.status not in ('insufficient data', 'not assessed')
),
asked as (
    select
        area_code,
        kind
    from core.area
    where area_code = $area
),
regions as (
    select distinct grouping_code as area_code
    from core.area_grouping
    where scheme = 'SDG regions' and grouping_code <> '001'
),
inside as (
    select one.grouping_code as area_code
    from core.area_grouping as one
    inner join core.area_grouping as other
        on other.area_code = one.area_code
        and other.grouping_code <> one.grouping_code
    inner join regions on regions.area_code = other.grouping_code
    where one.scheme = 'SDG regions' and other.scheme = 'SDG regions'
    group by one.grouping_code, other.grouping_code
    having count(*) < (
        select count(*) from core.area_grouping as larger
        where larger.grouping_code = other.grouping_code and larger.scheme = 'SDG regions'
    )
    and count(*) = (
        select count(*) from core.area_grouping as own
        where own.grouping_code = one.grouping_code and own.scheme = 'SDG regions'
    )
),
columns_shown as (
    select
        area_code,
        1 as place
    from asked
    union
    select
        regions.area_code,
        2 as place
    from regions
    inner join asked on asked.kind = 'world'
    where regions.area_code not in (select inside.area_code from inside)
    union
    select
        membership.grouping_code as area_code,
        2 as place
    from core.area_grouping as membership
    inner join asked
        on asked.area_code = membership.area_code
        and asked.kind not in ('world', 'region', 'grouping')
    where membership.scheme = 'SDG regions' and membership.grouping_code <> '001'
    union
    select
        '001' as area_code,
        3 as place
    from asked
    where asked.kind <> 'world'
),
judged as (
    select
        assessed.area_code,
        columns_shown.place,
        assessed.goal,
        min(assessed.metric_id) as metric_id,
        quantile_disc(assessed.score, 0.5) as score,
        max(assessed.latest_year) as year,
        max(assessed.release) as release,
        count(*) as n_series
    from assessed
    inner join columns_shown on columns_shown.area_code = assessed.area_code
    group by assessed.area_code, columns_shown.place, assessed.goal
)
select
    judged.metric_id,
    judged.area_code as code,
    a.name,
    map_from_entries([
        ('goal', judged.goal),
        ('status', [
            'regression',
            'stagnation',
            'marginal progress, significant acceleration needed',
            'moderate progress, acceleration needed',
            'on track or target met'
        ][judged.score])
    ]) as dimensions,
    judged.year,
    cast(judged.score as double) as value,
    judged.n_series,
    count(*) over () as n_found,
    'computed' as basis,
    judged.release,
    'status' as unit
from judged
inner join core.area as a on a.area_code = judged.area_code
where exists (select asked.area_code from asked inner join judged as own on own.area_code = asked.area_code)
order by judged.place, a.name, cast(judged.goal as integer)
