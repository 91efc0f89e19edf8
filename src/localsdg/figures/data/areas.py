"""The figures of every region and country at once, for the filter of the page.

Each is composed by the same code as `localsdg figures --area`: the same title,
subtitle, caveat and numbers, or the same reason why there is no figure.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import TYPE_CHECKING, Any

from localsdg.figures.data import queries
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.compose import compose
from localsdg.figures.data.entry import Entry
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import METRICS, by_release, cannot, too_little
from localsdg.figures.messages.messages import Words

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: Stands for the code of the area in the SQL of a figure that follows the filter.
ANY_AREA = "{area}"
WORLD = "001"
#: Queries that give all areas at once where none is asked.
OF_ALL = ("over_years", "by_breakdown", "across_areas", "progress", "summed")
#: Of these the one that gives countries alone: regions beside all of their countries would double the page.
OF_COUNTRIES = "across_areas"


def sql_of_any(settings: Settings, entry: Entry) -> str:
    """The SQL of a figure with `ANY_AREA` where the area's code stands."""
    return queries.question(settings, entry, queries.Area(ANY_AREA, "", "country"))


def _asked(row: dict[str, Any]) -> str:
    """The area that a row answers for: it may show another one beside it."""
    return row.get("asked") or row["code"]


def load_areas(
    con: duckdb.DuckDBPyConnection, settings: Settings, w: Words, wanted: Collection[str] = ()
) -> dict[str, dict[str, Figure | str]]:
    """By figure id of the catalogue and area code: the figure (without `sql`), or why there is none.

    An area without any row is not in it: no value is published for it. A
    figure that no area but the World has is not in it either. `wanted` are ids of claims, all by default.
    """
    kinds = {row["area_code"]: row for row in queries.rows(con, "select area_code, name, kind from core.area")}
    known = {one["metric_id"]: one for one in queries.rows(con, METRICS)}
    datasets = by_release(con)
    made: dict[str, dict[str, Figure | str]] = {}
    for entry in entries().values():
        if entry.query not in OF_ALL or entry.areas == "world" or wanted and entry.claim not in wanted:
            continue
        by_area: dict[str, Figure | str] = {}
        definitions = [known[metric] for metric in entry.metrics if metric in known]
        kept: dict[Any, dict[str, Any]] | None = {} if entry.query == OF_COUNTRIES else None
        for variant in (entry, entry.instead) if entry.instead else (entry,):
            sql = queries.question(settings, variant, queries.Area("", "", ""))
            for code, group in groupby(queries.figure_rows(con, sql), key=_asked):
                place, rows = queries.Area(code, kinds[code]["name"], kinds[code]["kind"]), list(group)
                if code not in by_area:
                    by_area[code] = (
                        cannot(variant, place, known, w)
                        or too_little(variant, rows, place, w)
                        or compose(variant, rows, w, place, "", datasets, definitions, kept)
                    )
        if any(isinstance(one, Figure) and code != WORLD for code, one in by_area.items()):
            made[entry.figure_id] = by_area
    return made
