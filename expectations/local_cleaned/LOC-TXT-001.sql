-- rule: LOC-TXT-001
-- severity: warning
-- why: Texts of a local file held control characters, which no renderer takes; they were taken out.
-- fix: Nothing to do: the text is readable without them.
select
    source,
    release,
    file_name,
    n_characters
from staging.local_cleaned
order by all
