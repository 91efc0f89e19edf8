"""The differences of two published files in a few sentences, metrics first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

#: Sentences in all, headlines that are spelt out, local governments by name.
MOST_LINES, MOST_HEADLINES, MOST_GOVERNMENTS = 12, 4, 2
#: Units of metrics in words, after a number; what a metric counts is in its title.
_UNITS = {
    "PERCENT": "%",
    "CU_USD": " US dollars",
    "PER_100_POP": " per 100 people",
    "PER_1000_POP": " per 1,000 people",
    "PER_100000_POP": " per 100,000 people",
    "MGR_M_3": " micrograms per m3",
    "points": " points",
    "change in %": "%",
}
_VERBS = {"changed": "changed", "removed": "went", "added": "added"}


def describe(
    old_version: str, rows: dict[str, list[dict]], same_data: bool, not_compared: list[str]
) -> tuple[str, ...]:
    """At most `MOST_LINES` sentences on the rows of the parts.

    The first are the headlines of the World that moved most; a part without
    differences gives none.
    """
    if same_data:
        lines = [f"the data are the same as in version {old_version}"]
        return tuple(lines + _sources(rows.get("sources", [])) + _schema(rows.get("schema", [])))
    lines = [
        *_headlines(rows.get("metrics", []), rows.get("headlines", [])),
        *_series(rows.get("series", [])),
        *_governments(rows.get("local", [])),
        *_records("action", rows.get("actions", [])),
        *_records("review", rows.get("reviews", [])),
        *_sources(rows.get("sources", [])),
        *_schema(rows.get("schema", [])),
    ]
    if not_compared:
        lines.append(f"not compared: {'; '.join(not_compared)}")
    if not lines:
        lines = ["no headline, no value and no record differs; tables that are derived from them may"]
    return tuple(lines[:MOST_LINES])


def moved_headlines(metrics: list[dict]) -> tuple[dict, ...]:
    """The headlines that moved, came or went among the rows of `metrics`: totals, or of what has no total.

    The same value for another year is no move.
    """
    names = ("metric_id", "title", "area_kind", "breakdown", "old_year", "old_value", "new_year", "new_value", "unit")
    return tuple(
        {
            "area": area_of(row),
            **{name: row[name] for name in names},
            "reasons": row["reasons"],
            "line": headline_line(row),
        }
        for row in metrics
        if row["is_main"] and row["change"] != "other year"
    )


def area_of(row: dict) -> str:
    """Name of the local government that a headline is about, or else of its area."""
    return str(row["local_government_name"] or row["local_government_id"] or row["area_name"] or row["area_code"])


def headline_line(row: dict) -> str:
    """`Extreme poverty, World: 8.5% (2019) -> 9% (2022); release 2026.Q3.G.01 instead of 2023.Q4.G.01`."""
    what = ", ".join(part for part in (row["title"] or row["metric_id"], area_of(row), row["breakdown"]) if part)
    before, after = (point(row[f"{side}_year"], row[f"{side}_value"], row["unit"]) for side in ("old", "new"))
    reasons = [reason for reason in row["reasons"] if reason in ("other definition", "earlier year", "corrected value")]
    if "other definition" in reasons:
        reasons[reasons.index("other definition")] = (
            f"{row['new_definition'] or 'no definition'} instead of {row['old_definition'] or 'no definition'}"
        )
    if row["old_release"] and row["new_release"] and row["old_release"] != row["new_release"]:
        reasons.append(f"release {row['new_release']} instead of {row['old_release']}")
    return f"{what}: {before} -> {after}" + "".join(f"; {reason}" for reason in reasons)


def point(year: int | None, value: float | None, unit: str | None) -> str:
    """`8.5% (2019)`, or `none`."""
    return "none" if year is None else f"{amount(value, unit)} ({year})"


def amount(value: float | None, unit: str | None) -> str:
    """A value with its unit in words."""
    if value is None:
        return "no value"
    return number(value) + _UNITS.get(unit or "", "")


def number(value: float) -> str:
    """Four digits where they matter: 8.5, 0.0123, 12,345."""
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def counted(counts: Mapping[str, int], noun: str, plural: str | None = None, of: str = "") -> str:
    """`40 values of Barcelona changed, 2 went, 1 added` without what is none; empty where nothing differs."""
    present = [(counts[name], verb) for name, verb in _VERBS.items() if counts.get(name)]
    if not present:
        return ""
    (first, verb), *rest = present
    noun = noun if first == 1 else plural or f"{noun}s"
    return ", ".join([f"{first:,} {noun}{of} {verb}", *(f"{number:,} {verb}" for number, verb in rest)])


def _headlines(metrics: list[dict], by_metric: list[dict]) -> list[str]:
    """The World's totals by size of the change, one a metric, then how many more there are."""
    world = [row for row in metrics if row["area_kind"] == "world" and row["is_main"] and row["change"] == "changed"]
    shown = list({row["metric_id"]: row for row in reversed(world)}.values())[::-1][:MOST_HEADLINES]
    lines = [headline_line(row) for row in shown]
    totals = {name: sum(row[name] for row in by_metric) for name in _VERBS}
    totals["changed"] -= len(shown)
    more = "more " if shown else ""
    if words := counted(
        totals,
        f"{more}headline",
        f"{more}headlines",
        of=f" of {len(by_metric)} metric{'' if len(by_metric) == 1 else 's'}",
    ):
        lines.append(words)
    if later := sum(row["other_year"] for row in by_metric):
        lines.append(f"{later:,} headlines have the same value for another year")
    return lines


