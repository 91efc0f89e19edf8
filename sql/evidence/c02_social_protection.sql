-- name: c02_social_protection
-- grain: area, year, breakdown (benefit)
-- depends: core.latest_breakdown
-- why: who is reached by which benefit. Nine series are nine breakdowns and none of them a sum:
--   'benefit=any' (at least one benefit) is the nearest to a headline.
with benefits as (
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
        map {'benefit': benefits.benefit} as dimensions,
        source.value,
        source.censoring,
        source.lower_bound,
        source.upper_bound,
        source.release
    from core.latest_breakdown as source
    inner join benefits on benefits.series_code = source.series_code
    where source.breakdown = ''
),
final as (
    select
        area_code,
        year,
        dimensions,
        -- a share cannot be above 100: the published text stays in core.observation
        case when value between 0 and 100 then value end as value,
        case when value between 0 and 100 then censoring end as censoring,
        case when value between 0 and 100 then lower_bound end as lower_bound,
        case when value between 0 and 100 then upper_bound end as upper_bound,
        release,
        'Each benefit has its own denominator: never add or average the benefits. Cover says nothing about the amount paid.'
        || case
            when value between 0 and 100 then ''
            else format(' The published value, {:.1f}, cannot be a share of people: no figure is given.', value)
        end as caveat
    from labelled
)
select area_code, year, dimensions, value, censoring, lower_bound, upper_bound, release, caveat
from final
