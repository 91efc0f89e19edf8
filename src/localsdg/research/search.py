"""Search over everything in the published warehouse: series, indicators, figures, local indicators, actions, places.

    search(settings, "pobreza por sexo", kinds=["series"])

Offline; English, Spanish, French and Portuguese words find each other's titles.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.research.search_command import next_command
from localsdg.research.search_document import KINDS, LANGUAGES, Document
from localsdg.research.search_index import open_index
from localsdg.research.search_rank import Ranking, rank
from localsdg.research.search_text import Term, index_text

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

#: Characters of a query that are read: no title is longer.
_LONGEST_QUERY = 500
#: Characters of a snippet on either side of the word.
_AROUND = 60
_IN_LANGUAGE = {"en": "in English", "es": "in Spanish", "fr": "in French", "pt": "in Portuguese"}


@dataclass(frozen=True)
class Hit:
    """One thing that was found.

    `snippet` is the text that matched where the title does not show it; `coverage` says in words what the
    warehouse holds, `n_areas`, `n_records`, `first_year` and `last_year` in numbers (null: not counted);
    `command` goes on from here. `score` compares hits of one search only.
    """

    kind: str
    id: str
    title: str
    source: str
    release: str
    why: str
    snippet: str
    coverage: str
    command: str
    score: float
    has_data: bool
    n_areas: int | None = None
    n_records: int | None = None
    first_year: int | None = None
    last_year: int | None = None
    breakdowns: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The hit as JSON has it."""
        return asdict(self)


@dataclass(frozen=True)
class SearchResult:
    """The hits of a search, best first, and how the query was read.

    `n_found` counts what has a word of the query, by kind, also beyond the limit. `corrected`: words taken
    for another; `unknown`: words that nothing has, with the nearest ones in `suggestions`.
    """

    query: str
    hits: tuple[Hit, ...]
    n_found: dict[str, int] = field(default_factory=dict)
    corrected: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


def search(
    settings: Settings, text: str, kinds: Iterable[str] | None = None, limit: int = 20, language: str | None = None
) -> list[Hit]:
    """The best hits for words, codes or names, best first; see `find`."""
    return list(find(settings, text, kinds, limit, language).hits)


