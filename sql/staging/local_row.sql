-- local_row: typed records, each with the rule that rejects it, or none.
-- grain: file, row
-- depends: local_typed (a temp table)
-- why: a key with several values has lost a column, so that none of its rows can be trusted; a repeated row counts
--   once; measures and notes are no part of the key, or a contradiction would hide behind its confidence limits
with ruled as (
    select *, case
        when value_status is null then 'R04'
        when first_year is null or first_year not between 1900 and 2100
            or last_year not between first_year and 2100 then 'R07'
        when value_status = 'unparsed' then 'R06'
    end as cell_rule,
    hash(file, period, coalesce(published_unit, ''), key_cells) as key
    from local_typed
),
counted as (
    select *,
        count(distinct coalesce(value::varchar, value_raw)) filter (cell_rule is null)
            over (partition by key) as n_values,
        row_number() over (partition by key, cell_rule is null order by row) as occurrence
    from ruled
)
select * exclude (cell_rule, key, key_cells, n_values, occurrence),
    case when cell_rule is not null then cell_rule
        when n_values > 1 then 'R08' when occurrence > 1 then 'R09' end as rule,
    false as is_headline
from counted
