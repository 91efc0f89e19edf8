-- name: features
-- grain: text, feature
-- depends: text_input (text_id, language, text), $small_words
-- why: what the model sees of a text, the same when it learns and when it scores: words of two
--      letters or more without accents, beginnings of long words (so that plural and singular meet)
--      and pairs of neighbours. Small words (the, of, para) and the names of the goals as such ("SDG",
--      "ODS") carry no meaning and are taken out. `surface` is the word as in the text, for the reader.
with plain as (
    select
        text_id,
        language,
        regexp_extract_all(
            regexp_replace(
                strip_accents(replace(lower(regexp_replace(text, '<[^>]{0,200}>', ' ', 'g')), 'ß', 'ss')),
                '\b(sdgs?|ods|sustainable development goals?|objetivos? de desarrollo sostenible)\b', ' ', 'g'
            ),
            '[a-z]{2,}'
        ) as words
    from text_input
),
spread as (
    select text_id, language, words, list_filter(words, lambda w: len(w) > 3) as long_words
    from (
        select
            text_id,
            language,
            list_filter(words, lambda w: not list_contains($small_words, w)) as words
        from plain
    )
),
found as (
    select
        text_id,
        language,
        unnest(list_concat(
            list_transform(words, lambda w: struct_pack(feature := w, surface := w)),
            list_transform(
                list_filter(words, lambda w: len(w) > 5),
                lambda w: struct_pack(feature := left(w, 5) || '*', surface := w)
            ),
            list_transform(
                list_zip(long_words[:-2], long_words[2:]),
                lambda p: struct_pack(
                    feature := left(p[1], 6) || ' ' || left(p[2], 6), surface := p[1] || ' ' || p[2]
                )
            )
        )) as pair
    from spread
),
final as (
    select
        text_id,
        language,
        pair['feature'] as feature,
        min(pair['surface']) as surface,
        count(*) as n
    from found
    group by text_id, language, pair['feature']
)
select
    cast(text_id as bigint) as text_id,
    cast(language as varchar) as language,
    cast(feature as varchar) as feature,
    cast(surface as varchar) as surface,
    -- the tenth mention carries less than the first
    cast(1 + ln(n) as double) as frequency
from final
