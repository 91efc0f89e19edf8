"""What the page holds as data: figures by column, the areas of the filter, the local governments.

Text from records goes in packed, in letters and digits alone: no HTML parser can leave it (`packed_json`).
"""

from __future__ import annotations

import base64
import gzip
import json
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.figures.chart.datasets import marks, params
from localsdg.figures.chart.matrix import blanks, names
from localsdg.figures.chart.printed_points import upright_rows
from localsdg.figures.chart.theme import PAGE, PAGE_HEIGHT, page_rows
from localsdg.figures.data import queries
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.compose import breakdown
from localsdg.figures.data.figure import COLUMNS, Figure
from localsdg.figures.data.load import held_areas, reason_without_rows

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings
    from localsdg.figures.messages.messages import Words

#: Columns of the table on the page: `shown` stands for value, limit and whole.
TABLE_COLUMNS = (
    "label",
    "series",
    "year",
    "shown",
    "incomplete",
    "lower_bound",
    "upper_bound",
    "n_areas",
    "coverage_pct",
    "release",
)
#: Sentences that say why a figure has nothing for an area that was chosen.
REASONS = ("no_rows", "no_breakdown", "world_alone", "groups_alone", "not_assessed", "only_country")
#: Texts of a figure that many areas share.
_SHARED = ("source", "coverage", "uncertainty", "caveat", "notes")


def packed_json(body: Any) -> str:
    """JSON in a tenth of the room: gzipped, in base64; equal bytes for equal data."""
    return base64.b64encode(gzip.compress(_json(body).encode(), 9, mtime=0)).decode("ascii")


def _json(body: Any) -> str:
    # C0 is escaped in JSON; what is left no file in UTF-8 or no browser takes
    return clean_text(json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def pack(figure: Figure) -> dict[str, Any]:
    """A figure as the page's script reads it.

    Columns by name in `columns`, one value where all rows have the same; a
    column that is empty is left out.
    """
    columns: dict[str, Any] = {c: [row[c] for row in figure.rows] for c in COLUMNS if c in figure.columns}
    columns |= marks(figure)
    return {
        "title": figure.title,
        "subtitle": figure.subtitle,
        **{key: getattr(figure, key) for key in _SHARED if getattr(figure, key)},
        "n": len(figure.rows),
        "table": table_columns(figure),
        "params": params(figure, PAGE),
        "breaks": figure.encoding.breaks,
        "columns": {name: _once(values) for name, values in columns.items()},
        **(_matrix(figure) if figure.kind == "heat_map" else {}),
        **({"order": figure.encoding.order} if figure.kind == "column" else {}),
        **({"printed": printed} if (printed := upright_rows(figure, PAGE, PAGE_HEIGHT)) else {}),
    }


def _matrix(figure: Figure) -> dict[str, Any]:
    """What the page has for a heat map beside its rows."""
    rows = page_rows(figure)
    return {"names": names(figure, rows.name_size, rows.name_width), "blanks": blanks(figure)}


def table_columns(figure: Figure) -> list[str]:
    """Columns of the figure's table on the page, without those that say nothing more."""
    same = all(row["label"] == str(row["year"]) for row in figure.rows)
    lone = all(row["n_areas"] in (None, 1) for row in figure.rows)
    left_out = ({"label"} if same else set()) | ({"n_areas", "coverage_pct"} if lone else set())
    return [c for c in TABLE_COLUMNS if c in figure.columns and c not in left_out]


def _once(values: list[Any]) -> Any:
    return values[0] if all(value == values[0] for value in values) else values


def pack_areas(
    by_figure: dict[str, dict[str, Figure | str]], spec_of: Callable[[Figure], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The figures of all areas by figure id: shared texts once, each area's own beside its code.

    `spec_of` gives what a figure has that is not as in the World's: its specification.
    """
    packed = {}
    for figure_id, by_area in by_figure.items():
        texts: dict[Any, int] = {}
        areas: dict[str, Any] = {}
        for code, figure in by_area.items():
            if isinstance(figure, str):
                areas[code] = figure
                continue
            body = pack(figure) | spec_of(figure)
            for key in _SHARED:
                if key in body:
                    body[key] = texts.setdefault(body[key], len(texts))
            areas[code] = body
        packed[figure_id] = {"texts": list(texts), "areas": areas}
    return packed


def without_rows(
    con: duckdb.DuckDBPyConnection, figure_id: str, by_figure: dict[str, dict[str, Figure | str]]
) -> dict[str, Any]:
    """Which of `REASONS` holds where a figure has no row: for a country, a group, and areas with other breakdowns."""
    entry = entries()[figure_id]
    held, has_countries = held_areas(con, entry)
    return {
        "without": [reason_without_rows(entry, "", kind, held, has_countries) for kind in (True, False)],
        "apart": sorted(held - by_figure.get(figure_id, {}).keys()) if entry.query != "progress" else [],
    }


def area_lists(
    con: duckdb.DuckDBPyConnection, w: Words, by_figure: dict[str, dict[str, Figure | str]], base: str
) -> dict[str, Any]:
    """What can be picked beside the area of the page: the World and regions with a figure, all
    countries, and which countries a region has."""
    drawn = {code for by_area in by_figure.values() for code, figure in by_area.items() if not isinstance(figure, str)}
    areas = queries.rows(con, "select area_code, name, kind from core.area where kind is not null")
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
        return sorted(pairs, key=lambda pair: (_plain(pair[1]), pair[0]))

    return {
        "regions": named(("world", "region", "grouping"), drawn),
        "countries": named(("country",), None),
        "members": members,
    }


def _plain(name: str) -> str:
    """A name as it is sorted and searched: no accents, no capitals."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).casefold()


def governments(con: duckdb.DuckDBPyConnection, settings: Settings, w: Words) -> list[list[Any]]:
    """Local governments as rows: name, country, code of the country, level, reviews (number, first and
    last year), indicators, actions, and the site when its address is a web address."""
    sql = (settings.sql / "figures" / "page_governments.sql").read_text(encoding="utf-8")
    places = []
    for row in queries.rows(con, sql):
        url = row["site_url"] or ""
        places.append(
            [
                row["name"] or row["local_government_id"],
                w.area(row["area_code"], row["country"]) if row["area_code"] else "",
                row["area_code"],
                breakdown("level", row["level"], w) if row["level"] else "",
                row["n_reviews"],
                row["first_review"],
                row["last_review"],
                row["n_indicators"],
                row["n_actions"],
                url if url.startswith(("https://", "http://")) else "",
            ]
        )
    return sorted(places, key=lambda row: (_plain(row[0]), row[0]))
