-- rule: ACT-002
-- severity: warning
-- why: Two files of one release hold the same action; only one of them is shown.
-- fix: Look at the examples; move the file that is out of date out of data/raw/inbox.
select
    release,
    action_id,
    count(*) as n_rows
from staging.action
group by release, action_id
having count(*) > 1
order by release, action_id
