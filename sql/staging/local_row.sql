-- local_row: typed records, each with the rule that rejects it, or none.
-- grain: file, row
-- depends: local_typed (a temp table)
-- why: a key with several values has lost a column, so that none of its rows can be trusted; a repeated row counts
--   once; measures and notes are no part of the key, or a contradiction would hide behind its confidence limits
with ruled as (
    select *, case
        when value_status is null then 'R04'
        when first_year is null then 'R07'
        when is_far_ahead then 'R13'
        when multiplier is null then 'R14'
        when value_status = 'unparsed' then 'R06'
    end as cell_rule,
    hash(file, period, coalesce(published_unit, ''), key_cells) as key
    from local_typed
),
judged as (
    select *,
        (cell_rule = 'R06' and is_misread or cell_rule = 'R14') and area_kind = 'own' and is_whole
            and not is_part_year as is_unread
    from ruled
),
counted as (
    select *,
        -- what is left of a total of which some years are not understood would be a biased series
        count(*) filter (is_unread) over (partition by file) > 0 as is_biased,
        count(distinct coalesce(value::varchar, value_raw)) filter (cell_rule is null)
            over (partition by key) as n_values,
        row_number() over (partition by key, cell_rule is null order by row) as occurrence
    from judged
)
select * exclude (cell_rule, key, key_cells, n_values, occurrence),
    case when cell_rule is not null then cell_rule
        when n_values > 1 then 'R08' when occurrence > 1 then 'R09' end as rule,
    false as is_headline
from counted
