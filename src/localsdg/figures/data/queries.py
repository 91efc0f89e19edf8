"""Questions to the published warehouse: the SQL of a figure with its parameters filled in.

The text that is run is the text that the figure carries: whoever doubts a
number gives it to `localsdg query`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text, clean_value
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.sql_text import fill
from localsdg.figures.data.governments import Government, find_governments
from localsdg.registry.breakdowns import breakdown_label
from localsdg.registry.evidence import COVERAGE_YEARS
from localsdg.registry.places import Place, find_place, listed_places

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


#: The kind of an asked area that is a local or regional government.
LOCAL_GOVERNMENT = "local_government"
#: The kind of several areas in one chart, whose code is theirs joined by hyphens.
COMPARISON = "comparison"


@dataclass(frozen=True)
class Area:
    """The asked area; kind as in `core.area`, or `LOCAL_GOVERNMENT`, whose code is its id.

    `note` says what else the name means, and how to get that.
    """

    code: str
    name: str
    kind: str
    country_code: str = ""  # of a local government, '' where it is not known
    country: str = ""
    note: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it is a local or regional government."""
        return self.kind == LOCAL_GOVERNMENT


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


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows of one query, without control characters in their texts; a map is a dictionary.

    Warehouses of earlier versions hold some. Everything that is drawn or
    printed of figures is read here.
    """
    import pyarrow as pa

    table = con.sql(sql).to_arrow_table()
    found = table.to_pylist()
    # pyarrow's own `maps_as_pydicts` takes four times as long
    for name in (one.name for one in table.schema if pa.types.is_map(one.type)):
        for row in found:
            row[name] = dict(row[name] or ())
    # one search over the texts that differ costs a hundredth of cleaning each cell
    texts = "".join(text for column in table.columns for text in _texts(column))
    return found if clean_text(texts) is texts else clean_value(found)


def _texts(column: Any) -> Iterator[str]:
    """Every text of a column of Arrow, each once, those in lists, maps and structures too; keys included."""
    import pyarrow as pa

    if pa.types.is_nested(column.type):
        for part in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            # a map is flattened to its keys and items
            inner = [part.keys, part.items] if pa.types.is_map(part.type) else part.flatten()
            for one in inner if isinstance(inner, list) else [inner]:
                yield from _texts(one)
    elif pa.types.is_dictionary(column.type):
        yield from _texts(column.cast(column.type.value_type))
    elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        yield from (text for text in column.unique().to_pylist() if text)


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


def find_area(con: duckdb.DuckDBPyConnection, asked: str) -> Area:
    """The area of a code or a name: a country, a region or the World, else a local government.

    Names are in any language; a country's name comes before that of a local government, and the area's `note`
    says how to get the other. Raises `UsageError` with what may be meant.
    """
    listed = {
        row["area_code"]: row
        for row in rows(
            con,
            "select area_code, name, kind, coalesce(iso3, '') as iso3 from core.area "
            "where kind is not null order by area_code",
        )
    }
    more = [Place(**row) for row in listed.values()]
    governments = find_governments(con, asked)
    places = listed_places(asked, more=more)
    if not places and len(governments.meant) == 1:
        return _local(governments.meant[0])
    if not places and governments.meant:
        raise UsageError(
            "the name means several local governments",
            got=asked,
            expected=" or ".join(government.label for government in governments.meant),
            next_step=f"localsdg figures --area {governments.meant[0].government_id}",
        )
    match = find_place(asked, more=more)
    if match.place and (row := listed.get(match.place.area_code)):
        return Area(row["area_code"], row["name"], row["kind"], note=_other(governments.meant))
    if governments.meant and not match.problem:  # a country of the lists that the warehouse lacks
        return _local(governments.meant[0])
    near = [government.label for government in governments.near] if match.reason == "unknown" else []
    problem = match.problem if match.reason != "unknown" else "no area or local government has this name or code"
    raise UsageError(
        problem if match.problem else f"the warehouse has no area {match.place.label if match.place else asked}",
        got=asked,
        expected=" or ".join([*near, *([match.expected] if match.candidates or not near else [])])
        if match.problem
        else "an area of core.area",
        next_step='localsdg query "select area_code, iso3, name from core.area order by name" --limit 0',
    )


def _local(government: Government) -> Area:
    return Area(government.government_id, government.name, LOCAL_GOVERNMENT, government.area_code, government.country)


def _other(governments: tuple[Government, ...]) -> str:
    """How to get a local government that has the name of a country or region; '' where none has."""
    return "; ".join(f"also a local government: --area {one.government_id} for {one.name}" for one in governments)
