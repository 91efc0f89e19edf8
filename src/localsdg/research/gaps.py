"""What was asked for and has no value, each with its reason: a gap is named, and never a zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localsdg.research.areas import list_areas
from localsdg.research.asked_areas import Areas
from localsdg.research.breakdowns import Breakdown, Dimension, describe_dimensions
from localsdg.research.connect import Warehouse, question
from localsdg.research.release_choice import Chosen
from localsdg.research.rows import rows
from localsdg.research.years import Years, join_years

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.research.areas import Area


@dataclass(frozen=True)
class Question:
    """What was asked: the series and releases, areas, years and breakdowns; `known` are dimensions by series."""

    warehouse: Warehouse
    chosen: Chosen
    areas: Areas
    years: Years
    breakdown: Breakdown
    known: Mapping[str, Mapping[str, Dimension]]


def gap(
    series: str, area: str, reason: str, *, code: str = "", years: str | None = None, **more: Any
) -> dict[str, Any]:
    """One gap as plain values; `years` where only some years lack."""
    return {"series_code": series, "area_code": code, "area": area, "years": years, "reason": reason, **more}


def find_gaps(asked: Question, table: pa.Table) -> list[dict[str, Any]]:
    """The gaps of a result: series, then areas, then single years of the areas that were named."""
    years: dict[tuple[str, str], set[int]] = defaultdict(set)
    empty: dict[tuple[str, str], str] = {}
    for row in table.select(["series_code", "area_code", "year", "value", "value_status"]).to_pylist():
        if row["value"] is None:
            empty[row["series_code"], row["area_code"]] = row["value_status"]
        else:
            years[row["series_code"], row["area_code"]].add(row["year"])
    found = [gap(code, "every area", reason) for code, reason in asked.chosen.absent.items()]
    for code in asked.chosen.series:
        if not asked.areas.areas:
            found += _countries_without(asked, code, {area for one, area in years if one == code})
            continue
        lacking = [area for area in asked.areas.areas if not years.get((code, area.code))]
        held = _held(asked.warehouse, code, [area.code for area in lacking])
        for area in lacking:
            status = empty.get((code, area.code))
            reason = f"published as {status}" if status else _reason(asked, code, area, held.get(area.code, []))
            found.append(gap(code, area.name, reason, code=area.code))
        for area in asked.areas.areas:
            there = years.get((code, area.code), set())
            if there and (missing := asked.years.missing(there)):
                found.append(gap(code, area.name, "none published", code=area.code, years=join_years(missing)))
    return found


def _reason(asked: Question, code: str, area: Area, held: list[dict[str, Any]]) -> str:
    """Why a series has no value for an area: other breakdowns, other years, other releases, or nothing at all."""
    releases = asked.chosen.releases_of(code)
    of_release = [row for row in held if row["release"] in releases and row["n_values"]]
    if of_release:
        first, last = min(row["first_year"] for row in of_release), max(row["last_year"] for row in of_release)
        span = join_years({first, last}) if first == last else f"{first}–{last}"
        if asked.breakdown.codes:
            named = ", ".join(f"{name}={'/'.join(codes)}" for name, codes in asked.breakdown.codes.items())
            return f"values for {span}, but none of {named}{_in_years(asked)}"
        if not any(row["n_totals"] for row in of_release):
            return f"values by {describe_dimensions(asked.known[code])} alone, no total"
        return f"values for {span}, none{_in_years(asked)}"
    if elsewhere := [row for row in held if row["n_values"]]:
        newest = elsewhere[-1]
        return (
            f"none in release {', '.join(releases)}; release {newest['release']} has "
            f"{newest['first_year']}–{newest['last_year']}"
        )
    if area.kind in ("world", "region", "grouping"):
        near = _groups_near(asked, code, area) if area.kind != "world" else ""
        return f'no value for the group is published; within="{area.name}" gives its countries{near}'
    return f"none in release {', '.join(releases)}"


def _groups_near(asked: Question, code: str, area: Area) -> str:
    """Groups with a value whose name holds that of one without: `Latin America` and that with the Caribbean."""
    near = [
        other
        for other in list_areas(asked.warehouse.con).values()
        if other.kind in ("region", "grouping") and other.code != area.code and area.name in other.name
    ]
    held = _held(asked.warehouse, code, [other.code for other in near])
    names = [f'"{other.name}"' for other in near if any(row["n_values"] for row in held.get(other.code, ()))]
    return f"; {' and '.join(names[:3])} {'has' if len(names) == 1 else 'have'} values" if names else ""


def _in_years(asked: Question) -> str:
    return f" in {asked.years.words}" if asked.years.words else ""


def _countries_without(asked: Question, code: str, there: set[str]) -> list[dict[str, Any]]:
    """One gap for all countries without a value, where every area was asked for."""
    countries = rows(asked.warehouse.con, question("group_members", grouping="001"))
    lacking = [row["name"] for row in countries if row["area_code"] not in there]
    if not lacking:
        return []
    words = f"{len(lacking)} of {len(countries)} countries and areas"
    years = asked.years.words or "all years"
    return [gap(code, words, "none published", years=years, areas=lacking)]


def _held(warehouse: Warehouse, code: str, areas: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """By area what each release has of a series."""
    codes = list(areas)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(warehouse.con, question("series_held", series=[code], areas=codes)) if codes else ():
        found[row["area_code"]].append(row)
    return found