def _series(series: list[dict]) -> list[str]:
    """Values by what became of them, new releases, and series that came and went."""
    both = [row for row in series if row["presence"] == "changed"]
    totals = {name: sum(row[name] for row in both) for name in _VERBS}
    of = f" of {len(both)} UN series" if len(both) != 1 else f" of the UN series {both[0]['series_code']}"
    lines = [words] if (words := counted(totals, "value", of=of)) else []
    for presence, verb in (("added", "new"), ("removed", "gone")):
        codes = [row["series_code"] for row in series if row["presence"] == presence]
        if codes:
            lines.append(f"UN series that are {verb}: {some(codes)}")
    return lines


def _governments(local: list[dict]) -> list[str]:
    """`Barcelona: 40 values added`; those with most differences first."""
    lines = [f"{row['local_government_name']}: {counted(row, 'value')}" for row in local[:MOST_GOVERNMENTS]]
    if rest := local[MOST_GOVERNMENTS:]:
        totals = {name: sum(row[name] for row in rest) for name in _VERBS}
        lines.append(f"{len(rest)} more local governments: {counted(totals, 'value')}")
    return lines


def _records(noun: str, rows: list[dict]) -> list[str]:
    counts = Counter(row["change"] for row in rows)
    return [words] if (words := counted(counts, noun)) else []


def _sources(sources: list[dict]) -> list[str]:
    words = [
        {
            "added": f"{row['source']} {row['new_release']} is new",
            "removed": f"{row['source']} {row['old_release']} went",
        }.get(row["change"], f"{row['source']} {row['new_release']} instead of {row['old_release']}")
        for row in sources
        if row["change"] != "fetched again"
    ]
    words += [f"{n} fetched again" for n in [sum(row["change"] == "fetched again" for row in sources)] if n]
    return [f"sources: {some(words)}"] if words else []


def _schema(schema: list[dict]) -> list[str]:
    counts = Counter(row["change"] for row in schema)
    order = ("table added", "table removed", "column added", "column removed", "type changed")
    words = [f"{name}: {some(_names(schema, name), 3)}" for name in order if counts[name]]
    return ["; ".join(words)] if words else []


def _names(schema: list[dict], change: str) -> list[str]:
    return [
        ".".join(part for part in (row["table_name"], row["column_name"]) if part)
        for row in schema
        if row["change"] == change
    ]


def some(names: Iterable[str], most: int = 5) -> str:
    """The first few names, and how many more there are."""
    listed = list(names)
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {rest} more" if rest > 0 else "")
