-- core.action: local actions, the newest record of each.
-- grain: local action; depends: staging.action, staging.local_target
-- why: a record that was handed in again replaces its older one; two cities may use one id,
--      so the id begins with the government. A target that a government writes beside an
--      indicator (not its verdict on the way) is an action declared against the SDGs; its title is made of facts.
with newest as (
    select *
    from staging.action
    qualify row_number() over (
        partition by action_id order by release desc, snapshot_sha256, row_number
    ) = 1
),
final as (
    select
        action_id, local_government_id, title, action_kind as kind, year, url, language, description,
        partners, declared_sdgs, given_action_id, release, snapshot_sha256
    from newest
    union all
    select
        concat_ws(':', local_government_id, site_id, local_indicator_id, target_kind, sequence) as action_id,
        local_government_id,
        concat_ws(' ', target_kind, 'for local indicator', local_indicator_id || ':',
            coalesce(value_raw, cast(value as varchar)), if(unit = 'NOT STATED', null, unit)) as title,
        target_kind as kind, year, null as url, null as language, null as description,
        cast([] as varchar[]) as partners, coalesce(indicator_code, target_code, goal_code) as declared_sdgs,
        null as given_action_id, release, snapshot_sha256
    from staging.local_target
    where target_kind <> 'progress'
)
select
    action_id, local_government_id, title, kind, year, url, language, description, partners, declared_sdgs,
    given_action_id, release, snapshot_sha256
from final
order by action_id
