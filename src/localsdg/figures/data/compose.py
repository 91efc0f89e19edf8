"""Rows of the warehouse -> a figure: labels, unit, source, coverage, caveat, encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.tiles import tiles
from localsdg.figures.data.classes import put_in_classes
from localsdg.figures.data.encode import encode
from localsdg.figures.data.figure import COLUMNS, Figure
from localsdg.figures.data.line_breaks import breaks, defined, definition_breaks, definition_words
from localsdg.figures.data.local_texts import LOCAL_TEXTS, official_indicator, own_words
from localsdg.figures.data.names import city_name, indicator_name
from localsdg.figures.data.notes import incomplete_notes, notes_of
from localsdg.figures.data.progress_words import progress_words
from localsdg.figures.data.provenance import REGISTERS, caveats, origin, sources_of
from localsdg.figures.data.queries import COMPARISON
from localsdg.figures.findings.counts import STATUS_COUNTS
from localsdg.figures.findings.title import find

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words

Row = dict[str, Any]
#: Values of dimensions that are no finding: what was not read, not named or of no kind.
RESIDUAL = frozenset({"not classified", "none stated", "other", "none named", "absent", "OTHER", "_U", "not assessed"})
#: Code of the World.
WORLD = "001"
#: Dimensions whose values are kinds of actors.
_ACTORS = ("lead", "partner")


def compose(
    entry: Entry,
    found: list[Row],
    w: Words,
    area: Area,
    sql: str,
    datasets: dict[str, Row],
    definitions: list[Row],
    made: dict[Any, Row] | None = None,
) -> Figure:
    """One figure from the rows of its query (at least one).

    `datasets` are the rows of `provenance.DATASETS` by release, `definitions` those
    of `evidence.metric`. `made` keeps rows between calls: the World is beside every country.
    """
    for one in found:
        one["unit"] = entry.unit or one["unit"] or ""
    unit = "PERCENT" if entry.draw else found[0]["unit"]
    rows = [_row(entry, one, w) if made is None else _row_once(entry, one, w, made) for one in found]
    ends = _ends(entry, found, w, datasets)
    # what is before a break is drawn, but not compared with what is after it; so is an incomplete year
    # (but it can only grow: where it is the highest already, it is the highest)
    compared = rows if entry.finding == "peak" else [row for row in rows if not row["incomplete"]]
    told = [row for row in compared if not ends or row["year"] >= ends[-1][1]] or rows
    told = [row for row in told if not row["is_residual"]] or told
    if entry.kind == "heat_map" or entry.kind == "bar" and not entry.series:
        rows.sort(key=lambda row: row["is_residual"])
    if entry.kind == "tile_map":
        put_in_classes([row for row in rows if row["code"] in tiles()], unit, w)
    _tell_apart(rows, entry, found)
    name = w.area(area.code, area.name)
    behind = origin(entry, found, w, datasets, definitions)
    title, finding = find(entry, told, w, area)
    columns = tuple(c for c in COLUMNS if any(row[c] not in (None, "") for row in rows))
    ids = tuple(dict.fromkeys(one["metric_id"] for one in found))
    return Figure(
        figure_id=entry.figure_id + ("" if area.code == "001" else f"-{area.code}"),
        claim_id=entry.claim,
        claim=w.say(f"claim.{entry.claim}"),
        statement=w.say(f"statement.{entry.claim}"),
        metric_ids=ids,
        kind=entry.kind,
        lang=w.lang,
        area_code=area.code,
        area=name,
        title=title,
        finding=finding,
        subtitle=_subtitle(entry, found, w, name, unit, behind.release_age, area.is_local),
        source=behind.source,
        as_of=behind.as_of,
        is_old=bool(behind.release_age),
        series=behind.series,
        version=w.version,
        coverage=_coverage(entry, found, rows, w, area),
        uncertainty=w.say("word.bounds") if any(r["lower_bound"] is not None for r in rows) else "",
        caveat=caveats(entry, found, w),
        notes=notes_of(entry, found, rows, w) + incomplete_notes(entry, found, w, definitions),
        definition="\n".join(definition["definition"] for definition in definitions if definition["metric_id"] in ids),
        # of a share its whole too: "% of people"
        unit=unit == "PERCENT" and w.say(f"what.{entry.figure_id}", "") or w.say(f"unit.{unit}", unit),
        unit_code=unit,
        columns=columns,
        headers=tuple(
            own_words(w, "column", f"{entry.figure_id}-{c}", area.is_local) or w.say(f"column.{c}") for c in columns
        ),
        rows=tuple({column: row[column] for column in COLUMNS} for row in rows),
        encoding=encode(entry, rows, area, unit, ends),
        sql=sql,
    )


def _row(entry: Entry, one: Row, w: Words) -> Row:
    row = {column: one.get(column) for column in COLUMNS}
    row["as_of"] = w.known_on or None
    row |= {key: one[key] for key in ("dimensions", "n_found", "n_others", "n_highest", "n_lowest")}
    row |= {key: one[key] for key in ("basis", "strength", "unit")}
    row |= {key: one.get(key) for key in ("n_first_above", "n_second_above", "n_countries")}
    row |= {key: one[key] for key in ("across_place", "down_place") if key in one}
    row["n_whole"] = one["n_total"]
    row["is_residual"] = is_residual(one)
    row["record"] = one
    row |= {count: one[count] for count in STATUS_COUNTS.values() if count in one}
    row |= {key: one[key] for key in ("government", "n_governments", "is_beside", "area_kind") if key in one}
    if row.get("government"):
        row["government"] = w.government(one["government"])
    if "country" in one:
        row["country"] = w.area(one["area_code"], one["country"])
    row["label"] = row["name"] = _text(entry.label, one, w, entry.common)
    row["series"] = _text(entry.series, one, w, entry.common) if entry.series else ""
    row["shown"] = shown_value(one, w)
    if entry.shown:
        row["shown"] = _text(entry.shown, one, w, entry.common)
    row["definition"] = definition_words(one["definition"], w) if one["definition"] else None
    row["incomplete"] = w.say("word.incomplete") if one["strength"] == "weak" else None
    total = {"share": one["n_total"], "areas": one["n_areas"]}.get(entry.total)
    row["n_total"] = total
    if total and entry.draw:
        return row | _as_share(entry, one, total, w)
    if total is not None:
        row["shown"] = w.say("word.of").format(value=row["shown"], total=w.number(total))
    return row


#: What a row says of the places that it is beside.
_BESIDE = ("n_found", "n_others", "n_highest", "n_lowest", "n_first_above", "n_second_above", "n_countries")


def _row_once(entry: Entry, one: Row, w: Words, made: dict[Any, Row]) -> Row:
    """A row that may be there for several areas, made once but for what is beside it."""
    key = (entry.figure_id, one["metric_id"], one["code"], one["year"], one["breakdown"], one["definition"])
    if key not in made:
        made[key] = _row(entry, one, w)
    return made[key] | {name: one.get(name) for name in _BESIDE} | {"record": one}


def shown_value(one: Row, w: Words) -> str:
    """The value of a row as people read it; a status of a goal is a word and the number of series behind it."""
    if one["unit"] != "status":
        return w.amount(one["value"], one["unit"], one["censoring"])
    return w.say(f"status.{one['dimensions']['status']}", n=w.number(one["n_series"]))


def is_residual(one: Row) -> bool:
    """Whether a row counts what is of no kind, such as "not classified": shown, but no finding."""
    return bool(RESIDUAL & set((one["dimensions"] or {}).values()))


def _as_share(entry: Entry, one: Row, total: float, w: Words) -> Row:
    """A count whose whole moves from row to row: drawn as a share of it, with the numbers beside it."""
    share = 100 * one["value"] / total
    shown = w.amount(share, "PERCENT", one["censoring"])
    if entry.draw == "share":
        count = w.amount(one["value"], one["unit"])
        shown = w.say("word.share_of").format(share=shown, value=count, total=w.number(total))
    # behind the bar of a share is no whole, and the bounds of a count do not fit it
    whole = None if entry.kind in ("bar", "column") else total
    return {
        "value": share,
        "unit": "PERCENT",
        "shown": shown,
        "n_total": whole,
        "lower_bound": None,
        "upper_bound": None,
    }


def _text(column: str, one: Row, w: Words, common: frozenset[tuple[str, str]]) -> str:
    """The words for a cell: an area's name, a breakdown, a metric, a year."""
    value = one.get(column)
    if column == "name":
        return w.area(str(one["code"]), one["name"])
    if column == "metric_id":
        return w.say(f"metric.{value}", str(value))
    if column == "series_code":
        name = w.say(f"series.{value}", one["name"])
        return f"{name}, {definition_words(one['definition'], w)}" if one["definition"] else name
    if column == "progress":
        return progress_words(one, w)
    if column == "goal":
        return f"{one['code']} {w.say('goal.' + str(one['code']))}"
    if column in ("across", "down"):  # the parts of a pair
        return breakdown(one["parts"], str(value), w)
    if column.startswith("by_"):
        dimension = column.removeprefix("by_")
        return breakdown(dimension, one["dimensions"][dimension], w)
    if column == "breakdown":
        told = {name: part for name, part in one["dimensions"].items() if part is not None}
        if not told:
            return w.say("breakdown.total")
        return ", ".join(breakdown(*part, w) for part in told.items() if part not in common)
    if column in LOCAL_TEXTS:
        return LOCAL_TEXTS[column](one, w)
    if column == "government":
        return w.government(str(value or ""))
    return "" if value is None else str(value)


