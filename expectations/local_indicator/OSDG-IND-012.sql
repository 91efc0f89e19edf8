-- rule: OSDG-IND-012
-- severity: warning
-- why: A site with twenty rows or more of its own area has no headline at all: a heading or a word for the whole was
--   not recognised, or every number is of a group. `no_headline_column` names the column that prevents it most.
-- fix: Add the heading or word for the whole to src/localsdg/registry/local_words.csv.
select
    dataset_id,
    release,
    site_id,
    sum(n_own_rows) as n_own_rows,
    arg_max(no_headline_column, n_own_rows) as no_headline_column,
    arg_max(no_headline_reason, n_own_rows) as no_headline_reason
from staging.local_indicator
where exclusion_rule is null
group by dataset_id, release, site_id
having sum(n_own_rows) >= 20 and sum(n_headline) = 0
order by all
