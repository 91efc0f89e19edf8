-- diff/publications/movers: the values that changed most, of each series or local indicator and area one.
-- grain: series or local indicator, area
-- depends: core.area, core.local_government, core.local_indicator, core.observation, core.series, local_change,
--   series_pair, un_change, wanted_government
-- why: ranked as between releases: by the size of the change relative to the old value, values below a tenth of
--   the median of their series by that tenth; the World first, then regions and groups, countries, local governments.
with floors as ( -- noqa: ST03
    select o.dataset_id, o.series_code, 0.1 * median(abs(o.value)) as least
    from old.core.observation as o
    join series_pair as p
        on p.dataset_id = o.dataset_id and p.series_code = o.series_code and p.old_release = o.release
        and p.is_different
    where o.value is not null
    group by o.dataset_id, o.series_code
),
published as (
    select
        coalesce(a.name, v.area_code) as area_name,
        if(a.kind in ('world', 'region', 'grouping'), a.kind, 'country') as area_kind,
        v.area_code,
        cast(null as varchar) as local_government_id, v.series_code as code,
        coalesce(n.description, o.description) as description, v.year, v.breakdown, v.is_total,
        v.old_value, v.new_value, v.old_release, v.new_release, f.least,
        p.old_definition is distinct from p.new_definition as is_other_definition, -- noqa: AL05
        case when a.kind = 'world' then 1 when a.kind in ('region', 'grouping') then 2 else 3 end as kind_rank
    from un_change as v
    join series_pair as p on p.dataset_id = v.dataset_id and p.series_code = v.series_code
    left join new.core.area as a on a.area_code = v.area_code
    left join new.core.series as n on n.series_code = v.series_code
    left join old.core.series as o on o.series_code = v.series_code
    left join floors as f on f.dataset_id = v.dataset_id and f.series_code = v.series_code
    where v.change = 'changed' and v.old_value is not null and v.new_value is not null
        and (len($series) = 0 or list_contains($series, v.series_code))
        and (len($areas) = 0 or list_contains($areas, v.area_code))
),
local as (
    select
        coalesce(g.name, v.local_government_id) as area_name, 'local government' as area_kind,
        cast(null as varchar) as area_code, v.local_government_id, v.site_id || '/' || v.local_indicator_id as code,
        i.title as description, v.year, v.dimensions as breakdown, v.is_headline as is_total,
        v.old_value, v.new_value, v.old_release, v.new_release, cast(null as double) as least,
        false as is_other_definition, 4 as kind_rank
    from local_change as v
    left join new.core.local_government as g on g.local_government_id = v.local_government_id
    left join new.core.local_indicator as i
        on i.site_id = v.site_id and i.local_indicator_id = v.local_indicator_id
    where v.change = 'changed' and v.old_value is not null and v.new_value is not null and len($series) = 0
        and (len($areas) = 0 or v.local_government_id in (select w.local_government_id from wanted_government as w))
),
measured as (
    select
        *, 100 * (new_value - old_value) / nullif(greatest(abs(old_value), coalesce(least, 0)), 0) as change_pct,
        coalesce(abs(old_value) < least, false) as is_small
    from (
        select * from published
        union all
        select * from local
    )
),
chosen as (
    select *, count(*) over (partition by kind_rank, code, area_code, local_government_id) as n_changed
    from measured
    qualify row_number() over (
        partition by kind_rank, code, area_code, local_government_id
        order by is_total desc, abs(change_pct) desc nulls last, year desc, breakdown
    ) = 1
),
ranked as (
    select
        *, row_number() over (
            partition by kind_rank
            order by
                abs(change_pct) desc nulls last, abs(new_value - old_value) desc, code, area_code, local_government_id
        ) as place
    from chosen
)
select
    r.area_name, r.area_kind, r.area_code, r.local_government_id, r.code, r.description, r.year, r.breakdown,
    r.is_total, r.old_value, r.new_value, r.change_pct, r.is_small, r.n_changed, r.is_other_definition,
    r.old_release, r.new_release
from ranked as r
where $limit = 0 or r.place <= $limit
order by r.kind_rank, r.place
