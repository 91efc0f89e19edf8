-- rule: UNSD-TXT-001
-- severity: warning
-- why: Texts of a UN file held control characters, which no renderer takes; they were taken out.
-- fix: Nothing to do: the text is readable without them.
select
    release,
    file_name,
    n_cells
from staging.cleaned_text
order by all
