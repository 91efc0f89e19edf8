"""The UN SDG Global Database's service: lists, paged JSON and bulk CSV.

Facts about the service, with its quirks: the API's OpenAPI description and
recorded answers. Roots differ (`…/SDGAPI`, `…/UNSDGAPIV5`), the paths below
`/v1/sdg` do not. No key is needed.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from localsdg.errors import LocalsdgError, UsageError
from localsdg.public_text import public_url
from localsdg.registry.releases import release_order
from localsdg.sources.http import JSON, Answer, HttpClient, Kind
from localsdg.sources.http_text import shown_url
from localsdg.sources.whole_text import NullBytes, without_padding

log = logging.getLogger(__name__)

#: The service times out at 50,000 rows a page; clients advise 500 to 2,000.
PAGE_SIZE = 1000
_API = "/v1/sdg"
_HINT = "check LOCALSDG_UNSD_BASE_URL, then run the same command again"

#: Role of a metadata list -> path, parameters, keys that every element must have.
METADATA: dict[str, tuple[str, dict, tuple[str, ...]]] = {
    "series_list": (
        "Series/List", {"allreleases": "false"}, ("code", "release", "goal", "target", "indicator")
    ),
    "goal_list": ("Goal/List", {}, ("code", "title")),
    "target_list": ("Target/List", {}, ("goal", "code")),
    "indicator_list": ("Indicator/List", {}, ("goal", "target", "code")),
    "area_list": ("GeoArea/List", {}, ("geoAreaCode", "geoAreaName")),
    "area_tree": ("GeoArea/Tree", {}, ("geoAreaCode", "type", "children")),
}


def _read_bulk(body: bytes) -> None:
    header = body[: body.find(b"\n") if b"\n" in body else None].split(b"\x00")[0]
    if b"SeriesCode" not in header or b"Value" not in header:
        raise ValueError("no header with SeriesCode and Value")
    try:
        without_padding(body, where="the bulk CSV")
    except NullBytes as error:
        raise ValueError(f"{error.what}, {error.got}") from error


#: A DataCSV body: its first line names the bulk columns.
BULK_CSV = Kind("the bulk CSV", _read_bulk)


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


@dataclass(frozen=True)
class Page:
    """One page of `Series/Data`: its number, the totals it states, and its records."""

    answer: Answer
    number: int
    pages: int
    total: int
    records: list[dict] = field(repr=False)


class Pagination:
    """Walks the pages of one query and checks that they belong together.

    `page` is the next page to ask for. The envelope's `size` is the page size
    asked for, so only the rows that came count.
    """

    def __init__(self) -> None:
        self.page, self.done, self.rows = 1, False, 0
        self.total: int | None = None
        self.pages: int | None = None

    def accept(self, *, page: int, pages: int, total: int, rows: int, where: object) -> None:
        """Take the facts of the page asked for; raises `PagesDisagree` if they clash."""
        if page != self.page:
            raise _inconsistent("page number", where, self.page, page)
        if self.total is None:
            self.total, self.pages = total, pages
        if (total, pages) != (self.total, self.pages):
            raise _inconsistent(
                "totals", where, f"{self.total} rows on {self.pages} pages as on page 1",
                f"{total} rows on {pages} pages",
            )
        self.rows += rows
        self.done = total == 0 or page >= pages
        if self.done and self.rows != total:
            raise _inconsistent("number of rows", where, f"{total} (totalElements)", self.rows)
        if not self.done and rows == 0:
            raise _inconsistent("number of rows", where, "rows on a page before the last", 0)
        self.page += 1


class PagesDisagree(LocalsdgError):
    """The pages of one query contradict each other or the totals that they state."""


def _inconsistent(what: str, where: object, expected: object, got: object) -> PagesDisagree:
    return PagesDisagree(
        f"the pages do not fit together: {what}", where=where, expected=expected, got=got,
        next_step="run the same command again: this series is asked for anew",
    )


class UnsdClient:
    """The service at `base_url` (with or without a final `/` and `/v1/sdg`).

    At most `concurrency` requests run at a time, whatever the number of
    threads that share the client. Raises `UsageError` for a base URL that is
    no http address.
    """

    def __init__(self, base_url: str, http: HttpClient, concurrency: int = 4) -> None:
        root = base_url.strip().rstrip("/")
        if not re.match(r"https?://[^/]+", root):
            raise UsageError(
                "the base URL is not an address", where="LOCALSDG_UNSD_BASE_URL",
                expected="http(s)://host/path", got=base_url or "nothing",
            )
        # Paths are case-insensitive, so `/V1/SDG` is the same root.
        self.root = root if root.lower().endswith(_API) else root + _API
        self.http, self.concurrency = http, concurrency
        self._slots = threading.BoundedSemaphore(concurrency)

    @property
    def origin(self) -> str:
        """The address of the service as a manifest names it, without a password."""
        return public_url(self.root)

    def url(self, path: str) -> str:
        """The full address of a path such as `Series/Data`."""
        return f"{self.root}/{path}"

    def metadata(self, role: str, *, all_releases: bool = False) -> Answer:
        """One list of `METADATA`; `value` is its elements, a bare array of objects.

        `all_releases` asks `Series/List` for the series of every release.
        Raises `FetchError`, or `LocalsdgError` when the list has another shape.
        """
        path, params, keys = METADATA[role]
        if all_releases:
            params = {"allreleases": "true"}
        with self._slots:
            answer = self.http.get(self.url(path), params, kind=JSON)
        value = answer.value
        bad = not isinstance(value, list) or not value
        if bad or any(not isinstance(one, dict) or not set(keys) <= set(one) for one in value):
            raise LocalsdgError(
                f"{path} has another shape", where=shown_url(answer.url),
                expected=f"a list of objects with {', '.join(keys)}", got=_shape(value),
                next_step=_HINT,
            )
        return answer

    def data_page(self, query: Query, page: int) -> Page:
        """One page of `Series/Data`; raises like `metadata`."""
        with self._slots:
            answer = self.http.get(self.url("Series/Data"), query.json_params(page), kind=JSON)
        return _read_page(answer, query)

    def pages(self, query: Query) -> Iterator[Page]:
        """All pages of a query in order; the rows over all of them equal `totalElements`.

        Raises `PagesDisagree` where they contradict one another.
        """
        walk = Pagination()
        while not walk.done:
            page = self.data_page(query, walk.page)
            walk.accept(
                page=page.number, pages=page.pages, total=page.total, rows=len(page.records),
                where=shown_url(page.answer.url),
            )
            yield page

    def data_csv(self, query: Query) -> Answer:
        """The bulk CSV of a query, as served: null-byte padding included.

        The form has no year filter that works and no release. Raises
        `FetchError`, with `empty` where the body held only null bytes or
        nothing.
        """
        if query.years or query.release:
            raise UsageError(
                "the bulk CSV can filter neither years nor releases",
                next_step="localsdg pull indicators … --route json",
            )
        with self._slots:
            return self.http.post(
                self.url("Series/DataCSV"), query.csv_params(), kind=BULK_CSV,
                headers={"Accept": "application/octet-stream"},
            )


def _read_page(answer: Answer, query: Query) -> Page:
    body = answer.value
    numbers = ("pageNumber", "totalPages", "totalElements")
    good = isinstance(body, dict) and isinstance(body.get("data"), list)
    if good:
        good = all(isinstance(body.get(key), int) for key in numbers)
        good = good and all(isinstance(record, dict) for record in body["data"])
    if not good:
        raise LocalsdgError(
            "Series/Data has another shape", where=shown_url(answer.url),
            expected=f"an object with data, {', '.join(numbers)}", got=_shape(body),
            next_step=_HINT,
        )
    records = body["data"]
    strange = {str(record.get("series")) for record in records} - set(query.series)
    if strange:
        raise LocalsdgError(
            "another series was served", where=shown_url(answer.url),
            expected=", ".join(query.series), got=", ".join(sorted(strange)[:3]), next_step=_HINT,
        )
    return Page(answer, body["pageNumber"], body["totalPages"], body["totalElements"], records)


def _shape(value: object) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}" + (f", the first {_shape(value[0])}" if value else "")
    if isinstance(value, dict):
        return "an object with " + (", ".join(list(value)[:8]) or "nothing")
    return repr(value)[:80]


def newest_release(series_list: list[dict]) -> str:
    """The release that a `Series/List` carries; the newest where it mixes several.

    Raises `LocalsdgError` where it cannot serve as a folder's name.
    """
    found = Counter(str(one["release"]) for one in series_list)
    newest = max(found, key=release_order)
    if len(found) > 1:
        log.warning("Series/List mixes releases: %s; taken: %s", dict(found), newest)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", newest):
        raise LocalsdgError(
            "Series/List names no usable release", expected="a name like 2022.Q2.G.02",
            got=repr(newest), next_step=_HINT,
        )
    return newest
