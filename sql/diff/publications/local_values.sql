-- diff/publications/local_values: every value of a local or regional government that was added, removed or changed.
-- grain: site, local indicator, year, breakdown, occurrence
-- depends: local_change, wanted_government
-- why: the whole list, for those who must check each one.
select
    local_government_id, site_id, local_indicator_id, year, dimensions, unit, is_headline, old_release, new_release,
    old_value, new_value, old_value_raw, new_value_raw, change
from local_change
where len($areas) = 0 or local_government_id in (select w.local_government_id from wanted_government as w)
order by site_id, local_indicator_id, year, dimensions, change
