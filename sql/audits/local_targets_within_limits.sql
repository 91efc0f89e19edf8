-- rule: WH-036
-- severity: critical
-- why: a local target is judged by values of the past that are three years apart or more, in its own unit; a per cent
--   does not lead beyond 0 to 100 where its values do not, and the status is that of the way covered
-- fix: Do not publish: report it with the examples, it is a fault of the build.
select
    p.site_id,
    p.local_indicator_id,
    p.sequence,
    p.status,
    p.baseline_year,
    p.latest_year,
    p.projected_value,
    p.way_covered
from evidence.local_progress as p
where p.latest_year > cast(regexp_extract(p.release, '@([0-9]{4})', 1) as integer)
    or (
        p.status not in ('not assessed', 'insufficient data')
        and (
            p.latest_year - p.baseline_year < 3
            or p.rows_basis is null
            or p.target_unit_basis is null
            or p.direction is null and p.latest_value <> p.target_value
            or (
                p.unit = 'PERCENT' and p.target_value between 0 and 100
                and p.baseline_value between 0 and 100 and p.latest_value between 0 and 100
                and not p.projected_value between 0 and 100
            )
            or (p.reason is null and p.status = 'regression') <> (coalesce(p.way_covered, 0) < 0 and p.reason is null)
        )
    )
