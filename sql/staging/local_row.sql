-- local_row: typed records, each with the rule that rejects it, or none.
-- grain: file, row
-- depends: local_typed (a temp table)
-- why: a key with several values has lost a column, so that none of its rows can be trusted; a repeated row counts
--   once; measures and notes are no part of the key, or a contradiction would hide behind its confidence limits.
--   Few keys have several rows: those alone are sorted
with ruled as materialized (
    select file, row, area_kind = 'own' and is_whole and not is_part_year as is_total, is_misread, case
        when value_status is null then 'R04'
        when first_year is null then 'R07'
        when is_far_ahead then 'R13'
        when multiplier is null then 'R14'
        when value_status = 'unparsed' then 'R06'
    end as cell_rule,
    coalesce(value::varchar, value_raw) as stated,
    hash(file, period, coalesce(published_unit, ''), key_cells) as key
    from local_typed
),
judged as (
    select *, (cell_rule = 'R06' and is_misread or cell_rule = 'R14') and is_total as is_unread
    from ruled
),
repeated as (
    select key from ruled group by key having count(*) > 1
),
counted as (
    select file, row,
        count(distinct stated) filter (cell_rule is null) over (partition by key) as n_values,
        row_number() over (partition by key, cell_rule is null order by row) as occurrence
    from ruled semi join repeated using (key)
),
-- what is left of a total of which some years are not understood would be a biased series
biased as (
    select distinct file from judged where is_unread
)
select t.* exclude (key_cells), j.is_unread, b.file is not null as is_biased,
    case when j.cell_rule is not null then j.cell_rule
        when c.n_values > 1 then 'R08' when c.occurrence > 1 then 'R09' end as rule,
    false as is_headline
from local_typed as t
join judged as j using (file, row)
left join counted as c using (file, row)
left join biased as b using (file)
