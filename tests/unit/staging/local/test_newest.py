"""Of each publisher the newest snapshot that can be staged."""

from __future__ import annotations

from dataclasses import replace

import duckdb
from local_helpers import snapshot_content

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging import ledger
from localsdg.staging.local import stage as local
from localsdg.staging.local.newest import stage_newest_of_each
from localsdg.staging.local.sites import stage_sites

GOOD = "Year,Value\n2019,21.6\n"


def test_an_older_snapshot_is_used_where_newer_ones_cannot_be_read_or_written() -> None:
    con = duckdb.connect()
    ledger.create_ledger(con)
    local.prepare(con)
    contents = {}
    for site_id in ("weirford", "mereham"):
        for year in (2024, 2025, 2026):
            content = snapshot_content({"1-1-1": GOOD}, site_id=site_id)
            content.snapshot = replace(content.snapshot, release=f"{site_id}@{year}-01-01")
            contents[content.release] = content
    contents["weirford@2025-01-01"].targets = [{"local_indicator_id": "9-9-9"}]  # fails when it is written

    def read(snapshot):
        if snapshot.release in ("weirford@2026-01-01", "mereham@2024-01-01"):
            raise ValueError("no zip")
        return contents[snapshot.release]

    newest_first = [
        [content.snapshot for release, content in reversed(contents.items()) if release.startswith(site_id)]
        for site_id in ("weirford", "mereham")
    ]
    used = stage_newest_of_each(RunContext(con, Settings(), "run"), newest_first, read, "TAB")
    assert [snapshot.release for snapshot in used if snapshot] == ["weirford@2024-01-01", "mereham@2026-01-01"]
    aside = [(item.release, item.rule_id, item.detail, item.used_instead) for item in ledger.read_set_aside(con)]
    assert aside == [
        ("weirford@2025-01-01", "TAB-S01", "KeyError: '9-9-9'", "weirford@2024-01-01"),
        ("weirford@2026-01-01", "TAB-S01", "ValueError: no zip", "weirford@2024-01-01"),
    ]
    stage_sites(con, [snapshot for snapshot in used if snapshot])
    assert con.execute("select site_id, local_government from staging.local_site order by 1").fetchall() == [
        ("mereham", "mereham"),
        ("weirford", "weirford"),
    ]
