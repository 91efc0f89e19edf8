"""Words and numbers in the languages of the figures.

A language is one file, `messages/<code>.toml`. Numbers, dates and names of
languages follow the CLDR rules of its locale (babel). Names of areas are the
file's own (`[area]`), else the UN's (`registry/area_names.csv`, the M49 list),
else those of the CLDR; English ones come from the warehouse. Numbers pick the
form of the words beside them (`plural.Number`).
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from localsdg.common.errors import UsageError
from localsdg.figures.messages.plural import IN_WORDS, Number

FOLDER = Path(__file__).parent
#: English, which the others are translated from, then all others there are.
LANGUAGES = ("en", *sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "en"))
#: What `--lang` takes, for help texts.
LANGUAGE_CHOICE = f"{', '.join(LANGUAGES[:-1])} or {LANGUAGES[-1]}."
#: Tables with words of single figures, metrics or series: a new one shows its English words
#: until it is translated.
OF_FIGURES = frozenset(
    {"key", "subject", "whole", "what", "coverage", "breakdown", "indicator", "series", "metric", "caveat"}
)
#: Units of what is counted in whole numbers: a source's 26.2 persons are shown as 26.
COUNTS = frozenset(
    {
        "NUMBER",
        "actions",
        "countries",
        "countries or areas",
        "indicators",
        "local governments",
        "reviews",
        "targets",
        "values",
        "years",
    }
)
#: Narrow no-break space, which French puts between thousands: not in every font.
_NARROW, _HARD = "\u202f", "\u00a0"


@dataclass(frozen=True)
class Words:
    """The messages of one language."""

    lang: str
    body: dict[str, Any]
    known_on: str = ""  # day such as 2024-01-30 of an edition; '' for the newest
    version: str = ""  # of the warehouse that is read

    @cached_property
    def locale(self) -> str:
        """The CLDR locale that numbers and dates follow, such as `en_GB`; the file's own `language.locale`."""
        return self.say("language.locale")

    def has(self, key: str) -> bool:
        """Whether the catalogue has the message `table.key`."""
        return key in self._texts

    @cached_property
    def _texts(self) -> dict[str, str]:
        """The messages by `table.key`; where words of a single figure are not translated yet, the English ones."""
        own = {
            f"{table}.{name}": text
            for table, messages in self.body.items()
            for name, text in messages.items()
            if isinstance(text, str)
        }
        if self.lang == "en":
            return own
        waiting = {key: text for key, text in words("en")._texts.items() if key.partition(".")[0] in OF_FIGURES}
        return waiting | own

    def say(self, key: str, default: str | None = None, **values: object) -> str:
        """The message `table.key` with its placeholders filled; raises `KeyError` without a default."""
        text = self._texts.get(key)
        if text is None:
            if default is None:
                raise KeyError(f"{self.lang}.toml has no message {key}")
            return default
        return text.format(**values) if values else text

    @property
    def as_known(self) -> str:
        """`as known on 30 January 2024`; '' for the newest edition."""
        return self.say("word.as_known", date=self.date(self.known_on)) if self.known_on else ""

    def number(self, value: float | None) -> str:
        """A number as this language writes it: two decimals below 1, one below 100,
        words from a million on."""
        if value is None:
            return Number("", 0, self.locale)
        # an exact number keeps its decimals for the plural, which follows what is printed
        printed = rounded(value) if abs(value) < IN_WORDS else float(value)
        # as printed, since many values print the same; but what rounds up to a million is not in words
        told = printed if abs(printed) < IN_WORDS else float(value)
        return Number(_decimal(self.locale, told), printed, self.locale)

    def money(self, amount: str) -> str:
        """A price with its two decimals as this language writes them: `2.15`, `2,15`."""
        from babel.numbers import format_decimal

        return format_decimal(float(amount), "0.00", locale=self.locale)

    @cached_property
    def _amounts(self) -> dict[tuple[float | None, str, str | None], str]:
        """Amounts as they were written: a page has each of them in the figures of many areas."""
        return {}

    def amount(self, value: float | None, unit: str, censoring: str | None = None) -> str:
        """A value with the sign of its censoring and its short unit: `< 2.5%`."""
        key = (value, unit, censoring)
        if key not in self._amounts:
            self._amounts[key] = self._amount(*key)
        return self._amounts[key]

    def _amount(self, value: float | None, unit: str, censoring: str | None) -> str:
        if value is None:
            return Number(self.say("word.no_value"), 0, self.locale)
        mark = f"{censoring} " if censoring else ""
        if unit in COUNTS and abs(value) < IN_WORDS:
            mark, value = _whole(mark, value)
        text = mark + self.say(f"amount.{unit}", "{n}").format(n=self.number(value))
        return Number(text, rounded(value) if abs(value) < IN_WORDS else float(value), self.locale)

    def share(self, value: float) -> str:
        """A share of a hundred as a whole number: `12%`, and `< 1%` for what would round to none."""
        return self.amount(1, "PERCENT", "<") if 0 < value < 0.5 else self.amount(round(value), "PERCENT")

    def area(self, code: str, name: str | None) -> str:
        """The name of an area in this language; the warehouse's own where the list has none."""
        if self.lang == "en":
            return name or code
        own = self.say(f"area.{code}", "") or _area_names().get(code, {}).get(self.lang)
        return own or _cldr_name(self.locale, code) or self.government(name or "") or code

    def government(self, name: str) -> str:
        """The name of a local government in this language; its own where this language has no other."""
        return name if self.lang == "en" else _government_names().get(name, {}).get(self.lang) or name

    def date(self, day: str) -> str:
        """A day `2024-10-09` as this language writes it."""
        return _date(self.locale, day)

    def period(self, day: str, length: str) -> str:
        """The `month` or `quarter` of a day `2023-12-17` as this language writes it: `December 2023`."""
        return _period(self.locale, day, {"month": "yMMMM", "quarter": "yQQQQ"}[length])

    def language(self, code: str) -> str:
        """The name of a language in this one: `es` is Spanish, espagnol, español."""
        from babel import Locale, UnknownLocaleError

        try:
            return Locale.parse(code.replace("-", "_")).get_display_name(self.lang) or code
        except (UnknownLocaleError, ValueError):
            return code

    def join(self, parts: list[str]) -> str:
        """`a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.say('word.and')} {parts[-1]}"


def _whole(mark: str, value: float) -> tuple[str, float]:
    """A count as a whole number, and its sign: what rounds to none and is not none is below one."""
    number = float(Decimal(repr(value)).quantize(Decimal(1), ROUND_HALF_UP))
    return ("< ", 1.0) if number == 0 < value and not mark else (mark, number)


@cache
def rounded(value: float) -> float:
    """A number as `Words.number` prints it below a million: two decimals below 1, one below 100, else none."""
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 or value == 0 else 2
    # plus zero: what rounds to nothing has no sign
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)) + 0.0


@cache
def _date(locale: str, day: str) -> str:
    from datetime import date

    from babel.dates import format_date

    return format_date(date.fromisoformat(day), "long", locale=locale).replace(_NARROW, _HARD)


@cache
def _period(locale: str, day: str, skeleton: str) -> str:
    from datetime import date

    from babel.dates import format_skeleton

    return format_skeleton(skeleton, date.fromisoformat(day), locale=locale).replace(_NARROW, _HARD)


@cache
def _decimal(locale: str, value: float) -> str:
    """30 µs a number, and the page writes fifty thousand of which few differ."""
    from babel.numbers import format_compact_decimal, format_decimal

    if abs(value) >= IN_WORDS:
        # babel chooses "million" or "millions" before it rounds: 1,046,000 would be "1 millions"
        step = 10.0 ** ((len(f"{abs(value):.0f}") - 1) // 3 * 3 - 1)
        value = round(value / step) * step
        text = format_compact_decimal(value, format_type="long", locale=locale, fraction_digits=1)
    else:
        size = abs(value)
        pattern = "#,##0" if size >= 100 else "#,##0.#" if size >= 1 or value == 0 else "#,##0.##"
        text = format_decimal(value, pattern, locale=locale)
    return text.replace(_NARROW, _HARD)


def words(lang: str) -> Words:
    """The messages of a language; raises `UsageError` that names those there are."""
    if lang not in LANGUAGES:
        raise UsageError("no such language", expected=", ".join(LANGUAGES), got=lang)
    return _load(lang)


@cache
def _load(lang: str) -> Words:
    return Words(lang, tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8")))


@cache
def _area_names() -> dict[str, dict[str, str]]:
    from localsdg.registry.places import AREA_NAMES_CSV

    with AREA_NAMES_CSV.open(encoding="utf-8", newline="") as handle:
        return {row["area_code"]: row for row in csv.DictReader(handle)}


@cache
def _government_names() -> dict[str, dict[str, str]]:
    from localsdg.registry.local_governments import LOCAL_GOVERNMENT_TRANSLATIONS_CSV

    with LOCAL_GOVERNMENT_TRANSLATIONS_CSV.open(encoding="utf-8", newline="") as handle:
        return {row["en"]: row for row in csv.DictReader(handle)}


@cache
def _cldr_name(locale: str, code: str) -> str | None:
    """The name of a country or region of the M49 list in the CLDR, which knows few of the UN's groupings."""
    from babel import Locale
    from babel.core import get_global

    from localsdg.registry.places import NOT_IN_CLDR

    # a code that was split up has several successors: none of them is the area
    (twin, *others) = get_global("territory_aliases").get(code, [code])
    if others or (twin.isdigit() and twin != code) or code in NOT_IN_CLDR:
        return None
    return Locale.parse(locale).territories.get(twin)
