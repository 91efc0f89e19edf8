-- name: across_areas
-- grain: metric, area, breakdown
-- depends: core.area, core.area_grouping, evidence.metric, evidence.metric_value
-- why: the asked area beside others, each with its latest year. The World is shown beside the SDG
--   regions that have values and lie in no larger one that has; a region beside its countries; a
--   country beside its SDG regions and the World. Where several breakdowns are asked, the year is
--   the latest that has them all and rests on enough countries (strength). Areas are compared by one definition:
--   that of most of them. Values more than $max_age years older than the newest are left out. Of more than $most
--   places the highest and the lowest are shown, and of pairs the widest, so that the range is the whole one.
--   n_highest, n_lowest: how many of the n_others places beside the asked one share the highest and the lowest
--   value, those that are not shown among them. n_first_above, n_second_above: of two breakdowns, in how many places
--   which is the higher one. n_countries: how many countries have a value in any year.
--   Without an area, every country at once, each beside its own others: the page asks one query a figure.
with asked as (
    select
        area_code,
        kind
    from core.area
    where area_code = $area or ($area = '' and kind not in ('world', 'region', 'grouping'))
),
valued as (
    select
        v.metric_id,
        v.area_code,
        v.year,
        v.definition
    from evidence.metric_value as v
    where list_contains($metrics, v.metric_id)
        and list_contains($breakdowns, v.breakdown)
        and v.local_government_id is null
        and v.value is not null
        and v.strength is distinct from 'weak'
    group by v.metric_id, v.area_code, v.year, v.definition
    having count(distinct v.breakdown) = len($breakdowns)
),
-- 543 is Oceania without Australia and New Zealand: reported as an SDG region, listed as a grouping
members as (
    select distinct
        grouping_code,
        area_code
    from core.area_grouping
    where grouping_code <> '001'
        and (scheme = 'SDG regions' or grouping_code = '543')
        and grouping_code in (select valued.area_code from valued)
),
sizes as (
    select
        grouping_code,
        count(*) as n_members
    from members
    group by grouping_code
),
inside as (
    select one.grouping_code
    from members as one
    inner join members as other
        on other.area_code = one.area_code
        and other.grouping_code <> one.grouping_code
    inner join sizes as one_size on one_size.grouping_code = one.grouping_code
    inner join sizes as other_size
        on other_size.grouping_code = other.grouping_code
        and other_size.n_members > one_size.n_members
    group by one.grouping_code, other.grouping_code
    having count(*) = any_value(one_size.n_members)
),
wanted as (
    select
        area_code as asked,
        area_code
    from asked
    union
    select
        asked.area_code as asked,
        '001' as area_code
    from asked
    where asked.kind not in ('world', 'region', 'grouping')
    union
    select
        asked.area_code as asked,
        sizes.grouping_code as area_code
    from sizes
    inner join asked on asked.kind = 'world'
    where $level = 'regions' and sizes.grouping_code not in (select inside.grouping_code from inside)
    union
    select
        asked.area_code as asked,
        membership.grouping_code as area_code
    from core.area_grouping as membership
    inner join asked on asked.area_code = membership.area_code
    where asked.kind not in ('world', 'region', 'grouping') and membership.scheme = 'SDG regions'
    union
    select
        asked.area_code as asked,
        membership.area_code
    from core.area_grouping as membership
    inner join asked on asked.area_code = membership.grouping_code
    inner join core.area as country on country.area_code = membership.area_code
    where country.kind not in ('world', 'region', 'grouping')
        and (asked.kind <> 'world' or $level = 'countries')
),
-- kept as it is: else all areas are joined to all definitions first, a million rows where all are asked
beside as materialized (
    select
        wanted.asked,
        valued.metric_id,
        valued.area_code,
        valued.year,
        valued.definition
    from valued
    inner join wanted on wanted.area_code = valued.area_code
),
common as (
    select
        beside.asked,
        beside.metric_id,
        beside.definition
    from beside
    group by beside.asked, beside.metric_id, beside.definition
    qualify row_number() over (
        partition by beside.asked, beside.metric_id
        order by count(distinct beside.area_code) desc, max(beside.year) desc, beside.definition
    ) = 1
),
latest as (
    select
        beside.asked,
        beside.metric_id,
        beside.area_code,
        max(beside.year) as year
    from beside
    inner join common
        on common.asked = beside.asked
        and common.metric_id = beside.metric_id
        and common.definition is not distinct from beside.definition
    group by beside.asked, beside.metric_id, beside.area_code
    qualify max(beside.year) >= max(max(beside.year)) over (partition by beside.asked) - $max_age
),
picked as (
    select
        latest.asked,
        v.metric_id,
        v.area_code as code,
        v.year,
        v.breakdown,
        v.value,
        v.area_code = latest.asked or v.area_code = '001' as is_named,
        list_position($breakdowns, v.breakdown) = 1 and v.value = max(v.value) over place
        and v.value > min(v.value) over place as is_first_above,
        list_position($breakdowns, v.breakdown) = 2 and v.value = max(v.value) over place
        and v.value > min(v.value) over place as is_second_above,
        max(v.value) over place as height,
        max(v.value) over place - min(v.value) over place as gap,
        max(if(v.area_code = latest.asked, null, v.value)) over kind as highest,
        min(if(v.area_code = latest.asked, null, v.value)) over kind as lowest
    from latest
    inner join evidence.metric_value as v
        on v.metric_id = latest.metric_id
        and v.area_code = latest.area_code
        and v.year = latest.year
    where list_contains($breakdowns, v.breakdown) and v.local_government_id is null and v.value is not null
    window
        kind as (partition by latest.asked, v.metric_id, v.breakdown),
        place as (partition by latest.asked, v.metric_id, v.area_code)
),
countries as (
    select count(distinct valued.area_code) as n_countries
    from valued
    inner join core.area as a on a.area_code = valued.area_code
    where a.kind not in ('world', 'region', 'grouping')
),
compared as (
    select
        *,
        is_named or (len($breakdowns) = 2 and gap = max(gap) over (partition by asked)) as is_kept,
        count(*) filter (code <> asked) over kind as n_others,
        count(*) filter (code <> asked and value = highest) over kind as n_highest,
        count(*) filter (code <> asked and value = lowest) over kind as n_lowest,
        count(*) filter (is_first_above) over (partition by asked) as n_first_above,
        count(*) filter (is_second_above) over (partition by asked) as n_second_above
    from picked
    window kind as (partition by asked, metric_id, breakdown)
),
shown as (
    select
        *,
        count(*) over (partition by asked) // len($breakdowns) as n_found
    from compared
    qualify n_found <= $most
        or dense_rank() over (partition by asked order by is_kept desc, height desc, code) <= ($most + 1) // 2
        or dense_rank() over (partition by asked order by is_kept desc, height, code desc) <= $most // 2
)
-- all that a row has is read last: the counts above need its value alone
select
    shown.asked,
    v.* exclude (local_government_id),
    shown.code,
    a.name,
    m.unit,
    shown.n_others,
    shown.n_highest,
    shown.n_lowest,
    shown.n_first_above,
    shown.n_second_above,
    countries.n_countries,
    shown.n_found
from shown
inner join evidence.metric_value as v
    on v.metric_id = shown.metric_id
    and v.area_code = shown.code
    and v.year = shown.year
    and v.breakdown = shown.breakdown
    and v.local_government_id is null
    and v.value is not null
inner join evidence.metric as m on m.metric_id = shown.metric_id
left join core.area as a on a.area_code = shown.code
cross join countries
order by shown.asked, shown.height desc, shown.code, list_position($breakdowns, shown.breakdown)
