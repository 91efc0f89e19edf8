"""Optional cells of action records: each is read where it can be, and never costs its record.

Every reader takes the text of a cell and gives what it holds, and whether all of it could be read.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

from localsdg.common.public_text import without_user
from localsdg.registry.local_governments import normal
from localsdg.registry.places import country_iso3
from localsdg.registry.sdg_codes import Declared, parse_declared
from localsdg.sources.records.contract import ACTION_KINDS, ACTIONS

#: The day that programs write for none: the first of their calendar, in some time zones the day before.
_EPOCH = re.compile(
    r"\b(?:1970[-/.]0?1[-/.]0?1|0?1[-/. ]0?1[-/. ]1970|0?1\.? jan(?:uary)?,? 1970|jan(?:uary)? 0?1,? 1970"
    r"|1969[-/.]12[-/.]31|31[-/. ]12[-/. ]1969|31 dec(?:ember)?,? 1969|dec(?:ember)? 31,? 1969)\b"
)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_NO_WHOLE_YEAR = re.compile(r"\d{4}[.,][1-9]")
_NEGATIVE = re.compile(r"[-\N{MINUS SIGN}\N{EN DASH}]\d+(?:[.,]\d+)?")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{2})(\d{2})\s*[/–-]\s*(\d{2})(?!\d|[-/.]\d)")
_NO_YEAR = 1970
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*")
_URL_BREAK = re.compile(r"\s*[|;]?\s+(?=https?://)|[|;](?=https?://)")
# people write addresses as they see them in a browser: a host name alone is one
_BARE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?]\S*)?", re.IGNORECASE)
#: Languages in which the names of languages are read.
_NAMED_IN = ("en", "es", "fr", "de", "pt", "it", "ca", "nl", "ru")
#: `Tanzania, United Republic of` is one name.
_INVERTED = re.compile(r"^[^,]+,[^,]*\bof(?: the)?$")
#: Names that CLDR does not have in this form.
_ALSO = {
    "slovene": "sl",
    "bokmal": "nb",
    "nynorsk": "nn",
    "mandarin": "zh",
    "farsi": "fa",
    "castilian": "es",
    "castellano": "es",
    "flemish": "nl",
    "moldovan": "ro",
}


@lru_cache(maxsize=20_000)
def years_of(text: str) -> tuple[tuple[int, ...], bool]:
    """The years that a cell names, in order, and whether all that look like years are some.

    `2012-2015`, `2012/13`, `2023-06-01`, `06 May 2022 (start date)`. 0000 and 1970 are no
    years: programs write them where they know none.
    """
    low = text.lower().strip()
    if _NO_WHOLE_YEAR.fullmatch(low) or _NEGATIVE.fullmatch(low):
        return (), False
    found, good = [], not _EPOCH.search(low)
    low = _EPOCH.sub(" ", low)
    low = _SHORT_YEAR.sub(
        lambda hit: f"{hit[1]}{hit[2]} {hit[1]}{hit[3]}" if hit[3] > hit[2] and hit[3] > "12" else hit[0], low
    )
    for hit in _YEAR.finditer(low):
        year = int(hit[1])
        if ACTIONS.first_year <= year <= (ACTIONS.last_year or year) and year != _NO_YEAR:
            found.append(year)
        else:
            good = False
    return tuple(found), good and (bool(found) or not re.search(r"\w", _PERIOD_WORDS.sub("", low)))


_PERIOD_WORDS = re.compile(
    r"time-?frame|ongoing|on-going|on going|present|today|continuous|n\.?/?a\.?|start date|date of completion|[\W_]+"
)


@lru_cache(maxsize=10_000)
def language_of(text: str) -> tuple[str, bool]:
    """ISO 639 codes of a cell, by code or by name (`ENGLISH`, `español`), joined by blanks."""
    parts = [part for part in re.split(r"[\s,;|/]+", text.lower()) if part]
    if parts and all(_LANGUAGE.fullmatch(part) and _is_code(part) for part in parts):
        return " ".join(dict.fromkeys(_two_letters(part.replace("_", "-")) for part in parts)), True
    codes, good = [], True
    for name in re.split(r"\s*[,;|/]\s*|\s+and\s+", " ".join(text.split())):
        code = _languages().get(normal(name))
        codes += [code] if code else []
        good = good and code is not None
    return " ".join(dict.fromkeys(codes)), good


def _is_code(part: str) -> bool:
    """Three letters may be a word (`UND`, `any`): only those that ISO 639 has are codes."""
    code = re.split("[-_]", part)[0]
    return len(code) == 2 or code in _codes()


@cache
def _codes() -> frozenset[str]:
    from babel import Locale
    from babel.core import get_global

    return frozenset(Locale("en").languages) | frozenset(get_global("language_aliases"))


def _two_letters(code: str) -> str:
    """`eng` -> `en`; the code as it is where ISO 639-1 has none."""
    if len(code) < 3 or code[2] == "-":
        return code
    from babel.core import get_global

    return str(get_global("language_aliases").get(code, code)).lower().replace("_", "-")


@cache
def _languages() -> dict[str, str]:
    """Names of languages, in the more frequent languages and in each one's own, lower case -> code."""
    from babel import Locale

    names = dict(_ALSO)
    for language in _NAMED_IN:
        for code, name in Locale(language).languages.items():
            names.setdefault(normal(name), code.lower().replace("_", "-"))
    return names