def breakdown(name: str, value: str, w: Words) -> str:
    """A dimension such as sex, FEMALE in words; what the catalogue does not know is its own value."""
    if name == "language":
        return w.language(value)
    if name == "indicator":
        return indicator_name(value, w)
    if name == "cities":
        return city_name(value)
    if name == "goal":
        return f"{value} {w.say('goal.' + value)}"
    if name in _ACTORS:
        name = "actor"
    if name == "status":
        return w.say(f"progress.{value}")
    own = w.say(f"breakdown.{name}={value}", "")
    return own or w.say(f"breakdown.{name}", "{value}").format(value=value)


def _tell_apart(rows: list[Row], entry: Entry, found: list[Row]) -> None:
    """Say the year in the label where years differ, and the code where two labels are alike."""
    if (
        entry.label == "year"
        or entry.kind in ("table", "heat_map", "tile_map")
        or entry.query == "by_breakdown"
        and entry.series
    ):
        return
    newest = max(row["year"] for row in rows if row["year"]) if any(r["year"] for r in rows) else None
    for row in rows:
        if newest and row["year"] and row["year"] != newest and str(row["year"]) not in row["label"]:
            row["label"] += f" ({row['year']})"
    owners: dict[str, set] = {}
    for row in rows:
        owners.setdefault(row["label"], set()).add(row["code"])
    for row in rows:
        if len(owners[row["label"]]) > 1 and entry.label == "name":
            row["label"] += f" [{row['code']}]"


