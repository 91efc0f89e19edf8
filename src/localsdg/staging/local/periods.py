"""Text of a period -> first and last common year, and whether it is only a part of a year.

    read_periods(["2073/74", "2074/75"], "NPL", 2026) -> {"2073/74": Period(2016, 2017), …}

People write years, ranges in words, months, quarters, days, marks of revision, and years of their
government's own calendar. What cannot be read, and what no calendar makes certain, is not in the
result. The words of all languages are in `registry/period_words.csv`, the calendars in `calendars.csv`.
"""

from __future__ import annotations

import calendar
import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from localsdg.registry import calendars as registry
from localsdg.registry.calendars import Calendar, calendars

FIRST_YEAR, LAST_YEAR = 1900, 2100
#: A period that ends so many years after the pull is no observation, and one later than the
#: next year is none that may be called the newest.
REJECTED_AHEAD, KEPT_AHEAD = 5, 1
_WORDS_CSV = Path(registry.__file__).parent / "period_words.csv"
_ACCENTS = re.compile("[\u0300-\u036f]")
_DASHES = re.compile("[‐‑‒–—―−﹘﹣－]")  # noqa: RUF001
#: Numbers of quarters and half years in other signs.
_NUMBERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "一": 1, "二": 2, "三": 3, "四": 4}
_JAPANESE_ENDS = re.compile(r"(年度?|年份|년|년도|年代)$")


@dataclass(frozen=True)
class Period:
    """First and last common year; `is_part` where it is a day, a month or a quarter, and no whole year."""

    first: int
    last: int
    is_part: bool = False


@dataclass(frozen=True)
class _Span:
    """From the first day of a month to the last day of another; `is_part` where days cut a month."""

    first: int
    first_month: int
    last: int
    last_month: int
    is_cut: bool = False

    def to(self, other: _Span) -> _Span:
        return _Span(self.first, self.first_month, other.last, other.last_month, self.is_cut or other.is_cut)

    @property
    def n_months(self) -> int:
        return (self.last - self.first) * 12 + self.last_month - self.first_month + 1


@dataclass(frozen=True)
class _Stated:
    """What a text states: years as numbers, and the calendar that it names."""

    first: int
    last: int
    is_part: bool
    calendar: Calendar | None = None


def read_periods(texts: Iterable[str], country_iso3: str, year_pulled: int) -> dict[str, Period]:
    """Each text of the periods of one file that can be read -> its period.

    Years of a government's own calendar are read as such where they cannot be common years: by
    their mark, by their size, or, where the sizes overlap (Nepal's 2073), when no year of the file
    can be a common year.
    """
    return dict(_read_periods(tuple(dict.fromkeys(texts)), country_iso3, year_pulled))


@lru_cache(maxsize=5_000)  # the files of a site have the same years
def _read_periods(every: tuple[str, ...], country_iso3: str, year_pulled: int) -> dict[str, Period]:
    # 2009-10 beside 2009-03 is a month, alone two years
    is_monthly = any(_is_month(form) for form in map(normal_form, every))
    stated = {text: found for text in every if (found := _stated(normal_form(text), country_iso3, is_monthly))}
    latest = min((found.first for found in stated.values() if not found.calendar), default=None)
    own = next((one for one in calendars() if one.country_iso3 == country_iso3 and not one.needs_mark), None)
    if own and own.lowest <= LAST_YEAR and own.highest >= FIRST_YEAR:
        is_own = latest is not None and latest > year_pulled + REJECTED_AHEAD
        own = own if is_own else None
    if _are_stamps_of_years(stated):
        stated = {text: replace(found, is_part=False) for text, found in stated.items()}
    periods = {text: _common(found, own) for text, found in stated.items()}
    return {text: period for text, period in periods.items() if period}


