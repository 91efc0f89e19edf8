"""Answers of the UN service: what a good one looks like, and whether pages belong together.

A body that is not of its form raises `ValueError` where it is read, so that
the client's one retry policy asks for it again. Without a stable order behind
them, pages can repeat rows and lose as many while every total agrees: the
rows themselves are compared, not only counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from localsdg.common.errors import LocalsdgError
from localsdg.sources.http.client import Answer, Kind

#: The service times out at 50,000 rows a page; clients advise 500 to 2,000.
PAGE_SIZE = 1000
#: Sizes of the second and third attempt where pages do not fit together: other cuts of the same rows.
OTHER_SIZES = (2000, 500)
#: A series of at most so many rows is asked for as one page in the second attempt.
ONE_PAGE = 5000

RowHash = int


class PagesDisagree(LocalsdgError):
    """The pages of one query contradict each other or the totals that they state."""


@dataclass(frozen=True)
class Query:
    """What to ask for: series codes (case-sensitive), M49 areas, years; () means all.

    `release` is sent as `releaseCode` where the release is not the service's
    own. Years go out as repeated `timePeriod`: `timePeriodStart` and
    `timePeriodEnd` are documented, yet do not filter.
    """

    series: tuple[str, ...]
    areas: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    release: str | None = None
    page_size: int = PAGE_SIZE

    def json_params(self, page: int) -> dict:
        """Parameters of `Series/Data` for one page, counted from 1."""
        params: dict = {"seriesCode": list(self.series), "page": page, "pageSize": self.page_size}
        if self.areas:
            params["areaCode"] = list(self.areas)
        if self.years:
            params["timePeriod"] = list(self.years)
        if self.release:
            params["releaseCode"] = self.release
        return params

    def csv_params(self) -> dict:
        """Form fields of `Series/DataCSV`; note the plurals."""
        params: dict = {"seriesCodes": list(self.series)}
        if self.areas:
            params["areaCodes"] = list(self.areas)
        return params

    def with_size(self, page_size: int) -> Query:
        """The same query in pages of another size."""
        return replace(self, page_size=page_size)


@dataclass(frozen=True)
class Page:
    """One page of `Series/Data`; `pages` and `total` are None where the service leaves them out."""

    answer: Answer
    number: int
    pages: int | None
    total: int | None
    records: list[dict] = field(repr=False)
    hashes: tuple[RowHash, ...] = field(repr=False, default=())


def list_kind(path: str, keys: tuple[str, ...]) -> Kind:
    """A metadata list: a bare array of objects that all have `keys`."""

    def read(body: bytes) -> list[dict]:
        value = json.loads(body)
        good = isinstance(value, list) and value
        if not good or any(not isinstance(entry, dict) or not set(keys) <= set(entry) for entry in value):
            raise ValueError(
                f"{path} has another shape: {_shape(value)}, and not a list of objects with " + ", ".join(keys)
            )
        return value

    return Kind(f"the list {path}", read)


def page_kind(query: Query) -> Kind:
    """A page of `Series/Data` that holds rows of the query's series and no other."""

    def read(body: bytes) -> dict:
        value = json.loads(body)
        _check_envelope(value)
        strange = {str(row.get("series")) for row in value["data"]} - set(query.series)
        if strange:
            raise ValueError(
                f"another series was served: expected {', '.join(query.series)}, got {', '.join(sorted(strange)[:3])}"
            )
        return value

    return Kind("a page of Series/Data", read)


def _check_envelope(body: object) -> None:
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
        raise ValueError(f"Series/Data has another shape: {_shape(body)}, and not an object with data")
    number, pages, total = (body.get(key) for key in ("pageNumber", "totalPages", "totalElements"))
    if not _count(number) or any(number_of is not None and not _count(number_of) for number_of in (pages, total)):
        raise ValueError(
            f"Series/Data has another shape: pageNumber {number!r}, totalPages {pages!r}, "
            f"totalElements {total!r}, and not whole numbers"
        )
    if pages == 0 and (rows or total):
        raise ValueError(f"Series/Data says 0 pages and has {total} rows")


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def read_page(answer: Answer) -> Page:
    """A page from an answer of `page_kind`, with a hash of each row."""
    body = answer.value
    return Page(
        answer,
        body["pageNumber"],
        body.get("totalPages"),
        body.get("totalElements"),
        body["data"],
        row_hashes(body["data"]),
    )


