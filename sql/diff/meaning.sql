-- diff/meaning: under which code and definition each of $old_release and $new_release publishes a series.
-- grain: dataset, series, release
-- depends: core.observation
-- why: a value of another poverty line, or under a new code, is to be told from a revision
select
    dataset_id, series_code, release,
    string_agg(distinct published_series_code, ', ' order by published_series_code) as code,
    string_agg(distinct definition, ', ' order by definition) as definition
from core.observation
where release in ($old_release, $new_release)
group by dataset_id, series_code, release
