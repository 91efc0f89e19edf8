"""What can be found: one document a series, indicator, target, Goal, metric, figure, local indicator, action and place.

Most come from the published file, by `sql/research/search/<kind>.sql`. Titles in other languages are
those of the registry (official indicators, Goals, areas); figures are those of the catalogue, with
their words in each language.
"""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import localsdg
from localsdg.common.clean_text import clean_text
from localsdg.registry.official_titles import official_titles

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: Kinds in the order in which they are listed, and how a person names several of them.
KINDS = {
    "series": "UN series",
    "indicator": "Indicators",
    "target": "Targets",
    "goal": "Goals",
    "metric": "Metrics",
    "figure": "Figures",
    "local_indicator": "Local indicators",
    "action": "Actions",
    "local_government": "Local governments",
    "area": "Areas",
}
#: Languages whose titles are searched and shown.
LANGUAGES = ("en", "es", "fr", "pt")
#: Data files of the figures: what each is, and its words in each language.
FIGURES = Path(localsdg.__file__).parent / "figures"
CATALOGUE_TOML = FIGURES / "data" / "catalogue.toml"
MESSAGES = FIGURES / "messages"
REGISTRY = Path(localsdg.__file__).parent / "registry"


@dataclass(frozen=True)
class Document:
    """One thing that can be found; `names` are its titles by language, `other_names` those of no stated language.

    `n_areas` and `n_records` count what the warehouse holds of it (null where that is nothing to count),
    `related` are the codes of what it belongs to, by which it is found too.
    """

    kind: str
    id: str
    title: str
    language: str = ""
    details: str = ""
    breakdowns: tuple[str, ...] = ()
    publisher: str = ""
    release: str = ""
    n_areas: int | None = None
    n_records: int | None = None
    first_year: int | None = None
    last_year: int | None = None
    related: tuple[str, ...] = ()
    has_data: bool = True
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    other_names: tuple[str, ...] = ()
    n_reviews: int = 0
    n_actions: int = 0
    area_kind: str = ""


def read_documents(con: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[Document]:
    """All documents of the published file, without control characters, in an order that never changes."""
    for kind in KINDS:
        if kind == "figure":
            yield from _figures(con)
            continue
        result = con.execute((settings.sql / "research" / "search" / f"{kind}.sql").read_text(encoding="utf-8"))
        names = [column[0] for column in result.description]
        for row in result.fetchall():
            yield _document(kind, dict(zip(names, map(_clean, row), strict=True)))


def _clean(cell: Any) -> Any:
    """A cell without control characters: a text, a list of texts, or a number as it is."""
    if isinstance(cell, str):
        return clean_text(cell)
    return [one and clean_text(one) for one in cell] if isinstance(cell, list) else cell


def _document(kind: str, values: dict[str, Any]) -> Document:
    values["breakdowns"] = tuple(values["breakdowns"])
    values["related"] = tuple(values["related"])
    other = values.pop("names", ()) if kind != "area" else _area_aliases().get(values["id"], ())
    values["other_names"] = tuple(dict.fromkeys(filter(None, other)))
    return Document(kind, **values, names=_names(kind, values))


def _names(kind: str, values: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Titles in the other languages: the official ones, or those of the indicators that a series belongs to."""
    if kind == "goal":
        return _goal_names()[values["id"]]
    if kind == "area":
        return _area_names().get(values["id"], {})
    if kind == "metric":
        return _words().get(("metric", values["id"]), {})
    codes = {"indicator": (values["id"],), "series": values["related"]}.get(kind, ())
    names = {}
    for language in LANGUAGES:
        # some of the official titles are written with accents apart from their letters
        titles = [normalize("NFC", official_titles().get(language, {}).get(code, "")) for code in codes]
        own = _words().get(("series", values["id"]), {}).get(language, ()) if kind == "series" else ()
        names[language] = (*own, *filter(None, titles))
    return names


def _figures(con: duckdb.DuckDBPyConnection) -> Iterator[Document]:
    """The figures of the catalogue; one has data where one of its metrics has."""
    held = dict(con.execute("select metric_id, count(*) from evidence.metric_value group by metric_id").fetchall())
    titles = dict(con.execute("select metric_id, title from evidence.metric").fetchall())
    claims = dict(con.execute("select claim_id, title from evidence.claim").fetchall())
    for figure_id, entry in sorted(_catalogue().items()):
        names = dict(_words().get(("subject", figure_id), {}))
        subject = names.get("en", (figure_id,))[0]
        metrics = tuple(entry.get("metrics", ()))
        yield Document(
            "figure",
            figure_id,
            subject[:1].upper() + subject[1:],
            language="en",
            details=" · ".join(dict.fromkeys(titles[one] for one in metrics if one in titles)),
            publisher=f"claim {entry['claim']}, {claims.get(entry['claim'], '')}, {_drawn_as(entry['kind'])}",
            related=(*metrics, entry["claim"]),
            has_data=not metrics or any(one in held for one in metrics),
            names=names,
            area_kind=entry.get("areas", ""),
        )


def _drawn_as(kind: str) -> str:
    """`line chart`, `tile map`, `table`."""
    name = kind.replace("_", " ")
    return name if name.endswith(("map", "table")) else f"{name} chart"


@cache
def _words() -> dict[tuple[str, str], dict[str, tuple[str, ...]]]:
    """(`subject`, id of a figure), (`series`, code) or (`metric`, id) -> language -> the words of the figures."""
    words: dict[tuple[str, str], dict[str, tuple[str, ...]]] = defaultdict(dict)
    for language in LANGUAGES:
        body = tomllib.loads((MESSAGES / f"{language}.toml").read_text(encoding="utf-8"))
        for table in ("subject", "series"):
            for name, text in body[table].items():
                words[table, name][language] = (text,)
        for figure_id, entry in _catalogue().items():
            text = body["subject"].get(figure_id)
            for metric_id in entry.get("metrics", ()) if text else ():
                known = words["metric", metric_id].get(language, ())
                words["metric", metric_id][language] = tuple(dict.fromkeys((*known, text)))
    return words


@cache
def _catalogue() -> dict[str, dict]:
    return tomllib.loads(CATALOGUE_TOML.read_text(encoding="utf-8"))["figure"]


@cache
def _goal_names() -> dict[str, dict[str, tuple[str, ...]]]:
    names: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in _table(REGISTRY / "goal_names.csv"):
        known = names[row["goal_code"]].get(row["language"], ())
        names[row["goal_code"]][row["language"]] = (*known, row["name"])
    return names


@cache
def _area_names() -> dict[str, dict[str, tuple[str, ...]]]:
    """The UN's names in Spanish and French, and those of the CLDR for countries in all languages."""
    from babel import Locale

    names: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in _table(REGISTRY / "area_names.csv"):
        names[row["area_code"]] = {"es": (row["es"],), "fr": (row["fr"],)}
    territories = {language: Locale(language).territories for language in LANGUAGES}
    for row in _table(REGISTRY / "places.csv"):
        for language, listed in territories.items():
            if row["area_code"] and (name := listed.get(row["iso2"])):
                known = names[row["area_code"]].get(language, ())
                names[row["area_code"]][language] = tuple(dict.fromkeys((*known, name)))
    return names


@cache
def _area_aliases() -> dict[str, tuple[str, ...]]:
    """Everyday and former names of areas that mean one area alone."""
    aliases: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in _table(REGISTRY / "place_aliases.csv"):
        if row["meaning"] == "same" and row["area_codes"].isdecimal():
            aliases[row["area_codes"]] += (row["name"],)
    return aliases


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
