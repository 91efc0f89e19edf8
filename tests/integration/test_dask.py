"""Staging by worker processes of a real Dask cluster: the same published file, whatever happens to a worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.pipeline import stages
from localsdg.pipeline.batches import Batch, Perform, StagedBatch, fill_parts, stage_batch, waiting_batches
from localsdg.pipeline.run import Run

distributed = pytest.importorskip("distributed", reason="pip install 'localsdg[dask]'")
#: Four small sites of the bundle; of one the worker is killed.
SITES = ("cape-town@2022-06-08", "san-diego@2022-03-20", "schleswig-holstein@2024-12-19", "thunder-bay@2023-12-08")
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
