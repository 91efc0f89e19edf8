"""Signs of invented content in an indicator's titles and numbers, which the platform's starter does not explain.

A title of a test (`prueba`, `1-1-title`) says it itself. One that was never filled in (`Indicator
name`) says nothing of the numbers, and real ones are under such titles (two files of Bristol):
it speaks against a file together with numbers that nobody measured. Real series count from 1 to 6
too (Ingolstadt's fair-trade certificates), so that numbers alone never decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from localsdg.registry.local_governments import normal
from localsdg.registry.local_words import listed_words
from localsdg.staging.local.data_file import DataFile
from localsdg.staging.local.describe import Description

TEST, UNFILLED = "test", "unfilled"
#: `1-1-title`: a number that looks like a code, and the word.
_CODE_TITLE = re.compile(r"(\d{1,2}(?:[-.][0-9a-z]{1,2}){1,3})[-. ](\w+)")
_TYPED = re.compile(r"(?:123(?:4(?:5(?:6(?:7(?:89?)?)?)?)?)?|(\d)\1{2,})(?:\.0*)?")
_PLAIN_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?")
_LEAST = 4
#: Values that real series have for every group and year: none, all, and yes.
_EVERYWHERE = {0.0, 1.0, 100.0}


@dataclass(frozen=True)
class Signs:
    """What speaks for invention; `is_test` and `is_dummy` say that it is enough to leave the file out."""

    text: str | None = None
    is_test: bool = False
    is_dummy: bool = False


NO_SIGNS = Signs()


def signs_of(file: DataFile, description: Description, *, are_titles_lost: bool = False) -> Signs:
    """The signs of a file; `are_titles_lost` where most titles of the publisher are `<id>-title`: keys, no tests."""
    stated = description.stated
    titles = [*dict.fromkeys([*stated.titles.values(), *stated.own_titles])]
    kinds = [title_kind(title, description.indicator_id, are_titles_lost=are_titles_lost) for title in titles]
    odd = [(title, kind) for title, kind in zip(titles, kinds, strict=True) if kind]
    named = f"the title {odd[0][0][:60]!r} is {_WORDS[odd[0][1]]}" if odd else None
    if TEST in kinds and all(kinds):
        return Signs(named, is_test=True)
    numbers = dummy_numbers(file)
    has_own_title = any(not kind for kind in kinds) and not stated.has_template_title
    if numbers and (odd or not has_own_title):
        return Signs(f"{numbers}; {named or 'the site has no title of its own'}", is_dummy=True)
    if odd and _are_single_digits(file):
        return Signs(f"single digits alone; {named}", is_dummy=True)
    return Signs("; ".join(filter(None, (numbers, named))) or None)


_WORDS = {TEST: "one of a test", UNFILLED: "one that was not filled in"}


@lru_cache(maxsize=20_000)
def title_kind(title: str, indicator_id: str = "", *, are_titles_lost: bool = False) -> str | None:
    """`test`, `unfilled`, or None for a title that names something.

    A title counts only where each of its words is a word of a test, of an empty form, or one that joins them.
    """
    key = normal(re.sub("['’]", " ", title))
    if code := _CODE_TITLE.fullmatch(key):
        own = code[1].replace(".", "-") == indicator_id.casefold()
        is_key = own and (are_titles_lost or indicator_id.count("-") >= 2)
        if code[2] in _words("unfilled title"):
            return UNFILLED if is_key else TEST
    if key.startswith("lorem ipsum"):
        return TEST
    kinds = {kind for word in _split(key) for kind in _kinds(word)}
    if None in kinds:
        return None
    return TEST if "test title" in kinds else UNFILLED if "unfilled title" in kinds else None


def are_most_titles_lost(descriptions: Iterable[Description]) -> bool:
    """Whether most indicators of a publisher are called `<their id>-title`: its translations were lost."""
    titled = [(one.indicator_id.casefold(), normal(one.title)) for one in descriptions if one.title]
    lost = [title for own, title in titled if title.replace(".", "-").startswith(f"{own}-") and " " not in title]
    return len(lost) * 2 > len(titled)


def dummy_numbers(file: DataFile) -> str | None:
    """What shows that the numbers were typed and not measured: a count from its own step, typed runs, one for all."""
    year, value = file.column("year"), file.column("value")
    if year is None or value is None:
        return None
    cells = [(when.strip(), text.strip()) for when, text in zip(file.columns[year], file.columns[value], strict=True)]
    cells = [(when, text) for when, text in cells if text]
    stated = {text: _number(text) for text in {text for _, text in cells}}
    known = {text: number for text, number in stated.items() if number is not None}
    if len(known) < len(stated) or len(cells) < 2:
        return None
    numbers = [known[text] for _, text in cells]
    if all(map(_TYPED.fullmatch, known)):
        return "each value is a row of digits as they are on a keyboard"
    years = [when for when, _ in cells]
    if len(set(years)) == len(years) >= _LEAST and all(map(str.isdecimal, years)):
        in_order = [number for _, number in sorted(zip(map(int, years), numbers, strict=True))]
        one_by_one = int(max(years, key=int)) - int(min(years, key=int)) == len(years) - 1
        if one_by_one and in_order[0] and all(number == in_order[0] * n for n, number in enumerate(in_order, 1)):
            return f"the values count from {in_order[0]:g} in steps of {in_order[0]:g}, year by year"
    n_years = len(set(years))
    if n_years >= 2 and len(numbers) >= 3 * n_years and set(numbers) not in [{one} for one in _EVERYWHERE]:
        if len(set(numbers)) == 1:
            return f"each group has the value {numbers[0]:g} in each year"
    return None


def _are_single_digits(file: DataFile) -> bool:
    value = file.column("value")
    cells = [cell.strip() for cell in file.columns[value] if cell.strip()] if value else []
    return len(cells) >= _LEAST and all(re.fullmatch(r"\d", cell) for cell in cells)


def _number(text: str) -> float | None:
    return float(text) if _PLAIN_NUMBER.fullmatch(text) else None


def _split(key: str) -> list[str]:
    """The words of a title without codes and numbers (`1.1.1 prueba 2`); the vowel signs of Hindi and Thai stay."""
    without_codes = re.sub(r"\b\d[\w.-]*", " ", key)
    return re.sub(r"[\s.,;:!?¿¡()\[\]{}<>\"«»„“”*#&+=|/_–—-]+", " ", without_codes).split()


@cache
def _words(use: str) -> frozenset[str]:
    return frozenset(map(normal, listed_words(use)))


@cache
def _glued() -> re.Pattern[str]:
    """The listed words of scripts that are written without spaces, the longest first."""
    words = [word for use in _USES for word in _words(use) if not word.isascii()]
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


_USES = ("test title", "unfilled title", "title filler")


def _kinds(word: str) -> set[str | None]:
    """The uses that a word is listed for; None in it for a word, or a part of one, of no list."""
    if re.fullmatch(r"x{3,}|z{3,}|a{3,}", word):
        return {"test title"}
    if known := next((use for use in _USES if word in _words(use)), None):
        return {known}
    if word.isascii():
        return {None}
    parts = _glued().findall(word)
    rest = _glued().sub("", word)
    return {*(next(use for use in _USES if part in _words(use)) for part in parts), *([None] if rest else [])}
