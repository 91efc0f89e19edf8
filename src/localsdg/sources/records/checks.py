"""Holds reviews and decisions against their contract and gives every fault, by row and column."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from localsdg.common.formula_guard import is_formula
from localsdg.registry.places import country_iso3, find_place
from localsdg.registry.sdg_codes import parse_declared
from localsdg.sources.records.action_cells import is_url, split_urls
from localsdg.sources.records.contract import REVIEWS, Contract, ContractColumn, ValidationError

if TYPE_CHECKING:
    import pandas as pd

_MARKUP = re.compile(r"<\s*[/!?]?\s*[A-Za-z][^<>]*>|<\s*/?\s*(?:script|iframe|img|svg)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_YEAR = re.compile(r"(\d{4})(?:\.0)?")

Finding = tuple[str, str] | None  # what was expected, and the rule; None where all is well


def check_reviews(frame: pd.DataFrame) -> list[ValidationError]:
    """Every fault of review records, by row and then by column.

    `frame` has a text column for each column of the contract, `''` for blank,
    and the row numbers as its index. The same review twice is no fault:
    listings overlap, and the register joins them.
    """
    return check_cells(frame, REVIEWS)


def check_cells(frame: pd.DataFrame, contract: Contract) -> list[ValidationError]:
    """Every cell that is not what its column asks for, by row and then by column."""
    faults = []
    checked = [column for column in contract.columns if column.type != "context"]
    seen: dict[tuple[str, str], Finding] = {}  # registers repeat themselves: read a text once
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        for column in checked:
            value = cells[column.name].strip()
            if not value:
                finding = _blank(column)
            elif (key := (column.name, value)) in seen:
                finding = seen[key]
            else:
                finding = seen[key] = _cell(value, column, contract)
            if finding:
                faults.append(_fault(row, column.name, finding, value, contract))
        if contract is REVIEWS and (finding := _country(cells)):
            faults.append(_fault(row, "country", finding, cells["country"], contract))
    return faults


def _fault(row: int, column: str, finding: tuple[str, str], value: str, contract: Contract) -> ValidationError:
    return ValidationError(int(row), column, finding[0], value, f"{contract.prefix}-{finding[1]}")


def _blank(column: ContractColumn) -> Finding:
    if column.required:
        return "a value is required", "R01"
    return None


def _cell(value: str, column: ContractColumn, contract: Contract) -> Finding:
    if is_formula(value):
        return "a formula where text should be", "R08"
    if _MARKUP.search(value):
        return "markup where text should be", "R08"
    if column.type == "year":
        return _year(value, contract)
    if column.type == "choice" and value not in column.allowed:
        return "expected one of " + ", ".join(column.allowed), "R03"
    if check := _BY_TYPE.get(column.type):
        return check(value)
    return None


def _year(value: str, contract: Contract) -> Finding:
    last = contract.last_year or date.today().year + 1
    match = _YEAR.fullmatch(value)
    if match and contract.first_year <= int(match.group(1)) <= last:
        return None
    return f"expected a year from {contract.first_year} to {last}", "R02"


def _name(value: str) -> Finding:
    return None if any(c.isalnum() for c in value) else ("expected a name", "R01")


def _iso3(value: str) -> Finding:
    if re.fullmatch("[A-Z]{3}", value) and country_iso3(value) == value:
        return None
    return "expected the ISO 3166-1 alpha-3 code of a country", "R04"


def _country_problem(country: str) -> str:
    """Why a text is no country, and what to write instead."""
    match = find_place(country, countries_only=True)
    return f"{match.problem or 'the country has no ISO code'}: expected {match.expected}"


def _country(cells: dict[str, str]) -> Finding:
    """A listing may name a country in its own words, but then its code must be given beside it."""
    name, code = cells["country"].strip(), cells["iso3"].strip()
    meant = country_iso3(name) if name else None
    if name and not code and not meant:
        return f"{_country_problem(name)}, or its code in iso3", "R04"
    if meant and code and meant != code:
        return f"iso3 says {code}, and this country is {meant}", "R04"
    return None


def _languages(value: str) -> Finding:
    parts = [part for part in re.split(r"[\s,;|]+", value.lower()) if part]
    if parts and all(_LANGUAGE.fullmatch(part) for part in parts):
        return None
    return "expected ISO 639 codes such as en or zh-hant", "R06"


def _urls(value: str) -> Finding:
    if all(map(is_url, split_urls(value))):
        return None
    return "expected a web address, such as https://example.org/a", "R05"


def _sdgs(value: str) -> Finding:
    elements, unknown = parse_declared(value)
    if unknown:
        return "no goal, target or indicator: " + ", ".join(unknown[:5]), "R07"
    return None if elements else ("expected a goal, target or indicator", "R07")


def _count(value: str) -> Finding:
    return None if re.fullmatch(r"\d+(\.0)?", value) else ("expected a whole number", "R11")


_BY_TYPE: dict[str, Callable[[str], Finding]] = {
    "name": _name,
    "iso3": _iso3,
    "languages": _languages,
    "urls": _urls,
    "sdgs": _sdgs,
    "count": _count,
}
