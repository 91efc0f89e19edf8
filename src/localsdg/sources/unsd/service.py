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
from urllib.parse import urlsplit

from localsdg.common.addresses import read_address
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.public_text import public_url
from localsdg.common.settings import UNSD_BASE_URL
from localsdg.common.whole_text import NullBytes, without_padding
from localsdg.registry.releases import release_order
from localsdg.sources.http.client import Answer, HttpClient, Kind
from localsdg.sources.http.failures import FetchError
from localsdg.sources.http.text import shown_url
from localsdg.sources.unsd.pages import Page, Pagination, Query, list_kind, page_kind, read_page

log = logging.getLogger(__name__)

_API = "/v1/sdg"
#: The roots under which the service has answered; paths are said to be case-insensitive, yet not by every proxy.
ROOTS = (UNSD_BASE_URL, "https://unstats.un.org/SDGAPI", "https://unstats.un.org/sdgapi")
#: Further roots of the same service, tried in turn where one of them gives no usable answer.
OTHER_ROOTS = {root: tuple(other for other in ROOTS if other != root) for root in ROOTS}
_HINT = "check LOCALSDG_UNSD_BASE_URL, then run the same command again"

#: Role of a metadata list -> path, parameters, keys that every element must have.
METADATA: dict[str, tuple[str, dict, tuple[str, ...]]] = {
    "series_list": ("Series/List", {"allreleases": "false"}, ("code", "release", "goal", "target", "indicator")),
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


class UnsdClient:
    """The service at `base_url` (with or without a final `/` and `/v1/sdg`).

    At most `concurrency` requests run at a time, whatever the number of
    threads that share the client. Raises `UsageError` for a base URL that is
    no http address.
    """

    def __init__(self, base_url: str, http: HttpClient, concurrency: int = 4) -> None:
        text = base_url.strip().rstrip("/")
        self.root = _full_root(text)
        self._others = [
            _full_root(other)
            for root, others in OTHER_ROOTS.items()
            if _full_root(root) == self.root
            for other in others
        ]
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
        Raises `FetchError`, also where every answer had another shape.
        """
        path, params, keys = METADATA[role]
        if all_releases:
            params = {"allreleases": "true"}
        with self._slots:
            return self._from_some_root(path, params, list_kind(path, keys))

    def _from_some_root(self, path: str, params: dict, kind: Kind) -> Answer:
        """The answer of the first root that has a usable one; that root serves from then on."""
        try:
            answer = self.http.get(self.url(path), params, kind=kind)
        except FetchError as first:
            # without a connection to a host its other paths are not tried: a run without a network ends soon
            unreached = {urlsplit(self.root).netloc} if first.unreached else set()
            for other in self._others:
                if urlsplit(other).netloc in unreached:
                    continue
                try:
                    answer = self.http.get(f"{other}/{path}", params, kind=kind)
                except FetchError:
                    continue
                log.warning("%s gave no usable answer; %s serves", self.origin, public_url(other))
                self.root, self._others = other, []
                return answer
            raise first
        self._others = []
        return answer

    def data_page(self, query: Query, page: int) -> Page:
        """One page of `Series/Data`; raises like `metadata`."""
        with self._slots:
            answer = self.http.get(self.url("Series/Data"), query.json_params(page), kind=page_kind(query))
            return read_page(answer)

    def pages(self, query: Query) -> Iterator[Page]:
        """All pages of a query in order; the rows over all of them equal `totalElements`.

        Raises `PagesDisagree` where they contradict one another.
        """
        walk = Pagination(query.page_size)
        while not walk.done:
            page = self.data_page(query, walk.page)
            walk.accept(
                page=page.number,
                pages=page.pages,
                total=page.total,
                rows=len(page.records),
                where=shown_url(page.answer.url),
                hashes=page.hashes,
            )
            if walk.done:
                walk.check_repeats(shown_url(page.answer.url), [])
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
                next_step="leave the route or the filter out",
            )
        with self._slots:
            return self.http.post(
                self.url("Series/DataCSV"),
                query.csv_params(),
                kind=BULK_CSV,
                headers={"Accept": "application/octet-stream"},
            )


def _full_root(base_url: str) -> str:
    """Base URL -> the address that `Series/Data` is below, whichever part of it is given."""
    root = base_url.strip().rstrip("/")
    read_address(root, "LOCALSDG_UNSD_BASE_URL")
    # Paths are case-insensitive, so `/V1/SDG` is the same root.
    if root.lower().endswith(_API):
        return root
    return root + (_API.removeprefix("/v1") if root.lower().endswith("/v1") else _API)


def newest_release(series_list: list[dict]) -> str:
    """The release that a `Series/List` carries; the newest where it mixes several.

    Raises `LocalsdgError` where it cannot serve as a folder's name.
    """
    counts = Counter(str(entry["release"]) for entry in series_list)
    newest = max(counts, key=release_order)
    if len(counts) > 1:
        log.warning("Series/List mixes releases: %s; taken: %s", dict(counts), newest)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", newest):
        raise LocalsdgError(
            "Series/List names no usable release",
            expected="a name like 2022.Q2.G.02",
            got=repr(newest),
            next_step=_HINT,
        )
    return newest
