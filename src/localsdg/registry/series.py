"""What people have reviewed about series: renamings, direction and 2030 targets."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent

#: series_code, renamed_from, reason.
RENAMED_CSV = HERE / "renamed_series.csv"
#: series_code, direction, target_2030, target_basis.
TARGETS_CSV = HERE / "series_targets.csv"
#: indicator_code, series_code, reason: the series that a local number is set beside.
HEADLINE_CSV = HERE / "headline_series.csv"
