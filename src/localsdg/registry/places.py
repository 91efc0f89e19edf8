"""Names of countries, regions and groups: one reader for every name that a person writes.

Codes and English names are the UN's (`places.csv`, the M49 list and the area
list of the SDG service), Spanish and French ones too (`area_names.csv`).
Everyday, former and ambiguous names, and parts of countries, are reviewed
data (`place_aliases.csv`). Names in all other languages and scripts are those
of the Unicode CLDR, by way of babel. An earlier list wins over a later one.
A name that means several places is never decided here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from localsdg.registry.local_governments import identities, normal

HERE = Path(__file__).parent
#: Names of the areas as the UN writes them, a column a language.
AREA_NAMES_CSV = HERE / "area_names.csv"
#: CLDR's names in all languages as `name_key` writes them, and codes: see `place_names_file`.
ALL_LANGUAGES_CSV = HERE / "place_names_all_languages.csv"
#: Read before all other languages.
_FIRST_LANGUAGES = ("en", "es", "fr", "pt", "de", "ca")
#: CLDR's regions that are not the UN's of the same code, and its code for the euro area.
NOT_IN_CLDR = frozenset({"003", "057", "419"})
#: Places that share a short name: where a language has one word for one of them, either may be meant.
_TWINS = {"178": ("178", "180"), "180": ("178", "180"), "583": ("583", "057")}
_PUNCTUATION = re.compile(r"[.,;:/()\[\]\"“”«»_&+\-‐–—]+")
#: Formal names are a title and the short name; no title alone distinguishes two places, the lists do.
_FORMAL = re.compile(
    r"(?:(?:federal|federative|democratic|islamic|arab|peoples|socialist|plurinational|bolivarian|independent|"
    r"cooperative|co operative|oriental|eastern|hashemite|united) ){0,3}"
    r"(?:republic|kingdom|state|commonwealth|principality|(?:grand )?duchy|sultanate|union) of (?:the )?"
    r"(?:union of )?(.+)"
    r"|(?:republica|reino|estado|principado|gran ducado|sultanato|republique|royaume|etat|principaute|"
    r"grand duche|sultanat)(?: (?:federal|federative|federativa|democratica|democratique|islamica|islamique|"
    r"popular|populaire|plurinacional|bolivariana|oriental|orientale|unie|unida|arabe))* "
    r"(?:de la|de los|de las|de l|del|de|du|des|d) ?(.+)"
)
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
#: ISO 2 of Namibia, and in most tables the mark of a missing value.
_NO_CODES = frozenset({"NA"})
_SHORT_FORMS = {"st": "saint", "ste": "sainte", "is": "islands"}
#: How alike the letters of two names are that may be one with a slip: Wakanda and Rwanda are not.
_ALIKE = 0.8
#: Words that say nothing about which place is meant.
_EMPTY = frozenset(
    "country countries pais paises pays area areas zona zonas "
    "the of and de la el los las le les du des et y e republic state states kingdom democratic people "
    "peoples islands island saint united new north "
    "south east west northern southern eastern western central former "
    "republica republique isla islas ile iles".split()
)


@dataclass(frozen=True)
class Place:
    """A reference area of the UN; `area_code` (M49) or `iso3` is '' where it has none."""

    area_code: str
    name: str
    kind: str  # country, region, grouping, world
    iso3: str = ""

    @property
    def label(self) -> str:
        """M49 code (ISO code where there is none) and name, as an error lists it."""
        return f"{self.area_code or self.iso3} {self.name}"

    @property
    def iso3_label(self) -> str:
        """ISO code (M49 code where there is none) and name."""
        return f"{self.iso3 or self.area_code} {self.name}"


@dataclass(frozen=True)
class Match:
    """What a name means: `place` where it is one, else why not and what may be meant.

    `reason` is found, ambiguous, part (of the country in `candidates`) or unknown.
    """

    asked: str
    place: Place | None
    reason: str = "found"
    candidates: tuple[Place, ...] = ()
    countries_only: bool = False

    @property
    def problem(self) -> str:
        """What is wrong, as the first words of an error; '' where nothing is."""
        sought = "country" if self.countries_only else "area"
        if self.reason == "part":
            return f"{self.asked} is a part of {self.candidates[0].name}"
        return {"found": "", "ambiguous": "the name has several meanings"}.get(
            self.reason, f"no {sought} has this name or code"
        )

    @property
    def expected(self) -> str:
        """What to write instead."""
        labels = [place.iso3_label if self.countries_only else place.label for place in self.candidates]
        if labels:
            return " or ".join(labels)
        known = (
            "an ISO code or a name, such as ESP"
            if self.countries_only
            else "an M49 code, an ISO code or a name, such as 724, ESP"
        )
        return f"{known} or Spain"


@dataclass(frozen=True)
class _Index:
    """Keys of names: the places they mean, the country they are a part of, or what may be meant instead."""

    same: dict[str, tuple[Place, ...]]
    parts: dict[str, Place]
    unknown: dict[str, tuple[Place, ...]]


def name_key(name: str) -> str:
    """The form in which names are compared: no case, accents, punctuation, articles or short forms."""
    words = _PUNCTUATION.sub(" ", normal(_UNSEEN.sub("", name).replace("&", " and "))).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[-1] == "the":
        words = words[:-1]
    return " ".join(_SHORT_FORMS.get(word, word) for word in words)


def find_place(asked: str, *, countries_only: bool = False, more: Iterable[Place] = ()) -> Match:
    """The place of a code (M49, ISO 2 and 3) or a name in any language.

    `more` are places of the published file that the lists here do not have;
    with `countries_only` a region is never meant. Nothing is guessed: an
    ambiguous name gives its candidates, a part of a country its country, an
    unknown name the nearest ones by their words, then by their letters.
    """
    text = " ".join(asked.split())
    key = name_key(text)
    meant = _meant(text, countries_only, tuple(more))
    if len(meant) == 1:
        return Match(text, meant[0])
    if meant:
        return Match(text, None, "ambiguous", meant, countries_only)
    if part := _part(key):
        own_areas = () if countries_only else _named_within(key)
        return Match(text, None, "part", (part, *own_areas), countries_only)
    near = _reviewed().unknown.get(key) or _near(key, countries_only)
    return Match(text, None, "unknown", near, countries_only)


def listed_places(asked: str, *, more: Iterable[Place] = ()) -> tuple[Place, ...]:
    """What a code or a name means in the lists; all languages are left to `find_place`."""
    text, known = " ".join(asked.split()), tuple(more)
    # nothing is no name, though a place may have no ISO code
    return (_in_lists(text, known) or _by_both_names(text, known)) if text else ()


@cache
def country_iso3(asked: str) -> str | None:
    """The ISO 3166 alpha-3 code of a country by code or name; None where it names none, or several."""
    meant = _meant(" ".join(asked.split()), True, ())
    return (meant[0].iso3 or None) if len(meant) == 1 else None


def _meant(text: str, countries_only: bool, more: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places that a code or a name means: none, one or several."""
    meant = (_in_lists(text, more) or _by_both_names(text, more) or _in_any_language(text)) if text else ()
    return tuple(place for place in meant if place.kind == "country" or not countries_only)


