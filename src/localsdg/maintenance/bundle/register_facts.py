"""Raw rows of each bundled register -> rows in the contract of actions: one function a register."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from localsdg.registry.places import country_iso3, find_place

Row = dict[str, str]

_UN_PAGE = "https://sustainabledevelopment.un.org/partnership/?p="
#: Kinds of a lead that is a government, whose country is that of its address.
_GOVERNMENTS = ("Government", "Local / Regional Government")
_OTHER = re.compile(r"^Other, please specify:?\s*")
#: R's mark of a missing value.
_MISSING = "NA"
_NO_TARGET = ("No target", _MISSING)
#: Answers to the question towards which initiatives a target counts that name no partner.
_ALONE = ("Individual City Commitment", "Declaring Climate Emergency")


def un_partnerships(rows: list[Row], left_out: Counter[str]) -> list[Row]:
    """Partnerships and commitments registered with the UN; the register does not say which partner leads."""
    found = []
    for row in rows:
        start, _, end = row["Time_frame"].removeprefix("Time-frame:").partition(" - ")
        number = row["Hashtag"].removeprefix("#SDGAction")
        found.append(
            {
                "action_id": row["Hashtag"].removeprefix("#"),
                "title": row["Title"],
                "country": _countries(row["Countries"], left_out),
                "kind": "partnership",
                "year": start.strip(),
                "end_year": end.strip(),
                "partners": row["Partners"],
                "sdgs": row["Goals"],
                "url": f"{_UN_PAGE}{number}",
            }
        )
    return found


def _countries(listed: str, left_out: Counter[str]) -> str:
    """A list with commas, of which some belong to a name (`Venezuela, Bolivarian Republic of`)."""
    names = re.split(r",(?=\S)", listed) if listed else []
    known = [name for name in names if country_iso3(name)]
    left_out.update({"names that are no country": len(names) - len(known)} if len(known) < len(names) else {})
    return "; ".join(known)


def ocean_commitments(rows: list[Row], left_out: Counter[str]) -> list[Row]:
    """Commitments for the ocean; goals and targets are two lists in one column here."""
    return [
        {
            "action_id": row["hashtag"].removeprefix("#"),
            "title": row["title"],
            "lead": row["entity"],
            "lead_kind": row["entity_type"],
            "country": _country_of_address(row["location"]) if row["entity_type"] in _GOVERNMENTS else "",
            "kind": "commitment",
            "year": row["start"],
            "end_year": row["end"],
            "partners": row["partners"],
            "sdgs": "; ".join([*row["goals"].split(), *row["targets14"].split()]),
            "url": row["url"],
            "language": row["lang"],
        }
        for row in rows
    ]


def _country_of_address(address: str) -> str:
    """The last part of an address where it is the name of a country; '' where it is not, or is an abbreviation.

    `CA` is California more often than Canada, and `Georgia` behind a comma may be the state.
    """
    parts = [part.strip(" .") for part in re.split(r"[,;/()\n]", address) if part.strip(" .")]
    if not parts or (len(parts[-1]) < 4 and parts[-1] not in ("USA", "UK")):
        return ""
    if len(parts) > 1 and parts[-1].casefold() == "georgia":
        return ""
    return parts[-1] if find_place(parts[-1], countries_only=True).place else ""


def los_angeles(rows: list[Row], left_out: Counter[str]) -> list[Row]:
    """What the city says it is doing for each goal: up to four activities a row."""
    return [
        {
            "action_id": f"{row['number']}-{place}",
            "title": row[f"doing{place}Title"],
            "local_government": "City of Los Angeles",
            "country": "USA",
            "kind": "project",
            "year": "2021",
            "sdgs": row["number"],
            "url": row[f"doing{place}Url"],
            "language": "en",
        }
        for row in rows
        for place in range(1, 5)
        if row[f"doing{place}Title"].strip()
    ]


def cdp_targets(rows: list[Row], left_out: Counter[str]) -> list[Row]:
    """Emission targets of cities. A row in which a city states that it has none, or nothing, is no action.

    The register has no titles: they are made of its own words for the kind of target, the
    percentage, the year and the sectors. Its only ids are those of the cities; a hash of the
    raw row tells the targets of one city apart.
    """
    found = []
    for row in rows:
        stated = {name: "" if value == _MISSING else value.strip() for name, value in row.items()}
        if row["Type.of.target"] in _NO_TARGET and not stated["Target.year"]:
            left_out["rows without a target"] += 1
            continue
        initiatives = stated["Select.the.initiatives.that.this.target.contributes.towards"].split(";")
        answers = [_OTHER.sub("", one.strip()) for one in initiatives]
        left_out["initiatives of the city alone"] += sum(one in _ALONE for one in answers)
        # two city-states answer as cities
        is_state = stated["City.boundary"] == "Sovereign city-state"
        found.append(
            {
                "action_id": f"{row['Account.Number']}-{_hash(row)}",
                "title": _target_title(stated),
                "lead": stated["Organization"] if is_state else "",
                "lead_kind": "Government" if is_state else "",
                "local_government": "" if is_state else stated["Organization"],
                "country": stated["Country"],
                "kind": "commitment",
                "year": stated["Year.target.was.set"],
                "end_year": stated["Target.year"],
                "partners": "; ".join(dict.fromkeys(one for one in answers if one not in ("", *_ALONE))),
                "language": "en",
            }
        )
    return found


def _target_title(stated: Row) -> str:
    kind = stated["Type.of.target"]
    parts = ["Target" if kind in _NO_TARGET or not kind else kind]
    if stated["Percentage.reduction.target"]:
        parts.append(f"{stated['Percentage.reduction.target']}%")
    if stated["Target.year"]:
        parts.append(f"by {stated['Target.year']}")
    sector = _OTHER.sub("", stated["Sector"])
    return " ".join(parts) + (f": {sector}" if sector else "")


def _hash(row: Row) -> str:
    return hashlib.sha256("\x1f".join(row.values()).encode("utf-8")).hexdigest()[:8]
