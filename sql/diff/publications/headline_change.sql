-- diff/publications/headline_change: the headline values of the metrics that differ between two published files.
-- grain: metric, area, local government where it is about one, breakdown
-- depends: evidence.metric_value
-- why: what is quoted is the newest year of a metric that rests on enough. A value that moves only in the digits
--   that depend on the order of a sum is the same, as it is for the content hash. The same value for another year
--   is no change of it. is_main is the total, or a breakdown of what has no total.
with older as (
    select
        metric_id, area_code, coalesce(local_government_id, '') as government, breakdown,
        year, value, definition, release
    from old.evidence.metric_value
    where is_headline_year
),
newer as (
    select
        metric_id, area_code, coalesce(local_government_id, '') as government, breakdown,
        year, value, definition, release
    from new.evidence.metric_value
    where is_headline_year
),
with_total as ( -- noqa: ST03
    select metric_id, area_code, government from older where breakdown = ''
    union
    select metric_id, area_code, government from newer where breakdown = ''
),
compared as (
    select
        metric_id, area_code, government, breakdown,
        older.year as old_year, older.value as old_value, newer.year as new_year, newer.value as new_value,
        older.definition as old_definition, newer.definition as new_definition,
        older.release as old_release, newer.release as new_release,
        case
            when older.year is null then 'added'
            when newer.year is null then 'removed'
            when cast(older.value as float) is distinct from cast(newer.value as float)
                or older.definition is distinct from newer.definition then 'changed'
            when older.year <> newer.year then 'other year'
        end as change
    from older
    full join newer using (metric_id, area_code, government, breakdown)
)
select
    c.metric_id, c.area_code, nullif(c.government, '') as local_government_id, c.breakdown,
    c.breakdown = '' or t.metric_id is null as is_main,
    c.old_year, c.old_value, c.new_year, c.new_value, c.old_definition, c.new_definition, c.old_release, c.new_release,
    c.change,
    list_filter([
        if(c.old_year < c.new_year, 'new year', null),
        if(c.old_year > c.new_year, 'earlier year', null),
        if(c.change = 'changed' and c.old_definition is distinct from c.new_definition, 'other definition', null),
        if(c.old_release <> c.new_release, 'new release', null),
        if(
            c.old_year = c.new_year and c.old_definition is not distinct from c.new_definition
            and cast(c.old_value as float) is distinct from cast(c.new_value as float),
            if(c.old_release <> c.new_release, 'revised value', 'corrected value'), null
        )
    ], lambda reason: reason is not null) as reasons
from compared as c
left join with_total as t
    on t.metric_id = c.metric_id and t.area_code = c.area_code and t.government = c.government
where c.change is not null
