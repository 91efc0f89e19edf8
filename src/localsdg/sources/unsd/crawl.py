"""One crawl of one release of the UN service, into one snapshot.

The release tag in `Series/List` is the only sign that the data changed. It is
read before and after the crawl; the files of a crawl over which it changed
are thrown away, because they would mix two releases. What a crawl fetched
is in the partial manifest, so a pull that was cut off goes on where it
stopped.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.common.progress import ShowStep
from localsdg.registry.sources import sources
from localsdg.sources.http.failures import AGAIN
from localsdg.sources.snapshot import (
    MANIFEST,
    PARTIAL,
    FileRecord,
    Snapshot,
    SnapshotWriter,
    read_snapshot,
)
from localsdg.sources.unsd.jobs import Fetched, SeriesJob, held_size, identity, incomplete
from localsdg.sources.unsd.pages import PagesDisagree
from localsdg.sources.unsd.plan import Plan
from localsdg.sources.unsd.scope import snapshot_facts
from localsdg.sources.unsd.service import METADATA, UnsdClient, newest_release

log = logging.getLogger(__name__)


#: A service that fails so many series in a row is down: stop asking.
FAILURES_IN_A_ROW = 10


class Crawl:
    """Carries out one plan, writing below `root`."""

    def __init__(self, client: UnsdClient, root: Path, plan: Plan, progress: ShowStep | None = None) -> None:
        self.client, self.root, self.plan, self._progress = client, root, plan, progress
        self.done, self.total = 0, len(plan.codes)
        self.writer = self._open_writer()
        self.held = {identity(record): record for record in self.writer.records}
        self._of_series = _by_series(self.writer.records)
        self.jobs = [self._job(code) for code in plan.codes]
        self._forget_strangers()
        self.added: list[str] = []
        self.failures: dict[str, LocalsdgError] = {}
        self.failed_lists: dict[str, str] = {}
        self._in_a_row = self._complete = 0

    def run(self) -> Snapshot | None:
        """The snapshot, or None when the release changed and the crawl was thrown away.

        Raises `LocalsdgError` where every series failed.
        """
        self._metadata()
        self._fetch_all()
        if self._changed():
            self._abandon()
            return None
        if self.failures and not self._complete:
            raise self._failed()
        return self._commit()

    def _commit(self) -> Snapshot:
        """The manifest with all complete series; pages of a failed one wait for the next pull."""
        before = read_snapshot(self.writer.path)
        half = {page.name for pages in incomplete(self.writer.records).values() for page in pages}
        whole = [one for one in self.writer.records if one.name not in half]
        extra = snapshot_facts(self.plan, whole, before, self._reasons(), self.failed_lists)
        names = {record.name for record in whole}
        if before and {record.name for record in before.files} == names and before.extra == extra and not half:
            return before
        return self.writer.commit(extra=extra, leave_out=half)

    def _reasons(self) -> dict[str, str]:
        reasons = {code: error.reason for code, error in self.failures.items()}
        for job in self.jobs:
            if not job.done and job.code not in reasons:
                reasons[job.code] = f"not asked: {FAILURES_IN_A_ROW} series failed in a row"
        return reasons

    def _job(self, code: str) -> SeriesJob:
        query, route = self.plan.query(code), self.plan.request.route
        query = query.with_size(held_size(query, self._of_series.get(code, ())))
        by_json = SeriesJob(query, "json")
        # A JSON page that is there says that the CSV of this series came empty before.
        wants_json = self.plan.narrow or by_json.request in self.held
        if route == "json" or (route == "auto" and wants_json):
            return by_json
        return SeriesJob(query, "csv", fallback=route == "auto")

    def _open_writer(self) -> SnapshotWriter:
        source = sources()["unsd"]
        return SnapshotWriter(
            self.root,
            source.source_id,
            self.plan.release,
            origin=self.client.origin,
            licence=source.licence,
            attribution=source.attribution,
            extra={"service_release": self.plan.service_release},
        )

    def _forget_strangers(self) -> None:
        """Drop half-fetched series of an earlier pull that this one does not finish."""
        asked = {job.group for job in self.jobs}
        parts = incomplete(self.writer.records)
        strangers = [record.name for key, pages in parts.items() if key not in asked for record in pages]
        if strangers:
            self.writer.discard(strangers)

    def _metadata(self) -> None:
        for role in METADATA:
            name = f"{role}.json"
            if any(record.name == name for record in self.writer.records):
                continue
            self._say(f"reading {METADATA[role][0]}")
            answer, params = self.plan.series_list, self.plan.series_params
            if role != "series_list":
                try:
                    answer, params = self.client.metadata(role), METADATA[role][1]
                except LocalsdgError as error:
                    self.failed_lists[role] = error.reason
                    self._warn(f"{METADATA[role][0]}: {error}")
                    continue
            request_info = {**answer.facts(), "params": params, "rows": len(answer.value)}
            self._add(name, role, answer.body, request_info)

    def _fetch_all(self) -> None:
        """At most `concurrency` requests in flight; files are written here, in one thread."""
        waiting = deque(self.jobs)
        running: dict[Future[Fetched], SeriesJob] = {}
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
        """Go through the files that are there; True where nothing is left to fetch.

        What an earlier pull completed was checked then; of a series that it
        left half done the rows are read, to be compared with those to come.
        """
        if job.done:
            return True
        records = self._held_pages(job)
        if not records:
            return False
        read = incomplete(records)
        try:
            for record in records:
                job.take_held(record, self.writer.path / record.name if read else None)
        except (LocalsdgError, ValueError, KeyError, TypeError) as error:
            self._warn(f"{job.code}: what an earlier pull left is fetched anew: {error}")
            self._discard(records)
            job.start_over(job.query.page_size)
        if job.done:
            self._finish(job, "held already")
        return job.done

    def _held_pages(self, job: SeriesJob) -> list[FileRecord]:
        """The next files of a series that an earlier pull left, without a gap."""
        if job.route == "csv":
            return [self.held[job.request]] if job.request in self.held else []
        pages, number = [], job.walk.page
        while record := self.held.get(job.page_request(number)):
            pages.append(record)
            number += 1
        return pages

    def _take(self, job: SeriesJob, future: Future[Fetched]) -> bool:
        """Keep what a request brought; True where the series goes on."""
        try:
            fetched = future.result()
            if fetched.answer is None:
                self._warn(f"{job.code}: the CSV came back without values, asking for JSON")
                job.to_json()
                return True
            draft = job.take(fetched)
        except (OSError, MemoryError):
            raise
        except Exception as error:  # whatever one series does, the others go on
            return self._refused(job, error)
        self._add(draft.name, draft.role, draft.content, draft.facts)
        self._in_a_row = 0
        if job.done:
            self._finish(job, f"{job.rows} rows" if job.rows is not None else "bulk CSV")
        return not job.done

    def _refused(self, job: SeriesJob, error: Exception) -> bool:
        """Ask for the series in other pages where these disagree; True where it goes on."""
        disagree = isinstance(error, PagesDisagree)
        if disagree or job.attempt:
            # Kept pages would contradict the others again.
            self._discard(incomplete(self.writer.records).get(job.group, []))
            if job.ask_again():
                self._warn(f"{job.code}: {error}; asking in pages of {job.query.page_size} rows")
                return True
        if not isinstance(error, LocalsdgError):
            error = LocalsdgError("the answer could not be read", got=f"{type(error).__name__}: {error}")
        self._fail(job, error)
        return False

    def _finish(self, job: SeriesJob, how: str) -> None:
        self.done += 1
        self._complete += 1
        self._say(f"{job.code}: " + ("holds no value" if job.rows == 0 else how))

    def _fail(self, job: SeriesJob, error: LocalsdgError) -> None:
        self.failures[job.code] = error
        self._in_a_row += 1
        self.done += 1
        self._warn(f"{job.code}: {error}")

    def _discard(self, records: Iterable[FileRecord]) -> None:
        names = {record.name for record in records}
        self.writer.discard(names)
        self.added = [name for name in self.added if name not in names]
        self.held = {key: record for key, record in self.held.items() if record.name not in names}

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
        self.writer.discard(self.added)
        path = self.writer.path
        kept = [record for record in self.writer.records if (path / record.name).exists()]
        if not kept and not (path / MANIFEST).exists():
            (path / PARTIAL).unlink(missing_ok=True)
            if not any(path.iterdir()):
                path.rmdir()

    def _failed(self) -> LocalsdgError:
        code = next(code for code in self.plan.codes if code in self.failures)
        first = self.failures[code]
        left = self.total - self.done
        stopped = f", {left} not asked after {FAILURES_IN_A_ROW} failures in a row" if left else ""
        error = LocalsdgError(
            f"{len(self.failures)} of {self.total} series failed{stopped}",
            where=self.client.origin,
            got=f"first {code}: {first.reason}",
            next_step=f"{AGAIN} in {self.writer.path}",
        )
        error.__cause__ = first
        return error

    def _say(self, text: str, level: int = logging.INFO) -> None:
        log.log(level, text)
        if self._progress is not None:
            self._progress(self.done, self.total, text)

    def _warn(self, text: str) -> None:
        self._say(text, logging.WARNING)


def _by_series(records: Iterable[FileRecord]) -> dict[str, list[FileRecord]]:
    by_series: dict[str, list[FileRecord]] = {}
    for record in records:
        for code in record.extra.get("series", ()):
            by_series.setdefault(code, []).append(record)
    return by_series
