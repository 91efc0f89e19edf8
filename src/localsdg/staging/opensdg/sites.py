"""Manifests of site snapshots -> `staging.local_site`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.registry.tables import create_table_sql, tables
from localsdg.staging.opensdg.site import site_facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from localsdg.sources.snapshot import Snapshot


def stage_sites(con: duckdb.DuckDBPyConnection, snapshots: Iterable[Snapshot]) -> None:
    """One row a site at hand: who it is, where it stands, when it was last pulled."""
    con.execute(create_table_sql(tables()["staging.local_site"]))
    facts = [(one, site_facts(one)) for one in snapshots if one.source == "opensdg"]
    insert_rows(
        con,
        "staging.local_site",
        [
            {
                "release": one.release,
                "site_id": of_site["site_id"],
                "local_government_id": of_site["local_government_id"],
                "local_government": of_site["local_government"],
                "level": of_site.get("level"),
                "iso3": of_site.get("country_iso3"),
                "area_code": of_site.get("area_code"),
                "base_url": of_site.get("base_url"),
                "repository": of_site.get("repository"),
                "site_kind": of_site.get("kind"),
                "fetched_at": one.fetched_at,
            }
            for one, of_site in facts
        ],
    )
