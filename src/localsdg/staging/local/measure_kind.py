"""What kind of quantity a unit or a title states: share, rate, index, count, or an amount of something.

A site that counts under a code whose indicator is a share publishes another measure
of the subject. A unit that is not understood contradicts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from localsdg.staging.local.title_words import fold
from localsdg.staging.local.units import NOT_STATED, NUMBER, PERCENT, unit_of

_KINDS = {
    "share": r"%|\bper ?cent|percent|porcent|percentat|prozent|pourcent|\bshare\b|proportion|proporc|\bper 100\b|"
    r"\bpor 100\b|^pt$|anteil",
    "rate": r"\b(per|por|pro|je|pour|par) (cada )?\d|/ ?\d|\brate|\btasa|\btaxa|\btaux|quote\b|"
    r"\bper (capita|inhabitant|person|year|hour|head)|/ ?(hab|inhab|cap|person)|\bper [a-z]|tanto? per|tanto por|"
    r"\bpor (euro|unidad|habitante|persona)",
    "index": r"\bindex|\bindice|\bratio|\brati\b|\bscale|\bescala|\brating|\brange|\brango|\blogic|coefficient",
    "count": r"^number|\bnumber\b|\bcount\b|^total\b|\bcases?\b|\bpeople\b|\bpersons?\b|\bpersonas\b|\bpersones\b|"
    r"\bdeaths\b|\binjuries\b|\bhomicides\b|anzahl|\bnumero\b|\bnombre\b|einwohner|\bindividuals\b|\baturats\b|"
    r"\bparados\b|\bhouseholds\b|\bllars\b|\bhogares\b|\bjobs\b|\bpassengers\b|\bpassatgers\b",
    "money": r"\beuros?\b|\beur\b|\bdollars?\b|\busd\b|\bgbp\b|\brands?\b|[$£€]|\bpesos\b",
    "amount": r"\btonnes?\b|\btons?\b|\btonelad|\btonel|\bkg\b|kilogram|\blitres?\b|\bliters?\b|\bgallons?\b|\bm3\b|"
    r"\bhm3\b|\bminut|\bhours?\b|\bdays?\b|\b[mg]?wh\b|\bkwh\b|\bpounds\b|\bkm2?\b|\bm2\b|\bha\b|"
    r"hectare|hectarea|\bacres?\b|\bsquare (met|kilomet)",
}
#: Kinds of whole codes; the others are read by their words.
_OF_CODE = {PERCENT: "share", NUMBER: "count"}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_COUNTING_TITLE = re.compile(
    r"(the )?(total )?(annual )?(number|count) of|(numero|nombre)( total| anual)? d|anzahl|nombre total|total number"
)
_SHARE = re.compile(r"\b(proportion|percentage|share|prevalence|coverage|degree|in relation to)\b")
_RATE = re.compile(r"\b(rates?|ratio|incidence|density|intensity|per capita|efficiency)\b|\bper (?!year\b)[\d(a-z]")
_PER_NUMBER = re.compile(r"\bper (\d|one|million|hundred|thousand)|\b(mortality|death|birth) rate|\bincidence\b")
_SHARE_TITLE = re.compile(
    r"(the )?(proportion|fraction|percent|percentage|share|porcentaje|proporcion|percentatge|proporcio|anteil)\b"
)
_COUNT = re.compile(r"\(?a?\)?\s*(total )?(number|amount|volume)\b|total\b|.*\band number\b")


def kinds_of_units(units: Iterable[str]) -> frozenset[str]:
    """The kinds that any of the units states; empty where none is stated or understood."""
    found: set[str] = set()
    for unit in units:
        if not unit or unit == NOT_STATED:
            continue
        code = unit_of(unit) or unit
        if code in _OF_CODE:
            found.add(_OF_CODE[code])
            continue
        text = fold(f"{unit} {code}").replace("_", " ")  # as in PER_100000_POP
        kinds = [kind for kind, pattern in _PATTERNS.items() if pattern.search(text)]
        # a rate is often written as what is counted, per something
        found.update(kinds if not {"share", "rate"} & set(kinds) else {"share", "rate"} & set(kinds))
    return frozenset(found)


def unit_fault(official: str, units: Iterable[str], titles: Collection[str]) -> str | None:
    """Why units cannot be those of an official title (in English); None where they fit or are not stated.

    Where no unit is stated, a title that counts (`Number of …`) states the kind.
    """
    units = [unit for unit in units if unit and unit != NOT_STATED]
    kinds, named = kinds_of_units(units), f"the unit {units[0][:40]}" if units else "the title, which counts,"
    if not units and _all_begin(titles, _COUNTING_TITLE):
        kinds = frozenset({"count"})
    title = fold(official)
    is_share, is_rate, is_count = bool(_SHARE.search(title)), bool(_RATE.search(title)), bool(_COUNT.match(title))
    if not kinds or not title:
        return None
    if is_count and not is_rate and not is_share and kinds <= {"share"}:
        return "a share where the official indicator counts"
    if title.startswith("total") and not is_rate and not is_share and kinds <= {"rate", "share"}:
        return f"{named} is no total"
    if is_share and not (is_count and not title.startswith(("number", "total"))):
        if kinds <= {"count", "money", "amount"} and not is_rate:
            return f"{named} is no share"
    if _PER_NUMBER.search(title) and not is_share and kinds <= {"share"} and _all_begin(titles, _SHARE_TITLE):
        return "a share where the official indicator is per number of people"
    if is_rate and not title.startswith("proportion and") and kinds <= {"count"}:
        return f"{named} is no rate"
    if "growth" in title and kinds <= {"money", "count"}:
        return f"{named} is no rate of growth"
    return None


def is_unit_of(official: str, units: Iterable[str]) -> bool:
    """Whether a stated unit is of the kind that an official title (in English) names.

    Stricter than `unit_fault`, which lets pass what nobody states or understands: without a
    title that can be compared, the unit is all that shows the measure.
    """
    title = fold(official)
    if _SHARE.search(title):
        kinds = {"share"}
    elif _PER_NUMBER.search(title):
        kinds = {"rate"}
    elif _RATE.search(title):
        kinds = {"rate", "share"}
    elif _COUNT.match(title):
        kinds = {"count", "amount", "money"}
    else:
        kinds = {"index"} if "index" in title else set()
    return bool(kinds & kinds_of_units(units))


def _all_begin(titles: Collection[str], beginning: re.Pattern[str]) -> bool:
    return bool(titles) and all(beginning.match(fold(title)) for title in titles)
