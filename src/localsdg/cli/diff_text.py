"""The comparison of two releases as a terminal shows it: totals, series, movers, metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localsdg.warehouse.query import print_table

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.warehouse.release_diff import ReleaseDiff

_COUNTS = ("added", "removed", "changed")


def print_diff(found: ReleaseDiff, limit: int) -> None:
    """Print each part under a heading, at most `limit` rows of each."""
    rows = found.tables["series"].to_pylist()
    both = [row for row in rows if row["presence"] == "in both"]
    totals = {name: sum(row[name] or 0 for row in both) for name in _COUNTS}
    click.echo(
        f"{found.old_release} to {found.new_release}: {len(both)} series in both; values "
        + ", ".join(f"{count:,} {name}" for name, count in totals.items())
    )
    for release in (found.old_release, found.new_release):
        alone = sorted(row["series_code"] for row in rows if row["presence"] == f"only in {release}")
        if alone:
            click.echo(f"only in {release}, of the series that are loaded: {', '.join(alone)}")
    for row in both:
        for line in _other_meaning(row):
            click.echo(f"{row['series_code']}: {line}")
    _part("Series, by the number of values that changed or went", _of(found.tables["series"], both, _SERIES), limit)
    for heading, kinds in _KINDS.items():
        chosen = [row for row in found.tables["movers"].to_pylist() if row["area_kind"] in kinds]
        table = _of(found.tables["movers"], chosen, _MOVERS)
        _part(heading, table.append_column("note", [[_mover_note(row) for row in chosen]]), limit)
    effects = metric_effects(found.tables["metrics"].to_pylist())
    areas = ", ".join(dict.fromkeys(str(row["area_name"] or row["area_code"]) for row in effects))
    _part(f"Metrics, totals for {areas or 'the World'}: newest year before and after", _rows(effects), limit)


_SERIES = ("series_code", "description", "old_rows", "new_rows", *_COUNTS, "notes")
_MOVERS = ("area_name", "series_code", "year", "breakdown", "old_value", "new_value", "change_pct", "n_changed")
_KINDS = {
    "Biggest movers: World": ("world",),
    "Biggest movers: regions and groups": ("region", "grouping"),
    "Biggest movers: countries": ("country",),
}


def metric_effects(rows: list[dict]) -> list[dict]:
    """A row a metric and area from rows of sql/diff/metrics.sql: totals, newest years, the largest change of a year.

    Metrics without a total are shown by their breakdowns.
    """
    groups: dict[tuple, list[dict]] = {}
    with_total = {(row["metric_id"], row["area_code"]) for row in rows if not row["breakdown"]}
    for row in rows:
        key = (row["metric_id"], row["area_code"])
        if not row["breakdown"] or key not in with_total:
            groups.setdefault((*key, row["breakdown"]), []).append(row)
    effects = [_effect(group) for group in groups.values()]
    return [effect for effect in effects if any(effect[name] for name in _COUNTS)]


def _effect(group: list[dict]) -> dict:
    old = next((row for row in group if row["is_old_newest"]), {})
    new = next((row for row in group if row["is_new_newest"]), {})
    changed = [row for row in group if row["change"] == "changed"]
    largest = max(changed, key=lambda row: abs(row["new_value"] - row["old_value"]), default={})
    return {
        "metric_id": group[0]["metric_id"],
        "area_code": group[0]["area_code"],
        "area_name": group[0]["area_name"],
        "breakdown": group[0]["breakdown"],
        "before": _point(old.get("year"), old.get("old_value")),
        "after": _point(new.get("year"), new.get("new_value")),
        **{name: sum(row["change"] == name for row in group) for name in _COUNTS},
        "largest_change": f"{largest['year']}: {_number(largest['old_value'])} to {_number(largest['new_value'])}"
        if largest
        else None,
    }


def _mover_note(row: dict) -> str:
    """Why a change is to be read with care."""
    notes = ["another definition"] * row["is_other_definition"] + ["from a small value"] * bool(row["is_small"])
    return ", ".join(notes)


def _other_meaning(row: dict) -> list[str]:
    """What about a series makes its numbers no revision of one another."""
    lines = []
    if row["renamed_from"]:
        lines.append(f"renamed from {row['renamed_from']}")
    for word in ("definition", "unit"):
        if row[f"new_{word}"]:
            lines.append(f"{word} changed from {row[f'old_{word}']} to {row[f'new_{word}']}")
    lines += [note for note in row["notes"] if note.endswith("partial")]
    return lines


def _point(year: int | None, value: float | None) -> str | None:
    return None if year is None or value is None else f"{year}: {_number(value)}"


def _number(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _of(table: pa.Table, rows: list[dict], names: tuple[str, ...]) -> pa.Table:
    """The rows with these columns, as a table."""
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=table.schema).select(list(names))


def _rows(rows: list[dict]) -> pa.Table:
    import pyarrow as pa

    hidden = ("area_code", *(() if len({row["area_code"] for row in rows}) > 1 else ("area_name",)))
    return pa.Table.from_pylist([{key: cell for key, cell in row.items() if key not in hidden} for row in rows])


def _part(heading: str, table: pa.Table, limit: int) -> None:
    if table.num_rows:
        click.echo(f"\n{heading}")
        print_table(table, limit or table.num_rows)
