-- core.action: local actions, the newest record of each.
-- grain: local action
-- depends: core.local_government, registry_register_parts, staging.action, staging.local_target
-- why: a record that was handed in again replaces its older one; two cities or registers may use one id,
--      so the id begins with the government, or the register. A target that a government writes beside an
--      indicator (not its verdict on the way) is an action declared against the SDGs; its title is made of facts.
--      A part of a register that is unlike the rest is a register of its own, by a reviewed list.
with newest as (
    select *
    from staging.action
    qualify row_number() over (
        partition by action_id order by release desc, snapshot_sha256, row_number
    ) = 1
),
final as (
    select
        n.action_id, coalesce(part.part_id, n.dataset_id) as dataset_id, n.lead, n.lead_kind, n.lead_kind_basis,
        n.local_government_id, n.title, n.action_kind as kind, n.year, n.end_year, n.url, n.language, n.description,
        n.partners, n.declared_sdgs, n.given_action_id, n.release, n.snapshot_sha256
    from newest as n
    left join registry_register_parts as part
        on part.dataset_id = n.dataset_id and starts_with(ltrim(n.given_action_id, '#'), part.action_id_begins)
    union all
    select
        concat_ws(':', t.local_government_id, t.site_id, t.local_indicator_id, t.target_kind, t.sequence) as action_id,
        'local_targets' as dataset_id, g.name as lead, 'local government' as lead_kind,
        'known' as lead_kind_basis, t.local_government_id,
        concat_ws(' ', t.target_kind, 'for local indicator', t.local_indicator_id || ':',
            coalesce(t.value_raw, cast(t.value as varchar)), if(t.unit = 'NOT STATED', null, t.unit)) as title,
        t.target_kind as kind, t.year, null as end_year, null as url, null as language, null as description,
        cast([] as varchar[]) as partners, coalesce(t.indicator_code, t.target_code, t.goal_code) as declared_sdgs,
        null as given_action_id, t.release, t.snapshot_sha256
    from staging.local_target as t
    join core.local_government as g on g.local_government_id = t.local_government_id
    where t.target_kind <> 'progress'
)
select
    action_id, dataset_id, lead, lead_kind, lead_kind_basis, local_government_id, title, kind, year, end_year,
    url, language, description, partners, declared_sdgs, given_action_id, release, snapshot_sha256
from final
order by action_id
