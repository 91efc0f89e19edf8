"""A number in a sentence, and the words that agree with it: `1 country reports`, `5 countries report`."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

#: Categories of the CLDR in the order in which a message writes its forms.
_ORDER = ("zero", "one", "two", "few", "many", "other")
#: From here on a number is written in words (`1.2 million`), which French and Spanish join by a `de`.
IN_WORDS = 1e6


class Number(str):
    """A number as it is printed, that also picks the form of the words beside it.

    `{n}` prints it. `{n:country|countries}` prints the form that the plural rules of the
    locale (CLDR, by babel) ask for, without the number. Forms are in the order of the locale's
    categories; the last one is for all categories without a form of their own.
    """

    value: float
    locale: str

    def __new__(cls, text: str, value: float, locale: str) -> Number:
        made = super().__new__(cls, text)
        made.value, made.locale = value, locale
        return made

    def __getnewargs__(self) -> tuple[str, float, str]:  # type: ignore[override]  # to be copied and pickled
        return str(self), self.value, self.locale

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return format(str(self), spec)
        forms = spec.split("|")
        return forms[min(_category(self.locale, self.value), len(forms) - 1)]


@cache
def _category(locale: str, value: float) -> int:
    """The place of a number's category among those of its locale."""
    from babel import Locale

    rule = Locale.parse(locale).plural_form
    names = [name for name in _ORDER if name in {*rule.tags, "other"}]
    # babel knows no numbers in words, for which some languages have a category of their own
    if value >= IN_WORDS and "many" in names and {"few", "two"}.isdisjoint(names):
        return names.index("many")
    return names.index(rule(Decimal(repr(value)).normalize()))
