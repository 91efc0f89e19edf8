"""Codes that a spreadsheet rewrote: ages that became dates, and codes that became numbers.

Excel reads the age 10-14 as the 14th of October and shows `14-Oct`; 5-9
becomes `9-May`, or `5-Sep` where the day comes first; 5-49 becomes `May-49`.
The lower end of an age range is the smaller number, so day and month give it
back whichever came first. What can be read in two ways is given back only
where one of them is an age that the UN uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from localsdg.common.csv_files import read_rows
from localsdg.registry.dimensions import CODES_CSV

#: Rule under which a row is rejected whose age is a date that gives no age.
AGE_IS_A_DATE = "UNSD-R09"

#: First letters of the months in the languages that Excel is often set to.
_MONTHS = {
    1: "jan gen ene sty led",
    2: "feb fév fev lut úno",
    3: "mar mär mrz maa bře",
    4: "apr avr abr kwi dub",
    5: "may mai mag maj mei kvě",
    6: "jun juin giu cze",
    7: "jul juil lug lip",
    8: "aug aoû ago sie srp",
    9: "sep set wrz zář",
    10: "oct okt out ott paź říj",
    11: "nov lis",
    12: "dec dez déc dic gru pro",
}
_MONTH = {word: month for month, words in _MONTHS.items() for word in words.split()}
_WORD = r"([^\W\d_]{3,})\.?"
_CLOCK = r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
_DAY_MONTH = re.compile(rf"(\d{{1,2}})\.?[-/ ]?\s?{_WORD}(?:[-./ ]\s?(\d{{2,4}}))?", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"{_WORD}[-./ ]\s?(\d{{2,4}})", re.IGNORECASE)
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_CLOCK}")
_NUMERIC = re.compile(rf"(\d{{1,2}})[./-](\d{{1,2}})[./-](\d{{4}}|\d\d){_CLOCK}")
_SHORT = re.compile(r"(\d{1,2})/(\d{1,2})")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_ERROR = re.compile(r"#+|#[A-Z/0!?]+")
_DAY_0 = date(1899, 12, 30)

#: The forms of ages in releases from 2019 on: 10-14, 15+, <5Y, <=45Y, Y15T49, M36T47, Y_GE15, ALLAGE.
_AGE = re.compile(
    r"\d{1,3}([-_]\d{1,3})?\+?[YM]?|[<>]=?\s?\d{1,3}[YM]?|(LT|GE|GT|LE)_?\d{1,3}[YM]?"
    r"|[YMT]\d{1,3}(T\d{1,3})?|[YM]_(GE|LT|GT|LE)\d{1,3}|_?[A-Z]{1,12}",
    re.ASCII,
)
_PLAIN_CODE = re.compile(r"\s*\d+(\.0*)?\s*", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}([., '’\u00a0\u202f]\d{3})+", re.ASCII)
_WHOLE = re.compile(r"(\d+)[.,]0*", re.ASCII)
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d{1,2}", re.ASCII)


@dataclass
class Rewritten:
    """What to do with distinct cells of a file, by column key.

    `replaced` maps a cell to what it was; `rejected` are cells whose rows
    cannot be used, with AGE_IS_A_DATE. `notes` say it to people.
    """

    replaced: dict[str, dict[str, str]] = field(default_factory=dict)
    rejected: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find_rewritten(cells: Mapping[str, Iterable[str]]) -> Rewritten:
    """The cells that a spreadsheet rewrote, of the distinct cells of each column (by its key)."""
    rewritten = Rewritten()
    for key, repair in REPAIRS.items():
        for cell in sorted(cells.get(key, ())):
            repaired = repair(cell)
            if repaired is None or repaired == cell:
                continue
            if repaired or key == "indicator":
                rewritten.replaced.setdefault(key, {})[cell] = repaired
            else:
                rewritten.rejected.setdefault(key, []).append(cell)
    for key, pairs in rewritten.replaced.items():
        shown = ", ".join(f"{a!r} as {b!r}" for a, b in list(pairs.items())[:4])
        rewritten.notes.append(f"{key}: {len(pairs)} codes that a spreadsheet rewrote are read back ({shown})")
    for key, bad in rewritten.rejected.items():
        rewritten.notes.append(
            f"{key}: {', '.join(map(repr, bad[:4]))} {'is' if len(bad) == 1 else 'are'} no {key}; "
            f"the rows are rejected ({AGE_IS_A_DATE})"
        )
    odd = [cell for cell in sorted(cells.get("age", ())) if age_of_date(cell) is None and not is_age(cell)]
    if odd:
        rewritten.notes.append(f"age: {', '.join(map(repr, odd[:4]))} has no form of an age that is known")
    return rewritten


def is_age(cell: str) -> bool:
    """True for a blank and for a code in one of the forms that ages have."""
    return not cell.strip() or _AGE.fullmatch(cell.strip()) is not None


def age_of_date(cell: str) -> str | None:
    """The age that became the date in a cell: `14-Oct` -> `10-14`.

    '' where the cell is a date or a spreadsheet's error and gives no single
    age; None where it is no date.
    """
    text = " ".join(cell.split())
    if _AGE.fullmatch(text) and not _SERIAL.fullmatch(text):
        return None
    if _ERROR.fullmatch(text):
        return ""
    if date_parts := _date_parts(text):
        return _age(*date_parts)
    return None


def indicator_of_date(cell: str) -> str | None:
    """The indicator that became a date: 1.2.1 is the 1st of February 2001 to a German Excel.

    '' where the date gives no indicator; None where the cell is no date.
    """
    date_parts = _date_parts(" ".join(cell.split()))
    if date_parts is None:
        return None
    day, month, year = date_parts
    if day and day <= 17 and year is not None and 2001 <= _full_year(year) <= 2029:
        return f"{day}.{month}.{_full_year(year) - 2000}"
    return ""


def plain_code(cell: str) -> str | None:
    """A whole number that a spreadsheet grouped or made scientific: `36,002` -> `36002`; None for others.

    `4.0` and `004` are read as they are and need no repair.
    """
    text = cell.strip()
    if not text or _PLAIN_CODE.fullmatch(text):
        return None
    if whole := _WHOLE.fullmatch(text):
        return whole[1]
    if _GROUPED.fullmatch(text):
        return re.sub(r"\D", "", text)
    if _SCIENTIFIC.fullmatch(text):
        number = float(text.replace(",", "."))
        return str(int(number)) if number.is_integer() else None
    return None


#: Column key -> what a cell was before; None: the cell is fine, '': nobody can say.
REPAIRS: dict[str, Callable[[str], str | None]] = {
    "age": age_of_date,
    "indicator": indicator_of_date,
    "geoareacode": plain_code,
    "timeperiod": plain_code,
}


def _date_parts(text: str) -> tuple[int | None, int, int | None] | None:
    """Day, month and year of a date in a cell, each as far as it states them."""
    if match := _ISO.fullmatch(text):
        return _checked(int(match[3]), int(match[2]), int(match[1]))
    if match := _NUMERIC.fullmatch(text):
        return _checked(int(match[1]), int(match[2]), int(match[3]))
    if match := _SHORT.fullmatch(text):
        return _checked(int(match[1]), int(match[2]), None)
    if match := _DAY_MONTH.fullmatch(text):
        if month := _MONTH.get(match[2][:3].lower()) or _MONTH.get(match[2][:4].lower()):
            return _checked(int(match[1]), month, int(match[3]) if match[3] else None)
    if match := _MONTH_YEAR.fullmatch(text):
        if month := _MONTH.get(match[1][:3].lower()) or _MONTH.get(match[1][:4].lower()):
            return None, month, int(match[2])
    if _SERIAL.fullmatch(text):
        day = _DAY_0 + timedelta(days=int(float(text)))
        return day.day, day.month, day.year
    return None


def _checked(day: int, month: int, year: int | None) -> tuple[int, int, int | None]:
    """Day and month in this order, turned where only the other way is a date (10/14/2025)."""
    return (month, day, year) if month > 12 >= day else (day, month, year)


def _age(day: int | None, month: int, year: int | None) -> str:
    """One range of day and month, or of month and year for a date without a day.

    A spreadsheet adds the year of the day when it was opened, so that a year
    before 2000 is part of the age.
    """
    ages = set()
    recent = year is None or 2000 <= _full_year(year)
    if recent and day is not None and day != month and day <= 31 and month <= 12:
        ages.add(f"{min(day, month)}-{max(day, month)}")
    if year is not None and day in (None, 1) and month < year % 100:
        ages.add(f"{month}-{year % 100}")
    if len(ages) > 1:
        ages &= _known_ages()
    return ages.pop() if len(ages) == 1 else ""


def _full_year(year: int) -> int:
    """A year of two digits as Excel reads it: 00 to 29 lie after 1999."""
    return year if year > 99 else year + (2000 if year < 30 else 1900)


@cache
def _known_ages() -> frozenset[str]:
    return frozenset(row["canonical"] for row in read_rows(CODES_CSV) if row["dimension"] == "age")
