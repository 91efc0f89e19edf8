-- core.action_partner: the partners that action records name, with their kind.
-- grain: action, partner
-- depends: core.action, registry_partner_kinds
-- why: partners are free text. A reviewed list of phrases in five languages tells their kind: the phrase
--      with the lowest place that is in the name, whole words of it, without accents; a star stands
--      for any letters, a dollar sign for the end. A name without any is not classified, never guessed.
with named as (
    select
        action_id,
        trim(partner) as partner,
        ' ' || trim(regexp_replace(lower(strip_accents(partner)), '[^a-z0-9]+', ' ', 'g')) || ' $' as words
    from (select action_id, unnest(partners) as partner from core.action)
    where trim(partner) <> ''
),
names as (
    select distinct words from named
),
phrases as (
    select
        cast(place as integer) as place,
        partner_kind,
        if(starts_with(phrase, '*'), '', ' ') || trim(phrase, '*')
            || if(ends_with(phrase, '*') or ends_with(phrase, '$'), '', ' ') as part
    from registry_partner_kinds
),
kinds as (
    select n.words, arg_min(p.partner_kind, (p.place, -length(p.part), p.part)) as partner_kind
    from names as n
    join phrases as p on contains(n.words, p.part)
    group by n.words
)
select
    n.action_id, n.partner,
    any_value(coalesce(k.partner_kind, 'not classified')) as partner_kind
from named as n
left join kinds as k on k.words = n.words
group by n.action_id, n.partner
order by action_id, partner
