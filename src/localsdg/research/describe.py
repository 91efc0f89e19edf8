"""A frame in words: what, where, when, the latest value, the source, and what is missing."""

from __future__ import annotations

from typing import Any

from localsdg.research.frames import attributes_of, to_arrow

#: How many areas and gaps are named before the rest is counted.
_NAMED = 3
_UNITS = {"PERCENT": "%", "NUMBER": ""}


def describe(frame: Any) -> str:
    """What a frame holds, in a few sentences: what it is about, how much, the latest values, source and gaps.

    `frame` is what a function of `localsdg` gave, whole or a part of its rows. Raises `UsageError` for what is
    no frame.

    >>> import localsdg as ls
    >>> print(ls.describe(ls.series("SI_POV_DAY1", area="World")))
    SI_POV_DAY1 (Proportion of population below international poverty line (%)), World: ...
    """
    table = to_arrow(frame)
    carried = attributes_of(frame)
    rows = table.to_pylist()
    sentences = [
        f"{carried.get('title') or 'The frame'}: {_extent(rows)}.",
        _latest(rows),
        _definition(rows),
        _source(rows, carried),
        _gaps(carried),
        *(f"{note[0].upper()}{note[1:]}." for note in carried.get("notes", ())),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _extent(rows: list[dict[str, Any]]) -> str:
    """`25 values of 3 areas, 1992–2021`; `12 rows` where there is no value."""
    if not rows:
        return "no rows"
    if "value" not in rows[0]:
        return _count(len(rows), "row")
    held = [row for row in rows if row["value"] is not None]
    parts = _count(len(held), "value")
    if areas := {row.get("area") for row in held} - {None}:
        parts += f" of {next(iter(areas))}" if len(areas) == 1 else f" of {len(areas)} areas"
    years = sorted({row["year"] for row in held if row.get("year") is not None})
    if years:
        parts += f", {years[0]}–{years[-1]}" if len(years) > 1 else f", {years[0]}"
    return parts


def _latest(rows: list[dict[str, Any]]) -> str:
    """The newest value of each area, for rows of one line alone: totals of one series or metric."""
    held = [row for row in rows if row.get("value") is not None and row.get("year") is not None and row.get("area")]
    lines = {(row.get("series_code"), row.get("metric_id"), row.get("breakdown"), row.get("release")) for row in held}
    if len(lines) != 1:
        return ""
    newest: dict[str, dict[str, Any]] = {}
    for row in held:
        if row["area"] not in newest or row["year"] > newest[row["area"]]["year"]:
            newest[row["area"]] = row
    shown = [f"{area} {_value(row)} in {row['year']}" for area, row in list(newest.items())[:_NAMED]]
    more = f" and {len(newest) - _NAMED} more areas" if len(newest) > _NAMED else ""
    return f"Latest: {'; '.join(shown)}{more}."


def _value(row: dict[str, Any]) -> str:
    """A value with its sign and unit: `<2.5 %`, `1,204,000`, `12 USD`."""
    number = row["value"]
    digits = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"
    unit = row.get("unit") or ""
    return f"{row.get('censoring') or ''}{digits} {_UNITS.get(unit, unit)}".strip()


def _definition(rows: list[dict[str, Any]]) -> str:
    definitions = {row.get("definition") for row in rows}
    return f"Definition: {definitions.pop()}." if len(definitions) == 1 and None not in definitions else ""


def _source(rows: list[dict[str, Any]], carried: dict[str, Any]) -> str:
    sources = sorted({row["source"] for row in rows if row.get("source")})
    releases = sorted({str(row["release"]) for row in rows if row.get("release")})
    parts = []
    if sources:
        parts.append("; ".join(sources[:_NAMED]) + (f" and {len(sources) - _NAMED} more" if sources[_NAMED:] else ""))
    if releases:
        parts.append(f"release {', '.join(releases[:_NAMED])}" + (" and others" if releases[_NAMED:] else ""))
    if version := carried.get("version"):
        parts.append(f"localsdg warehouse {version}")
    return f"Source: {', '.join(parts)}." if parts else ""


def _gaps(carried: dict[str, Any]) -> str:
    gaps = carried.get("gaps", [])
    areas = [gap for gap in gaps if gap.get("years") is None or gap.get("areas")]
    partly = [gap for gap in gaps if gap not in areas]
    shown = [f"{gap['area']} ({gap['reason']})" for gap in areas[:_NAMED]]
    shown += [f"{gap['area']} in {gap['years']}" for gap in partly[: _NAMED - len(shown)]]
    if not shown:
        return ""
    more = f" and {len(gaps) - len(shown)} more" if len(gaps) > len(shown) else ""
    return f"No value for {'; '.join(shown)}{more}."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
