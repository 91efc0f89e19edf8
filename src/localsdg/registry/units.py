"""What the codes of units mean: name, symbol, quantity, and how many base units one is.

`units.csv` has the codes; a code that is made of others (`EUR_M`, `KG_PER_CAPITA`, `PER_100000_POP`)
is described by its parts. A text that is no code has no description: units are never guessed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

UNITS_CSV = Path(__file__).parent / "units.csv"
_MAGNITUDES = {"TH": ("thousand", 1e3), "M": ("million", 1e6), "B": ("thousand million", 1e9)}
_PEOPLE = {"": "", "_POP": " population", "_LIVE_BIRTHS": " live births", "_EMP": " employees"}
_RATE = re.compile(r"PER_(?P<n>10+)(?P<of>_POP|_LIVE_BIRTHS|_EMP)?")
_PER_PERSON = re.compile(r"(?P<upper>.+)_PER_CAPITA(?P<daily>_PER_DAY)?")
_RATIO = re.compile(r"(?P<upper>.+)_PER_(?P<lower>[A-Z][A-Z0-9]*)")
_MULTIPLE = re.compile(r"(?P<base>.+)_(?P<magnitude>TH|M|B)")


@dataclass(frozen=True)
class Unit:
    """A unit: a value times `factor` is in `base_unit`; units of one `base_unit` can be compared so."""

    unit_code: str
    name: str
    singular: str
    symbol: str | None
    quantity: str
    base_unit: str
    factor: float


def describe_unit(text: str | None) -> Unit | None:
    """The unit that a code or a listed spelling names; None for every other text, and for none."""
    if not text:
        return None
    if listed := _listed().get(text):
        return listed
    return next((unit for describe in _COMPOSED if (unit := describe(text))), None)


def _rate(code: str) -> Unit | None:
    if not (found := _RATE.fullmatch(code)):
        return None
    words = f"per {int(found['n']):,}{_PEOPLE[found['of'] or '']}"
    return Unit(code, words, words, words, "rate", code, 1.0)


def _per_person(code: str) -> Unit | None:
    found = _PER_PERSON.fullmatch(code)
    if not found or not (upper := _simple(found["upper"])):
        return None
    behind = " per person per day" if found["daily"] else " per person"
    return Unit(
        code,
        upper.name + behind,
        upper.singular + behind,
        (upper.symbol or upper.name) + behind,
        f"{upper.quantity} per person",
        code,
        1.0,
    )


def _ratio(code: str) -> Unit | None:
    found = _RATIO.fullmatch(code)
    if not found or not (upper := _simple(found["upper"])) or not (lower := _simple(found["lower"])):
        return None
    return Unit(
        code,
        f"{upper.name} per {lower.singular}",
        f"{upper.singular} per {lower.singular}",
        f"{upper.symbol or upper.name}/{lower.symbol or lower.singular}",
        f"{upper.quantity} per {lower.quantity}",
        code,
        1.0,
    )


def _multiple(code: str) -> Unit | None:
    found = _MULTIPLE.fullmatch(code)
    if not found or not (base := _listed().get(found["base"])):
        return None
    word, factor = _MAGNITUDES[found["magnitude"]]
    return replace(
        base,
        unit_code=code,
        name=f"{word} {base.name}",
        singular=f"{word} {base.name}",
        symbol=f"{word} {base.symbol}",
        factor=base.factor * factor,
    )


_COMPOSED: tuple[Callable[[str], Unit | None], ...] = (_rate, _per_person, _multiple, _ratio)


def _simple(code: str) -> Unit | None:
    return _listed().get(code) or _multiple(code)


@cache
def _listed() -> dict[str, Unit]:
    with UNITS_CSV.open(encoding="utf-8", newline="") as file:
        return {
            row["unit"]: Unit(
                row["unit_code"],
                row["name"],
                row["singular"],
                row["symbol"] or None,
                row["quantity"],
                row["base_unit"],
                float(row["factor"]),
            )
            for row in csv.DictReader(file)
        }
