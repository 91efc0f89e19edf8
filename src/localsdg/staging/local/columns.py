"""What each column of a data file is, by its name and by its cells.

A column that breaks the population down is never known by its name: whatever is no
series, place, measure or note is a breakdown, in any language, and a row is of the whole
where each of its breakdowns is blank or a word for the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import word_set
from localsdg.staging.local.data_file import DataFile
from localsdg.staging.local.multiplier import multiplier_columns
from localsdg.staging.local.poverty import is_line_column, is_poverty_number
from localsdg.staging.local.reference_area import Home, column_kind, names_place
from localsdg.staging.local.units import UNIT_COLUMNS, is_known_unit, states_unit, unit_of
from localsdg.staging.local.whole_labels import label_key, whole_cells

#: Columns of the status of a value, of which the first becomes `observation_status`.
_STATUS_COLUMNS = ("observation status", "obs_status", "observation_status")
#: A column of the platform's own, which is left out where every cell states nothing.
_PROGRESS = "progress"
_NO_PROGRESS = {"", "units", "0", "1"}
#: Columns of units of the platform's own.
_PLATFORM_UNITS = ("units", "unit measure")
#: Letters that cells of numbers hold: `12.1 to 13.5`, `n/a`, `1.2e5`.
_NUMBER_WORDS = re.compile(r"\b(?:to|bis|a|e|y|i|n|p|na|nd|nan|null|none)\b|(?<=\d)e(?=[\d+-])")
#: A number with decimals, or a large one; neither an age nor a year.
_AMOUNT = re.compile(r"[-+]?\d*[.,]\d+|[-+]?\d{5,}|\d{1,3}([.,' ]\d{3})+([.,]\d+)?")
#: Kinds of columns that break rows down where they tell them apart throughout the file.
_MAY_TELL_APART = ("note", "source", "amount")
#: A code of a place; those of the UK say themselves what they are.
_PLACE_CODE, _UK_CODE = re.compile(r"\w*\d\w*"), re.compile(r"[EWSN]\d{8}", re.I)
#: So many letters make a phrase that names a measure inside a longer heading.
_PHRASE, _PHRASE_OF_SIGNS = 10, 4
#: So many units are in one file at most.
_MOST_UNITS = 8


@dataclass(frozen=True)
class ColumnRoles:
    """What each column of a file is: header cells, and positions in `names` counted from 1.

    `names` are the columns other than year, value, unit, status and multiplier; those at `areas`
    hold places of the kind beside it, those at `series` name the series, those at `groups`
    break the population down, of which the cells in `wholes` at the same place mean the
    whole. The cells at `keys` tell rows apart: those of measures and notes do not.
    """

    year: str
    value: str
    unit: str | None
    status: str | None
    names: tuple[str, ...]
    areas: tuple[tuple[int, str], ...]
    series: tuple[int, ...]
    groups: tuple[int, ...]
    wholes: tuple[tuple[str, ...], ...]
    keys: tuple[int, ...]


def column_roles(file: DataFile, home: Home, titles: Iterable[str] = ()) -> ColumnRoles:
    """What each column of a file is; `titles` are those of its indicator.

    Raises `ValueError` for a file without a column of years or of values.
    """
    year, value = file.column("year"), file.column("value")
    if year is None or value is None:
        raise ValueError("no year or value column")
    units = _unit_columns(file, {year, value, *multiplier_columns(file)})
    unit = next((name for name in units if any(file.texts(name))), next(iter(units), None))
    status = file.column(*_STATUS_COLUMNS)
    aside = {year, value, unit, status, *multiplier_columns(file)}
    names = tuple(name for name in file.columns if name not in aside and not _is_idle_progress(file, name))
    cells = {name: file.texts(name) for name in names}
    kinds = _described(file, names, cells, units)
    # each line is a series of its own; the place in `Umbral=España` is whose median, not whose number
    is_poverty = is_poverty_number(file.indicator_id)
    lines = {name for name in names if is_poverty and name not in kinds and is_line_column(name)}
    kinds |= dict.fromkeys(lines, "line")
    series = lines | {name for name in names if name not in kinds and _heading(name) in word_set("series column")}
    areas = {name: kind for name in names if name not in kinds and (kind := column_kind(name, cells[name], home))}
    codes = {name for name in areas if _is_one_code(name, cells[name])}
    areas = {name: kind for name, kind in areas.items() if name not in codes}
    kinds |= dict.fromkeys(codes, "code")
    # a series that is called after a region is the region's
    areas |= {
        name: "mixed" for name in series - lines - set(areas) if any(names_place(cell, home) for cell in cells[name])
    }
    groups = [name for name in names if name not in kinds and name not in areas and name not in series]
    at = {name: position for position, name in enumerate(names, 1)}
    titles = tuple(titles)
    return ColumnRoles(
        year,
        value,
        unit,
        status,
        names,
        areas=tuple((at[name], areas[name]) for name in names if name in areas),
        series=tuple(at[name] for name in names if name in series),
        groups=tuple(at[name] for name in groups),
        wholes=tuple(whole_cells(name, cells[name], titles) for name in groups),
        keys=tuple(at[name] for name in names if kinds.get(name) not in ("measure", "note")),
    )


def _is_one_code(name: str, cells: set[str]) -> bool:
    """Whether all rows have one code of a place that says nothing by itself: it is the file's, as with the platform."""
    code = next(iter(cells), "")
    says_nothing = bool(_PLACE_CODE.fullmatch(code)) and not _UK_CODE.fullmatch(code)
    return len(cells) == 1 and says_nothing and _heading(name) in word_set("column of codes")