def row_hashes(records: Iterable[dict]) -> tuple[RowHash, ...]:
    """A number a row, equal in this process where all fields are: series, area, time, dimensions, …

    The indicators are among the fields: a series that serves several repeats
    each row under every one of them.
    """
    return tuple(hash(json.dumps(record, sort_keys=True)) for record in records)


class Pagination:
    """Walks the pages of one query and checks that they belong together.

    `page` is the next page to ask for. The envelope's `size` is the page size
    asked for, so only the rows that came count. Where the service leaves the
    number of pages out, a page that is not full ends the list.
    """

    def __init__(self, page_size: int = PAGE_SIZE) -> None:
        self.page, self.done, self.rows, self.page_size = 1, False, 0, page_size
        self.total: int | None = None
        self.pages: int | None = None
        self._counted: Counter[RowHash] = Counter()

    @property
    def repeats(self) -> dict[RowHash, int]:
        """The rows that came more than once, and how often."""
        return {key: count for key, count in self._counted.items() if count > 1}

    def accept(
        self,
        *,
        page: int,
        pages: int | None,
        total: int | None,
        rows: int,
        where: object,
        hashes: Iterable[RowHash] = (),
    ) -> None:
        """Take the facts of the page asked for; raises `PagesDisagree` if they clash.

        Rows that came twice are only counted here: see `repeats`.
        """
        if page != self.page:
            raise _inconsistent("page number", where, self.page, page)
        if page == 1:
            self.total, self.pages = total, pages
        if (total, pages) != (self.total, self.pages):
            raise _inconsistent(
                "totals",
                where,
                f"{self.total} rows on {self.pages} pages as on page 1",
                f"{total} rows on {pages} pages",
            )
        self.rows += rows
        self._counted.update(hashes)
        self.done = total == 0 or self._is_last(page, rows)
        if self.done and total is not None and self.rows != total:
            raise _inconsistent("number of rows", where, f"{total} (totalElements)", self.rows)
        if not self.done and rows == 0:
            raise _inconsistent("number of rows", where, "rows on a page before the last", 0)
        self.page += 1

    def _is_last(self, page: int, rows: int) -> bool:
        if self.pages is not None:
            return page >= self.pages
        return rows < self.page_size or (self.total is not None and self.rows >= self.total)

    def check_repeats(self, where: object, earlier: list[dict[RowHash, int]]) -> None:
        """Raise `PagesDisagree` where rows came twice and the way of cutting pages may be why.

        One page that holds all rows, or two attempts in pages of different
        size with the very same repeats, show that the source itself repeats them.
        """
        repeats = self.repeats
        if not repeats or self.page == 2 or repeats in earlier:
            return
        earlier.append(repeats)
        raise _inconsistent(
            "the same row on two pages",
            where,
            f"{self.rows} different rows",
            f"{self.rows - sum(repeats.values()) + len(repeats)} different ones",
        )


def next_size(attempt: int, total: int | None, used: Iterable[int]) -> int | None:
    """Page size of the next attempt (counted from 0) at pages that disagreed; None after the last."""
    sizes = list(OTHER_SIZES)
    if total is not None and 0 < total <= ONE_PAGE:
        sizes[0] = max(total, sizes[0])
    return next((size for size in sizes[attempt:] if size not in set(used)), None)


def _inconsistent(what: str, where: object, expected: object, got: object) -> PagesDisagree:
    return PagesDisagree(
        f"the pages do not fit together: {what}",
        where=where,
        expected=expected,
        got=got,
        next_step="run the same command again: this series is asked for anew",
    )


def _shape(value: object) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}" + (f", the first {_shape(value[0])}" if value else "")
    if isinstance(value, dict):
        return "an object with " + (", ".join(list(value)[:8]) or "nothing")
    return repr(value)[:80]