@lru_cache(maxsize=2_000)
def kind_of(text: str) -> tuple[str, bool]:
    """A kind of action; `other` for one that the contract does not have."""
    low = " ".join(text.lower().replace("_", " ").split())
    for candidate in (low, low.removesuffix("s"), low.removesuffix("ies") + "y", low.replace("program", "programme")):
        if candidate in ACTION_KINDS:
            return candidate, True
    return "other", False


@lru_cache(maxsize=50_000)
def countries_of(text: str) -> tuple[tuple[str, ...], bool]:
    """ISO codes of the countries that a cell names, in order.

    `Kenya; Tanzania` and `Austria,Belgium` are several; of an address (`Napa, California,
    United States`) the last part is the country.
    """
    parts = [part.strip() for part in re.split(r"\s*[;|\n]\s*", text) if part.strip()]
    if len(parts) > 1:
        read = [countries_of(part) for part in parts]
        return tuple(dict.fromkeys(code for codes, _ in read for code in codes)), all(good for _, good in read)
    if _INVERTED.search(text) and (whole := country_iso3(text)):
        return (whole,), True
    # the parts first: a name that no list has is sought in all languages, which takes a second
    pieces = [codes for piece in re.split(r",|\s+/\s+", text) if (codes := _in_piece(piece.strip(" ."))) is not None]
    if pieces and all(pieces):
        return tuple(dict.fromkeys(code for codes in pieces for code in codes)), True
    if whole := country_iso3(text):
        return (whole,), True
    if pieces and pieces[-1]:
        return pieces[-1], True
    return tuple(dict.fromkeys(code for codes in pieces for code in codes)), False


def _in_piece(text: str) -> tuple[str, ...] | None:
    """Codes of a country, or of two with `and` between them; none of any other text, None of a blank."""
    if not text:
        return None
    found = [country_iso3(text)]
    if found == [None]:
        found = [country_iso3(part) for part in re.split(r"\s+(?:and|&|y|et|e|und)\s+", text)]
    return tuple(code for code in found if code) if all(found) else ()


def split_urls(text: str) -> list[str]:
    """Addresses of a cell: separated by blanks, `|` or `;`.

    Blanks in an address become `%20`, and a bare host (`www.example.org`) gets `http://`;
    `user:password@` is taken out.
    """
    parts = (without_user(part.strip()) for part in _URL_BREAK.split(text.strip()))
    addresses = [part.replace(" ", "%20") for part in parts if part]
    return ["http://" + part if _BARE.fullmatch(part) else part for part in addresses]


def is_url(address: str) -> bool:
    """Whether a text is the address of a web page."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        return False


@lru_cache(maxsize=100_000)
def urls_of(text: str) -> tuple[tuple[str, ...], bool]:
    """The web addresses of a cell."""
    addresses = split_urls(text.replace("&amp;", "&"))
    good = [address for address in addresses if is_url(address)]
    return tuple(good), len(good) == len(addresses)


@lru_cache(maxsize=50_000)
def sdgs_of(text: str) -> tuple[tuple[Declared, ...], bool]:
    """Elements of the 2030 Agenda that a cell declares."""
    elements, faults = parse_declared(text)
    return tuple(elements), bool(elements) and not faults