def _unit_columns(file: DataFile, others: set[str]) -> list[str]:
    """Header cells of the columns of units: those that are named so, else those whose every cell is one.

    Cells of one unit in two spellings may be two subjects (`Euro`, `Euros`), so that they break the rows down.
    """
    headings = {_heading(name): name for name in reversed(file.columns) if name not in others}
    own = {name.casefold(): name for name in reversed(file.columns)}
    named = [own.get(column.casefold()) or headings.get(_heading(column)) for column in UNIT_COLUMNS]
    units = [name for name in dict.fromkeys(filter(None, named)) if name not in others and _holds_units(file, name)]
    if any(any(file.texts(name)) for name in units):
        return units
    for name in file.columns:
        if name in others or name in units or _heading(name) in word_set("series column"):
            continue
        texts = file.texts(name) - {""}
        # a column of many texts is none of units
        if 0 < len(texts) <= _MOST_UNITS and all(map(states_unit, texts)):
            if len({unit_of(text) for text in texts}) == len(texts):
                units.append(name)
    return units


def _holds_units(file: DataFile, name: str) -> bool:
    """Whether a column named after units holds some; the platform's own columns do, whatever they say.

    Several texts of which none is a unit (`Unit`: Opiate, Non-Opiate) break the rows down.
    """
    cells = file.texts(name) - {""}
    return name.casefold() in _PLATFORM_UNITS or len(cells) < 2 or any(is_known_unit(unit_of(c) or "") for c in cells)


def _described(
    file: DataFile, names: Iterable[str], cells: Mapping[str, set[str]], units: Iterable[str]
) -> dict[str, str]:
    """Columns that describe the value and do not break it down, with their kind.

    A `measure` holds numbers (a confidence limit, the size of the sample), a `period` those
    of a time; a `note`, a `source` and an `amount`, a column of decimals or large numbers of
    any name, describe unless they tell rows apart throughout the file: then they break it
    down (`Source` of energy: wind, sun; particles of 2.5 and 10 micrometres).
    """
    kinds = {name: "unit" if name in units else _kind_by_name(_heading(name), cells[name]) for name in names}
    found = {name: kind for name, kind in kinds.items() if kind}
    others = [name for name in file.columns if found.get(name) not in ("measure", *_MAY_TELL_APART)]
    return {
        name: kind
        for name, kind in found.items()
        if kind not in _MAY_TELL_APART or not _tells_rows_apart(file, name, others)
    }


def _kind_by_name(heading: str, cells: set[str]) -> str | None:
    """What a column is that describes the value: `measure`, `period`, `amount`, `note`, `source`, else None."""
    if any(cells) and all(map(_is_number, cells)):
        if _names_measure(heading):
            return "measure"
        if heading in word_set("period column"):
            return "period"
        if len(cells) > 2 and any(map(_AMOUNT.fullmatch, cells)):
            return "amount"
    return next((kind for kind in ("note", "source") if heading in word_set(f"{kind} column")), None)


def _tells_rows_apart(file: DataFile, name: str, others: Iterable[str]) -> bool:
    """Whether a column differs in most groups of rows that are otherwise equal, in two of them at least."""
    value = file.column("value")
    keys = [file.columns[other] for other in others if other != value]
    stated: dict[tuple[str, ...], set[str]] = {}
    for cell, *key in zip(file.columns[name], *keys, strict=True):
        stated.setdefault(tuple(key), set()).add(cell.strip())
    n_apart = sum(len(several) > 1 for several in stated.values())
    return n_apart > 1 and 2 * n_apart > len(stated)


@lru_cache(maxsize=10_000)
def _heading(name: str) -> str:
    """The form in which headings are compared: without brackets and a number at the end (`Note 2`)."""
    # LowerCI, SampleSize
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"\(.*?\)|\[.*?\]", " ", name))
    words = re.sub(r"[._-]+", " ", comparable(spaced)).strip()
    return re.sub(r"(?<=\D\D\D) \d$", "", " ".join(words.split())) or label_key(name)


@lru_cache(maxsize=10_000)
def _names_measure(heading: str) -> bool:
    words = word_set("measure column")
    plain = " ".join(re.sub(r"\b\d+ ?%?|%", " ", heading).split())
    if heading in words or plain in words:
        return True
    return any(
        re.search(rf"\b{re.escape(word)}\b", heading) if word.isascii() else word in heading
        for word in words
        if len(word) >= (_PHRASE if word.isascii() else _PHRASE_OF_SIGNS)
    )


@lru_cache(maxsize=50_000)
def _is_number(cell: str) -> bool:
    """Whether a cell holds nothing but numbers, or is blank."""
    return not any(sign.isalpha() for sign in re.sub(_NUMBER_WORDS, " ", cell.casefold()))


def _is_idle_progress(file: DataFile, name: str) -> bool:
    return name.casefold() == _PROGRESS and {comparable(cell) for cell in set(file.columns[name])} <= _NO_PROGRESS
