"""The codes of the 2030 Agenda, and links that a record declares itself, read strictly.

People write `1;11`, `SDG 1`, `[1, 11]`, `1.4`, `14.1 14.2`, `SDG11: Sustainable
Cities…`, `16 - Paz, Justicia…`, or the name of a goal alone. What names no
element of the 2030 Agenda is handed back as a fault, never guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from localsdg.common.csv_files import read_rows
from localsdg.common.digits import ascii_digits
from localsdg.registry.local_governments import normal

#: sdg_code: every goal, target and indicator of the official lists (`1`, `1.4`, `1.4.2`), in the order of the Agenda.
SDG_CODES_CSV = Path(__file__).with_name("sdg_codes.csv")
#: goal_code, language, name: short and full names of the goals, in the UN's languages and in de, pt, ca.
GOAL_NAMES_CSV = Path(__file__).with_name("goal_names.csv")

_WORDS = (
    r"(?:sdgs?|ods|odd|gds|goals?|targets?|indicators?|objetivos?|objectifs?|objectius?|metas?|cibles?|fites?"
    r"|ziele?|unterziele?|zielvorgaben?|indicador(?:e?s)?|indicateurs?|indikator(?:en)?|цур|цел[ьи]|目标|الهدف)"
)
_GAP = r"[\s_#:.\-\u2013\u00ba\u00b0]*"
_NUMBER = r"\d{1,2}(?:\.?[a-d](?:\.\d{1,2})?|(?:\.\d{1,2}){1,2})?"
_AND = r"(?:and|und|y|et|e|i|&)"
_SEPARATORS = re.compile(
    rf"(?:[\s,/\[\](){{}}\"\u00ab\u00bb\u201c\u201d\u3001\u2022*:.#]+|[-\u2013\u2014]\s+|{_AND}(?=\s))+"
)
# `1-3` may be a target, two goals or three: it is none
_RANGE = re.compile(rf"(?:{_WORDS}{_GAP})?\d[\d.]*\s*[-\u2013\u2014]\s*\d[\d.]*")
_ITEM = re.compile(rf"(?P<word>{_WORDS}{_GAP})?(?P<code>{_NUMBER})(?!\w|\.\w|\s?%)")
_WORD = re.compile(rf"{_WORDS}(?!\w)")
# a label ends where the next element begins
_NEXT = (
    rf"(?:[,/\s]+(?:{_AND}\s+)?{_WORDS}{_GAP}\d|,\s*{_NUMBER}\s*(?:$|[,:)\]\-\u2013]|\.\s)"
    rf"|\s*[(\[]\s*(?:{_WORDS}{_GAP})?\d)"
)
_LABEL = re.compile(
    rf"(?P<mark>\s*[:\-\u2013\u2014.)]\s*|\s+)(?!{_WORDS}{_GAP}\d|{_AND}\s+\d)(?P<label>[^\W\d].*?)(?={_NEXT}|[\]\"]|$)"
)
_PARTS = re.compile(r"[;|\n\r\uff1b]+")
_TOKEN = re.compile(r"[^\s,;|/\[\](){}\"]+")


@dataclass(frozen=True)
class Declared:
    """An element of the Agenda: a goal, or a target of it, or an indicator of that."""

    goal_code: str
    target_code: str | None = None
    indicator_code: str | None = None

    @property
    def code(self) -> str:
        """The most specific code."""
        return self.indicator_code or self.target_code or self.goal_code


@cache
def sdg_codes() -> frozenset[str]:
    """Codes of all goals, targets and indicators of the 2030 Agenda, letters in lower case."""
    return frozenset(row["sdg_code"] for row in read_rows(SDG_CODES_CSV))


def parse_declared(text: str) -> tuple[list[Declared], list[str]]:
    """Elements that a free text declares, in its order, and the tokens that are none, in lower case.

    `1.8` is a fault because there is no such target, and so is a range such as
    `1-3`, which people write for a target, too. An element named twice is given once.
    """
    elements, faults = _parsed(text)
    return list(elements), list(faults)


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> tuple[tuple[Declared, ...], tuple[str, ...]]:
    elements: dict[str, Declared] = {}
    faults: list[str] = []
    for part in _PARTS.split(ascii_digits(unicodedata.normalize("NFKC", text))):
        _read_part(normal(part), elements, faults)
    return tuple(elements.values()), tuple(faults)


def _read_part(text: str, elements: dict[str, Declared], faults: list[str]) -> None:
    """Read what stands between two semicolons, in its normal form."""
    at = 0
    while at < len(text):
        if gap := _SEPARATORS.match(text, at):
            at = gap.end()
        elif named := _goal_names().match(text, at):
            code = _goal_of()[_words_of(named[0])]
            elements.setdefault(code, Declared(code))
            at = named.end()
        elif (item := _ITEM.match(text, at)) and not _RANGE.match(text, at):
            at = _read_item(text, item, elements, faults)
        elif word := _WORD.match(text, at):
            at = word.end()
        else:
            token = _RANGE.match(text, at) or _TOKEN.match(text, at)
            at = token.end() if token else at + 1
            if token:
                faults.append(token[0].strip(".:#"))


def _read_item(text: str, item: re.Match[str], elements: dict[str, Declared], faults: list[str]) -> int:
    """Read one code with the label behind it; returns where the next element may begin."""
    code = _code(item["code"])
    if code not in sdg_codes():
        faults.append(item["code"])
        return item.end()
    end = item.end()
    if label := _LABEL.match(text, end):
        stated = item["word"] or "." in code or label["mark"].strip() or _begins_name(code, label["label"])
        end = label.end()
        if not stated:  # a number of something
            faults.append(text[item.start() : end])
            return end
    parts = code.split(".")
    elements.setdefault(
        code,
        Declared(parts[0], ".".join(parts[:2]) if len(parts) > 1 else None, code if len(parts) > 2 else None),
    )
    return end


def _code(text: str) -> str:
    """`01.A` -> `1.a`; `13a` -> `13.a`; `4.0` -> `4`, as programs write whole numbers."""
    dotted = re.sub(r"^(\d+)([a-d])", r"\1.\2", re.sub(r"\.0$", "", text))
    return ".".join(part.lstrip("0") or "0" for part in dotted.split("."))


def _words_of(name: str) -> tuple[str, ...]:
    """The words of a name in its normal form; those that mean `and` are left out, as some write `&`."""
    return tuple(word for word in re.findall(r"\w+", name) if not re.fullmatch(_AND, word))


def _begins_name(goal_code: str, label: str) -> bool:
    """Whether a label is the beginning of a name of the goal, or begins with one."""
    words = _words_of(label)
    return any(code == goal_code and words[: len(name)] == name[: len(words)] for name, code in _goal_of().items())


@cache
def _goal_of() -> dict[tuple[str, ...], str]:
    """Words of a goal's name -> its code."""
    return {_words_of(normal(row["name"])): row["goal_code"] for row in read_rows(GOAL_NAMES_CSV)}


@cache
def _goal_names() -> re.Pattern[str]:
    """The name of a goal alone, with or without its commas, up to the next separator."""
    gap = rf"(?:\W{{1,3}}{_AND})?\W{{1,3}}"
    names = sorted(_goal_of(), key=lambda words: len("".join(words)), reverse=True)
    patterns = "|".join(gap.join(map(re.escape, words)) for words in names)
    return re.compile(rf"(?:{patterns})(?=\W*$|\s*[,/()\[\]{{}}\"\u3001.:]|\s+[-\u2013]|\s+{_AND}\s)")
