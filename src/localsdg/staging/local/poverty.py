"""What a local poverty number means: the line below which people are poor, and who is counted.

Texts state it, in this order: the cells of the row (its series), its unit, the title,
a translation of the title, the metadata. `facts_of` reads one indicator's texts or one
row's, `meaning_of` joins both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import poverty_patterns
from localsdg.registry.place_names import nation_names
from localsdg.staging.local.reference_area import Home

#: Targets that a poverty number is under.
POVERTY_TARGETS = ("1.1", "1.2")
NOT_STATED = "not stated"
SERIES, UNIT, TITLE, TRANSLATION, METADATA = "series", "unit", "title", "translation", "metadata"
#: The framework's title that a publisher shows as its own, and one that it only left in the template. Both
#: are published as `title`.
FRAMEWORK, TEMPLATE = "framework title", "template"
#: The template states the line where all else is silent. It comes before the metadata for the
#: population: many keep the UN's long text, which names households and workers in passing.
_LINE_ORDER = (SERIES, UNIT, TITLE, TRANSLATION, FRAMEWORK, METADATA, TEMPLATE)
_POPULATION_ORDER = (SERIES, UNIT, TITLE, TRANSLATION, FRAMEWORK, TEMPLATE, METADATA)
LINE_PARTS = ("measure", "line", "income")
#: Measures that have a line of income in them; the others replace it.
_AROPE = "at risk of poverty or social exclusion"
_WITH_LINE = (_AROPE, "severe", "extreme")
#: Lines of which one text names several when it lists them: then it states none of the three.
_LISTED = ("food", "lower", "upper")
#: Names of so many letters are in other words too.
_SHORT = 3

#: Part of a meaning -> its value and what states it.
Facts = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Meaning:
    """Line and population of a poverty number, each with what states it; `not stated` where nothing does."""

    threshold: str = NOT_STATED
    threshold_basis: str = NOT_STATED
    population: str = NOT_STATED
    population_basis: str = NOT_STATED


def is_poverty_number(indicator_id: str) -> bool:
    """Whether an indicator is under a poverty target, by its id (`1-2-1-a`)."""
    return ".".join(indicator_id.split("-")[:2]) in POVERTY_TARGETS


def is_line_column(header: str) -> bool:
    """Whether the cells of a column name poverty lines."""
    return any(pattern.search(comparable(header)) for _, pattern in poverty_patterns("line column"))


def is_framework_title(title: str) -> bool:
    """Whether a title is the framework's own of a poverty indicator, in any language of the sites."""
    return any(pattern.match(comparable(title)) for _, pattern in poverty_patterns("framework title"))


def facts_of(texts: Iterable[tuple[str, str]], home: Home) -> Facts:
    """What (basis, text) pairs state, each part by the first text in the order above that states it."""
    stated = [(basis, parts_of_text(text, home)) for basis, text in texts]
    found: dict[str, tuple[str, str]] = {}
    for basis, parts in sorted(stated, key=lambda pair: _LINE_ORDER.index(pair[0])):
        for part in _new_parts(found, parts):
            found.setdefault(part, (parts[part], basis))
    for basis, parts in sorted(stated, key=lambda pair: _POPULATION_ORDER.index(pair[0])):
        if "population" in parts:
            found.setdefault("population", (parts["population"], basis))
    return found


def _new_parts(found: Facts, parts: Mapping[str, str]) -> list[str]:
    """The parts of a line that a text adds to what texts before it state: a line, or a measure in its place."""
    measure = found["measure"][0] if "measure" in found else parts.get("measure")
    replaces_line = measure is not None and measure not in _WITH_LINE
    left_out = "measure" if replaces_line and "line" in found else "line" if replaces_line else None
    return [part for part in LINE_PARTS if part in parts and part != left_out]


