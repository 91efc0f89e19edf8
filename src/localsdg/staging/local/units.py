"""Units of local values: in a column, in the metadata, in the title, or nowhere.

A text becomes the UN's code of its unit where the vocabulary has it (`registry/unit_words.csv`):
whole (`Prozent`), by its parts (`Rate per 100,000 population`, `million euros`, `kg per capita`), or
by its words for a count (`Number of deaths`). Any other unit stays as the publisher writes it; none
is NOT STATED. A magnitude is part of the unit (`NUM_TH`, `EUR_M`): the value is not multiplied by it.
"""

from __future__ import annotations

import re
from functools import cache

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import listed_words, word_set
from localsdg.registry.unit_words import unit_codes, unit_key, unit_parts
from localsdg.staging.local.multiplier import power_of

NOT_STATED = "NOT STATED"
PERCENT = "PERCENT"
NUMBER = "NUMBER"
#: Header cells of a unit column, in the order of preference.
UNIT_COLUMNS = listed_words("unit column")
#: End of a code -> the power of ten that it states.
_MAGNITUDES = {"TH": 3, "M": 6, "B": 9}
#: Units that are no measure: of them there is no rate `U per capita`, and their words do not hinder one.
_NO_MEASURE = {NUMBER, PERCENT, "RATIO", "INDEX", "SCORE", "BOOL", "PC_PNT"}
_TRANSLATION_KEY = re.compile(r"\w+(?:\.\w+)*\.(\w+)")
_OF = re.compile(r"^(of|de|d'|di|en|in) ?")


def _any_of(use: str) -> str:
    return "|".join(map(re.escape, listed_words(use)))


def _any_part(use: str) -> str:
    return "|".join(map(re.escape, unit_parts(use)))


