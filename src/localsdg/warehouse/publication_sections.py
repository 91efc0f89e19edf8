"""The differences of two published files as headed tables, the same for a terminal, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from localsdg.warehouse.publication_diff import PublicationDiff
from localsdg.warehouse.publication_lines import amount, area_of, number, point

Cell = str | int | float | None
#: What is shown of each kind of area: title, kinds of area, whether there is more than one area.
_KINDS = {
    "the World": ("world",),
    "regions and groups": ("region", "grouping"),
    "countries": ("country",),
    "local governments": ("local government",),
}


@dataclass(frozen=True)
class Section:
    """A table under a heading: the names of its columns, its rows, and which of its columns are numbers."""

    part: str
    title: str
    headings: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    numbers: frozenset[str] = frozenset()
    total: int = 0  # rows before a limit

    @property
    def left_out(self) -> int:
        """Rows that the limit left out."""
        return max(0, self.total - len(self.rows))


def sections(diff: PublicationDiff, limit: int = 0) -> list[Section]:
    """The tables that have rows, metrics first; `limit` is the number of rows of each, 0 for all."""
    found = [*_metrics(diff), *_movers(diff)]
    for part, (title, columns) in _PLAIN.items():
        rows = [row for row in diff.rows(part) if part != "tables" or _differs(row)]
        found.append(_section(part, title, rows, columns))
    return [
        Section(one.part, one.title, one.headings, one.rows[: limit or None], one.numbers, len(one.rows))
        for one in found
        if one.rows
    ]


def _section(part: str, title: str, rows: list[dict], columns: dict[str, Callable[[dict], Cell]]) -> Section:
    made = [tuple(cell(row) for cell in columns.values()) for row in rows]
    names = tuple(columns)
    numbers = frozenset(
        name
        for place, name in enumerate(names)
        if made and all(isinstance(row[place], int | float | None) for row in made)
    )
    return Section(part, title, names, made, numbers)


def _metrics(diff: PublicationDiff) -> list[Section]:
    rows = [row for row in diff.rows("metrics") if row["change"] != "other year"]
    made = []
    for words, kinds in _KINDS.items():
        columns: dict[str, Callable[[dict], Cell]] = {
            "Metric": lambda row: row["title"] or row["metric_id"],
            "Area": area_of,
            "Breakdown": lambda row: row["breakdown"],
            "Before": lambda row: point(row["old_year"], row["old_value"], row["unit"]),
            "After": lambda row: point(row["new_year"], row["new_value"], row["unit"]),
            "Change": _change,
            "Why": lambda row: ", ".join(row["reasons"]) or {"added": "new headline"}.get(row["change"], "went"),
        }
        chosen = [row for row in rows if row["area_kind"] in kinds]
        if kinds == ("world",):
            del columns["Area"]
        if not any(row["breakdown"] for row in chosen):
            del columns["Breakdown"]
        made.append(_section("metrics", f"Headlines: {words}", chosen, columns))
    return made


def _movers(diff: PublicationDiff) -> list[Section]:
    rows = diff.rows("movers")
    made = []
    for words, kinds in _KINDS.items():
        columns: dict[str, Callable[[dict], Cell]] = {
            "Area": lambda row: row["area_name"],
            "Series": lambda row: row["code"],
            "Description": lambda row: row["description"],
            "Year": lambda row: str(row["year"]),
            "Breakdown": lambda row: (row["breakdown"] or "").strip("{}"),
            "Before": lambda row: number(row["old_value"]),
            "After": lambda row: number(row["new_value"]),
            "Change": lambda row: _percent(row["change_pct"]),
            "Values changed": lambda row: row["n_changed"],
            "Note": _mover_note,
        }
        chosen = [row for row in rows if row["area_kind"] in kinds]
        if kinds == ("world",):
            del columns["Area"]
        if not any(_mover_note(row) for row in chosen):
            del columns["Note"]
        made.append(_section("movers", f"Biggest movers: {words}", chosen, columns))
    return made


def _of(name: str) -> Callable[[dict], Cell]:
    return lambda row: row[name]


def _between(name: str) -> Callable[[dict], Cell]:
    """`old -> new`, or what both have."""

    def words(row: dict) -> str:
        old, new = row[f"old_{name}"], row[f"new_{name}"]
        return str(new) if old == new else f"{'none' if old is None else old} -> {'none' if new is None else new}"

    return words


_COUNTS: dict[str, Callable[[dict], Cell]] = {
    "Changed": _of("changed"),
    "Went": _of("removed"),
    "Added": _of("added"),
}
#: The parts that are shown as they are: title, and columns by heading.
_PLAIN: dict[str, tuple[str, dict[str, Callable[[dict], Cell]]]] = {
    "headlines": (
        "Headlines by metric, all areas",
        {"Metric": _of("title"), "Id": _of("metric_id"), **_COUNTS, "Other year only": _of("other_year")},
    ),
    "series": (
        "UN series, by their latest release",
        {
            "Series": _of("series_code"),
            "Description": _of("description"),
            "Release": _between("release"),
            "Rows": _between("rows"),
            **_COUNTS,
            "Notes": lambda row: ", ".join([row["presence"], *row["notes"]]),
        },
    ),
    "local": (
        "Local governments",
        {
            "Local government": _of("local_government_name"),
            "Snapshot": _between("release"),
            **_COUNTS,
            "Indicators added": _of("indicators_added"),
            "Indicators gone": _of("indicators_removed"),
        },
    ),
    "actions": (
        "Actions",
        {
            "Action": _of("action_id"),
            "Title": _of("title"),
            "Register": _of("dataset_id"),
            "Change": _of("change"),
        },
    ),
    "reviews": (
        "Reviews",
        {
            "Review": _of("review_id"),
            "Local government": _of("local_government_id"),
            "Year": lambda row: str(row["review_year"]),
            "Change": _of("change"),
        },
    ),
    "values": (
        "Values of UN series",
        {
            "Series": _of("series_code"),
            "Area": _of("area_code"),
            "Year": lambda row: str(row["year"]),
            "Breakdown": _of("breakdown"),
            "Before": _of("old_value"),
            "After": _of("new_value"),
            "Change": _of("change"),
        },
    ),
    "local_values": (
        "Values of local governments",
        {
            "Local government": _of("local_government_id"),
            "Indicator": _of("local_indicator_id"),
            "Year": lambda row: str(row["year"]),
            "Breakdown": lambda row: (row["dimensions"] or "").strip("{}"),
            "Before": _of("old_value"),
            "After": _of("new_value"),
            "Change": _of("change"),
        },
    ),
    "sources": (
        "Sources and releases",
        {
            "Source": _of("source"),
            "Change": _of("change"),
            "Release": _between("release"),
            "Fetched": _between("fetched_at"),
            "Rows": _between("rows"),
        },
    ),
    "schema": (
        "Tables and columns",
        {
            "Table": _of("table_name"),
            "Column": _of("column_name"),
            "Change": _of("change"),
            "Type": _between("type"),
        },
    ),
    "tables": (
        "Rows by table",
        {"Table": _of("table_name"), "Before": _of("old_rows"), "After": _of("new_rows"), **_COUNTS},
    ),
}


def _differs(row: dict) -> bool:
    return row["old_rows"] != row["new_rows"] or any(row[name] for name in ("added", "removed", "changed"))


def _change(row: dict) -> str:
    """The difference in the unit of the metric, and in per cent where that is another thing."""
    if not row["change_abs"]:
        return ""
    if row["unit"] == "PERCENT":
        return f"{row['change_abs']:+,.3g} points"
    percent = _percent(row["change_pct"])
    return f"{'+' if row['change_abs'] > 0 else ''}{amount(row['change_abs'], None)}" + (
        f" ({percent})" if percent else ""
    )


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:+,.3g}%" if abs(value) < 1000 else f"{value:+,.0f}%"


def _mover_note(row: dict) -> str:
    notes = ["other definition"] * bool(row["is_other_definition"]) + ["from a small value"] * bool(row["is_small"])
    return ", ".join(notes)