def find(
    settings: Settings, text: str, kinds: Iterable[str] | None = None, limit: int = 20, language: str | None = None
) -> SearchResult:
    """As `search`, with how the query was read.

    `kinds` are names of `KINDS`; where all are searched, no kind takes more than three tenths of `limit`.
    `language` is that of the titles where there are several.
    Raises `UsageError` for an empty query, a kind or a language that does not exist, and `LocalsdgError` where
    nothing is published.
    """
    wanted = _kinds(kinds)
    if language is not None and language not in LANGUAGES:
        raise UsageError("no such language", expected=", ".join(LANGUAGES), got=language)
    asked = " ".join(text.split())[:_LONGEST_QUERY]
    if not any(sign.isalnum() for sign in asked):
        raise UsageError("say what to search for", expected='localsdg search "poverty by sex"', got=text or "nothing")
    with closing(open_index(settings)) as con:
        ranking = rank(con, asked)
        best = sorted(ranking.scores.items(), key=lambda pair: (-pair[1], pair[0]))
        kind_of = dict(con.execute("select id, kind from document"))
        listed = [(number, score) for number, score in best if kind_of[number] in wanted and score > 0]
        n_found = {kind: sum(kind_of[number] == kind for number, _ in listed) for kind in KINDS if kind in wanted}
        most = max(limit, 0) if kinds else -(-limit * 3 // 10)
        hits = []
        for number, score in _of_each_kind(listed, kind_of, most)[: max(limit, 0)]:
            (body,) = con.execute("select body from document where id = ?", [number]).fetchone()
            hits.append(_hit(_document(body), score, ranking, language))
    return SearchResult(
        asked,
        tuple(hits),
        {kind: n for kind, n in n_found.items() if n},
        ranking.corrected,
        tuple(ranking.unknown),
        tuple(dict.fromkeys(ranking.nearest)),
    )


def _of_each_kind(listed: list[tuple[int, float]], kind_of: dict[int, str], most: int) -> list[tuple[int, float]]:
    """The list with at most so many of a kind, so that thousands of actions do not hide the one figure."""
    counts: Counter[str] = Counter()
    chosen = []
    for number, score in listed:
        counts[kind_of[number]] += 1
        if counts[kind_of[number]] <= most:
            chosen.append((number, score))
    return chosen


def _kinds(kinds: Iterable[str] | None) -> set[str]:
    named = [kinds] if isinstance(kinds, str) else list(kinds or KINDS)
    wanted = {name.strip().casefold().replace("-", "_") for name in named}
    if unknown := sorted(wanted - set(KINDS)):
        near = close_matches(unknown[0], KINDS)
        raise UsageError("no such kind", expected=" or ".join(near) if near else ", ".join(KINDS), got=unknown[0])
    return wanted


def _document(body: str) -> Document:
    values = json.loads(body)
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    names = {language: tuple(some) for language, some in values["names"].items()}
    return Document(**{**values, **lists, "names": names})


def _hit(document: Document, score: float, ranking: Ranking, language: str | None) -> Hit:
    title = _title(document, language)
    why, snippet = _reason(document, title, ranking)
    return Hit(
        kind=document.kind,
        id=document.id,
        title=title,
        source=document.publisher,
        release=document.release,
        why=why,
        snippet=snippet,
        coverage=_coverage(document),
        command=next_command(document, ranking.area_code),
        score=round(score, 3),
        has_data=document.has_data,
        n_areas=document.n_areas,
        n_records=document.n_records,
        first_year=document.first_year,
        last_year=document.last_year,
        breakdowns=document.breakdowns,
        related=document.related,
    )


def _title(document: Document, language: str | None) -> str:
    """The title in a language, where there is one; of a series only its own, not its indicators'."""
    if language is None or language == document.language or document.kind in ("local_indicator", "action"):
        return document.title
    names = document.names.get(language, ())
    if not names or (document.kind == "series" and len(names) == len(document.related) and language != "en"):
        return document.title
    return names[0] if document.kind != "series" else f"{names[0]} ({document.title})"


def _reason(document: Document, title: str, ranking: Ranking) -> tuple[str, str]:
    """Where the words of the query are, and the text where the title does not show them."""
    terms = [term for term in ranking.terms if not term.is_weak] or ranking.terms
    missing = [term for term in terms if not _has(title, term)]
    if not missing:
        return "title", ""
    places = [
        *(
            (f"{'indicator' if document.kind == 'series' else 'title'} {_IN_LANGUAGE.get(code, code)}", name)
            for code, names in document.names.items()
            for name in names
        ),
        *(("other name", name) for name in document.other_names),
        *(("breakdown", name.replace("_", " ")) for name in document.breakdowns),
        *(("details", part) for part in document.details.split(" · ")),
        ("publisher", document.publisher),
    ]
    shown = max(places, key=lambda place: sum(_has(place[1], term) for term in missing))
    first = next((term for term in missing if _has(shown[1], term)), None)
    if first is None:
        return ("title" if len(missing) < len(terms) else "code"), ""
    return shown[0], _around(shown[1], first)


def _has(text: str, term: Term) -> bool:
    words = index_text(text).split()
    return any(
        any(word.startswith(form[:-1]) for word in words) if form.endswith("*") else form in words
        for form, _ in term.forms
    )


def _around(text: str, term: Term) -> str:
    """The part of a text around the first word that matches, with … where it was cut."""
    text = " ".join(text.split())
    if len(text) <= 2 * _AROUND:
        return text
    words = text.split()
    place = next((n for n, word in enumerate(words) if _has(word, term)), 0)
    start = len(" ".join(words[:place])) - _AROUND
    start = 0 if start <= 0 else text.find(" ", start) + 1
    end = start + 2 * _AROUND
    end = len(text) if end >= len(text) else text.rfind(" ", start, end)
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def _coverage(document: Document) -> str:
    """What the warehouse holds, in words: `166 areas, 1981–2023, by age, sex`."""
    if not document.has_data:
        return "no values in the warehouse"
    first, last = document.first_year, document.last_year
    years = "" if first is None else str(first) if first == last else f"{first}–{last}"
    by = f"by {', '.join(name.replace('_', ' ') for name in document.breakdowns[:6])}" if document.breakdowns else ""
    n_areas, n = document.n_areas, document.n_records or 0
    counts = {
        "series": [
            _count(n_areas, "country or area", "countries and areas") if n_areas else "no single countries",
            years,
            by,
        ],
        "metric": [_count(n_areas, "area"), years, by],
        "indicator": [_count(n, "series", "series"), _count(n_areas, "local government") if n_areas else "", years],
        "target": [_count(n, "indicator")],
        "goal": [_count(n, "target")],
        "local_indicator": [_count(n, "value"), years, by],
        "area": [_count(n, "series", "series"), years],
        "action": [years],
        "local_government": [
            _count(n, "local indicator") if n else "",
            _count(document.n_reviews, "review") if document.n_reviews else "",
            _count(document.n_actions, "action") if document.n_actions else "",
        ],
    }
    return ", ".join(filter(None, counts.get(document.kind, [])))


def _count(n: int | None, one: str, several: str | None = None) -> str:
    return f"{n or 0:,} {one if n == 1 else several or one + 's'}"
