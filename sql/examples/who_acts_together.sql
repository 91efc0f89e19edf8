-- Which kinds of actors most often act together, in each register of the World.
-- name: who_acts_together
-- grain: register, pair of kinds of actors
-- depends: core.action_dataset, evidence.coalition
-- why: an action counts once a pair, of all goals and years. Actors of which the kind is not known are left out:
--   n_total is the actions that name two actors or more, of whatever kinds.
-- column dataset_id: Register that the actions are from.
-- column title: Title of the register.
-- column share_pct: n_actions as a share of n_total. Unit: per cent.
select
    c.dataset_id,
    d.title,
    c.actor_kind_a,
    c.actor_kind_b,
    c.n_actions,
    c.n_total,
    100.0 * c.n_actions / c.n_total as share_pct
from evidence.coalition as c
join core.action_dataset as d on d.dataset_id = c.dataset_id
where c.area_code = '001' and c.local_government_id is null and c.goal_code is null and c.year is null
    and 'not classified' not in (c.actor_kind_a, c.actor_kind_b)
order by c.dataset_id, c.n_actions desc, c.actor_kind_a, c.actor_kind_b
