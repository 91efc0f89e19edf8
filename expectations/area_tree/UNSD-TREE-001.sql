-- rule: UNSD-TREE-001
-- severity: warning
-- why: The World must be in the divisions by SDG regions and by continental regions: the regions of every chart
--   hang below it.
-- fix: Pull the release again; until then regions have no countries below them.
select
    dataset_id,
    release,
    bool_or(area_code = '001' and contains(root_name, 'SDG regions')) as world_by_sdg_regions,
    bool_or(area_code = '001' and contains(root_name, 'continental regions')) as world_by_continental_regions
from staging.area_tree
group by dataset_id, release
having not world_by_sdg_regions or not world_by_continental_regions
order by dataset_id, release
