"""Questions to the published warehouse: the SQL of a figure with its parameters filled in.

The text that is run is the text that the figure carries: whoever doubts a
number gives it to `localsdg query`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import LocalsdgError
from localsdg.common.sql_text import fill
from localsdg.registry.breakdowns import breakdown_label
from localsdg.registry.evidence import COVERAGE_YEARS
from localsdg.research.areas import Area
from localsdg.research.rows import rows

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.messages.messages import Words

#: What the figures read; an older file may lack one.
_NEEDED = (
    "core.action",
    "core.action_dataset",
    "core.action_link",
    "core.area",
    "core.area_grouping",
    "core.goal",
    "core.indicator",
    "core.local_government",
    "core.local_indicator",
    "core.local_observation",
    "core.local_site",
    "core.local_target",
    "core.own_indicator",
    "core.review",
    "core.series",
    "core.series_indicator",
    "evidence.claim",
    "evidence.local_beside_nation_in_file",
    "evidence.local_progress",
    "evidence.local_vs_national",
    "evidence.metric",
    "evidence.metric_value",
    "evidence.progress",
    "evidence.published_figure",
    "meta.dataset",
    "meta.licence",
)


#: The kind of several areas in one chart, whose code is theirs joined by hyphens.
COMPARISON = "comparison"


def question(settings: Settings, entry: Entry, area: Area) -> str:
    """The SQL of a figure for an area, ready to run."""
    sql = (settings.sql / "figures" / f"{entry.query}.sql").read_text(encoding="utf-8")
    return fill(
        sql,
        {
            "metrics": entry.metrics,
            "coverage_years": COVERAGE_YEARS,
            "kind": entry.kind,
            "breakdowns": [breakdown_label(breakdown) for breakdown in entry.breakdowns],
            "dimension": entry.dimension,
            "dimensions": entry.dimensions,
            "picked": entry.picked,
            "goals": entry.goals,
            "parts": entry.parts,
            "register": entry.register,
            "is_only": entry.is_only,
            "held": entry.held,
            "prefix": entry.prefix,
            "area": area.code,
            "areas": area.code.split("-"),
            "level": entry.level,
            "most": entry.most,
            "max_age": entry.max_age,
        },
    ).strip()


#: What a row of a figure's query has. A column that the query leaves out is null, but for those by
#: which `localsdg explain` finds the rows behind it: metric_id, code, year, value, basis, release.
FIGURE_COLUMNS = (
    "metric_id",
    "code",
    "name",
    "breakdown",
    "dimensions",
    "year",
    "value",
    "censoring",
    "lower_bound",
    "upper_bound",
    "n_areas",
    "coverage_pct",
    "n_total",
    "denominator",
    "n_found",
    "basis",
    "definition",
    "release",
    "caveat",
    "unit",
    "strength",
    "n_fullest",
    "years_left_out",
    "n_others",
    "n_highest",
    "n_lowest",
)


def figure_rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows of a figure's query, each with all of `FIGURE_COLUMNS` and what else the query gives."""
    absent = dict.fromkeys(FIGURE_COLUMNS)
    return [absent | row for row in rows(con, sql)]


class QueryCache:
    """Queries of one connection, each run once: the chains of many figures need the same."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._known: dict[str, list[dict[str, Any]]] = {}

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of one query; not to be changed, the next caller gets the same list."""
        if sql not in self._known:
            self._known[sql] = rows(self._con, sql)
        return self._known[sql]


def in_edition(con: duckdb.DuckDBPyConnection, w: Words) -> Words:
    """The words with the version of an open file, and the day of its edition where it is not the newest."""
    (row,) = rows(con, "select cast(known_on as varchar) as known_on, version from meta.release")
    return replace(w, known_on=row["known_on"] or "", version=row["version"] or "")


def check_tables(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Raise `LocalsdgError` when the published file lacks a table: it was built by another version."""
    there = {
        row[0]
        for row in con.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
    }
    lacking = [name for name in _NEEDED if name not in there]
    if lacking:
        raise LocalsdgError(
            "the warehouse was built by another version",
            where=settings.published,
            expected=", ".join(_NEEDED),
            got=f"no {', '.join(lacking)}",
            next_step="localsdg build",
        )
