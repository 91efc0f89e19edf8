"""One series of a pull: what to ask next, and what the snapshot keeps of the answer.

No threads and no files here: `unsd_pull.py` runs the requests and writes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.common.parsed_text import json_of
from localsdg.common.whole_text import without_padding
from localsdg.sources.http.client import Answer
from localsdg.sources.http.failures import FetchError
from localsdg.sources.http.text import shown_url
from localsdg.sources.snapshot import FileRecord, request_key
from localsdg.sources.unsd.pages import PAGE_SIZE, Page, Pagination, Query, RowHash, next_size, row_hashes
from localsdg.sources.unsd.service import UnsdClient

SERIES_DATA = "series_data"
BULK_CSV = "bulk_csv"
#: Longer lists go into a file's name as their count and a short hash.
_LISTED = 4


@dataclass(frozen=True)
class PageFile:
    """A file to be: arguments of `SnapshotWriter.add`."""

    name: str
    role: str
    content: bytes
    facts: dict


@dataclass(frozen=True)
class Fetched:
    """An answer with what was read from it; `answer` is None for a CSV without values."""

    answer: Answer | None
    page: Page | None = None


@dataclass
class SeriesJob:
    """Fetches one series, by `route` `csv` or `json`.

    With `fallback`, a CSV that is empty or without values is asked again as
    JSON. `rows` counts the JSON rows so far, and stays None for a CSV.
    """

    query: Query
    route: str
    fallback: bool = False
    walk: Pagination = field(init=False)
    done: bool = False
    rows: int | None = None
    attempt: int = 0
    _repeats: list[dict[RowHash, int]] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.walk = Pagination(self.query.page_size)
        self._sizes.append(self.query.page_size)

    @property
    def code(self) -> str:
        """The series code."""
        return self.query.series[0]

    @property
    def request(self) -> str:
        """Identity of the next request, whatever the base URL: see `identity`."""
        role, params = self._ask()
        return request_key(role, params)

    def page_request(self, number: int) -> str:
        """Identity of the request of one JSON page."""
        return request_key(SERIES_DATA, self.query.json_params(number))

    @property
    def group(self) -> str:
        """Identity of the JSON pages of this series together: see `group_key`."""
        return group_key(SERIES_DATA, self.query.json_params(1))

    def fetch(self, client: UnsdClient) -> Fetched:
        """Ask the service; runs in a worker thread and changes nothing here."""
        if self.route == "json":
            page = client.data_page(self.query, self.walk.page)
            return Fetched(page.answer, page)
        try:
            answer = client.data_csv(self.query)
        except FetchError as error:
            if error.empty and self.fallback:
                return Fetched(None)
            raise
        first_series = csv_first_series(answer.body)
        if first_series is None and self.fallback:
            return Fetched(None)
        if first_series not in (None, self.code):
            raise LocalsdgError(
                "another series was served",
                where=shown_url(answer.url),
                expected=self.code,
                got=first_series,
                next_step="check LOCALSDG_UNSD_BASE_URL, then run it again",
            )
        return Fetched(answer)

    def to_json(self) -> None:
        """Ask for JSON from here on."""
        self.route = "json"

    def ask_again(self) -> bool:
        """Start again in pages of another size; False where enough was tried."""
        size = next_size(self.attempt, self.walk.total, self._sizes)
        if self.route != "json" or size is None:
            return False
        self.attempt += 1
        self._sizes.append(size)
        self.start_over(size)
        return True

    def start_over(self, page_size: int) -> None:
        """Forget what came so far, and ask in pages of that size."""
        self.query = self.query.with_size(page_size)
        self.walk, self.done, self.rows = Pagination(page_size), False, None

    def take(self, fetched: Fetched) -> PageFile:
        """Go on by one answer; raises `PagesDisagree` where it contradicts the pages before."""
        assert fetched.answer is not None
        page, (role, params) = fetched.page, self._ask()
        number = 1
        pages: int | None = 1
        rows: int | None = None
        name = file_name(self.query, role, page.number if page else None)
        extra: dict = {}
        if page is not None:
            number, pages, rows = page.number, page.pages, len(page.records)
            extra["total"] = page.total
            where = shown_url(fetched.answer.url)
            self._walk(number, pages, page.total, rows, where, page.hashes)
            if self.done:
                self.walk.check_repeats(where, self._repeats)
                extra |= {"last": True} if pages is None else {}
        else:
            self.done = True
        extra |= {
            "series": list(self.query.series),
            "areas": list(self.query.areas),
            "years": list(self.query.years),
            "page": number,
            "pages": pages,
        }
        request_info = {**fetched.answer.facts(), "params": params, "rows": rows, "extra": extra}
        return PageFile(name, role, fetched.answer.body, request_info)

    def take_held(self, record: FileRecord, path: Path | None = None) -> None:
        """Go on by a file that an earlier pull left; its rows are read where `path` is given."""
        if self.route == "csv":
            self.done = True
            return
        extra = record.extra
        hashes: tuple[RowHash, ...] = ()
        if path is not None:
            hashes = row_hashes(json_of(path.read_bytes())["data"])
        self._walk(extra["page"], extra["pages"], extra["total"], record.rows or 0, record.name, hashes)

    def _ask(self) -> tuple[str, dict]:
        if self.route == "csv":
            return BULK_CSV, self.query.csv_params()
        return SERIES_DATA, self.query.json_params(self.walk.page)

    def _walk(
        self,
        page: int,
        pages: int | None,
        total: int | None,
        rows: int,
        where: str,
        hashes: Iterable[RowHash] = (),
    ) -> None:
        self.walk.accept(page=page, pages=pages, total=total, rows=rows, where=where, hashes=hashes)
        self.done, self.rows = self.walk.done, self.walk.rows


def identity(record: FileRecord) -> str:
    """What a file answers: role and parameters, without the base URL.

    A release is the same data on every mirror, so a page that one mirror gave
    is not fetched from another.
    """
    return request_key(record.role, record.params)


def group_key(role: str, params: dict) -> str:
    """The query that a JSON page belongs to: its parameters without the page number."""
    return request_key(role, {key: value for key, value in params.items() if key != "page"})


def json_groups(records: Iterable[FileRecord]) -> dict[str, list[FileRecord]]:
    """The JSON pages by the query that they belong to."""
    groups: dict[str, list[FileRecord]] = {}
    for record in records:
        if record.role == SERIES_DATA and "pages" in record.extra:
            groups.setdefault(group_key(record.role, record.params), []).append(record)
    return groups


def is_complete(pages: list[FileRecord]) -> bool:
    """True where the pages of a query are all there."""
    stated = pages[0].extra["pages"]
    if stated is None:
        return any(page.extra.get("last") for page in pages)
    return len(pages) >= max(1, stated)


def incomplete(records: Iterable[FileRecord]) -> dict[str, list[FileRecord]]:
    """Queries of which some pages are missing -> the pages that are there."""
    return {key: pages for key, pages in json_groups(records).items() if not is_complete(pages)}


def held_size(query: Query, records: Iterable[FileRecord]) -> int:
    """Page size in which an earlier pull holds all of a query, else the query's own."""
    sizes = {
        pages[0].params["pageSize"]
        for pages in json_groups(records).values()
        if is_complete(pages)
        and group_key("", {**pages[0].params, "pageSize": 0}) == group_key("", query.with_size(0).json_params(1))
    }
    return query.page_size if not sizes or query.page_size in sizes else min(sizes)


