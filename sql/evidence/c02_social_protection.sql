-- name: c02_social_protection
-- grain: area, year, breakdown (benefit)
-- depends: core.latest_observation
-- why: who is reached by which benefit. Nine series are nine breakdowns and none of them a sum:
--   'benefit=any' (at least one benefit) is the nearest to a headline.
--   n_areas and coverage_pct are filled in by coverage.sql.
with source as (
    select
        series_code,
        area_code,
        year,
        value,
        censoring,
        lower_bound,
        upper_bound,
        release
    from core.latest_observation
    where is_total
        and value_status in ('number', 'censored')
),
benefits as (
    select
        named.series_code,
        named.benefit
    from (
        values
            ('SI_COV_BENFTS', 'any'),
            ('SI_COV_POOR', 'poor'),
            ('SI_COV_CHLD', 'children'),
            ('SI_COV_VULN', 'vulnerable'),
            ('SI_COV_PENSN', 'pension'),
            ('SI_COV_UEMP', 'unemployment'),
            ('SI_COV_DISAB', 'disability'),
            ('SI_COV_MATNL', 'maternity'),
            ('SI_COV_SOCAST', 'social assistance')
    ) as named (series_code, benefit)
),
labelled as (
    select
        source.area_code,
        source.year,
        'benefit=' || benefits.benefit as breakdown,
        source.value,
        source.censoring,
        source.lower_bound,
        source.upper_bound,
        source.release
    from source
    inner join benefits on benefits.series_code = source.series_code
),
final as (
    select
        area_code,
        year,
        breakdown,
        -- a share cannot be above 100: the published text stays in core.observation
        case when value between 0 and 100 then value end as value,
        case when value between 0 and 100 then censoring end as censoring,
        case when value between 0 and 100 then lower_bound end as lower_bound,
        case when value between 0 and 100 then upper_bound end as upper_bound,
        'published' as basis,
        release,
        'Each benefit has its own denominator: never add or average the benefits. Cover says nothing about the amount paid.'
        || case
            when value between 0 and 100 then ''
            else format(' The published value, {:.1f}, cannot be a share of people: no figure is given.', value)
        end as caveat
    from labelled
)
select
    cast(area_code as varchar) as area_code,
    cast(year as integer) as year,
    cast(breakdown as varchar) as breakdown,
    cast(value as double) as value,
    cast(censoring as varchar) as censoring,
    cast(lower_bound as double) as lower_bound,
    cast(upper_bound as double) as upper_bound,
    cast(null as bigint) as n_areas,
    cast(null as double) as coverage_pct,
    cast(basis as varchar) as basis,
    cast(release as varchar) as release,
    cast(caveat as varchar) as caveat
from final