@cache
def _percent_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Per cent as a unit; what makes another unit of it (points, a difference); per cent in a title."""
    return (
        re.compile(rf"(units[.]|unidad medida[.])?({_any_of('percent code')})|.*({_any_of('percent')}).*"),
        re.compile(_any_of("not percent")),
        re.compile(rf"\b({_any_of('percent in a title')})\b|\(%\)|^% |(?<!\d)(?<!\d )%$"),
    )


@cache
def unit_of(text: str) -> str | None:
    """One unit: its code, else the text itself; None where the text states none."""
    named = comparable(text)
    key = unit_key(text)
    if not key or named in word_set("no unit"):
        return None
    last_part = found[1] if (found := _TRANSLATION_KEY.fullmatch(text.strip())) else None
    if code := unit_codes().get(key):
        return code
    percent, other, _ = _percent_patterns()
    if percent.fullmatch(named) and not other.search(named):
        return PERCENT
    if last_part:
        return unit_of(last_part) if unit_key(last_part) else None
    return _composed(key) or " ".join(text.split())


def file_unit(metadata_unit: str, title: str) -> tuple[str, str]:
    """Unit of a file without a unit column, and what states it: metadata, title or none."""
    if unit := unit_of(metadata_unit):
        return unit, "metadata"
    if _percent_patterns()[2].search(comparable(title)):
        return PERCENT, "title"
    return NOT_STATED, "none"


def is_known_unit(unit: str) -> bool:
    """Whether a unit is a code of the vocabulary, or composed of its codes."""
    return unit in _codes() or bool(_CODE.fullmatch(unit))


@cache
def states_unit(text: str) -> bool:
    """Whether a text is the name of a measure and of nothing else, in a column whose heading says nothing.

    A count is none: `Women` are counted, and are a group. Nor are one capital or two, which are codes
    of other lists (`T` is a total, `PT` Portugal), and a subject with its unit (`Expenditures (million $)`,
    `Homicides per 100,000`).
    """
    key = unit_key(text)
    if not key or re.fullmatch(r"[A-Z]{1,2}", text.strip()) or key.isdecimal():
        return False
    begins_with_per = any(key.startswith(f"{word} ") for word in _before_numbers()) or key[0] in "/1"
    code = unit_codes().get(key) or _magnitude(key) or (begins_with_per and _rate(key)) or _ratio(key) or None
    return code is not None and (code == PERCENT or code not in _NO_MEASURE)


def unit_power(unit: str) -> int:
    """The power of ten that a code states: 3 for NUM_TH, 6 for EUR_M, 0 for NUMBER."""
    if not is_known_unit(unit) or "_PER_" in unit:
        return 0
    return next((power for end, power in _MAGNITUDES.items() if unit.endswith(f"_{end}")), 0)


@cache
def _codes() -> frozenset[str]:
    return frozenset(unit_codes().values())


#: A code that is composed here, and no text of a publisher.
_CODE = re.compile(
    r"PER_10+(_POP|_LIVE_BIRTHS|_EMP)?|[A-Z0-9]+(_TH|_M|_B)|[A-Z0-9_]+_PER_(CAPITA(_PER_DAY)?|[A-Z][A-Z0-9]*)"
)


def _composed(key: str) -> str | None:
    """The code of a text that is made of parts, or None."""
    return _magnitude(key) or _rate(key) or _ratio(key) or _count(key) or _scale(key) or _within(key)


def _magnitude(key: str) -> str | None:
    """`million euros`, `milers d'euros`, `£ billion`, `persons (thousands)` -> unit and magnitude."""
    words = re.sub(r"([€$£])(?=\w)", r"\1 ", key.replace("(", " ").replace(")", " ")).split()
    for cut in range(1, len(words)):
        first, rest = " ".join(words[:cut]), " ".join(words[cut:])
        for number, unit in ((first, rest), (rest, first)):
            code = unit_codes().get(_OF.sub("", unit)) or unit_codes().get(unit)
            # digits alone are no magnitude: 3 persons
            if code and not number.isdecimal() and (power := power_of(number)) in _MAGNITUDES.values():
                return _with_magnitude(code, power)
    return None


def _with_magnitude(code: str, power: int | None) -> str | None:
    ending = next((end for end, stated in _MAGNITUDES.items() if stated == power), None)
    if ending is None or unit_power(code) or code in _NO_MEASURE - {NUMBER} or "PER_" in code:
        return None
    return f"{'NUM' if code == NUMBER else code}_{ending}"


@cache
def _rate_pattern() -> re.Pattern[str]:
    per = "|".join(map(re.escape, _before_numbers()))
    return re.compile(rf"(?P<before>.*?)\(?(?:(?<!\w)(?:{per})|/) ?(?P<n>100(?:0{{1,4}})?)(?!\d)(?P<base>.*)")


def _rate(key: str) -> str | None:
    """`Rate per 100,000 population` -> PER_100000_POP; a rate that states no base is PER_100000."""
    million = rf"((?:^| )(?:{'|'.join(map(re.escape, _before_numbers()))})) (?:{_any_part('million')})(?!\w)"
    key = re.sub(r"(?<!\w)(10{0,2}) ([^\W\d]+)(?!\w)[.]?", _in_digits, key)
    found = _rate_pattern().fullmatch(re.sub(million, r"\1 1000000", key))
    if not found or not _counts_something(found["before"]):
        return None
    base = _OF.sub("", re.sub(r"\(.*\)|[()]", "", found["base"]).strip(" -"))
    if not base:
        return PERCENT if found["n"] == "100" else f"PER_{found['n']}"
    for use, ending in (("live birth", "LIVE_BIRTHS"), ("employee", "EMP"), ("person", "POP")):
        if re.match(rf"(?:{_any_part(use)})(?![\w*:])", base):
            return f"PER_{found['n']}_{ending}"
    return None


def _in_digits(found: re.Match[str]) -> str:
    """`100 tys` as 100000, and `1 million` as 1000000; any other word as it is."""
    power = power_of(found[2])
    return found[1] + "0" * power if power in (3, 6) else found[0]


def _counts_something(before: str) -> bool:
    """Whether what is before `per 1,000` is nothing, a rate or things counted, and no measure such as tonnes."""
    words = re.findall(r"[^\s()/,-]+", before)
    if any(unit_codes().get(word, NUMBER) not in _NO_MEASURE for word in words):
        return False
    return not words or any(re.search(rf"(?:^|\s)(?:{_any_part('rate')})(?:$|\s)", word) for word in words)


def _ratio(key: str) -> str | None:
    """`euros per inhabitant`, `m2/capita`, `grams per euro` -> one unit per another."""
    is_daily = bool(found := re.search(rf",? ?(?:{_any_part('day')})$", key))
    rest = key[: found.start()] if found else key
    for sign in re.finditer(rf" (?:{'|'.join(map(re.escape, _before_numbers()))}) | ?/ ?", rest):
        upper = unit_codes().get(rest[: sign.start()])
        lower_text = re.sub(r"\(.*\)", "", rest[sign.end() :]).strip()
        if not upper or upper in _NO_MEASURE or "_PER_" in upper:
            continue
        if lower_text in unit_parts("person"):
            return f"{upper}_PER_CAPITA" + ("_PER_DAY" if is_daily else "")
        lower = unit_codes().get(lower_text)
        if lower and lower not in _NO_MEASURE and re.fullmatch(r"[A-Z][A-Z0-9]*", lower) and not is_daily:
            return f"{upper}_PER_{lower}"
    return None


def _worded(use: str) -> list[str]:
    return [word for word in unit_parts(use) if word.isalpha() or " " in word]


def _before_numbers() -> list[str]:
    """Words for per, also those with other meanings (`na`, `la`): a number or a unit beside them decides."""
    return [*_worded("per"), *_worded("per a number")]


def _count(key: str) -> str | None:
    """`Number of deaths`, `Anzahl der Haushalte` -> NUMBER; of days and hours the measure of time."""
    found = re.fullmatch(rf"(?:{_any_part('count before')}) ?(?<![a-z0-9])(?P<what>.+)", key)
    if not found:
        return None
    what = found["what"]
    times = {"YEARS", "MONTHS", "DAYS", "HOURS", "MINUTES"}
    if (first := unit_codes().get(what.split()[0])) in times:
        return first
    is_other = re.search(rf"\b(?:{'|'.join(map(re.escape, _worded('per')))})\b|/|%|\d{{3}}", what)
    has_magnitude = any(power_of(word) not in (0, None) for word in what.split() if not word.isdecimal())
    return None if is_other or has_magnitude else NUMBER


def _scale(key: str) -> str | None:
    """`Index (0-100)` -> INDEX; `0-10 scale`, `Escala 1-10` -> SCORE."""
    if found := re.fullmatch(r"(.+?) ?\(\d+(?:[.]\d+)? ?(?:-|to|a|bis) ?\d+\)", key):
        code = unit_codes().get(found[1])
        return code if code in _NO_MEASURE else None
    scale = r"scale|rating|score|escala|skala|echelle"
    return "SCORE" if re.fullmatch(rf"\d+ ?- ?\d+ (?:{scale})|(?:{scale}) \d+ ?- ?\d+", key) else None


def _within(key: str) -> str | None:
    """A subject with its unit in brackets or behind `in`: `Expenditures (million $)`, `Fläche in m²`."""
    found = re.fullmatch(r"(?P<what>[^()]+) ?\((?P<unit>[^()]+)\)|(?P<head>.+) in (?P<tail>.+)", key)
    if not found:
        return None
    what, unit = (found["what"] or found["head"]).strip(), found["unit"] or found["tail"]
    words = set(re.findall(r"[a-z]+", what))
    # tonnes (kg): two units; use per capita (gallons): the unit of another quantity
    if unit_codes().get(what) or words & set(_worded("per")):
        return None
    return unit_codes().get(unit) or _magnitude(unit) or _rate(unit)
