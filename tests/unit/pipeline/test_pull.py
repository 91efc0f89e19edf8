"""What a run pulls: one thing that fails is set aside, and what was asked for by name is an error."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.pipeline import pull
from localsdg.pipeline.run import Run, begin_run
from localsdg.sources.opensdg.snapshots import PullOutcome, SitePull
from localsdg.sources.snapshot import Snapshot, SnapshotWriter


def snapshot(root: Path, release: str, **extra: object) -> Snapshot:
    """An empty snapshot of the UN service."""
    with SnapshotWriter(root, "unsd", release, origin="o", licence="l", attribution="a", extra=extra) as writer:
        writer.add("a.json", "goal_list", b"[]")
        return writer.commit()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return begin_run(Settings(home=tmp_path), live=True)


def raising(error: Exception):
    def pull_live(*_: object, **__: object) -> Snapshot:
        raise error

    return pull_live


@pytest.mark.parametrize("error", [LocalsdgError("down", where="un"), OSError("disk full")])
def test_a_service_that_fails_costs_only_itself(run: Run, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "pull_live", raising(error))
    pull.pull_service(run)
    (aside,) = run.set_aside
    assert aside.rule_id == "PULL-U01" and (aside.detail or "").endswith(("down in un", "OSError: disk full"))


def test_what_was_named_and_did_not_come_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "pull_live", raising(LocalsdgError("down")))
    run.series = ("SI_POV_DAY1",)
    with pytest.raises(LocalsdgError):
        pull.pull_service(run)
    monkeypatch.setattr(pull, "pull_live", raising(UsageError("no such series")))
    run.series = ()
    with pytest.raises(UsageError):
        pull.pull_service(run)
    assert run.set_aside == []


def test_series_and_lists_that_failed_are_named_once(tmp_path: Path, run: Run) -> None:
    failed = snapshot(
        tmp_path,
        "2024-01",
        failed_series=[{"series": "A", "reason": "503"}, {"series": "B", "reason": "x" * 900}],
        failed_lists=[{"list": "goal_list", "reason": "404"}],
    )
    items = pull.failed_parts(failed)
    assert [(one.set_aside_kind, one.set_aside_name, one.rule_id) for one in items] == [
        ("series", "A", "PULL-U02"),
        ("series", "B", "PULL-U02"),
        ("file", "goal_list", "PULL-U03"),
    ]
    assert len(items[1].detail or "") == 500
    assert [one.set_aside_name for one in pull.failed_parts(failed, ["B"])] == ["B", "goal_list"]
    run.snapshots = (snapshot(tmp_path, "2023-01", failed_series=[{"series": "OLD", "reason": "x"}]), failed)
    run.set_aside = items[:1]
    pull.known_failures(run)
    assert [one.set_aside_name for one in run.set_aside] == ["A", "B", "goal_list"]


def test_a_failure_of_the_bundle_is_not_one_of_the_run(tmp_path: Path, run: Run) -> None:
    bundled = snapshot(tmp_path, "2024-01", failed_series=[{"series": "A", "reason": "503"}])
    run.snapshots, run.bundled = (bundled,), frozenset([bundled.path])
    pull.known_failures(run)
    assert run.set_aside == []


def test_the_release_that_is_used_instead_is_named(run: Run, tmp_path: Path) -> None:
    con = duckdb.connect()
    con.execute("create schema audit; create schema staging")
    con.execute("create table audit.quarantine (set_aside_name varchar, rule_id varchar, used_instead varchar)")
    con.execute("insert into audit.quarantine values ('A', 'PULL-U02', null), ('the newest', 'PULL-U01', null)")
    con.execute("create table staging.observation (series_code varchar, release varchar)")
    con.execute("insert into staging.observation values ('A', '2022.Q2.G.02'), ('A', '2023-12'), ('A', '2019.Q2.G.01')")
    failed = snapshot(tmp_path, "2024-01", failed_series=[{"series": "A", "reason": "503"}])
    run.set_aside = pull.failed_parts(failed)
    pull.name_releases_used(con, run)
    assert con.execute("select used_instead from audit.quarantine order by 1 nulls last").fetchall() == [
        ("release 2023-12",),
        (None,),
    ]


def test_a_site_that_fails_is_set_aside_with_what_stays_in_use(tmp_path: Path) -> None:
    failed = SitePull("bristol", PullOutcome.FAILED, tmp_path / "bristol@2021-12-07", "down; kept", reason="down")
    aside = pull.failed_site(failed)
    assert (aside.set_aside_name, aside.detail, aside.used_instead) == ("bristol", "down", "bristol@2021-12-07")
    assert pull.failed_site(SitePull("x", PullOutcome.FAILED, None, "down")).used_instead is None
