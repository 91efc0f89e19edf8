"""Staging and linking in batches as Prefect tasks, which Dask's workers do."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait

from localsdg.pipeline import batches
from localsdg.pipeline.batches import Batch, StagedBatch
from localsdg.pipeline.run import Run


@task(name="stage batch", task_run_name="stage {batch.name}", cache_policy=NO_CACHE, persist_result=False)
def stage_batch(batch: Batch) -> StagedBatch:
    """Some snapshots, staged into the store of kept parts."""
    return batches.stage_batch(batch)


def fill_parts_as_tasks(run: Run) -> list[StagedBatch]:
    """What has no kept part is staged by the workers, a task a batch."""
    return batches.fill_parts(run, _submit_all)


def _submit_all(waiting: list[Batch]) -> Sequence[StagedBatch | BaseException]:
    futures = [stage_batch.submit(batch) for batch in waiting]
    wait(futures)
    return [future.result(raise_on_failure=False) for future in futures]