def file_name(query: Query, role: str, page: int | None) -> str:
    """`SI_POV_DAY1.area-724.p0001.json`: readable, and one name a request."""
    parts = [_safe(query.series[0])]
    if query.areas:
        parts.append(_listed("area", query.areas))
    if query.years:
        parts.append(_listed("year", query.years))
    if role == BULK_CSV:
        return ".".join([*parts, "csv"])
    if query.page_size != PAGE_SIZE:
        parts.append(f"size-{query.page_size}")
    return ".".join([*parts, f"p{page or 1:04d}", "json"])


def _listed(word: str, numbers: tuple[int, ...]) -> str:
    text = "-".join(str(number) for number in numbers)
    if len(numbers) > _LISTED:
        text = f"{len(numbers)}x-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return f"{word}-{text}"


def _safe(code: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_]+", code):
        return code
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", code)
    return f"{slug}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"


def csv_first_series(body: bytes) -> str | None:
    """SeriesCode of the first row of a bulk CSV whose Value is not blank; None without one.

    A 200 with a header alone, or with rows that hold no value, happens. Raises
    `NullBytes` where data follow a null byte.
    """
    text = io.TextIOWrapper(
        io.BytesIO(without_padding(body, where="the bulk CSV")),
        encoding="utf-8-sig",
        errors="replace",
        newline="",
    )
    rows = csv.reader(text)
    try:
        header = [cell.strip() for cell in next(rows)]
        code, value = header.index("SeriesCode"), header.index("Value")
        last = max(code, value)
        return next((row[code] for row in rows if len(row) > last and row[value].strip()), None)
    except (StopIteration, ValueError, csv.Error):
        return None
