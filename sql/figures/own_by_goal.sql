-- name: own_by_goal
-- grain: goal
-- depends: core.goal, core.indicator, core.local_site, core.own_indicator, evidence.metric
-- why: the official indicators for which one local government has numbers of its own, by goal, each of how many
--   there are under the goal. A goal without one is a row with 0; a government without any has no row at all.
with own as (
    select
        o.goal_code,
        count(distinct o.indicator_code) as n_indicators
    from core.own_indicator as o
    where o.local_government_id = $area
    group by o.goal_code
),
official as (
    select
        goal_code,
        count(*) as n_official
    from core.indicator
    group by goal_code
),
spans as (
    select
        min(first_year) as first_year,
        max(last_year) as last_year,
        sum(n_years) as n_values
    from core.own_indicator
    where local_government_id = $area
),
sites as (
    select string_agg(distinct release, '; ' order by release) as release
    from core.local_site
    where local_government_id = $area
)
select
    m.metric_id,
    g.goal_code as code,
    g.title as name,
    map_from_entries([('goal', g.goal_code)]) as dimensions,
    spans.last_year as year,
    cast(coalesce(own.n_indicators, 0) as double) as value,
    official.n_official as n_total,
    (select sum(own.n_indicators) from own) as n_own,
    (select sum(official.n_official) from official) as n_official,
    (select count(own.goal_code) from own) as n_goals,
    spans.first_year,
    count(*) over () as n_found,
    'computed' as basis,
    sites.release,
    m.unit
from core.goal as g
inner join official on official.goal_code = g.goal_code
cross join spans
cross join sites
cross join evidence.metric as m
left join own on own.goal_code = g.goal_code
where list_contains($metrics, m.metric_id)
    and (select count(own.goal_code) from own) > 0
order by cast(g.goal_code as integer)
