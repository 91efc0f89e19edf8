"""The figures of the published warehouse: by claim or id, by area, in a language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from localsdg.common.sql_text import literal
from localsdg.figures.data import queries
from localsdg.figures.data.compose import breakdown, compose, is_residual
from localsdg.figures.data.entry import Entry
from localsdg.figures.data.figure import Figure, NoData, Result
from localsdg.figures.data.local_texts import own_words
from localsdg.figures.data.printed import PRINTED, with_printed
from localsdg.figures.data.provenance import DATASETS
from localsdg.figures.data.selection import selected
from localsdg.figures.messages.messages import Words, words
from localsdg.registry.breakdowns import breakdown_label
from localsdg.research.areas import find_area
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings


@dataclass(frozen=True)
class Opened:
    """The published file, open, and what all its figures share."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    w: Words
    known: dict[str, dict[str, Any]]  # the metrics, by id
    datasets: dict[str, dict[str, Any]]  # by release
    printed: list[dict[str, Any]]  # figures that reports print

    def make(self, entry: Entry, place: queries.Area) -> Figure | NoData:
        """A figure of an area, with the marks of what reports print, or why there is none."""
        outcome = _make(self.con, self.settings, entry, place, self.w, self.known, self.datasets)
        return with_printed(outcome, entry, self.printed, self.w) if isinstance(outcome, Figure) else outcome


@contextmanager
def opened(settings: Settings, lang: str) -> Iterator[Opened]:
    """The published file for figures in a language; raises as `load_figures`."""
    w = words(lang)
    con = open_published(settings)
    try:
        queries.check_tables(con, settings)
        yield Opened(
            con,
            settings,
            queries.in_edition(con, w),
            {row["metric_id"]: row for row in queries.rows(con, METRICS)},
            by_release(con),
            queries.rows(con, PRINTED),
        )
    finally:
        con.close()


def load_figures(
    settings: Settings,
    claim: str | Iterable[str] | None = None,
    area: str = "001",
    lang: str = "en",
    only: Iterable[str] = (),
) -> Result:
    """The figures of claims and those that `only` names (all without either) for an area, in their order.

    `area` is an M49 code, an ISO3 code or a name; `only` are ids or patterns such as `c09-*`. What has
    insufficient data is in `missing`, with the reason. Raises `UsageError` for an unknown claim, figure,
    area or language, `LocalsdgError` for a warehouse of another version.
    """
    wanted = selected(claim, only)
    with opened(settings, lang) as source:
        place = find_area(source.con, area)
        # a figure that is named has an answer, one of a whole claim is left out where it cannot have one
        found = result_of(source.make(entry, place) for entry in wanted if only or is_asked(entry, place))
        return replace(found, note=place.note)


def result_of(outcomes: Iterable[Figure | NoData]) -> Result:
    """Figures and those without data, apart."""
    figures: list[Figure] = []
    missing: list[NoData] = []
    for outcome in outcomes:
        if isinstance(outcome, Figure):
            figures.append(outcome)
        else:
            missing.append(outcome)
    return Result(tuple(figures), tuple(missing))


#: Findings that compare places.
OF_PLACES = ("ranking", "countries", "ratio", "signs")
#: What `compose` has to know of the metrics.
METRICS = (
    "select metric_id, title, definition, series_codes, is_over_reporters, status, reason "
    "from evidence.metric order by metric_id"
)


def by_release(con: Any) -> dict[str, dict[str, Any]]:
    """The rows of `DATASETS` by release; the UN's own where two sources have one of the same name."""
    found: dict[str, dict[str, Any]] = {}
    for row in queries.rows(con, DATASETS):
        found.setdefault(row["release"], row)
    return found


def is_asked(entry: Entry, place: queries.Area) -> bool:
    """Whether a figure is one of those of a kind of area: figures of local governments are theirs alone."""
    if place.is_local:
        return entry.answers_local
    return entry.areas != "local_government" and (entry.areas != "in_country" or place.kind == "country")


def _make(
    con: Any,
    settings: Settings,
    entry: Entry,
    place: queries.Area,
    w: Words,
    known: dict[str, dict[str, Any]],
    datasets: dict[str, dict[str, Any]],
) -> Figure | NoData:
    if place.is_local and entry.answers_local:
        entry = entry.of_local
    reason = cannot(entry, place, known, w)
    if not reason:
        sql = queries.question(settings, entry, place)
        found = queries.figure_rows(con, sql)
        if not found and entry.instead:
            return _make(con, settings, entry.instead, place, w, known, datasets)
        reason = too_little(entry, found, place, w) if found else no_rows(con, entry, place, w)
    if not reason:
        if w.known_on:
            # behind the SQL, whose first line names its file
            sql += f"\n-- as known on {w.known_on}; localsdg query reads the newest edition"
        return compose(entry, found, w, place, sql, datasets, list(known.values()))
    suffix = "" if place.code == "001" else f"-{place.code}"
    subject = own_words(w, "subject", entry.figure_id, place.is_local)
    return NoData(entry.figure_id + suffix, entry.claim, subject[:1].upper() + subject[1:], reason)


