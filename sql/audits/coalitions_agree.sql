-- rule: WH-050
-- severity: critical
-- why: the World's coalitions are those that the records name: counted again from leads, partners and declared links,
--      as lists of kinds, every pair of every register and goal has the same number of actions
-- fix: Do not publish: report it with the examples, it is a fault of the build.
with named as (
    select action_id, lead_kind as actor_kind
    from core.action
    where lead_kind is not null
    union all
    select p.action_id, p.partner_kind as actor_kind
    from core.action_partner as p
    join core.action as a on a.action_id = p.action_id
    where a.lead_kind is null or lower(strip_accents(coalesce(a.lead, ''))) <> lower(strip_accents(p.partner))
),
listed as (
    select action_id, list_sort(list(actor_kind)) as kinds
    from named
    group by action_id
    having count(*) > 1
),
goals as (
    select action_id, null as goal_code from listed
    union
    select action_id, goal_code from core.action_link where method = 'declared'
),
sides as (
    select action_id, kinds, unnest(list_distinct(kinds)) as actor_kind_a from listed
),
pairs as (
    select action_id, kinds, actor_kind_a, unnest(list_distinct(kinds)) as actor_kind_b from sides
),
expected as (
    select a.dataset_id, g.goal_code, p.actor_kind_a, p.actor_kind_b, count(*) as n_expected
    from pairs as p
    join core.action as a on a.action_id = p.action_id
    join goals as g on g.action_id = p.action_id
    where p.actor_kind_a < p.actor_kind_b
        or (p.actor_kind_a = p.actor_kind_b and len(list_filter(p.kinds, lambda one: one = p.actor_kind_a)) > 1)
    group by a.dataset_id, g.goal_code, p.actor_kind_a, p.actor_kind_b
),
found as (
    select dataset_id, goal_code, actor_kind_a, actor_kind_b, n_actions, n_total
    from evidence.coalition
    where area_code = '001' and local_government_id is null and year is null
)
select
    coalesce(e.dataset_id, f.dataset_id) as dataset_id, coalesce(e.goal_code, f.goal_code) as goal_code,
    coalesce(e.actor_kind_a, f.actor_kind_a) as actor_kind_a, coalesce(e.actor_kind_b, f.actor_kind_b) as actor_kind_b,
    e.n_expected, f.n_actions, f.n_total
from expected as e
full join found as f
    on f.dataset_id = e.dataset_id and f.goal_code is not distinct from e.goal_code
    and f.actor_kind_a = e.actor_kind_a and f.actor_kind_b = e.actor_kind_b
where e.n_expected is distinct from f.n_actions or f.n_actions > f.n_total
