"""Where the numbers of a figure come from: series drawn, publisher, release and its age, and caveats.

A figure names what it draws and nothing else. A metric may hold more series
than a figure shows, and a computed one is known by the metrics that it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from localsdg.figures.messages.messages import words
from localsdg.registry.evidence import metrics
from localsdg.registry.releases import publication

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.messages.messages import Words

Row = dict[str, Any]
#: Sources whose snapshots together are one register: the newest dates it.
REGISTERS = frozenset({"actions", "reviews"})
#: Sources whose releases are named after the day of a snapshot, which the age of the data states.
SNAPSHOTS = REGISTERS | {"opensdg"}
#: Series that the source line names; the file of numbers names all.
_MOST_SERIES = 4
#: Releases, publishers and governments that the source line names one by one.
_MOST_NAMES = 3
#: What `compose` has to know of the releases. What is bundled was fetched by whoever made the bundle: no
#: day of retrieval is known of it. `is_old` is for a release of more than 18 months before the build, or
#: before the day of the edition.
DATASETS = """
select
    d.release,
    d.source,
    d.published_on,
    d.published_basis,
    if(ends_with(d.dataset, '(bundled)'), null, left(d.fetched_at, 10)) as retrieved_on,
    d.published_on < coalesce(r.known_on, cast(r.built_at as date)) - interval 18 month as is_old,
    split_part(d.attribution, ', Open SDG site', 1) as government,
    l.name,
    l.publisher
from meta.dataset as d
join meta.licence as l on l.source = d.source
cross join meta.release as r
order by d.source = 'unsd' desc, d.release
"""


@dataclass(frozen=True)
class Origin:
    """What a figure's rows rest on; texts are in the language of the figure."""

    source: str  # the source line
    as_of: str  # release and newest year
    release_age: str  # what the subtitle says of an old release, '' of a newer one
    series: tuple[str, ...]  # UN series that are drawn


def sources_of(found: list[Row], datasets: dict[str, Row]) -> set[str]:
    """The sources that rows rest on; of a release that no source has, its name."""
    return {datasets[release]["source"] if release in datasets else release for release in _releases(found)}


def origin(entry: Entry, found: list[Row], w: Words, datasets: dict[str, Row], definitions: list[Row]) -> Origin:
    """Source, release and age of the rows of a figure (at least one).

    `datasets` are the rows of `DATASETS` by release, `definitions` those of `evidence.metric`.
    """
    releases = _releases(found)
    known = [datasets[release] for release in releases if release in datasets]
    others = [release for release in releases if release not in datasets]
    if entry.source == "opensdg" and not known:
        # a count over all sites
        known, others = [one for one in datasets.values() if one["source"] == "opensdg"], []
    series = drawn_series(found, definitions)
    by_source: dict[str, list[Row]] = {}
    for one in known:
        by_source.setdefault(one["source"], []).append(one)
    dated = [_dated(source, some, w) for source, some in by_source.items()]
    years = [one["year"] for one in found if one["year"]]
    if others and years and entry.source == "published":
        dated.append(w.say("as_of.published", year=max(one["year"] for one in found if one["release"] in others)))
    return Origin(
        source=_source(entry, found, w, by_source, others, series),
        as_of=w.say("word.apart").join(dated) + _newest(years, dated, "unsd" in by_source, w),
        release_age=w.say("word.apart").join(dated) if any(one.get("is_old") for one in known) else "",
        series=series,
    )


def _releases(found: list[Row]) -> list[str]:
    return list(dict.fromkeys(release for one in found if one["release"] for release in one["release"].split("; ")))


# ---------------------------------------------------------------- series
def drawn_series(found: list[Row], definitions: list[Row]) -> tuple[str, ...]:
    """The UN series of the rows, each once; of a metric that is not declared, all that it has."""
    drawn: dict[str, None] = {}
    listed = {one["metric_id"]: tuple(one["series_codes"] or ()) for one in definitions}
    for one in found:
        if "series_code" in one:
            drawn[one["series_code"]] = None
            continue
        parts = frozenset((one["dimensions"] or {}).items())
        drawn |= dict.fromkeys(_series_of(one["metric_id"], parts) or listed.get(one["metric_id"], ()))
    return tuple(drawn)


