"""What the listed series measure in each release that is loaded, as tables that models read.

`release_definition` holds the listed definition of each release and series of the
list, null where the name of the release does not decide it; `stated_definition`
what footnotes, base periods and descriptions of the source name instead. They are
found once for each text, of which there are a few hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.registry.definitions import defined_series, listed_definition, stated_definition

if TYPE_CHECKING:
    import duckdb

_TEXTS = ("description", "base_period", "footnotes")


def insert_definitions(con: duckdb.DuckDBPyConnection) -> None:
    """Make both tables from `staging.observation`."""
    con.execute(
        "create temp table release_definition "
        "(dataset_id varchar, release varchar, series_code varchar, definition varchar)"
    )
    con.execute(
        "create temp table stated_definition (dataset_id varchar, release varchar, series_code varchar, "
        "description varchar, base_period varchar, footnotes varchar, definition varchar)"
    )
    found = con.execute(
        f"select distinct dataset_id, release, series_code, {', '.join(_TEXTS)} from staging.observation "
        "where list_contains(?, series_code) order by all",
        [sorted(defined_series())],
    ).fetchall()
    of_releases = dict.fromkeys(row[:3] for row in found)
    keys = ("dataset_id", "release", "series_code")
    insert_rows(
        con,
        "release_definition",
        [{**dict(zip(keys, row, strict=True)), "definition": listed_definition(row[2], row[1])} for row in of_releases],
    )
    stated = [(*row, stated_definition(row[2], row[3:])) for row in found]
    names = (*keys, *_TEXTS, "definition")
    insert_rows(con, "stated_definition", [dict(zip(names, row, strict=True)) for row in stated if row[-1]])
