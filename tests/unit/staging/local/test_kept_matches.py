"""Matches that an earlier run made are used for what a site said then, under the same official list, and no longer."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from local_helpers import snapshot_content

from localsdg.common.context import RunContext
from localsdg.common.kept import KeptParts
from localsdg.common.settings import Settings
from localsdg.staging import ledger
from localsdg.staging.kept import StagedParts
from localsdg.staging.local import match_sites, sites
from localsdg.staging.local import stage as local
from localsdg.staging.local.snapshot_content import StatedFacts

GOOD = "Year,Value\n2019,21.6\n2020,20.1\n"
TITLE = "Proportion of people who are poor"
KNOWN = [("1.2.1", "1.2", "1", TITLE, "en")]
SITES = ("weirford", "mereham", "oxbury")


@pytest.fixture
def matched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sites of which an indicator was compared with the list."""
    found: list[str] = []
    compare = match_sites.match_indicator
    monkeypatch.setattr(
        match_sites, "match_indicator", lambda claim, *more: (found.append(claim.site_id), compare(claim, *more))[1]
    )
    return found


def matches(folder: Path, known=KNOWN, sites=SITES, title: str = TITLE) -> tuple[KeptParts, dict[str, str]]:
    """What is kept, and the match of the indicator of each site."""
    con = duckdb.connect()
    ledger.create_ledger(con)
    local.prepare(con)
    said = {site: title if site == "weirford" else TITLE for site in sites}
    contents = [
        snapshot_content({"1-2-1": GOOD}, {"1-2-1": StatedFacts(titles={"en": one}, unit="Percent")}, site_id=site)
        for site, one in said.items()
    ]
    assert local.stage_snapshots(RunContext(con, Settings(), "run"), contents) == {}
    parts = StagedParts(KeptParts(folder), Settings(home=folder))
    local.finish(con, known, parts)
    return parts.store, dict(con.execute("select site_id, match from staging.local_indicator").fetchall())


def test_what_several_sites_say_is_compared_once_and_kept(tmp_path: Path, matched: list[str]) -> None:
    first, found = matches(tmp_path)
    assert found == dict.fromkeys(SITES, "official") and len(matched) == 1
    again, same = matches(tmp_path)
    assert same == found and len(matched) == 1
    assert (first.used, first.made, again.used, again.made) == (0, 3, 3, 0)


@pytest.mark.parametrize("change", ["title", "list", "site"])
def test_what_a_match_depends_on_is_in_its_key(tmp_path: Path, matched: list[str], change: str) -> None:
    matches(tmp_path)
    if change == "title":
        parts, found = matches(tmp_path, title="Length of cycle paths")
        assert found == {"weirford": "proxy", "mereham": "official", "oxbury": "official"} and parts.made == 1
    elif change == "list":
        parts, found = matches(tmp_path, [("1.2.1", "1.2", "1", "Length of cycle paths", "en")])
        assert found == dict.fromkeys(SITES, "proxy") and parts.made == 3
    else:
        parts, found = matches(tmp_path, sites=("elsewhere", *SITES))
        assert found["elsewhere"] == "official" and (parts.used, parts.made) == (3, 1)


def test_a_match_that_failed_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise MemoryError("too little")

    with monkeypatch.context() as broken:
        broken.setattr(match_sites, "match_indicator", fails)
        parts, found = matches(tmp_path)
    assert found == dict.fromkeys(SITES, "none") and parts.made == 0
    assert matches(tmp_path)[1] == dict.fromkeys(SITES, "official")


def test_the_sites_of_a_match_are_in_memory_a_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, noted = [], match_sites._noted
    monkeypatch.setattr(sites, "TOGETHER", 2)
    monkeypatch.setattr(match_sites, "_REMEMBERED", 1)
    monkeypatch.setattr(match_sites, "_noted", lambda con, *given: read.append(noted(con, *given)) or read[-1])
    _, found = matches(tmp_path, title="Length of cycle paths")
    assert found == {"weirford": "proxy", "mereham": "official", "oxbury": "official"}
    assert [[row[1] for row in some] for some in read] == [["mereham", "oxbury"], ["weirford"]]
