"""What a pull of the UN service asks for, checked against the service's own list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.registry.releases import canonical_release, release_order
from localsdg.sources.http.client import Answer
from localsdg.sources.unsd.pages import PAGE_SIZE, Query
from localsdg.sources.unsd.service import UnsdClient, newest_release

ROUTES = ("auto", "json", "csv")


@dataclass(frozen=True)
class PullRequest:
    """What the caller wants; () means all. Raises `UsageError` where it contradicts itself.

    `areas` are M49 codes (`4` and `"004"` are one). `route` is `json` (paged
    Series/Data), `csv` (bulk Series/DataCSV) or `auto`: JSON where areas or
    years are given, else CSV, and JSON for a series whose CSV comes back
    empty or without values. `release` may name the service's release (a
    guard: a newer one is not taken instead) or an older one that
    `Series/List?allreleases=true` lists. With `only_listed`, a series that the
    service does not list is passed over instead of being an error.
    """

    series: tuple[str, ...] = ()
    areas: tuple[int | str, ...] = ()
    years: tuple[int, ...] = ()
    release: str | None = None
    route: str = "auto"
    page_size: int = PAGE_SIZE
    only_listed: bool = False

    @property
    def area_codes(self) -> tuple[int, ...]:
        """The areas as plain numbers, sorted, each once."""
        return whole_numbers("area", self.areas)

    @property
    def year_numbers(self) -> tuple[int, ...]:
        """The years, sorted, each once."""
        return whole_numbers("year", self.years)

    def __post_init__(self) -> None:
        _ = self.area_codes, self.year_numbers  # a code that is none is refused here
        if self.route not in ROUTES:
            raise UsageError("unknown route", expected=", ".join(ROUTES), got=self.route)
        if self.route == "csv" and self.years:
            raise UsageError(
                "the bulk CSV has no year filter that works",
                got=f"years {list(self.years)}",
                next_step="run it without --route, or without --year",
            )


@dataclass(frozen=True)
class Plan:
    """One crawl: the release, the series, and the `Series/List` that says so.

    `release_code` is None where the release is the service's own.
    """

    request: PullRequest
    service_release: str
    release_code: str | None
    series_list: Answer
    series_params: dict
    codes: tuple[str, ...]

    @property
    def release(self) -> str:
        """The release that the snapshot holds."""
        return self.release_code or self.service_release

    @property
    def narrow(self) -> bool:
        """True where only JSON can filter as asked, or answers faster."""
        return bool(self.request.areas or self.request.years or self.release_code)

    def query(self, code: str) -> Query:
        """The query of one series."""
        asked = self.request
        return Query((code,), asked.area_codes, asked.year_numbers, self.release_code, asked.page_size)


def make_plan(client: UnsdClient, request: PullRequest) -> Plan:
    """Read `Series/List` and check the release and the series codes against it.

    Raises `UsageError` for an unknown series or release, naming the closest.
    """
    if request.release:
        request = replace(request, release=canonical_release(request.release) or request.release)
    answer, params = client.metadata("series_list"), {"allreleases": "false"}
    service_release = newest_release(answer.value)
    release_code = None
    if request.release and request.release != service_release:
        release_code = request.release
        answer, params = client.metadata("series_list", all_releases=True), {"allreleases": "true"}
        _check_release(request, {str(entry["release"]) for entry in answer.value}, service_release)
    codes = tuple(
        dict.fromkeys(
            str(entry["code"]) for entry in answer.value if release_code is None or entry["release"] == release_code
        )
    )
    wanted = tuple(dict.fromkeys(request.series)) or codes
    if request.only_listed:
        wanted = tuple(code for code in wanted if code in set(codes))
    _check_series(wanted, codes, f"release {release_code or service_release}", answer.url)
    return Plan(request, service_release, release_code, answer, params, wanted)


def _check_release(request: PullRequest, served: set[str], service_release: str) -> None:
    if request.release not in served:
        raise UsageError(
            "the service does not serve this release",
            expected=", ".join(sorted(served | {service_release}, key=release_order)[-8:]),
            got=request.release,
            next_step="name one of these, or run it without --release",
        )
    if request.route == "csv":
        raise UsageError(
            "the bulk CSV holds only the service's own release",
            expected=service_release,
            got=request.release,
            next_step="run it without --route: JSON can ask for an older release",
        )


def _check_series(asked: tuple[str, ...], codes: tuple[str, ...], where: str, url: str) -> None:
    """Codes are case-sensitive (`IT_USE_ii99`); the closest are found in any case."""
    unknown = [code for code in asked if code not in set(codes)]
    if not unknown:
        return
    closest = [near for code in unknown[:3] for near in close_matches(code, codes)]
    raise UsageError(
        "unknown series",
        where=where,
        got=", ".join(unknown),
        expected="one of its series" + (f", such as {', '.join(closest)}" if closest else ""),
        next_step=f"curl -s '{url}' lists all codes; capitals count",
    )


def whole_numbers(word: str, given: Iterable[int | str]) -> tuple[int, ...]:
    """Codes as plain integers, sorted, each once: `"004"` and 4 are one area.

    Raises `UsageError` where one is not a whole number of 0 or more.
    """
    numbers = set()
    for code in given:
        text = str(code).strip()
        if not (text.isascii() and text.isdigit()):
            raise UsageError(f"the {word} is not a number", expected="such as 724", got=repr(code))
        numbers.add(int(text))
    return tuple(sorted(numbers))
