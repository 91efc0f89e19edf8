"""What people have reviewed about series: renamings, definitions, 2030 targets, and what their values can be."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent

#: series_code, renamed_from, reason.
RENAMED_CSV = HERE / "renamed_series.csv"
#: series_code, direction, target_2030, target_basis.
TARGETS_CSV = HERE / "series_targets.csv"
#: indicator_code, series_code, reason: the series that a local number is set beside.
HEADLINE_CSV = HERE / "headline_series.csv"
#: country_iso3, series_code, lines, definition, year_offset, source: lines of local poverty numbers
#: (`|` between them) that are the one of the country's own series, and by how many years local files date a
#: number later than the UN does, which goes by the year of the incomes. A country that is not listed has
#: the line `national`, and no offset.
NATIONAL_LINES_CSV = HERE / "national_poverty_lines.csv"
#: series_code (`*` for all of a unit), unit, lowest, highest, reason: what a value can be. Reviewed
#: against the whole databases of 2019 to 2023; blank where a series has no bound on that side.
BOUNDS_CSV = HERE / "series_bounds.csv"
#: series_code, other_code, relation, quality_flag, reason: `at most` or `at least` the other series'
#: value, or `doubted with` it, where both are made of the same count.
RELATIONS_CSV = HERE / "series_relations.csv"
#: series_code, value_kind, dimensions, tolerance, counts, several_years, reason: whether a total is the
#: `mean` or the `count` of its parts by which dimensions, whether it counts `people`, and whether a value
#: of several years is their `sum` or an `average`. The tolerance of a mean is in its unit, that of a count
#: is a share of the total. Series that are medians, ratios of two groups (parity) or modelled apart from
#: their breakdowns have no dimensions here. Reviewed against the whole databases of 2019 to 2023.
KINDS_CSV = HERE / "series_kinds.csv"
#: series_code, area_code, year, until, first_year, last_year, reason: sums of several years that the
#: releases of the year `until` and before label with one, without saying so.
PERIODS_CSV = HERE / "series_periods.csv"
#: quality_flag, rule_id, reason: why a value cannot be true.
FLAGS_CSV = HERE / "quality_flags.csv"
#: series_code, from_day, until_day, definition, reason: what a series measures in the releases of these
#: days, both included; blank where it has always been so, or still is.
DEFINITIONS_CSV = HERE / "series_definitions.csv"
