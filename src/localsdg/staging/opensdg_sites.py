"""Manifests of site snapshots -> `staging.opensdg_site`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.duck import insert_rows
from localsdg.registry.tables import create_table_sql, tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from localsdg.sources.snapshot import Snapshot


def stage_sites(con: duckdb.DuckDBPyConnection, snapshots: Iterable[Snapshot]) -> None:
    """One row a site at hand: who it is, where it stands, when it was last pulled."""
    con.execute(create_table_sql(tables()["staging.opensdg_site"]))
    insert_rows(con, "staging.opensdg_site", [
        {
            "release": one.release,
            "site_id": one.extra["site_id"],
            "local_government_id": one.extra["local_government_id"],
            "local_government": one.extra["local_government"],
            "level": one.extra.get("level") or None,
            "iso3": one.extra.get("country_iso3") or None,
            "area_code": one.extra.get("area_code") or None,
            "base_url": one.extra.get("base_url") or None,
            "repository": one.extra.get("repository") or None,
            "site_kind": one.extra.get("kind") or None,
            "fetched_at": one.fetched_at,
        }
        for one in snapshots if one.source == "opensdg"
    ])
