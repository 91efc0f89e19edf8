"""One crawl of one release of the UN service, into one snapshot.

The release tag in `Series/List` is the only sign that the data changed. It is
read before and after the crawl; the files of a crawl over which it changed
are thrown away, because they would mix two releases. What a crawl fetched
stands in the partial manifest, so a pull that was cut off goes on where it
stopped.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from localsdg.errors import LocalsdgError
from localsdg.registry.sources import sources
from localsdg.sources.http import AGAIN
from localsdg.sources.snapshot import (
    MANIFEST,
    PARTIAL,
    Snapshot,
    SnapshotWriter,
    read_snapshot,
)
from localsdg.sources.unsd import METADATA, PagesDisagree, UnsdClient, newest_release
from localsdg.sources.unsd_jobs import Fetched, SeriesJob, identity, incomplete
from localsdg.sources.unsd_plan import Plan

log = logging.getLogger(__name__)

#: Called with series done, series in all, and what just happened.
Progress = Callable[[int, int, str], None]

#: A service that fails so many series in a row is down: stop asking.
FAILURES_IN_A_ROW = 10


class Crawl:
    """Carries out one plan, writing below `root`."""

    def __init__(
        self, client: UnsdClient, root: Path, plan: Plan, progress: Progress | None = None
    ) -> None:
        self.client, self.root, self.plan, self._progress = client, root, plan, progress
        self.done, self.total = 0, len(plan.codes)
        self.writer = self._open_writer()
        self.held = {identity(record): record for record in self.writer.records}
        self.jobs = [self._job(code) for code in plan.codes]
        self._forget_strangers()
        self.added: list[str] = []
        self.failures: list[tuple[str, LocalsdgError]] = []
        self._in_a_row = 0

    def run(self) -> Snapshot | None:
        """The snapshot, or None when the release changed and the crawl was thrown away."""
        self._metadata()
        self._fetch_all()
        if self._changed():
            self._abandon()
            return None
        if self.failures:
            raise self._failed()
        before = read_snapshot(self.writer.path)
        if before and {one.name for one in before.files} == {r.name for r in self.writer.records}:
            return before
        return self.writer.commit()

    def _job(self, code: str) -> SeriesJob:
        query, route = self.plan.query(code), self.plan.ask.route
        by_json = SeriesJob(query, "json")
        # A JSON page that stands says that the CSV of this series came empty before.
        wants_json = self.plan.narrow or by_json.request in self.held
        if route == "json" or (route == "auto" and wants_json):
            return by_json
        return SeriesJob(query, "csv", fallback=route == "auto")

    def _open_writer(self) -> SnapshotWriter:
        source = sources()["unsd"]
        return SnapshotWriter(
            self.root, source.source_id, self.plan.release, origin=self.client.origin,
            licence=source.licence, attribution=source.attribution,
            extra={"service_release": self.plan.service_release},
        )

    def _forget_strangers(self) -> None:
        """Drop half-fetched series of an earlier pull that this one does not finish."""
        asked = {job.group for job in self.jobs}
        parts = incomplete(self.writer.records)
        strangers = [one.name for key, pages in parts.items() if key not in asked for one in pages]
        if strangers:
            _unlink(self.writer, strangers)
            self.writer = self._open_writer()

    def _metadata(self) -> None:
        for role in METADATA:
            name = f"{role}.json"
            if any(record.name == name for record in self.writer.records):
                continue
            self._say(f"reading {METADATA[role][0]}")
            answer, params = self.plan.series_list, self.plan.series_params
            if role != "series_list":
                answer, params = self.client.metadata(role), METADATA[role][1]
            facts = {**answer.facts(), "params": params, "rows": len(answer.value)}
            self._add(name, role, answer.body, facts)

    def _fetch_all(self) -> None:
        """At most `concurrency` requests in flight; files are written here, in one thread."""
        waiting, running = deque(self.jobs), {}
        with ThreadPoolExecutor(self.client.concurrency) as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < self.client.concurrency:
                        job = waiting.popleft()
                        if not self._from_snapshot(job):
                            running[pool.submit(job.fetch, self.client)] = job
                    ready, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in ready:
                        job = running.pop(future)
                        if self._take(job, future):
                            waiting.appendleft(job)  # a series ends before the next begins
                    if self._in_a_row >= FAILURES_IN_A_ROW:
                        waiting.clear()
            except BaseException:
                self.client.http.cancel()
                raise

    def _from_snapshot(self, job: SeriesJob) -> bool:
        """Go through the files that stand; True where nothing is left to fetch."""
        while not job.done:
            record = self.held.get(job.request)
            if record is None:
                return False
            job.take_held(record)
        self._finish(job, "held already")
        return True

    def _take(self, job: SeriesJob, future: Future[Fetched]) -> bool:
        """Keep what a request brought; True where the series goes on."""
        try:
            fetched = future.result()
            if fetched.answer is None:
                self._warn(f"{job.code}: the CSV came back without values, asking for JSON")
                job.to_json()
                return True
            draft = job.take(fetched)
            self._add(draft.name, draft.role, draft.content, draft.facts)
        except LocalsdgError as error:
            self._fail(job, error)
            return False
        self._in_a_row = 0
        if job.done:
            self._finish(job, f"{job.rows} rows" if job.rows is not None else "bulk CSV")
        return not job.done

    def _finish(self, job: SeriesJob, how: str) -> None:
        self.done += 1
        self._say(f"{job.code}: " + ("holds no value" if job.rows == 0 else how))

    def _fail(self, job: SeriesJob, error: LocalsdgError) -> None:
        self.failures.append((job.code, error))
        self._in_a_row += 1
        self.done += 1
        if isinstance(error, PagesDisagree):
            # Pages that contradict each other would do so again: fetch them anew next time.
            pages = incomplete(self.writer.records).get(job.group, [])
            _unlink(self.writer, [one.name for one in pages])
        self._warn(f"{job.code}: {error}")

    def _add(self, name: str, role: str, content: bytes, facts: dict) -> None:
        self.writer.add(name, role, content, **facts)
        self.added.append(name)

    def _changed(self) -> bool:
        """Did the release change under files that name none? `releaseCode` pins a release."""
        if not self.added or self.plan.release_code:
            return False
        try:
            now = newest_release(self.client.metadata("series_list").value)
        except LocalsdgError:
            if self.failures:  # the service is down, and the first failure says more
                return False
            raise
        before = self.plan.service_release
        if now != before:
            self._warn(f"the release changed from {before} to {now}: starting again")
        return now != before

    def _abandon(self) -> None:
        _unlink(self.writer, self.added)
        path = self.writer.path
        kept = [one for one in self.writer.records if (path / one.name).exists()]
        if not kept and not (path / MANIFEST).exists():
            (path / PARTIAL).unlink(missing_ok=True)
            if not any(path.iterdir()):
                path.rmdir()

    def _failed(self) -> LocalsdgError:
        code, first = self.failures[0]
        left = self.total - self.done
        stopped = f", {left} not asked after {FAILURES_IN_A_ROW} failures in a row" if left else ""
        error = LocalsdgError(
            f"{len(self.failures)} of {self.total} series failed{stopped}",
            where=self.client.origin,
            got=f"first {code}: {first}", next_step=f"{AGAIN} in {self.writer.path}",
        )
        error.__cause__ = first
        return error

    def _say(self, text: str, level: int = logging.INFO) -> None:
        log.log(level, text)
        if self._progress is not None:
            self._progress(self.done, self.total, text)

    def _warn(self, text: str) -> None:
        self._say(text, logging.WARNING)


def _unlink(writer: SnapshotWriter, names: Iterable[str]) -> None:
    """Take files back that no manifest vouches for; the writer forgets them when it opens next."""
    for name in names:
        (writer.path / name).unlink(missing_ok=True)
