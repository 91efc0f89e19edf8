"""The places of the page: areas that can be chosen, and the names by which they are found."""

from __future__ import annotations

import csv
import unicodedata
from typing import TYPE_CHECKING, Any

from localsdg.figures.data import queries
from localsdg.figures.data.figure import Figure
from localsdg.registry.places import AREA_NAMES_CSV, HERE

if TYPE_CHECKING:
    import duckdb

    from localsdg.figures.messages.messages import Words


def area_lists(
    con: duckdb.DuckDBPyConnection, w: Words, by_figure: dict[str, dict[str, Figure | str]], base: str
) -> dict[str, Any]:
    """What can be picked beside the area of the page: the World and regions with a figure, all
    countries, which countries a region has, the ISO codes of countries, and other names of all."""
    drawn = {code for by_area in by_figure.values() for code, figure in by_area.items() if not isinstance(figure, str)}
    areas = queries.rows(con, "select area_code, name, kind, iso3 from core.area where kind is not null")
    members: dict[str, list[str]] = {}
    for row in queries.rows(con, "select distinct grouping_code, area_code from core.area_grouping order by all"):
        if row["grouping_code"] in drawn:
            members.setdefault(row["grouping_code"], []).append(row["area_code"])

    def named(kinds: tuple[str, ...], only: set[str] | None) -> list[list[str]]:
        pairs = [
            [row["area_code"], w.area(row["area_code"], row["name"])]
            for row in areas
            if row["kind"] in kinds and (only is None or row["area_code"] in only - {base})
        ]
        return sorted(pairs, key=lambda pair: (plain(pair[1]), pair[0]))

    lists: dict[str, Any] = {
        "regions": named(("world", "region", "grouping"), drawn),
        "countries": named(("country",), None),
        "members": members,
        "iso3": {row["area_code"]: row["iso3"] for row in areas if row["iso3"]},
    }
    shown = {code: name for key in ("regions", "countries") for code, name in lists[key]}
    english = {row["area_code"]: row["name"] for row in areas}
    return lists | {"names": other_names(shown, english)}


def other_names(shown: dict[str, str], english: dict[str, str]) -> dict[str, list[str]]:
    """Names of areas beside the one that is shown: English, Spanish, French and Portuguese, and everyday ones."""
    from localsdg.figures.messages.messages import words

    known: dict[str, list[str]] = {code: [english.get(code, "")] for code in shown}
    portuguese = words("pt")
    for row in _rows(AREA_NAMES_CSV):
        code = row.pop("area_code")
        if code in known:
            known[code] += row.values()
    for code, names in known.items():
        names.append(portuguese.area(code, ""))
    for row in _rows(HERE / "place_aliases.csv"):
        for code in row["area_codes"].split() if row["meaning"] == "same" else ():
            if code in known:
                known[code].append(row["name"])
    return {
        code: more
        for code, names in known.items()
        if (more := [name for name in dict.fromkeys(names) if name and name not in (shown[code], code)])
    }


def _rows(path: Any) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def plain(name: str) -> str:
    """A name as it is sorted and searched: no accents, no capitals."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).casefold()
