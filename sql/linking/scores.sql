-- name: scores
-- grain: text, level, code: the few codes that score best
-- depends: text_feature (of features.sql), link_vocabulary, link_weight, link_code, $goals, $targets
-- why: a score is a sum, so one join of the words of a text with the weights of words gives it, and
--      the same rows say which words carried it. A text's vector has length one at each level.
with known as (
    select
        f.text_id,
        f.surface,
        f.frequency,
        v.feature_id,
        f.frequency * v.goal_idf as goal_mass,
        f.frequency * v.target_idf as target_mass
    from text_feature as f
    inner join link_vocabulary as v on v.language = f.language and v.feature = f.feature
),
lengths as (
    select
        text_id,
        sqrt(sum(goal_mass * goal_mass)) as goal_length,
        sqrt(sum(target_mass * target_mass)) as target_length,
        count(distinct surface) filter (where not contains(surface, ' ')) as n_known
    from known
    group by text_id
),
-- read twice: for the sum, and for the words behind it
weighed as materialized (
    select k.text_id, w.code_id, k.surface, k.frequency * w.weight as part
    from known as k
    inner join link_weight as w on w.feature_id = k.feature_id
),
sums as (
    select text_id, code_id, sum(part) as total
    from weighed
    group by text_id, code_id
),
scored as (
    select
        s.text_id,
        s.code_id,
        c.language,
        c.level,
        c.code,
        if(c.level = 'goal', l.goal_length, l.target_length) as length,
        s.total / if(c.level = 'goal', l.goal_length, l.target_length) + c.intercept as score,
        l.n_known
    from sums as s
    inner join lengths as l on l.text_id = s.text_id
    inner join link_code as c on c.code_id = s.code_id
),
ranked as (
    select
        *,
        row_number() over best as rank,
        first_value(score) over best as best_score,
        lead(score) over best as next_score
    from scored
    window best as (partition by text_id, level order by score desc, code_id)
),
best as (
    select
        *,
        -- how far ahead of the best other code, or how far behind it
        score - if(rank = 1, coalesce(next_score, -3), best_score) as margin
    from ranked
    where rank <= if(level = 'goal', $goals, $targets)
),
-- a word counts as a whole, its beginnings with it
parts as (
    select w.text_id, w.code_id, w.surface, sum(w.part) / any_value(b.length) as share
    from weighed as w
    inner join best as b on b.text_id = w.text_id and b.code_id = w.code_id
    group by w.text_id, w.code_id, w.surface
),
carried as (
    select
        text_id,
        code_id,
        max(struct_pack(share := share, word := surface), 5) as words
    from parts
    where share > 0
    group by text_id, code_id
),
final as (
    select b.*, coalesce(c.words, []) as words
    from best as b
    left join carried as c on c.text_id = b.text_id and c.code_id = b.code_id
)
select
    cast(text_id as bigint) as text_id,
    cast(language as varchar) as language,
    cast(level as varchar) as level,
    cast(code as varchar) as code,
    cast(rank as integer) as rank,
    cast(score as double) as score,
    cast(margin as double) as margin,
    cast(n_known as integer) as n_known,
    cast(words as struct(share double, word varchar)[]) as words
from final
