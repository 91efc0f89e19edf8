"""Unit multipliers of local files: a column that states what each value is to be multiplied by.

    multiplier_columns(file) -> header cells
    power_of(text, is_sdmx) -> power of ten, or None where the text is in no list

`registry/multipliers.csv` lists the spellings, the same for UN files. SDMX writes the power
itself (`3` is thousands) in a column `UNIT_MULT`; a column that people name writes powers
or factors: there `1` and `10` are factors, since nobody counts in units of ten thousand million.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache

from localsdg.common.clean_text import comparable
from localsdg.registry.dimensions import MULTIPLIERS_CSV
from localsdg.registry.local_words import word_set
from localsdg.staging.local.data_file import DataFile

#: Column names of SDMX, whose digits are powers of ten.
_SDMX = {"unit mult", "unit mult code", "unitmult"}
#: Words before a multiplier: in thousands, en miles, em milhares.
_BEFORE = re.compile(r"^(in|en|em|a|de|in the|w|v|i|в|у|σε|x|×|\*)\s*(?=[^\s])")
_WRITTEN_OUT = re.compile(r"1(0+|([ ,.']?0{3})+)")
_EXPONENT = re.compile(r"(?:10\s*(?:\^|\*\*|e\+?)|1(?:[.]0+)?e\+?)\s*(-?\d{1,2})")
#: The largest power of ten that a code may state.
_HIGHEST = 15


def multiplier_columns(file: DataFile) -> list[str]:
    """Header cells of columns that state a multiplier.

    A column of a name that has other meanings too (`Scale`) counts where all its cells are
    words or factors of multipliers.
    """
    return [name for name in file.columns if _is_multiplier(_key(name), file.columns[name])]


def row_powers(file: DataFile) -> list[int | None]:
    """The power of ten of each record; None where its multiplier is not understood, or two of them differ."""
    columns = multiplier_columns(file)
    if not columns:
        return [0] * len(file.row_numbers)
    by_column = [[power_of(cell, _key(name) in _SDMX) for cell in file.columns[name]] for name in columns]
    return [powers[0] if len(set(powers)) == 1 else None for powers in zip(*by_column, strict=True)]


@cache
def power_of(text: str, is_sdmx: bool = False) -> int | None:
    """The power of ten that a cell states; 0 for one that states none, None for one that is not understood."""
    key = comparable(text.replace("×", "x"))
    if not key or key in word_set("no unit"):
        return 0
    number = re.sub(r"[.]0+$", "", key)
    if not is_sdmx and number in ("1", "10"):
        return len(number) - 1
    for spelling in (number, key, _BEFORE.sub("", key)):
        if spelling in _powers():
            return _powers()[spelling]
        if _WRITTEN_OUT.fullmatch(spelling):
            power = len(re.sub(r"\D", "", spelling)) - 1
            return power if power <= _HIGHEST else None
        if found := _EXPONENT.fullmatch(spelling):
            return int(found[1]) if abs(int(found[1])) <= _HIGHEST else None
    return None


def _is_multiplier(key: str, cells: list[str]) -> bool:
    if key in word_set("multiplier column"):
        return True
    if key not in word_set("scale column"):
        return False
    stated = {cell for cell in set(cells) if cell.strip()}
    # a column Scale may hold the steps 1 to 5 of an answer
    return bool(stated) and all(
        power_of(cell) is not None and not re.fullmatch(r"-?\d{1,2}", cell.strip()) for cell in stated
    )


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    return re.sub(r"[._\s-]+", " ", comparable(name)).strip()


@cache
def _powers() -> dict[str, int]:
    with MULTIPLIERS_CSV.open(encoding="utf-8", newline="") as file:
        return {comparable(row["code"]) or row["code"]: int(row["power"]) for row in csv.DictReader(file)}
