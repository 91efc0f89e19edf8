-- name: c05_local_targets
-- grain: local government, goal, status
-- depends: core.local_government, evidence.local_progress
-- why: which of the numeric targets that a local government has set itself are on course, in all and by goal (null
--   is all of them). A status that no target has is a row with 0, so that the statuses add up to n_total. The year
--   is that of the pull; a government whose country has no UN area code has no row.
with statuses as (
    select
        unnest([
            'on track or target met', 'moderate progress, acceleration needed',
            'marginal progress, significant acceleration needed', 'stagnation', 'regression', 'not assessed',
            'insufficient data'
        ]) as status
),
scopes as (
    select local_government_id, null as goal_code, status, release from evidence.local_progress
    union all
    select local_government_id, goal_code, status, release from evidence.local_progress where goal_code is not null
),
counted as (
    select
        scopes.local_government_id,
        scopes.goal_code,
        statuses.status,
        count(*) filter (scopes.status = statuses.status) as n_targets,
        count(*) as n_total,
        max(scopes.release) as release
    from scopes
    cross join statuses
    group by scopes.local_government_id, scopes.goal_code, statuses.status
),
final as (
    select
        g.area_code,
        cast(regexp_extract(counted.release, '@([0-9]{4})', 1) as integer) as year,
        map {'goal': counted.goal_code, 'status': counted.status} as dimensions,
        cast(counted.n_targets as double) as value,
        1 as n_areas,
        counted.n_total,
        if(counted.goal_code is null, 'own targets', 'own targets of the goal') as denominator,
        counted.release,
        counted.local_government_id
    from counted
    inner join core.local_government as g on g.local_government_id = counted.local_government_id
    where g.area_code is not null
)
select
    area_code, year, dimensions, value, n_areas, n_total, denominator, 'computed' as basis, release,
    local_government_id
from final
