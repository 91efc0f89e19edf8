"""Series that measure something else in a new release than in the one it replaces: a new poverty line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.registry.definitions import defined_series
from localsdg.warehouse.definitions import insert_definitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from localsdg.pipeline.loss import Pair


def changed_definitions(con: duckdb.DuckDBPyConnection, pairs: Sequence[Pair]) -> set[Pair]:
    """The pairs whose series has another definition in its new release than the published one had.

    One that either side does not know is compared as if it were the same.
    """
    defined = [pair for pair in pairs if pair.series_code in defined_series()]
    if not defined:
        return set()
    insert_definitions(con)
    new: dict[tuple[str, str, str], set[str]] = {}
    for table in ("stated_definition", "release_definition"):  # what a text states goes before the list
        found = con.execute(
            f"select distinct dataset_id, release, series_code, definition from {table} where definition is not null"
        ).fetchall()
        known = set(new)
        for *key, line in found:
            if tuple(key) not in known:
                new.setdefault((key[0], key[1], key[2]), set()).add(line)
        con.execute(f"drop table {table}")
    old: dict[tuple[str, str, str], set[str]] = {}
    for *key, line in con.execute(
        "select distinct dataset_id, release, series_code, definition from published.core.observation "
        "where definition is not null and list_contains(?, series_code)",
        [sorted(defined_series())],
    ).fetchall():
        old.setdefault((key[0], key[1], key[2]), set()).add(line)
    return {
        pair
        for pair in defined
        if (after := new.get((pair.source, pair.new_release, pair.series_code or "")))
        and (before := old.get((pair.source, pair.old_release, pair.series_code or "")))
        # a published definition may go on with the base period
        and not any(line.startswith(tuple(after)) for line in before)
    }
