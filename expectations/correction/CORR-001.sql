-- rule: CORR-001
-- severity: warning
-- why: A correction in data/corrections.toml no longer fits: the source says something else now, so that the
--   correction was not applied there. Remove it, or renew it.
-- fix: Remove the correction from data/corrections.toml, or renew what it expects.
select
    correction_id,
    source_said,
    source_says,
    declared_in
from staging.correction
where status = 'no longer fits'
order by correction_id
