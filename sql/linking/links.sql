-- name: links
-- grain: text, level, code
-- depends: text_input (text_id, language, text, n_words), candidate (of scores.sql), link_curve, link_knot, $shown,
--   $min_known, $kind
-- why: a score becomes a confidence by the curve of its language, level, kind of text and length. What is shown is
--      more than what is accepted: a text whose best goal is likely enough shows its goals and up to five
--      targets in order, each with how often such a link is right; accepted is what reaches the threshold,
--      and of targets only those of a goal that does.
with measured as (
    select
        c.*,
        v.intercept
            + v.score * c.score
            + v.first * cast(c.rank = 1 as integer)
            + v.lead * greatest(c.margin, 0)
            + v.lag * least(c.margin, 0)
            + v.known * ln(1 + c.n_known) as position,
        v.length,
        v.threshold
    from candidate as c
    inner join text_input as t on t.text_id = c.text_id
    inner join link_curve as v
        on v.language = c.language and v.level = c.level
        and v.kind = $kind and v.length <= t.n_words and v.longer > t.n_words
    where c.n_known >= $min_known
),
placed as (
    select
        m.*,
        k.confidence
            + case when k.next_start > k.start then
                (m.position - k.start) / (k.next_start - k.start) * (k.next_confidence - k.confidence)
            else 0 end as confidence
    from measured as m
    asof inner join link_knot as k
        on k.language = m.language and k.level = m.level and k.kind = $kind
        and k.length = m.length and k.start <= m.position
),
judged as (
    select
        *,
        confidence >= threshold
        and coalesce(bool_or(confidence >= threshold) filter (where level = 'goal') over (
            partition by text_id, split_part(code, '.', 1)
        ), false) as is_accepted,
        max(confidence) filter (where level = 'goal') over (partition by text_id) as best_goal,
        row_number() over (partition by text_id, level order by confidence desc, score desc, code) as place
    from placed
),
final as (
    select *
    from judged
    where best_goal >= $shown and (level = 'target' or confidence >= $shown)
)
select
    cast(text_id as bigint) as text_id,
    cast(level as varchar) as level,
    cast(code as varchar) as code,
    cast(round(confidence, 4) as double) as confidence,
    cast(place as integer) as rank,
    cast(is_accepted as boolean) as is_accepted,
    cast(array_to_string(
        list_transform(words, lambda w: w['word'] || ' ' || format('{:.2f}', w['share'])), ', '
    ) as varchar) as evidence
from final
