-- rule: UNSD-TREE-002
-- severity: warning
-- why: The tree has had seven roots in every release seen: another number means that a scheme came or went.
-- fix: Look which scheme came or went, then change the number in this rule.
select
    dataset_id,
    release,
    count(distinct root_name) as n_roots,
    string_agg(distinct root_name, '; ' order by root_name) as roots
from staging.area_tree
group by dataset_id, release
having count(distinct root_name) <> 7
order by dataset_id, release
