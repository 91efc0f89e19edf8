-- core.total_conflict: totals that contradict their own breakdown by one dimension.
-- grain: dataset, series, area, year, disaggregation, release, dimension
-- depends: staging.observation, staging.breakdown, staging.observation_key, core.area, core.series_kind,
--          registry_universe
-- why: Belgium's women of 15 and over spend 2.43 % of the day on unpaid work, and each age band between
--      5.95 and 28.1 %: such a total would be the lowest of the world. The whole differs from its parts
--      in one dimension alone. Men and women, and town and country, make a whole; age bands do where they
--      follow one another from its first age to its last (bands that hold other bands are left out).
--      Parts that are all 0 under a total that is not are a breakdown without data. Fifths of
--      households by wealth, by sex and place at once, are too few in a survey to contradict anything.
with codes as (
    select
        b.dataset_id, b.release, b.published_series_code, b.published_breakdown, b.series_code, b.breakdown,
        b.sex, b.location, b.dimensions, k.value_kind, k.tolerance, k.part_dimensions,
        if(b.age = 'total', coalesce(u.code, 'ALLAGE'), b.age) as age
    from staging.breakdown as b
    join core.series_kind as k on k.series_code = b.series_code and len(k.part_dimensions) > 0
    left join registry_universe as u
        on u.series_code = b.series_code and u.dimension = 'age' and u.kind = 'total'
    where coalesce(b.dimensions['quantile'], 'total') = 'total'
),
-- first age and the age after the last; null where the code is no span of years
ages as (
    select
        *,
        case
            when age = 'ALLAGE' or starts_with(age, '<') then 0
            else try_cast(regexp_extract(age, '^([0-9]+)([+]|-[0-9]+)$', 1) as integer)
        end as first_age,
        case
            when age = 'ALLAGE' or regexp_full_match(age, '[0-9]+[+]') then 200
            when starts_with(age, '<=') then try_cast(regexp_extract(age, '^<=([0-9]+)Y?$', 1) as integer) + 1
            when starts_with(age, '<') then try_cast(regexp_extract(age, '^<([0-9]+)Y?$', 1) as integer)
            else try_cast(regexp_extract(age, '^[0-9]+-([0-9]+)$', 1) as integer) + 1
        end as end_age
    from codes
),
-- numbers for the combinations, by which the many observations are joined
numbered as (
    select *, row_number() over () as combination
    from ages
),
pairs as (
    select
        w.combination as whole, p.combination as part, d.dimension, w.value_kind, w.tolerance
    from numbered as w
    cross join (values ('sex'), ('location'), ('age')) as d (dimension)
    join numbered as p
        on p.dataset_id = w.dataset_id
        and p.release = w.release
        and p.published_series_code = w.published_series_code
        and p.dimensions = w.dimensions
        and (d.dimension = 'sex' or p.sex is not distinct from w.sex)
        and (d.dimension = 'location' or p.location is not distinct from w.location)
        and (d.dimension = 'age' or p.age is not distinct from w.age)
    where list_contains(w.part_dimensions, d.dimension)
        and case d.dimension
            when 'sex' then w.sex = 'total' and p.sex in ('FEMALE', 'MALE')
            when 'location' then w.location = 'total' and p.location in ('URBAN', 'RURAL')
            else p.first_age >= w.first_age and p.end_age <= w.end_age
                and (p.first_age, p.end_age) <> (w.first_age, w.end_age)
        end
),
counted as (
    select
        n.combination, o.area_code, o.year, coalesce(o.reporting_type, 'G') as reporting_type, o.value,
        o.rowid as staged_row
    from staging.observation as o
    join numbered as n
        on n.dataset_id = o.dataset_id
        and n.release = o.release
        and n.published_series_code = o.published_series_code
        and n.published_breakdown = o.published_breakdown
    where o.value is not null and o.censoring is null
        and o.series_code in (select s.series_code from core.series_kind as s where len(s.part_dimensions) > 0)
        and o.rowid in (select k.staged_row from staging.observation_key as k)
),
-- each observation once for every whole that it is, or is a part of: a join of wholes and parts is slower
roles as (
    select whole, dimension, whole as combination, true as is_whole, value_kind, tolerance
    from pairs
    group by all
    union all
    select whole, dimension, part as combination, false as is_whole, value_kind, tolerance
    from pairs
),
compared as (
    select
        r.whole, r.dimension, c.area_code, c.year, c.reporting_type,
        any_value(r.value_kind) as value_kind,
        any_value(r.tolerance) as tolerance,
        max(c.value) filter (r.is_whole) as value,
        max(c.staged_row) filter (r.is_whole) as staged_row,
        min(c.value) filter (not r.is_whole) as lowest,
        max(c.value) filter (not r.is_whole) as highest,
        sum(c.value) filter (not r.is_whole) as added,
        list(c.staged_row) filter (not r.is_whole) as part_rows
    from counted as c
    join roles as r on r.combination = c.combination
    group by r.whole, r.dimension, c.area_code, c.year, c.reporting_type
),
-- only these can contradict, and few do: the rest is spared the lists below
suspected as (
    select staged_row, dimension, value_kind, tolerance, unnest(part_rows) as part_row
    from compared
    where case value_kind
        when 'mean' then value < lowest - tolerance or value > highest + tolerance
        else value * (1 + tolerance) < added - 1
    end
    and (
        value_kind = 'count'
        or area_code not in (select a.area_code from core.area as a where a.kind in ('world', 'region', 'grouping'))
    )
),
described as (
    select
        o.rowid as staged_row, o.dataset_id, o.release, o.series_code, o.area_code, o.year,
        coalesce(o.reporting_type, 'G') as reporting_type, o.value, o.value_raw, n.breakdown, n.sex, n.location,
        n.age, n.first_age, n.end_age
    from staging.observation as o
    join numbered as n
        on n.dataset_id = o.dataset_id
        and n.release = o.release
        and n.published_series_code = o.published_series_code
        and n.published_breakdown = o.published_breakdown
    where o.rowid in (select staged_row from suspected union all select part_row from suspected)
),
with_parts as (
    select
        w.dataset_id, w.release, w.series_code, w.area_code, w.year, w.reporting_type, w.breakdown, s.dimension,
        s.value_kind, s.tolerance, w.value, w.value_raw, w.first_age, w.end_age,
        list_sort(list(struct_pack(
            first := p.first_age, after := p.end_age,
            code := case s.dimension when 'sex' then p.sex when 'location' then p.location else p.age end,
            v := p.value, raw := p.value_raw
        ))) as given
    from suspected as s
    join described as w on w.staged_row = s.staged_row
    join described as p on p.staged_row = s.part_row
    group by all
),
-- bands that hold no other band
smallest as (
    select
        * exclude (given), -- noqa: RF03
        if(dimension <> 'age', given, list_filter(given, lambda one: len(list_filter( -- noqa: RF03
            given, lambda other: other.first >= one.first and other.after <= one.after and other <> one -- noqa: RF03
        )) = 0)) as parts
    from with_parts
),
measured as (
    select
        * exclude (parts),
        list_transform(parts, lambda one: one.v) as part_values, -- noqa: RF03
        list_aggregate(list_transform(parts, lambda one: one.code || ' ' || one.raw), 'string_agg', ', ') as parts,
        len(parts) as n_parts,
        -- of two neighbours the one begins where the other ends
        dimension <> 'age' or coalesce(list_bool_and(list_transform( -- noqa: RF03
            range(1, len(parts)), lambda i: parts[i].after <= parts[i + 1].first -- noqa: RF03
        )), true) as is_disjoint,
        dimension <> 'age' or ( -- noqa: RF03
            parts[1].first = first_age and parts[-1].after = end_age -- noqa: RF03
            and coalesce(list_bool_and(list_transform(
                range(1, len(parts)), lambda i: parts[i].after = parts[i + 1].first -- noqa: RF03
            )), true)
        ) as is_whole
    from smallest
),
judged as (
    select
        *,
        list_min(part_values) as lowest_part,
        list_max(part_values) as highest_part,
        list_sum(part_values) as sum_of_parts
    from measured
)
select
    series_code, area_code, year,
    case
        when reporting_type = 'G' then breakdown
        else concat_ws('; ', nullif(breakdown, ''), 'reporting_type=' || reporting_type)
    end as breakdown,
    dimension, value, value_raw,
    if(value_kind = 'mean', 'outside its parts', 'below its parts') as quality_flag,
    parts, lowest_part, highest_part, sum_of_parts, release, dataset_id
from judged
where case value_kind
    when 'mean' then n_parts >= 2 and is_whole and highest_part > 0
        and (value < lowest_part - tolerance or value > highest_part + tolerance)
    else value * (1 + tolerance) < if(is_disjoint, sum_of_parts, highest_part) - 1
end
order by series_code, release, area_code, year, breakdown, dimension