def _are_stamps_of_years(stated: Mapping[str, _Stated]) -> bool:
    """Whether all periods of a file are the first, or all the last, day of a year: a program's dates of years."""
    n_years = len({found.first for found in stated.values()})
    if n_years != len(stated) or n_years < 2:
        return False
    days = {re.sub(r"\d{4}|[ t]\d\d:.*", "", normal_form(text)).strip("-/. ") for text in stated}
    return len(days) == 1 and bool(re.fullmatch(r"0?1[-/. ]0?1|31[-/. ]12|12[-/. ]31", days.pop()))


@lru_cache(maxsize=20_000)
def normal_form(text: str) -> str:
    """A text of a period with one kind of dash, digit and blank, in small letters without accents."""
    if text.isascii():
        form = text.lower()
    else:
        kept = "".join(char for char in text if not (unicodedata.category(char) == "No" and char.isdigit()))
        form = _ACCENTS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", kept))).casefold()
        form = unicodedata.normalize("NFC", _DASHES.sub("-", form))
        form = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in form)
        form = "".join(char for char in form if unicodedata.category(char) != "Cf")
    return re.sub(r"\s*([-/])\s*", r"\1", " ".join(form.split()))


def _common(found: _Stated, own: Calendar | None) -> Period | None:
    """The common years of what a text states, by its calendar, else by the own one of its country."""
    used = found.calendar or own
    if used and (first := used.common_years(found.first)) and (last := used.common_years(found.last)):
        # 2073/74 is a year that begins in the middle of 2073
        years = first if found.first == found.last else (first[0], last[0])
    elif found.calendar:
        return None
    else:
        years = found.first, found.last
    if not FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR:
        return None
    return Period(*years, found.is_part)


@lru_cache(maxsize=20_000)
def _stated(form: str, country_iso3: str, is_monthly: bool) -> _Stated | None:
    if len(form) == 4 and form.isdecimal():
        return _Stated(int(form), int(form), is_part=False)
    plain, named = _without_calendar(_without_marks(form), country_iso3)
    plain = _without_year_word(plain)
    span = _years(plain, is_monthly) or _span(plain)
    if span is None and (named or country_iso3 == "TWN") and re.fullmatch(r"\d{1,3}(-\d{1,3})?", plain):
        first, _, last = plain.partition("-")
        span = _Span(int(first), 1, int(last or first), 12)
    if span is None or span.n_months < 1:
        return None
    return _Stated(span.first, span.last, span.is_cut or span.n_months % 12 != 0, named)


def _without_marks(form: str) -> str:
    """Without the marks of revision and footnotes behind: 2021r, 2022 (e), 2019*, 2020 [1]."""
    while form != (shorter := _mark().sub("", form)):
        form = shorter
    return form


@cache
def _mark() -> re.Pattern[str]:
    words = "|".join(_words("mark"))
    behind = rf"(?<=\d) (?:{words}|[prebf])[.]?|(?<=\d\d\d\d)[prebf][.]?"
    return re.compile(rf"\s*(?:[*†‡#]+|\((?:[a-z]|\d|{words})[.]?\)|\[\w{{1,3}}\]|{behind})$")


def _without_calendar(form: str, country_iso3: str) -> tuple[str, Calendar | None]:
    """The text without the mark of a calendar, and that calendar.

    Marks of one or two letters have other meanings (`S1` is a half year), so they count only in
    their own country; those in a country's script count anywhere.
    """
    bare = _JAPANESE_ENDS.sub("", form)
    for each in calendars():
        for mark in _marks(each):
            if mark.isascii() and each.country_iso3 != country_iso3:
                continue
            if bare.startswith(mark):
                rest = bare.removeprefix(mark)
            elif bare.endswith(mark) and not each.name.startswith(("Reiwa", "Heisei", "Showa")):
                rest = bare.removesuffix(mark)
            else:
                continue
            rest = rest.strip(" .").replace("元", "1")
            if re.fullmatch(r"\d{1,4}([-/]\d{1,4})?", rest):
                return rest, each
    return bare.strip(), None


@cache
def _marks(of: Calendar) -> tuple[str, ...]:
    """The marks of a calendar in their normal form, the longer first."""
    return tuple(sorted(map(normal_form, of.marks), key=lambda mark: -len(mark)))


