"""A warehouse with all declared tables and rows of six data sets: in memory, or as versions that are kept."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb

from localsdg.common.settings import Settings
from localsdg.registry.tables import create_table_sql, main_views, schema_tables
from localsdg.sources.snapshot import sha256_of

DATASETS = {
    "unsd 2020-10-19": ("unsd", "2020-10-19"),
    "unsd 2023-12-17": ("unsd", "2023-12-17"),
    "opensdg bristol": ("opensdg", "bristol@2021-12-07"),
    "opensdg auburn": ("opensdg", "auburn@2023-04-06"),
    "reviews 2026-11": ("reviews", "2026-11"),
    "actions cdp": ("actions", "2021-10-04"),
}
#: The terms of each source, as the registry has them.
LICENCES = {
    "unsd": "UN terms of use: data may be copied and redistributed free of charge, with citation",
    "opensdg": "data: not stated; platform: MIT",
    "reviews": "facts (names, years, codes, addresses); the documents belong to those who published them",
    "actions": "open data of CDP and ICLEI, both to be cited; the repository that holds them: Apache-2.0",
}
#: The short names that it has: fewer than a version of today, as an older one.
MAIN = ("series", "observation", "local_government", "local_observation", "review", "action", "metric_value")
#: Rows by table; each names its data set as the real ones do.
ROWS = {
    "core.series": [
        {"series_code": "A", "description": "a", "list_release": "2020-10-19"},
        {"series_code": "B", "description": "b", "list_release": "2023-12-17"},
    ],
    "core.observation": [
        {"dataset_id": "unsd", "release": release, "series_code": series, "area_code": area, "year": 2015, "value": v}
        for release, series, area, v in (
            ("2020-10-19", "A", "001", 10.0),
            ("2020-10-19", "A", "404", 37.0),
            ("2020-10-19", "B", "404", 5.0),
            ("2023-12-17", "A", "001", 10.8),
            ("2023-12-17", "A", "404", 36.0),
        )
    ],
    "core.series_release": [
        {"dataset_id": "unsd", "release": "2020-10-19", "series_code": "A", "is_latest": False},
        {"dataset_id": "unsd", "release": "2020-10-19", "series_code": "B", "is_latest": True},
        {"dataset_id": "unsd", "release": "2023-12-17", "series_code": "A", "is_latest": True},
    ],
    "core.local_site": [
        {"dataset_id": "opensdg", "release": f"{site}@{day}", "site_id": site, "local_government_id": site}
        for site, day in (("bristol", "2021-12-07"), ("auburn", "2023-04-06"))
    ],
    "core.local_observation": [
        {"dataset_id": "opensdg", "release": f"{site}@{day}", "site_id": site, "local_government_id": site, "value": 1}
        for site, day in (("bristol", "2021-12-07"), ("auburn", "2023-04-06"), ("auburn", "2023-04-06"))
    ],
    "core.local_indicator_link": [{"site_id": "bristol"}, {"site_id": "auburn"}],
    "core.local_government": [
        {"local_government_id": one, "name": one} for one in ("bristol", "auburn", "kisumu")
    ],
    "core.review": [{"review_id": "k", "local_government_id": "kisumu", "release": "2026-11", "review_year": 2022}],
    "core.action": [
        {"action_id": "cdp:1", "dataset_id": "cdp", "local_government_id": "kisumu", "release": "2021-10-04"}
    ],
    "core.action_partner": [{"action_id": "cdp:1", "partner": "ICLEI"}],
    "evidence.metric_value": [
        {"metric_id": "m1", "area_code": "001", "value": 1.0, "release": "2020-10-19; 2026-11"},
        {"metric_id": "m2", "area_code": "001", "value": 2.0, "release": "2 local governments, newest pull 2023-04-06"},
        {"metric_id": "m3", "area_code": "001", "value": 3.0, "release": "UCLG (2022-10)"},
    ],
}  # fmt: skip


def small_warehouse() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with six data sets and the views that queries read."""
    con = duckdb.connect(config={"threads": "1"})
    for schema in ("core", "evidence", "meta", "audit"):
        con.execute(f"create schema {schema}")
    for table in schema_tables("core", "evidence", "meta", "audit"):
        if table.kind == "table":
            con.execute(create_table_sql(table))
    con.execute(
        "create view core.latest_observation as select o.* from core.observation as o "
        "join core.series_release as r using (dataset_id, series_code, release) where r.is_latest"
    )
    for name in MAIN:
        table = main_views()[name].name
        con.execute(f"create view main.{name} as select * from {table}")
    for source, release in DATASETS.values():
        con.execute(
            "insert into meta.dataset by name select ? as source, ? as release, ? as licence",
            [source, release, LICENCES[source]],
        )
    con.execute(
        "insert into meta.licence by name select 'unsd' as source, 'UN SDG Global Database' as name, "
        "'UN' as publisher, 'terms' as licence, 'UN' as attribution, "
        "'https://unstats.example' as homepage, 'cited' as citation"
    )
    for table, rows in ROWS.items():
        for row in rows:
            names = ", ".join(f"? as {name}" for name in row)
            con.execute(f"insert into {table} by name select {names}", list(row.values()))
    return con


def keep_versions(settings: Settings, *versions: str) -> None:
    """Publish it under each version; all hold the same data, and the last one is the published file."""
    for version in versions:
        folder = settings.warehouse / "releases" / version
        folder.mkdir(parents=True)
        file = folder / "localsdg.duckdb"
        con = small_warehouse()
        con.execute(
            "insert into meta.release by name select ? as version, timestamp '2026-11-27 10:00:00' as built_at, "
            "'0.1.0' as code_version, 'same' as content_hash",
            [version],
        )
        con.execute(f"attach '{file}' as kept; copy from database memory to kept; detach kept")
        con.close()
        facts = {"version": version, "bytes": file.stat().st_size, "sha256": sha256_of(file), "content_hash": "same"}
        (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
        settings.published.unlink(missing_ok=True)
        os.link(file, settings.published)


def copy_home(home: Path, to: Path) -> Settings:
    """A home of its own with the same versions."""
    shutil.copytree(home, to)
    return Settings(home=to)


def remove_version(settings: Settings, version: str, to: Path) -> None:
    """Move a kept version away."""
    (settings.warehouse / "releases" / version).rename(to)
