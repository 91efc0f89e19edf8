"""Holds records against their contract and gives every fault, by row and column."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from localsdg.common.formula_guard import is_formula
from localsdg.common.public_text import without_user
from localsdg.registry.local_governments import provisional_id, resolve
from localsdg.registry.places import country_iso3, find_place
from localsdg.registry.sdg_codes import parse_declared
from localsdg.sources.records.contract import ACTIONS, REVIEWS, Contract, ContractColumn, ValidationError

if TYPE_CHECKING:
    import pandas as pd

_MARKUP = re.compile(r"<\s*[/!?]?\s*[A-Za-z][^<>]*>|<\s*/?\s*(?:script|iframe|img|svg)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_YEAR = re.compile(r"(\d{4})(?:\.0)?")
_URL_BREAK = re.compile(r"\s*[|;]?\s+(?=https?://)|[|;](?=https?://)")
# people write addresses as they see them in a browser: a host name alone is one
_BARE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?]\S*)?", re.IGNORECASE)

Finding = tuple[str, str] | None  # what was expected, and the rule; None where all is well


def check_reviews(frame: pd.DataFrame) -> list[ValidationError]:
    """Every fault of review records, by row and then by column.

    `frame` has a text column for each column of the contract, `''` for blank,
    and the row numbers as its index. The same review twice is no fault:
    listings overlap, and the register joins them.
    """
    return check_cells(frame, REVIEWS)


def check_actions(frame: pd.DataFrame) -> list[ValidationError]:
    """Every fault of action records; `frame` as for `check_reviews`.

    An action that is there twice is a fault of its second row.
    """
    faults = check_cells(frame, ACTIONS) + _doubled(frame)
    return sorted(faults, key=lambda fault: fault.row)


def split_urls(text: str) -> list[str]:
    """Addresses of a cell: separated by blanks, `|` or `;`.

    Blanks in an address become `%20`, and a bare host (`www.example.org`) gets `http://`;
    `user:password@` is taken out.
    """
    parts = (without_user(part.strip()) for part in _URL_BREAK.split(text.strip()))
    addresses = [part.replace(" ", "%20") for part in parts if part]
    return ["http://" + part if _BARE.fullmatch(part) else part for part in addresses]


def check_cells(frame: pd.DataFrame, contract: Contract) -> list[ValidationError]:
    """Every cell that is not what its column asks for, by row and then by column."""
    faults = []
    checked = [column for column in contract.columns if column.type != "context"]
    seen: dict[tuple[str, str], Finding] = {}  # registers repeat themselves: read a text once
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        for column in checked:
            value = cells[column.name].strip()
            if not value:
                finding = _blank(column, cells)
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


def _blank(column: ContractColumn, cells: dict[str, str]) -> Finding:
    if column.required and not (column.name == "title" and cells["description"].strip()):
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


def _any_country(value: str) -> Finding:
    return None if country_iso3(value) else (_country_problem(value), "R04")


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
    for address in split_urls(value):
        try:
            parts = urlsplit(address)
            good = parts.scheme.lower() in ("http", "https") and "." in (parts.hostname or "")
        except ValueError:
            good = False
        if not good:
            return "expected a web address, such as https://example.org/a", "R05"
    return None


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
    "country": _any_country,
    "languages": _languages,
    "urls": _urls,
    "sdgs": _sdgs,
    "count": _count,
}


def _doubled(frame: pd.DataFrame) -> list[ValidationError]:
    """Actions of one government with the same id, or without id and with the same words."""
    first: dict[tuple, int] = {}
    faults = []
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        given = cells["action_id"].strip()
        what = (given,) if given else (None, *(cells[n].strip() for n in ("title", "description", "year", "url")))
        name, iso3 = cells["local_government"].strip(), country_iso3(cells["country"])
        before = first.setdefault((resolve(name, iso3) or provisional_id(name, iso3), *what), int(row))
        if before != int(row):
            column = "action_id" if given else "title"
            faults.append(
                ValidationError(int(row), column, f"the same action as in row {before}", cells[column], "ACT-R10")
            )
    return faults
