-- name: c06_actor_pairs
-- grain: area or local government, register, goal or none, pair of kinds of actors
-- depends: core.action_dataset, core.action_place, evidence.coalition
-- why: which kinds of actors act together, of all years of a register. A pair of one kind with itself is the
--   actions in which two or more of that kind take part. A pair that no action has has no row. Goals are cut for
--   the World and groups of countries.
with releases as (
    select
        dataset_id, area_code, local_government_id,
        array_to_string(list_sort(list_distinct(list(release))), '; ') as release
    from core.action_place
    group by dataset_id, area_code, local_government_id
)
select
    c.area_code,
    year(d.as_of) as year,
    map {'dataset': c.dataset_id, 'goal': c.goal_code, 'pair': c.actor_kind_a || '+' || c.actor_kind_b} as dimensions,
    c.n_actions as value,
    c.n_areas,
    c.n_total,
    if(c.goal_code is null, 'actions with two actors or more', 'actions with the goal and two actors or more')
        as denominator,
    'computed' as basis,
    r.release,
    c.local_government_id
from evidence.coalition as c
join core.action_dataset as d on d.dataset_id = c.dataset_id
join releases as r
    on r.dataset_id = c.dataset_id and r.area_code = c.area_code
    and r.local_government_id is not distinct from c.local_government_id
where c.year is null