def area_code_of(iso3: str) -> str:
    """The M49 code of a country; '' where it has none."""
    return next((place.area_code for place in places() if place.iso3 == iso3), "")


@cache
def places() -> tuple[Place, ...]:
    """All areas of the lists, in the order of their codes."""
    return tuple(Place(row["area_code"], row["name"], row["kind"], row["iso3"]) for row in _rows("places.csv"))


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


@cache
def _codes() -> dict[str, Place]:
    by_code = {}
    for place, row in zip(places(), _rows("places.csv"), strict=True):
        for code in (place.area_code, place.iso3, row["iso2"]):
            if code and code not in _NO_CODES:
                by_code[code] = place
    return by_code


def _by_code(text: str, more: Iterable[Place]) -> tuple[Place, ...]:
    code = text.zfill(3) if text.isdecimal() else text.upper()
    if not text.isascii():
        return ()
    known = _codes().get(code) or next((place for place in more if code in (place.area_code, place.iso3)), None)
    return (known,) if known else ()


def _in_lists(text: str, more: tuple[Place, ...]) -> tuple[Place, ...]:
    return _by_code(text, more) or next((some for some in _tiers(name_key(text), more) if some), ())


def _by_both_names(text: str, more: tuple[Place, ...]) -> tuple[Place, ...]:
    """The place of `Timor-Leste (East Timor)`: two names of one place."""
    outer, bracket, inner = text.partition(" (")
    if not bracket or not text.endswith(")"):
        return ()
    first = _in_lists(outer, more)
    return first if first and first == _in_lists(inner.removesuffix(")"), more) else ()


def _in_any_language(text: str) -> tuple[Place, ...]:
    """What a name means in all languages; no name has a remark in brackets."""
    key = name_key(text)
    if len(key) < 2 or "(" in text or key in _reviewed().parts or key in _reviewed().unknown:
        return ()
    return _all_languages().get(key, ())


def _tiers(key: str, more: Iterable[Place]) -> Iterator[tuple[Place, ...]]:
    """What a key means in each list, the more certain lists first; later ones are read only when needed."""
    if not key:
        return
    yield _reviewed().same.get(key, ())
    yield _official().get(key, ())
    yield tuple(place for place in more if name_key(place.name) == key)
    yield _shortened().get(key, ())
    yield cldr_names(_FIRST_LANGUAGES).get(key, ())
    if formal := _FORMAL.fullmatch(key):
        short = formal[1] or formal[2]
        yield next(
            (
                known[short]
                for known in (_reviewed().same, _official(), _shortened(), cldr_names(_FIRST_LANGUAGES))
                if short in known
            ),
            (),
        )


@cache
def _reviewed() -> _Index:
    """Everyday, former and ambiguous names, and parts of countries, as reviewed by hand."""
    same: dict[str, tuple[Place, ...]] = {}
    parts: dict[str, Place] = {}
    unknown: dict[str, tuple[Place, ...]] = {}
    for row in _rows("place_aliases.csv"):
        key = name_key(row["name"])
        meant = tuple(_codes()[code] for code in row["area_codes"].split())
        if row["meaning"] == "part":
            parts[key] = meant[0]
        elif row["meaning"] == "unknown":
            unknown[key] = meant
        else:
            same[key] = meant
    return _Index(same, parts, unknown)


