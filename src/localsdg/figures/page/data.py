"""Figures as the page holds them: by column, shared texts once, the World's and those of all areas.

Text from records goes in packed, in letters and digits alone: no HTML parser can leave it (`packed_json`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.figures.chart.datasets import marks, params
from localsdg.figures.chart.matrix import blanks, names
from localsdg.figures.chart.printed_points import upright_rows
from localsdg.figures.chart.theme import PAGE, PAGE_HEIGHT, page_rows
from localsdg.figures.chart.tile_map import empty_tiles
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.figure import COLUMNS, Figure
from localsdg.figures.data.load import held_areas, reason_without_rows
from localsdg.figures.page.scripts import packed_text

if TYPE_CHECKING:
    import duckdb

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
#: Sentences that say why a figure has nothing for an area that was chosen, beside those of `without_rows`.
REASONS = ("no_breakdown", "only_country", "only_world", "not_on_page")
#: Texts of a figure that many areas share.
SHARED = ("source", "as_of", "coverage", "uncertainty", "caveat", "notes", "unit", "series")


def packed_json(body: Any) -> str:
    """JSON in a tenth of the room; equal bytes for equal data."""
    # C0 is escaped in JSON; what is left no file in UTF-8 or no browser takes
    return packed_text(clean_text(json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)))


def pack(figure: Figure) -> dict[str, Any]:
    """A figure as the page's script reads it.

    Columns by name in `columns`, one value where all rows have the same; a
    column that is empty is left out. `finding` is its number, the year of it and its strength.
    """
    columns: dict[str, Any] = {c: [row[c] for row in figure.rows] for c in COLUMNS if c in figure.columns}
    columns |= marks(figure)
    return {
        "title": figure.title,
        "subtitle": figure.subtitle,
        **{key: getattr(figure, key) for key in SHARED if getattr(figure, key)},
        "finding": [figure.finding.number, figure.finding.year, figure.finding.strength],
        "n": len(figure.rows),
        "table": table_columns(figure),
        "params": params(figure, PAGE),
        "breaks": figure.encoding.breaks,
        "columns": {name: _once(values) for name, values in columns.items()},
        **(_matrix(figure) if figure.kind == "heat_map" else {}),
        **({"blanks": empty_tiles(figure), "names": []} if figure.kind == "tile_map" else {}),
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


def without_rows(
    con: duckdb.DuckDBPyConnection, w: Words, figure_id: str, by_figure: dict[str, dict[str, Figure | str]]
) -> dict[str, Any]:
    """The keys of the sentences that say why a figure has no row, for a country and for a group, and
    in `apart` the areas that have values which the figures of all areas do not hold."""
    entry = entries()[figure_id]
    held, has_countries = held_areas(con, entry)

    def key(is_country: bool) -> str:
        why = "no_record" if entry.register else reason_without_rows(entry, "", is_country, held, has_countries)
        own = f"{why}-{entry.metrics[0]}"
        return own if w.has(f"reason.{own}") else why

    return {
        "without": [key(True), key(False)],
        "apart": sorted(held - by_figure.get(figure_id, {}).keys()) if entry.query != "progress" else [],
    }