def _without_year_word(form: str) -> str:
    before_average, around = _year_words()
    shorter = around.sub("", before_average.sub("", form))
    return re.sub(r"^(\d{4})[.]0+$", r"\1", shorter)


@cache
def _year_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words for an average before a year, and words for a year before or behind it."""
    words, average = ("|".join(map(re.escape, _words(use))) for use in ("year", "average"))
    return (
        re.compile(rf"^(?:{average})[.:]? (?=\d)"),
        re.compile(rf"^(?:{words})[.:]? ?(?=\d)|(?<=\d)(?: |(?<=\d\d\d\d))(?:{words})[.]?$"),
    )


def _years(form: str, is_monthly: bool) -> _Span | None:
    """Years and ranges of years in numbers: 2019, 2019/20, 2018-2020, 1994/95-1996/97, 2012 to 2013."""
    if found := re.fullmatch(rf"(\d{{4}})(?:{_between()})(\d{{4}})", form):
        return _Span(int(found[1]), 1, int(found[2]), 12)
    if re.fullmatch(r"\d{4}", form):
        return _Span(int(form), 1, int(form), 12)
    if found := re.fullmatch(r"(\d{4})([-/])(\d{2})", form):
        last = _short_year(int(found[1]), int(found[3]))
        is_year = last > int(found[1]) and not (is_monthly and found[2] == "-" and 1 <= int(found[3]) <= 12)
        return _Span(int(found[1]), 1, last, 12) if is_year else None
    if found := re.fullmatch(rf"(\d{{4}})/\d{{2,4}}(?:{_between()})(\d{{4}})/(\d{{2}}|\d{{4}})", form):
        last = int(found[3]) if len(found[3]) == 4 else _short_year(int(found[2]), int(found[3]))
        return _Span(int(found[1]), 1, last, 12)
    return None


def _short_year(year: int, two_digits: int) -> int:
    """The year that two digits behind a year mean: 2017-18, 1999/00, 1995-00; the year itself for an earlier one."""
    if two_digits > year % 100:
        return year - year % 100 + two_digits
    return year - year % 100 + 100 if two_digits == 0 else year


@lru_cache(maxsize=20_000)
def _is_month(form: str) -> bool:
    if not (found := re.fullmatch(r"(\d{4})-(\d{2})", form)):
        return False
    year, digits = int(found[1]), int(found[2])
    return 1 <= digits <= 12 and _short_year(year, digits) == year


def _span(form: str) -> _Span | None:
    """Days, months, quarters and half years, and ranges of them."""
    if point := _point(form):
        return point
    for word in _words("year ending"):
        if form.startswith(word) and (end := _point(form.removeprefix(word).strip())):
            months = end.last * 12 + end.last_month - 12
            return _Span(months // 12, months % 12 + 1, end.last, end.last_month)
    month = rf"({_months()})[.]?"
    if found := re.fullmatch(rf"{month}(?:{_between()}){month}(?: de| del| of)? ?(\d{{4}})", form):
        return _Span(int(found[3]), _month(found[1]), int(found[3]), _month(found[2]))
    for sign in re.finditer(_between(), form):
        first, last = _point(form[: sign.start()]), _point(form[sign.end() :])
        if first and last:
            return first.to(last)
    return None


@lru_cache(maxsize=20_000)
def _point(form: str) -> _Span | None:
    """One day, month, quarter, half year or year."""
    for pattern, kind in _patterns():
        if found := pattern.fullmatch(form):
            year = int(found["y"])
            if kind == "year":
                return _Span(year, 1, year, 12)
            if kind in ("quarter", "half"):
                length = 3 if kind == "quarter" else 6
                number = _NUMBERS.get(found["n"]) or int(found["n"])
                return _Span(year, (number - 1) * length + 1, year, number * length)
            month = int(found["m"]) if found["m"].isdecimal() else _month(found["m"])
            if kind == "month":
                return _Span(year, month, year, month) if 1 <= month <= 12 else None
            day = int(found["d"])
            # 12/31/2019: the day is behind the month where it cannot be before it
            return _day(year, day, month) if month > 12 else _day(year, month, day)
    return None


def _day(year: int, month: int, day: int) -> _Span | None:
    """A day, as the month that it begins or ends, cut where it does neither."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return _Span(year, month, year, month, is_cut=day not in (1, calendar.monthrange(year, month)[1]))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    month, y = rf"(?P<m>{_months()})[.]?", r"(?P<y>\d{4})"
    of, ordinal = r"(?: de| del| di| of|,)? ?", r"[.]?(?:-?(?:st|nd|rd|th|er|eme|ere|e|o|a|º|ª|r|n|t|й|и|я)[.]?)?"
    n, y_sign = r"(?P<n>[1-4]|iv|i{1,3}|[一二三四])", r"(?P<y>\d{4}) ?[年년]? ?"
    quarter, half = "|".join(_words("quarter")), "|".join(_words("half"))
    return tuple(
        (re.compile(pattern), kind)
        for pattern, kind in (
            (y, "year"),
            (rf"{y}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:[ t].*)?", "day"),
            (rf"(?P<d>\d{{1,2}})([-/. ])(?P<m>\d{{1,2}})\2{y}(?: \d.*)?", "day"),
            (rf"(?P<d>\d{{1,2}}){ordinal}[ -]?(?:de )?{month}{of}-?{y}", "day"),
            (rf"{month} (?P<d>\d{{1,2}}){ordinal},? {y}", "day"),
            (rf"{month}[-/]?{of}{y}", "month"),
            (rf"{y}[ -/]?{month}", "month"),
            (rf"{y}[ -]?m(?P<m>\d{{1,2}})", "month"),
            (rf"{y}[-/](?P<m>\d{{2}})", "month"),
            (rf"(?P<m>\d{{1,2}})[/.-]{y}", "month"),
            (rf"{y}[ /-]?[qt](?P<n>[1-4])", "quarter"),
            (rf"[qt](?P<n>[1-4])[ /-]?{y}", "quarter"),
            (rf"(?P<n>[1-4])[qt][ /-]?{y}", "quarter"),
            (rf"{n}{ordinal} ?(?:{quarter})[.]?{of}{y}", "quarter"),
            (rf"{y},? (?:{quarter})[.]? ?{n}{ordinal}", "quarter"),
            (rf"(?:{quarter})[.]? ?{n}{ordinal}{of}{y}", "quarter"),
            (rf"{y_sign}第?{n}{ordinal} ?(?:{quarter})", "quarter"),
            (rf"{y_sign}(?P<m>\d{{1,2}}) ?[月월]", "month"),
            (rf"{y_sign}(?P<m>\d{{1,2}}) ?[月월] ?(?P<d>\d{{1,2}}) ?[日일]", "day"),
            (rf"{y}[ /-]?[hs](?P<n>[12])", "half"),
            (rf"[hs](?P<n>[12])[ /-]?{y}", "half"),
            (rf"(?P<n>[12]|i{{1,2}}){ordinal} ?(?:{half})[.]?{of}{y}", "half"),
        )
    )


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with _WORDS_CSV.open(encoding="utf-8", newline="") as file:
        return tuple({**row, "word": normal_form(row["word"])} for row in csv.DictReader(file))


@cache
def _words(use: str) -> tuple[str, ...]:
    """The words of one use, the longer first."""
    return tuple(sorted((row["word"] for row in _rows() if row["use"] == use), key=lambda word: -len(word)))


@cache
def _months() -> str:
    return "|".join(map(re.escape, _words("month")))


def _month(word: str) -> int:
    return next(int(row["value"]) for row in _rows() if row["use"] == "month" and row["word"] == word)


@cache
def _between() -> str:
    """What is between the two ends of a range: a dash, a stroke, a word."""
    return "[-/]| (?:" + "|".join(map(re.escape, _words("range"))) + ") "
