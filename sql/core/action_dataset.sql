-- core.action_dataset: the registers that actions are from.
-- grain: register
-- depends: core.action, core.action_actor, core.action_country, registry_register_parts, staging.action_dataset
-- why: registers are unlike: who may register, for which goals, from when on. Counts are made for each alone. What
--      the newest file of a register states of it holds; the day that it is as of is that of its newest
--      snapshot where no file states it. Targets beside local indicators are a register of their own;
--      a part of a register has the facts of the whole, and a title of its own. How many records
--      state a year, a country or an actor, and how many actors are of a known kind, says how far its counts carry.
with stated as (
    select * exclude (release, snapshot_sha256)
    from staging.action_dataset
    qualify row_number() over (partition by dataset_id order by release desc, snapshot_sha256) = 1
),
counted as (
    select
        dataset_id,
        count(*) as n_actions,
        count(year) as n_with_year,
        max(regexp_extract(release, '(?:^|@)([0-9]{4}(?:-[0-9]{2}){0,2})', 1)) as newest
    from core.action
    group by dataset_id
),
actors as (
    select
        a.dataset_id,
        count(distinct a.action_id) as n_with_actor,
        count(*) as n_actors,
        count(*) filter (p.actor_kind = 'not classified') as n_not_classified
    from core.action as a
    join core.action_actor as p on p.action_id = a.action_id
    group by a.dataset_id
),
countries as (
    select a.dataset_id, count(distinct a.action_id) as n_with_country
    from core.action as a
    join core.action_country as c on c.action_id = a.action_id
    group by a.dataset_id
),
local_targets as (
    select
        'local_targets' as dataset_id,
        'Targets beside local SDG indicators' as title,
        true as is_self_selected
)
select
    c.dataset_id,
    coalesce(part.title, s.title, t.title, c.dataset_id) as title,
    part.dataset_id as part_of,
    s.publisher, s.licence, s.attribution, s.homepage,
    coalesce(s.is_self_selected, t.is_self_selected, true) as is_self_selected,
    coalesce(s.as_of, try_cast(c.newest || substr('0001-01-01', len(c.newest) + 1) as date)) as as_of,
    c.n_actions,
    s.n_in_register,
    c.n_with_year,
    coalesce(countries.n_with_country, 0) as n_with_country,
    coalesce(actors.n_with_actor, 0) as n_with_actor,
    coalesce(actors.n_actors, 0) as n_actors,
    coalesce(actors.n_not_classified, 0) as n_not_classified
from counted as c
left join registry_register_parts as part on part.part_id = c.dataset_id
left join stated as s on s.dataset_id = coalesce(part.dataset_id, c.dataset_id)
left join actors on actors.dataset_id = c.dataset_id
left join countries on countries.dataset_id = c.dataset_id
left join local_targets as t on t.dataset_id = c.dataset_id
order by c.dataset_id