@cache
def _series_of(metric_id: str, parts: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    """The series of a metric that rows with these dimensions hold."""
    metric = metrics().get(metric_id)
    if metric is None:
        return ()
    values = {value for _, value in parts}
    if named := [code for code in metric.series_codes if code in values]:
        return tuple(named)
    label = dict(parts).get(metric.label or "")
    if labelled := [code for code, text in metric.series.items() if text == label]:
        return tuple(labelled)
    if metric.series or not metric.reads:
        return metric.series_codes
    # a dimension may name the metric that a row was computed from: service=water of c09_water
    subjects = {read: read.partition("_")[2] for read in metric.reads}
    prefixes = tuple(str(value).replace(" ", "_") for value in values if value)
    chosen = [read for read, subject in subjects.items() if prefixes and subject.startswith(prefixes)] or metric.reads
    codes = dict.fromkeys(code for read in chosen for code in _series_of(read, parts))
    return tuple(code for code in codes if code in metric.series_codes)


# ---------------------------------------------------------------- the source line
def _source(
    entry: Entry, found: list[Row], w: Words, by_source: dict[str, list[Row]], others: list[str], series: tuple
) -> str:
    parts = []
    if others and entry.source == "published":
        parts.append(_publishers(others))
    elif others or not by_source:  # of a release that the file does not list, its name is known
        source = entry.source or "unsd"
        by_source = {source: [{"release": name, "name": source} for name in others]} | by_source
    for source, some in by_source.items():
        parts.append(_publisher(source, some, found, w))
        if source == "unsd" and series:
            parts.append(w.say("word.series").format(codes=_first(series, _MOST_SERIES)))
        if some and (source not in SNAPSHOTS or not some[0].get("published_on")):
            names = _first(sorted(one["release"] for one in some), _MOST_NAMES)
            parts.append(w.say("word.release").format(releases=names))
        if retrieved := [one["retrieved_on"] for one in some if one.get("retrieved_on")]:
            parts.append(w.say("word.retrieved").format(date=w.date(max(retrieved))))
    if any(one["basis"] == "computed" for one in found):
        parts.append(w.say("word.computed"))
    return w.say("word.source").format(text=w.say("word.apart").join(parts))


def _first(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def _publisher(source: str, some: list[Row], found: list[Row], w: Words) -> str:
    if attribution := found[0].get("attribution"):
        return attribution
    if source == "opensdg":
        names = list(dict.fromkeys(w.government(one["government"]) for one in some if one.get("government")))
        if 0 < len(names) <= _MOST_NAMES:
            return w.say("source.site_of", governments=w.join(names))
        if names:
            return w.say("source.sites", n=w.number(len(names)))
    return w.say(f"source.{source}", some[0]["name"] if some else source)


def _publishers(releases: list[str]) -> str:
    """`OECD, A Territorial Approach (2020)` as it is; of more than one document their publishers alone."""
    documents = list(dict.fromkeys(release.partition(" (")[0] for release in releases))
    if len(documents) == 1:
        return documents[0]
    return ", ".join(dict.fromkeys(document.partition(", ")[0] for document in documents))


# ---------------------------------------------------------------- caveats
def caveats(entry: Entry, found: list[Row], w: Words) -> str:
    """The caveat of each metric in the figure's language; a row's own as the warehouse has it.

    The figure's own is in the place of its metrics' where these speak of what it does not draw.
    """
    english = words("en")
    own = f"caveat.{entry.figure_id}"
    told: list[str] = []
    for one in found:
        text, key = one["caveat"] or "", f"caveat.{one['metric_id']}"
        if text == english.say(key, ""):
            text = w.say(own if english.has(own) else key)
        if text and text not in told:
            told.append(text)
    return " ".join(told)


# ---------------------------------------------------------------- as of
def _dated(source: str, some: list[Row], w: Words) -> str:
    """`UN data as of December 2023`; of a register its newest snapshot, of several sites the years."""
    days = sorted(day_of(one) for one in some)
    (day, basis), (first, _) = days[-1], days[0]
    key = "register" if source in REGISTERS else source if source in ("unsd", "opensdg") else "other"
    if day == date.min:
        return w.say("word.release").format(releases=some[0]["release"])
    if key != "register" and first.year != day.year and first != date.min:
        return w.say(f"as_of.{key}", when=w.say("as_of.years", first=first.year, last=day.year))
    if basis == "day" and key != "unsd":
        return w.say(f"as_of.{key}", when=w.say("as_of.day", date=w.date(day.isoformat())))
    when = "quarter" if basis == "quarter" else "month"
    return w.say(f"as_of.{key}", when=w.say(f"as_of.{when}", date=w.period(day.isoformat(), when)))


def day_of(dataset: Row) -> tuple[date, str]:
    """The day of a release and what it is known by: day, month or quarter; the least day where nothing dates it."""
    if dataset.get("published_on"):
        return dataset["published_on"], dataset["published_basis"] or "day"
    known = publication(dataset["release"], None)
    return (known.day, known.basis or "day") if known.day else (date.min, "")


def _newest(years: list[int], dated: list[str], is_un: bool, w: Words) -> str:
    """The newest year of the values; of local data and registers where they are not dated by it."""
    if not years or len(dated) != 1 or not is_un and str(max(years)) in dated[0]:
        return ""
    return w.say("as_of.newest", year=max(years))
