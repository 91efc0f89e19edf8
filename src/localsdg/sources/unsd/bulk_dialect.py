"""How a bulk CSV is written: encoding, separators, decimal mark, wide or long.

The UN's own files need nothing of this. What a spreadsheet or another tool
saved is described here once, when the file is taken in; the manifest keeps the
description, and staging reads the file by it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from localsdg.common.csv_files import csv_reader
from localsdg.common.errors import LocalsdgError
from localsdg.common.text_encoding import UTF_8, encoding_name
from localsdg.sources.unsd.bulk_layout import fixed_name
from localsdg.sources.unsd.decimal_marks import COMMA

if TYPE_CHECKING:
    from pathlib import Path

DELIMITERS = (",", ";", "\t", "|")
_SPOKEN = {";": "semicolons", "\t": "tabs", "|": "bars"}
#: The line that states the separator for Excel: `sep=;`.
_SEP_LINE = re.compile(r'"?sep=(.)"?,?;?', re.IGNORECASE)
_YEAR = re.compile(r"\[?\s*(?:YR?\s*)?((?:19|20)\d\d)(?:\.0)?\s*]?", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """One way to write a bulk CSV; the default is the UN's.

    `nameless` are the places (from 0) of columns without name and content,
    `trimmed` says that rows have blank cells behind the last column,
    `replaced` and `rejected` are cells by column key (`excel_codes`).
    """

    encoding: str = UTF_8
    delimiter: str = ","
    decimal: str = "."
    skip_lines: int = 0
    wide: bool = False
    trimmed: bool = False
    nameless: tuple[int, ...] = ()
    replaced: dict[str, dict[str, str]] = field(default_factory=dict)
    rejected: dict[str, list[str]] = field(default_factory=dict)

    def as_extra(self) -> dict:
        """What differs from the UN's way, for the manifest."""
        default = asdict(Dialect())
        return {name: value for name, value in asdict(self).items() if value != default[name]}

    @classmethod
    def from_extra(cls, extra: dict) -> Dialect:
        """The dialect that a manifest keeps; raises `LocalsdgError` where it is none."""
        default = asdict(cls()) | {"nameless": []}
        values = {  # JSON has lists where Python has tuples
            name: list(value) if isinstance(value, tuple) else value for name, value in extra.items() if name in default
        }
        wrong = [name for name, value in values.items() if type(value) is not type(default[name])]
        if wrong or values.get("delimiter", ",") not in DELIMITERS:
            name = wrong[0] if wrong else "delimiter"
            raise LocalsdgError(
                "the manifest states a way to write CSV that does not exist",
                where=name,
                expected=repr(default[name]),
                got=repr(values[name])[:60],
                next_step="remove the folder of the release and pull the file again",
            )
        return cls(**values | {"nameless": tuple(values.get("nameless", ()))})

    @property
    def words(self) -> str:
        """What is unlike the UN's way, in words; '' where nothing is."""
        parts = [] if self.encoding == UTF_8 else [encoding_name(self.encoding)]
        if self.delimiter != ",":
            parts.append(f"{_SPOKEN[self.delimiter]} between the cells")
        if self.decimal == COMMA:
            parts.append("a decimal comma")
        if self.wide:
            parts.append("a column a year")
        if self.nameless:
            parts.append(f"{len(self.nameless)} columns without name and content left out")
        return "read with " + ", ".join(parts) if parts else ""


def find_header(path: Path, encoding: str = "utf-8-sig") -> tuple[list[str], str, int]:
    """Header cells, delimiter, and lines before the header (`sep=;`) of a text file.

    The delimiter is the one that gives most of the bulk layout's columns.
    """
    with path.open(encoding=encoding, newline="") as handle:
        skip = 1 if _SEP_LINE.fullmatch(handle.readline().strip()) else 0
    headers = {}
    for delimiter in DELIMITERS:
        with path.open(encoding=encoding, newline="") as handle:
            for _ in range(skip):
                handle.readline()
            headers[delimiter] = next(csv_reader(handle, delimiter), [])
    best = max(DELIMITERS, key=lambda mark: sum(1 for cell in headers[mark] if fixed_name(cell)))
    return headers[best], best, skip


def cells_needed(header: list[str]) -> int:
    """How many cells a record must have: up to the last column with a name."""
    return max((place + 1 for place, cell in enumerate(header) if cell.strip()), default=0)


def year_columns(header: list[str], *, where: object) -> dict[int, str]:
    """Place -> year of a wide layout's columns (`2015`, `[2015]`, `Y2015`); {} for a long one.

    Raises `LocalsdgError` where there are years in the header and a column for
    the year or the value as well, or a year twice.
    """
    years = {place: match[1] for place, cell in enumerate(header) if (match := _YEAR.fullmatch(cell.strip()))}
    long = [cell.strip() for cell in header if fixed_name(cell) in ("TimePeriod", "Value")]
    if years and long:
        raise LocalsdgError(
            "the file is long and wide at once",
            where=where,
            expected="TimePeriod and Value, or a column a year",
            got=", ".join([*long, *list(years.values())[:5]]),
            next_step="remove the one or the other and pull the file again",
        )
    if len(set(years.values())) < len(years):
        twice = sorted(year for year in set(years.values()) if list(years.values()).count(year) > 1)
        raise LocalsdgError(
            "a column is there twice",
            where=where,
            expected="one column a year",
            got=", ".join(twice),
            next_step="remove one of the two and pull the file again",
        )
    return years
