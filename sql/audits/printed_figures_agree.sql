-- rule: WH-040
-- severity: warning
-- why: a figure that a UN report prints is in the release that the report rests on, to the decimals printed; a
--   difference is a value read from the wrong row, a release changed on its way, or a report that is known to
--   print something else, which the list of printed figures then states
-- fix: Look at the page of the report; state what it prints in src/localsdg/registry/printed_figures.csv.
select report, series_code, breakdown, year, value as printed, compared_release, compared_value
from evidence.published_figure
where not agrees_with_release and known_difference is null
