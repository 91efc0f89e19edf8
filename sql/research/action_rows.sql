-- action_rows: actions with the goals that they serve, their countries, partners, register and source.
-- grain: action
-- depends: core.action, core.action_country, core.action_dataset, core.action_goal, core.action_partner,
--          core.local_government, meta.dataset
-- why: an action has one row, whatever the number of its goals, countries and partners. A goal that the action
--      itself declares is told from one that a model found. A register that is a part of another is cited with it.
with goals as (
    select
        action_id,
        string_agg(goal_code, ', ' order by cast(goal_code as integer)) as goals,
        string_agg(goal_code, ', ' order by cast(goal_code as integer)) filter (is_declared) as declared_goals,
        list(goal_code) as goal_codes
    from core.action_goal
    group by action_id
),
places as (
    select
        action_id,
        string_agg(country_name, ', ' order by country_name) as countries,
        list(area_code) as country_codes
    from core.action_country
    group by action_id
),
partners as (
    select
        action_id,
        count(distinct partner) as n_partners,
        string_agg(distinct partner_kind, ', ' order by partner_kind) as partner_kinds,
        list(distinct partner_kind) as kinds
    from core.action_partner
    group by action_id
),
snapshots as (
    select release, min(source) as source
    from meta.dataset
    group by release
)
select
    a.action_id, a.title, a.lead, a.lead_kind, a.year, a.end_year, g.goals, g.declared_goals, p.countries,
    coalesce(r.n_partners, 0) as n_partners, r.partner_kinds, a.kind, a.local_government_id,
    l.name as local_government, a.url, a.language, a.description, a.dataset_id as register, t.title as register_title,
    t.is_self_selected, a.release,
    if(t.publisher is null, s.source, coalesce(t.part_of, t.dataset_id)) as dataset,
    coalesce(t.attribution, d.attribution, t.title) as source
from core.action as a
join core.action_dataset as t on t.dataset_id = a.dataset_id
left join goals as g on g.action_id = a.action_id
left join places as p on p.action_id = a.action_id
left join partners as r on r.action_id = a.action_id
left join core.local_government as l on l.local_government_id = a.local_government_id
left join snapshots as s on s.release = a.release
left join meta.dataset as d on d.release = a.release and d.source = s.source
where
    (len($goals) = 0 or list_has_any(g.goal_codes, $goals))
    and (len($partner_kinds) = 0 or list_has_any(r.kinds, $partner_kinds))
    and (len($lead_kinds) = 0 or list_contains($lead_kinds, a.lead_kind))
    and (len($countries) = 0 or list_has_any(p.country_codes, $countries))
    and (len($governments) = 0 or list_contains($governments, a.local_government_id))
    and (len($registers) = 0 or list_contains($registers, a.dataset_id) or list_contains($registers, t.part_of))
    and ($first_year is null or coalesce(a.end_year, a.year) >= $first_year)
    and ($last_year is null or a.year <= $last_year)
    and (len($years) = 0 or list_contains($years, cast(a.year as varchar)))
    and len(
        list_filter(
            $words,
            lambda word: not contains(
                strip_accents(lower(concat_ws(' ', a.title, a.description, a.lead, array_to_string(a.partners, ' ')))),
                word
            )
        )
    ) = 0
order by a.title, a.action_id
