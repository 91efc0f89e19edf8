"""Staging by worker processes of a real Dask cluster: the same published file, whatever happens to a worker."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from prefect_server import environment

from localsdg.common.settings import Settings
from localsdg.pipeline import stages
from localsdg.pipeline.batches import Batch, Perform, StagedBatch, fill_parts, stage_batch, waiting_batches
from localsdg.pipeline.run import Run

distributed = pytest.importorskip("distributed", reason="pip install 'localsdg[dask]'")
#: Four small sites of the bundle; of one the worker is killed.
SITES = ("cape-town@2022-06-08", "san-diego@2022-03-20", "schleswig-holstein@2024-12-19", "thunder-bay@2023-12-08")
#: What says which run made a file, and when.
TABLES_OF_RUN = ("audit.run",)
OF_RUN = ("run_id", "version", "built_at", "started_at", "finished_at", "seconds")
BY_ITSELF = "not staged by a worker, but by this process:"


def home_of(folder: Path, name: str) -> Path:
    """A home with four sites as if pulled."""
    home = folder / name
    for site in SITES:
        shutil.copytree(Settings().bundled / "opensdg" / site, home / "data" / "raw" / "opensdg" / site)
    return home


def staged(settings: Settings, perform: Perform | None = None) -> tuple[Run, dict[str, list[tuple]]]:
    """A run after staging, with all rows of all its tables, sorted; with `perform` workers fill the parts."""
    run = stages.start_run(settings, with_bundled=False)
    try:
        if perform:
            fill_parts(run, perform)
        stages.stage(run)
        con = run.connection()
        names = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not temporary order by 1"
        ).fetchall()
        rows = {
            name: con.execute(f"select columns(lambda c: c <> 'run_id') from {name}").fetchall() for (name,) in names
        }
        return run, {name: sorted(of_table, key=repr) for name, of_table in rows.items()}
    finally:
        run.drop()


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    """Two worker processes on loopback, of which a killed one is given up at once."""
    import dask

    from flows.runner import local_cluster

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(**local_cluster(Settings(dask_workers=2))) as cluster,
        distributed.Client(cluster) as connected,
    ):
        yield connected


def die(batch: Batch) -> StagedBatch:
    """A worker that the system kills."""
    os._exit(9)


def test_workers_give_the_same_file_though_one_is_killed(client, tmp_path) -> None:
    def perform(batches: list[Batch]) -> list[StagedBatch | BaseException]:
        futures = [client.submit(die if "thunder-bay" in batch.name else stage_batch, batch) for batch in batches]
        distributed.wait(futures)
        return [future.exception() or future.result() for future in futures]

    _, alone = staged(Settings(home=home_of(tmp_path, "alone"), fresh=True))
    run, spread = staged(Settings(home=home_of(tmp_path, "spread"), dask_workers=2), perform)
    assert spread == alone and len(alone["staging.local_observation"]) > 100
    # other processes did it, but for the site whose worker was killed, and what waited in the same worker
    assert run.staged_by and str(os.getpid()) not in {worker.rpartition(":")[2] for worker in run.staged_by}
    assert sum(run.staged_by.values()) + len(run.notes) == len(SITES)
    assert [note for note in run.notes if note.startswith(f"{BY_ITSELF} opensdg thunder-bay@2023-12-08: ")]


def test_a_cluster_that_is_gone_costs_nothing_but_a_note(tmp_path) -> None:
    settings = Settings(home=home_of(tmp_path, "gone"), dask_workers=2)
    run = stages.start_run(settings, with_bundled=False)

    def perform(batches: list[Batch]) -> list[StagedBatch]:
        raise OSError("Timed out trying to connect to tcp://127.0.0.1:1")

    assert fill_parts(run, perform) == []
    assert run.notes == [
        "no worker staged anything, this process did: Timed out trying to connect to tcp://127.0.0.1:1"
    ]
    run.drop()


def test_nothing_is_asked_of_workers_where_it_would_not_pay(tmp_path) -> None:
    settings = Settings(home=home_of(tmp_path, "paid"), dask_workers=2, notify="mail:password@example.org")
    run = stages.start_run(settings, with_bundled=False)
    batches = list(waiting_batches(run))
    assert sorted(len(batch.snapshots) for batch in batches) == [1] * 4
    assert {(batch.settings.threads, batch.settings.notify) for batch in batches} == {(1, None)}
    done = stage_batch(min(batches, key=lambda batch: batch.bytes))
    assert done.parts == 1 and len(list(waiting_batches(run))) == 3  # fewer than pay: the run stages them
    assert fill_parts(run, lambda waiting: pytest.fail("workers were asked")) == []
    run.settings = replace(settings, fresh=True)
    assert list(waiting_batches(run)) == []  # nothing is kept: workers have no way to hand it over
    run.drop()


def test_without_dask_the_error_names_what_installs_it(monkeypatch) -> None:
    from flows import runner

    monkeypatch.setattr(runner, "find_spec", lambda name: None)
    with pytest.raises(stages.LocalsdgError) as raised:
        runner.task_runner(Settings(task_runner="dask"))
    assert raised.value.next_step == "pip install 'localsdg[dask]'"


def test_workers_of_other_machines_need_a_server_that_they_reach() -> None:
    from flows import runner

    settings = Settings(task_runner="dask", dask_address="tcp://192.0.2.1:8786")
    with (
        pytest.raises(stages.LocalsdgError, match="cannot reach the Prefect server"),
        runner.reachable_server(settings),
    ):
        pytest.fail("the run began")


@pytest.mark.long
def test_a_run_on_dask_publishes_what_a_build_does(small_home, tmp_path) -> None:
    """`localsdg run` with workers, and `localsdg build --fresh` in one process: every table row by row."""
    homes = {name: home_of(tmp_path, name) for name in ("spread", "alone")}
    calls = {
        "spread": (["run"], {"LOCALSDG_TASK_RUNNER": "dask", "LOCALSDG_DASK_WORKERS": "2"}),
        "alone": (["build", "--fresh"], {}),
    }
    facts = {}
    for name, home in homes.items():
        shutil.copytree(small_home / "data", home / "data", dirs_exist_ok=True)
        call, extra = calls[name]
        done = subprocess.run(
            [sys.executable, "-m", "localsdg", *call, "--no-bundled", "--json"],
            env=environment(LOCALSDG_HOME=str(home), **extra),
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr and "distributed" not in done.stderr, done.stderr
        facts[name] = json.loads(done.stdout)
    assert facts["spread"]["content_hash"] == facts["alone"]["content_hash"]
    assert sum(facts["spread"]["staged_by"].values()) == len(SITES) + 1 and not facts["alone"]["staged_by"]
    assert facts["spread"]["tables"] == facts["alone"]["tables"] and facts["spread"]["notes"] == []
    published = [Settings(home=home).published for home in homes.values()]
    assert differing_tables(*published) == []


def differing_tables(one: Path, other: Path) -> list[str]:
    """Tables of two published files whose rows differ, but for those on the run itself."""
    with closing(duckdb.connect()) as con:
        con.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        tables = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'one' order by 1"
        ).fetchall()
        differing = []
        for (name,) in tables:
            columns = [row[0] for row in con.execute(f"describe one.{name}").fetchall()]
            kept = ", ".join(f'"{column}"' for column in columns if column not in OF_RUN)
            ((n,),) = con.execute(
                f"select count(*) from ((select {kept} from one.{name} except all select {kept} from other.{name}) "
                f"union all (select {kept} from other.{name} except all select {kept} from one.{name}))"
            ).fetchall()
            if n and name not in TABLES_OF_RUN:
                differing.append(name)
        return differing
