"""Manifests of snapshots of local data -> `staging.local_site`; which sites are looked at together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_value
from localsdg.common.database import insert_rows
from localsdg.registry.tables import ensure_tables
from localsdg.sources.snapshot import Snapshot

if TYPE_CHECKING:
    import duckdb

#: Sites that are looked at together.
TOGETHER = 200


def site_facts(snapshot: Snapshot) -> dict[str, str]:
    """What the manifest states of the site as clean text, without what is blank.

    `site_id`, `local_government_id` and `local_government` are always there.
    """
    facts = {name: str(value) for name, value in clean_value(snapshot.extra).items() if value}
    site_id = facts.setdefault("site_id", snapshot.release.split("@")[0])
    facts.setdefault("local_government_id", site_id)
    facts.setdefault("local_government", site_id)
    return facts


def stage_sites(con: duckdb.DuckDBPyConnection, snapshots: Iterable[Snapshot]) -> None:
    """One row a snapshot of local data: whose site it is, where it is served, when it was last pulled."""
    ensure_tables(con, ["staging.local_site"])
    of_sites = [(snapshot, site_facts(snapshot)) for snapshot in snapshots]
    insert_rows(
        con,
        "staging.local_site",
        [
            {
                "dataset_id": snapshot.source,
                "release": snapshot.release,
                "site_id": facts["site_id"],
                "local_government_id": facts["local_government_id"],
                "local_government": facts["local_government"],
                "level": facts.get("level"),
                "iso3": facts.get("country_iso3"),
                "area_code": facts.get("area_code"),
                "base_url": facts.get("base_url"),
                "repository": facts.get("repository"),
                "site_kind": facts.get("kind"),
                "fetched_at": snapshot.fetched_at,
            }
            for snapshot, facts in of_sites
        ],
    )


def release_ranges(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """The first and last release of each few hundred sites, in order: what is asked of each fits into the memory."""
    releases = [one for (one,) in con.execute("select distinct release from local_note order by 1").fetchall()]
    some = [releases[start : start + TOGETHER] for start in range(0, len(releases), TOGETHER)]
    return [(few[0], few[-1]) for few in some]