def _ends(entry: Entry, found: list[Row], w: Words, datasets: dict[str, Row]) -> tuple[tuple[int, int, str], ...]:
    """The years between which values over time are not compared; none for places beside each other."""
    if entry.kind == "line":
        return breaks(found, w, are_releases_parts=sources_of(found, datasets) <= REGISTERS)
    return definition_breaks(found, w) if entry.kind == "column" else ()


def _subtitle(entry: Entry, found: list[Row], w: Words, area: str, unit: str, release_age: str, is_local: bool) -> str:
    years = sorted({row["year"] for row in found if row["year"]})
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    what = defined(own_words(w, "what", entry.figure_id, is_local) or w.say(f"unit.{unit}", unit), found, w)
    if found[0].get("indicator_code") and entry.label == "name":  # one indicator of several governments
        what = official_indicator(found[0], w) + (f", {w.say(f'unit.{unit}', unit)}" if unit else "")
    if found[0].get("n_governments") == 1:  # the title names it, and the asked area is wider
        area = w.government(found[0]["government"])
    if found[0].get("register") and found[0]["area_code"] == WORLD:  # one register is not the World
        area = ""
    return " · ".join(part for part in (area, register_name(found[0], w), what, span, release_age, w.as_known) if part)


def register_name(one: Row, w: Words) -> str:
    """The register that a row counts records of, in the language of the figure; '' where it counts none."""
    return w.say(f"register.{one['dataset_id']}", one["register"]) if one.get("register") else ""


def _coverage(entry: Entry, found: list[Row], rows: list[Row], w: Words, area: Area) -> str:
    """How many of how many the newest value rests on."""
    newest = max(found, key=lambda one: (one["strength"] != "weak", one["year"] or 0))
    own = own_words(w, "coverage", entry.figure_id, area.is_local)
    if area.kind == COMPARISON:  # what is counted in one area is not what is in another
        return "" if "{" in own else own
    if own and (area.kind != "country" or "{n}" not in own):
        facts = {
            "n": w.number(newest["n_areas"]),
            "value": w.number(newest["value"]),
            "total": w.number(newest["n_total"]),
            "shown": w.number(len(rows)),
            "found": w.number(newest["n_found"]),
            "share": w.amount(_share(newest), "PERCENT"),
            "year": newest["year"],
        }
        facts |= {word: w.number(newest[column]) for word, column in STATUS_COUNTS.items() if column in newest}
        return own.format(**facts)
    parts = []
    if newest["n_found"] > len({row["label"] for row in rows}) and entry.label == "name":
        which = "word.ends_of" if entry.query == "across_areas" else "word.places_of"
        parts.append(
            w.say(which).format(n=w.number(len({row["label"] for row in rows})), total=w.number(newest["n_found"]))
        )
    n, total = newest["n_areas"], newest["n_total"]
    of_countries = newest["denominator"] == "countries" and entry.label != "name"
    counted = [one["n_areas"] for one in found if one["n_areas"]]
    if of_countries and entry.label == "breakdown" and len(set(counted)) > 1:  # each part has countries of its own
        low, high = w.number(min(counted)), w.number(max(counted))
        parts.append(w.say("word.countries_between").format(low=low, high=high, total=w.number(total)))
    elif of_countries and not entry.total and (n or 0) > 1:
        parts.append(
            w.say("word.countries_of").format(
                n=w.number(n), total=w.number(total), share=w.amount(_share(newest), "PERCENT"), year=newest["year"]
            )
        )
    return " ".join(parts)


def _share(one: Row) -> float | None:
    """Per cent of the whole: the countries of a figure, or the value where it is itself a part."""
    if one["denominator"] in (None, "countries"):
        return one["coverage_pct"]
    return 100 * one["value"] / one["n_total"] if one["n_total"] else None