@lru_cache(maxsize=4096)
def parts_of_text(text: str, home: Home) -> Mapping[str, str]:
    """The parts of a meaning that one text states."""
    key = comparable(text)
    if not key:
        return {}
    measure = _first("measure", key)
    incomes = {value for value, pattern in poverty_patterns("income") if pattern.search(key)}
    parts = {
        "measure": measure,
        "line": _line(_without_measure(key) if measure == _AROPE else key, home),
        # a text that names two kinds of income compares them
        "income": next(iter(incomes)) if len(incomes) == 1 else None,
        "population": _first("population", key),
    }
    return {part: value for part, value in parts.items() if value}


def parts_of_cell(header: str, cell: str, home: Home) -> Mapping[str, str]:
    """The parts that a cell states; in a column of lines, a bare place or share is a line too."""
    if is_line_column(header):
        key = comparable(cell)
        if place := _line_of_place(key, home):
            return {"line": place}
        if share := re.fullmatch(r"([3-7]\d) ?(%|per ?cent)?", key):
            return {"line": f"{share[1]} % of the median"}
    return parts_of_text(cell, home)


def meaning_of(row: Facts, indicator: Facts) -> Meaning:
    """The meaning of a row: what its cells and unit state, then what the indicator's texts state."""
    facts = {**indicator, **row}
    population, population_basis = facts.get("population", (NOT_STATED, NOT_STATED))
    return Meaning(*_threshold(facts), population, _published(population_basis))


def _threshold(facts: Facts) -> tuple[str, str]:
    """Line in words and its basis: `severe, national`, `60 % of the median, after housing costs`."""
    measure, line = facts.get("measure"), facts.get("line")
    if measure and line:
        is_line_first = _LINE_ORDER.index(line[1]) < _LINE_ORDER.index(measure[1])
        if measure[0] not in _WITH_LINE:
            measure, line = (None, line) if is_line_first else (measure, None)
        elif is_line_first and measure[1] in (METADATA, TEMPLATE):
            measure = None  # a text about the line may name other measures in passing
    stated = [one for one in (measure, line) if one]
    if not stated:
        return NOT_STATED, NOT_STATED
    words = [value for value, _ in stated]
    if "income" in facts and (line or words[0] in _WITH_LINE):
        words.append(facts["income"][0])
    return ", ".join(words), _published((line or stated[0])[1])


def _published(basis: str) -> str:
    return TITLE if basis in (FRAMEWORK, TEMPLATE) else basis


def _first(fact: str, text: str) -> str | None:
    return next((value for value, pattern in poverty_patterns(fact) if pattern.search(text)), None)


def _without_measure(text: str) -> str:
    """A text without the name of the measure, which holds the words of the line in it."""
    for value, pattern in poverty_patterns("measure"):
        if value == _AROPE:
            text = pattern.sub(" ", text)
    return text


def _line(text: str, home: Home) -> str | None:
    found = [(value, match) for value, pattern in poverty_patterns("line") if (match := pattern.search(text))]
    listed = {value for value, _ in found if value in _LISTED}
    if len(listed) > 1:
        found = [(value, match) for value, match in found if value not in _LISTED]
    value = found[0][0].format(found[0][1].groupdict().get("share")) if found else None
    # `riesgo de pobreza, umbral de España`: the place says whose median
    if value is None or value.endswith("of the median"):
        return _line_near_place(text, home) or value
    return value


def _line_near_place(text: str, home: Home) -> str | None:
    """The line of a text that names a place after the word for a line."""
    for _, pattern in poverty_patterns("line column"):
        for match in pattern.finditer(text):
            near = re.split(r"[.;,]", text[match.end() :])[0][:60]
            for names, line in ((_long(nation_names(home.iso3)), "national"), (_long(home.names), _own_line(home))):
                if any(re.search(rf"\b{re.escape(name)}\b", near) for name in names):
                    return line
    return None


def _line_of_place(key: str, home: Home) -> str | None:
    if key in nation_names(home.iso3):
        return "national"
    return _own_line(home) if key in home.names else None


def _own_line(home: Home) -> str:
    return "regional" if home.is_region else "local"


def _long(names: Iterable[str]) -> Sequence[str]:
    return [name for name in names if len(name) > _SHORT]
