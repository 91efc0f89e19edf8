-- rule: UNSD-BRK-003
-- severity: warning
-- why: Two spellings of one breakdown within a series and release may be one observation counted twice.
-- fix: Look at both spellings; add the second one to src/localsdg/registry/codes.csv if they mean the same.
select
    dataset_id,
    release,
    published_series_code,
    breakdown,
    count(*) as n_spellings,
    min(replace(published_breakdown, chr(31), '; ')) as spelling_a,
    max(replace(published_breakdown, chr(31), '; ')) as spelling_b
from staging.breakdown
group by dataset_id, release, published_series_code, breakdown
having count(*) > 1
order by dataset_id, release, published_series_code, breakdown