def _merged(pairs: Iterable[tuple[str, Place]]) -> dict[str, tuple[Place, ...]]:
    by_key: dict[str, dict[Place, None]] = {}
    for name, place in pairs:
        if key := name_key(name):
            by_key.setdefault(key, {})[place] = None
    return {key: tuple(named) for key, named in by_key.items()}


@cache
def _official() -> dict[str, tuple[Place, ...]]:
    """The UN's names, in English, Spanish and French."""
    pairs = [
        (name, place)
        for place, row in zip(places(), _rows("places.csv"), strict=True)
        for name in (place.name, row["other_name"])
        if name
    ]
    return _merged([*pairs, *_translated()])


def _translated() -> list[tuple[str, Place]]:
    """The UN's Spanish and French names."""
    by_code = {place.area_code: place for place in places() if place.area_code}
    return [
        (row[lang], by_code[row["area_code"]])
        for row in _rows("area_names.csv")
        for lang in row.keys() - {"area_code"}
        if row[lang] and row["area_code"] in by_code
    ]


@cache
def _shortened() -> dict[str, tuple[Place, ...]]:
    """Official names without what follows in brackets: `Bolivia (Plurinational State of)`, `… (LDCs)`."""
    pairs = []
    for name, place in [*((place.name, place) for place in places()), *_translated()]:
        short, bracket, inner = name.partition(" (")
        if bracket and "[" not in name:
            pairs.append((short, place))
            if place.kind == "grouping" and inner[:2].isupper():
                pairs.append((inner.strip(")"), place))
    shortened = _merged(pairs)
    official = _official()
    return {key: named for key, named in shortened.items() if key not in official}


@cache
def _all_languages() -> dict[str, tuple[Place, ...]]:
    codes, rows = _codes(), _rows(ALL_LANGUAGES_CSV.name)
    return {row["key"]: tuple(codes[code] for code in row["codes"].split()) for row in rows}


@cache
def cldr_names(languages: tuple[str, ...]) -> dict[str, tuple[Place, ...]]:
    """Names of CLDR in some languages."""
    from babel import Locale

    codes = _codes()
    return _merged(
        (name, codes[twin])
        for language in languages
        for code, name in Locale.parse(language).territories.items()
        if code in codes and code not in NOT_IN_CLDR
        for area_code in (codes[code].area_code,)
        for twin in (_TWINS.get(area_code, (code,)) if name.isalpha() else (code,))
    )


def _part(key: str) -> Place | None:
    """The country that a part of it belongs to: a reviewed one, or a government of the reviewed list."""
    if found := _reviewed().parts.get(key):
        return found
    owners = {
        government.iso3
        for government in identities().values()
        if government.iso3 and key in map(name_key, (government.name, *government.aliases))
    }
    return _codes().get(owners.pop()) if len(owners) == 1 else None


def _named_within(key: str) -> tuple[Place, ...]:
    """Areas of the UN's list that are this part of a country: `United Kingdom (Scotland)`."""
    return tuple(
        place for place in places() if place.name.endswith(")") and name_key(place.name.partition(" (")[2]) == key
    )


def _near(key: str, countries_only: bool) -> tuple[Place, ...]:
    """At most three places whose names share words with the key, else resemble it in their letters."""
    if len(key) < 3:
        return ()
    words = set(key.split()) - _EMPTY
    scores: dict[Place, float] = {}
    for names in (_reviewed().same, _official(), cldr_names(_FIRST_LANGUAGES)):
        for name, some in names.items():
            score = _likeness(key, words, name)
            for place in some if score else ():
                if place.kind == "country" or not countries_only:
                    scores[place] = max(scores.get(place, 0), score)
    best = sorted(scores, key=lambda place: (-scores[place], place.kind != "country", place.area_code))
    # a shared word is a better sign than letters: where there is one, likeness of letters is left out
    by_sense = [place for place in best if scores[place] >= 2]
    return tuple((by_sense or best)[:3])


def _likeness(key: str, words: set[str], name: str) -> float:
    """3 for a beginning, 2 to 3 for shared words, below 1 for similar letters, 0 for nothing alike."""
    if len(key) > 3 and (name.startswith(key) or key.startswith(name + " ")):
        return 3
    other = set(name.split()) - _EMPTY
    if shared := {word for word in words & other if len(word) > 2}:
        return 2 + len(shared) / len(words | other)
    matcher = SequenceMatcher(None, key, name)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0
    ratio = matcher.ratio()
    return ratio if ratio >= _ALIKE else 0


@cache
def names_of_countries() -> frozenset[str]:
    """What countries are called in the lists, and in the first languages of CLDR: their keys."""
    lists = (_reviewed().same, _official(), _shortened(), cldr_names(_FIRST_LANGUAGES))
    return frozenset(
        key for known in lists for key, meant in known.items() if all(place.kind == "country" for place in meant)
    )
