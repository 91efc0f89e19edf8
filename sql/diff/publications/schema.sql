-- diff/publications/schema: tables, views and columns that came, went or have another type.
-- grain: table, column
-- depends: old_column, new_column
-- why: a query written for one file meets the other. A table that came or went is one row, without its columns.
with older_table as (
    select distinct table_name from old_column
),
newer_table as (
    select distinct table_name from new_column
),
whole as (
    select
        table_name, cast(null as varchar) as column_name,
        if(older_table.table_name is null, 'table added', 'table removed') as change,
        cast(null as varchar) as old_type, cast(null as varchar) as new_type
    from older_table
    full join newer_table using (table_name)
    where older_table.table_name is null or newer_table.table_name is null
),
single as (
    select
        table_name, column_name,
        case
            when old_column.data_type is null then 'column added'
            when new_column.data_type is null then 'column removed'
            else 'type changed'
        end as change,
        old_column.data_type as old_type, new_column.data_type as new_type
    from old_column
    full join new_column using (table_name, column_name)
    where old_column.data_type is distinct from new_column.data_type
        and table_name not in (select w.table_name from whole as w)
)
select table_name, column_name, change, old_type, new_type from whole
union all
select table_name, column_name, change, old_type, new_type from single
order by table_name, column_name nulls first