def cannot(entry: Entry, place: queries.Area, known: dict[str, dict[str, Any]], w: Words) -> str:
    """Why there is nothing to ask; '' where there is."""
    there = [known[metric] for metric in entry.metrics if metric in known]
    if not there:
        return w.say("reason.no_metric")
    if all(one["status"] != "ok" for one in there):
        return w.say("reason.metric_empty").format(reason=there[0]["reason"] or there[0]["status"])
    if place.is_local:
        return "" if entry.areas == "local_government" else w.say("reason.not_local")
    if entry.areas in ("local_government", "in_country"):
        is_answered = entry.areas == "in_country" and place.kind == "country"
        return "" if is_answered else w.say(f"reason.only_{entry.areas}")
    if entry.query == "published_counts" and place.kind != "world":
        return w.say("reason.only_world")
    if entry.areas and (place.kind == "country") != (entry.areas == "country"):
        if entry.areas == "country" or place.kind != "world":
            return w.say(f"reason.only_{entry.areas}")
    return ""


def no_rows(con: Any, entry: Entry, place: queries.Area, w: Words) -> str:
    """Why the query of a figure gives no row: what is not counted, not broken down or not loaded is no zero."""
    if place.is_local:
        own = f"reason.local-{entry.figure_id}"
        return w.say(own if w.has(own) else "reason.local").format(area=w.area(place.code, place.name))
    if entry.register:
        reason = "few_records" if _has_records(con, entry, place) else "no_record"
    else:
        reason = reason_without_rows(entry, place.code, place.kind == "country", *held_areas(con, entry))
    text = w.say(f"reason.{reason}-{entry.metrics[0]}", "") or w.say(f"reason.{reason}")
    return text.format(area=w.area(place.code, place.name))


def _has_records(con: Any, entry: Entry, place: queries.Area) -> bool:
    """Whether the register of a figure, or any where it may take another, has a record of an area."""
    return bool(
        queries.rows(
            con,
            "select 1 as one from evidence.metric_value where metric_id = 'c06_actions' and value > 0 "
            f"and area_code = {literal(place.code)} and dimensions['dataset'] is not null "
            f"and (dimensions['dataset'] = {literal(entry.register)} or not {literal(entry.is_only)}) limit 1",
        )
    )


def held_areas(con: Any, entry: Entry) -> tuple[frozenset[str], bool]:
    """The areas with a value of a figure's metrics, in any breakdown, and whether a country is among them."""
    found = queries.rows(
        con,
        "select list(distinct v.area_code) as codes, bool_or(a.kind = 'country') as countries "
        "from evidence.metric_value as v join core.area as a on a.area_code = v.area_code "
        f"where list_contains({literal(entry.metrics)}, v.metric_id) and v.value is not null",
    )[0]
    return frozenset(found["codes"] or ()), bool(found["countries"])


def reason_without_rows(entry: Entry, code: str, is_country: bool, held: frozenset[str], has_countries: bool) -> str:
    """The key of the sentence that says why a figure has no row for an area; `held` as in `held_areas`."""
    if entry.query == "progress":
        return "not_assessed"
    if code in held:
        return "no_breakdown"
    if code == "001":
        return "no_rows"
    elsewhere = held - {"001"}
    if is_country and elsewhere and not has_countries:
        return "groups_alone"
    return "no_rows" if elsewhere else "world_alone"


def too_little(entry: Entry, found: list[dict[str, Any]], place: queries.Area, w: Words) -> str:
    """Why the rows (at least one) make no figure; '' where they do."""
    if entry.finding == "ranking" and all(
        one["unit"] == "countries" and one["value"] == one["n_areas"] for one in found
    ):
        most = w.number(max(one["value"] for one in found))
        return w.say("reason.tautology").format(n=most)
    if all(is_residual(one) for one in found):
        return w.say("reason.only_residual").format(area=w.area(place.code, place.name))
    if entry.finding == "leaders" and len({one["kind"] for one in found}) < 2:
        return w.say("reason.one_kind").format(kind=breakdown("lead", found[0]["kind"], w))
    if entry.finding == "pairs" and len(found) > 1 and len({one["value"] for one in found}) == 1:
        return w.say("reason.all_tied").format(n=w.number(len(found)), value=w.number(found[0]["value"]))
    is_over_time = entry.kind == "line" or entry.kind == "column" and entry.register
    if is_over_time and len({one["year"] for one in found}) < 2:
        return w.say("reason.one_year").format(
            area=w.area(place.code, place.name),
            year=found[0]["year"],
            value=w.amount(found[0]["value"], found[0]["unit"], found[0]["censoring"]),
        )
    if entry.query == "across_areas" and place.kind == "country" and all(one["code"] != place.code for one in found):
        return w.say("reason.no_rows").format(area=w.area(place.code, place.name))
    if entry.finding in ("gap", "exceeds"):
        places = [one["code"] if entry.label == "name" else breakdown_label(one["dimensions"]) for one in found]
        if len(set(places)) == len(places):
            return w.say("reason.no_pair").format(area=w.area(place.code, place.name))
    if entry.finding in OF_PLACES and entry.query == "across_areas" and len({one["code"] for one in found}) < 2:
        return w.say("reason.one_place").format(area=w.area(place.code, place.name))
    return ""
