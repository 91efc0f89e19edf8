-- audit.value_change: what changed from one release of a series to the next available.
-- grain: dataset, series, area, year, disaggregation, pair of releases
-- depends: core.observation, core.series_release
-- why: the UN revises history (World poverty in 2015 reads 10, 9.9, 10 and 11 in four
--      releases). Whole releases only: what a partial one leaves out was not removed.
--      Keys are compared in canonical codes, so that a new spelling is no change, and
--      without the dimensions that are total: a series that gains a dimension has the same
--      total before and after. breakdown is that of the newer release.
with whole as (
    select
        dataset_id, series_code, release, n_rows,
        lag(release) over (partition by dataset_id, series_code order by release_rank) as old_release
    from core.series_release
    where not is_partial
),
pairs as (
    select dataset_id, series_code, old_release, release as new_release
    from whole
    where old_release is not null and $old_release is null
    union all
    select older.dataset_id, older.series_code, older.release as old_release, newer.release as new_release
    from core.series_release as older
    join core.series_release as newer
        on newer.dataset_id = older.dataset_id and newer.series_code = older.series_code
    where older.release = $old_release and newer.release = $new_release
),
spellings as (
    -- thousands of breakdowns for millions of observations
    select
        dataset_id, series_code, release, breakdown, is_total,
        any_value(sex) as sex, any_value(age) as age, any_value(location) as location,
        any_value(dimensions) as dimensions, any_value(reporting_type) as reporting_type
    from core.observation
    where $old_release is null or release in ($old_release, $new_release)
    group by dataset_id, series_code, release, breakdown, is_total
),
labelled as (
    select
        dataset_id, series_code, release, breakdown,
        disaggregation_key(is_total, sex, age, location, reporting_type, dimensions) as part
    from spellings
),
parts as (
    -- of two spellings of one breakdown in a release the fuller is compared
    select dataset_id, series_code, release, breakdown, part
    from labelled
    qualify row_number() over (
        partition by dataset_id, series_code, release, part order by length(breakdown) desc, breakdown
    ) = 1
),
-- the linter cannot parse the column named change, and so takes these for unused
older as ( -- noqa: ST03
    select
        p.dataset_id, p.series_code, p.old_release, p.new_release, o.area_code, o.year, o.breakdown, s.part,
        o.value, o.value_raw
    from pairs as p
    join core.observation as o
        on o.dataset_id = p.dataset_id and o.series_code = p.series_code and o.release = p.old_release
    join parts as s
        on s.dataset_id = o.dataset_id and s.series_code = o.series_code
        and s.release = o.release and s.breakdown = o.breakdown
),
newer as ( -- noqa: ST03
    select
        p.dataset_id, p.series_code, p.old_release, p.new_release, o.area_code, o.year, o.breakdown, s.part,
        o.value, o.value_raw
    from pairs as p
    join core.observation as o
        on o.dataset_id = p.dataset_id and o.series_code = p.series_code and o.release = p.new_release
    join parts as s
        on s.dataset_id = o.dataset_id and s.series_code = o.series_code
        and s.release = o.release and s.breakdown = o.breakdown
),
compared as (
    select
        dataset_id, series_code, area_code, year, old_release, new_release, -- noqa: RF03
        coalesce(newer.breakdown, older.breakdown) as breakdown, -- noqa: RF03
        older.value as old_value, newer.value as new_value,
        case
            when older.value_raw is null then 'added'
            when newer.value_raw is null then 'removed'
            when newer.value is distinct from older.value
                or (newer.value is null and newer.value_raw <> older.value_raw) then 'changed'
        end as change
    from older
    full join newer using (dataset_id, series_code, area_code, year, part, old_release, new_release)
)
select series_code, area_code, year, breakdown, old_release, new_release, old_value, new_value, change, dataset_id
from compared
where change is not null
order by series_code, old_release, area_code, year, breakdown
