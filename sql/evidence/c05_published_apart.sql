-- name: c05_published_apart
-- grain: goal, side
-- depends: core.indicator, core.local_indicator, core.own_indicator, core.series_indicator
-- why: official indicators that the UN publishes and no local government reports, and the reverse, of the
--   indicators of the official list. What the UN publishes is what its lists have a series for: the observations
--   available may be those of a few series, and their absence says nothing of the UN. The year is that of the pull.
with published as (
    select distinct indicator_code from core.series_indicator
),
sides as (
    select
        i.indicator_code,
        i.goal_code,
        i.indicator_code in (select indicator_code from published) as is_published,
        i.indicator_code in (select indicator_code from core.own_indicator) as is_local
    from core.indicator as i
),
cut as (
    select 'UN alone' as side, null as goal_code, is_published and not is_local as counts from sides
    union all
    select 'local alone', null, is_local and not is_published from sides
    union all
    select 'both', null, is_local and is_published from sides
    union all
    select 'UN alone', goal_code, is_published and not is_local from sides
    union all
    select 'local alone', goal_code, is_local and not is_published from sides
)
select
    '001' as area_code,
    pull.year,
    map {'side': cut.side, 'goal': cut.goal_code} as dimensions,
    count(*) filter (cut.counts) as value,
    count(*) as n_total,
    'official indicators' as denominator,
    'computed' as basis,
    pull.release
from cut
cross join ($shared_local_pull) as pull
where pull.n_governments > 0
group by cut.side, cut.goal_code, pull.year, pull.release
