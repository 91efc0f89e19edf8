"""Corrections of published values, declared one by one in `data/corrections.toml`: the project's and the user's own.

    [[correction]]
    id = "bahrain-2021-share"          # once in all files
    what = "One sentence: what is wrong."
    action = "flag"                    # drop, override (value or unit), scale (factor) or flag (flag)
    flag = "out of bounds"             # one of the words of core.observation.quality_flag
    reason = "why it is wrong"
    who = "a role or a document that says so"
    since = 2026-11-27
    where = { source = "unsd", series = "SG_DSR_SILS", area = "048", year = 2021 }
    source_said = { rows = 1, values = ["152.63158"] }

`where` names official values by `series`, with `area`, `year` and `breakdown` (dimension to code), and
local ones by `site` or `local_government`, with `indicator`, `year` and `breakdown`. What it leaves out may
be anything. Each takes one value or a list, `year` also a span ("2000-2019"). Without `release` it holds
for every release that states what `source_said` lists. `source_said` has the number of observations and their
texts exactly as published: all of them (`values`) or the lowest and the highest; a list of such tables, each
with its `release`, where releases differ.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from localsdg.common.errors import LocalsdgError
from localsdg.common.parsed_text import toml_of
from localsdg.registry.sources import sources
from localsdg.registry.tables import columns

#: What a correction may do, and the keys that say with what: one of them at least.
ACTIONS = {"drop": (), "override": ("value", "unit"), "scale": ("factor",), "flag": ("flag",)}
_TEXTS = ("id", "what", "action", "reason", "who")
_KEYS = {*_TEXTS, "since", "where", "source_said", "value", "unit", "factor", "flag"}
_OFFICIAL = {"series", "area"}
_LOCAL = {"site", "local_government", "indicator"}
_WHERE = {"source", "year", "breakdown", "release", *_OFFICIAL, *_LOCAL}
_SAID = {"release", "rows", "values", "lowest", "highest"}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SPAN = re.compile(r"((?:19|20)\d\d)(?:-((?:19|20)\d\d))?")


@dataclass(frozen=True)
class Said:
    """What a release said where the correction applies: observations, and their texts or the two ends of them."""

    rows: int
    values: tuple[str, ...]
    lowest: str | None
    highest: str | None
    releases: tuple[str, ...]  # () is every release

    @property
    def text(self) -> str:
        """In words: `2 observations: 2.03667, 2.43417`."""
        noun = "observation" if self.rows == 1 else "observations"
        shown = ", ".join(self.values) if self.values else f"{self.lowest} to {self.highest}"
        return f"{self.rows:,} {noun}: {shown}" + (f" ({', '.join(self.releases)})" if self.releases else "")


@dataclass(frozen=True)
class Correction:
    """One correction; an empty tuple in what it names is anything."""

    correction_id: str
    what: str
    action: str
    reason: str
    who: str
    since: date
    source: str
    series: tuple[str, ...]
    areas: tuple[str, ...]
    sites: tuple[str, ...]
    governments: tuple[str, ...]
    indicators: tuple[str, ...]
    years: tuple[int, ...]
    breakdown: dict[str, str]
    releases: tuple[str, ...]
    said: tuple[Said, ...]
    value: float | None
    unit: str | None
    factor: float | None
    flag: str | None
    declared_in: str  # project or user

    @property
    def is_local(self) -> bool:
        """Whether it is about values of local governments."""
        return not self.series


@dataclass(frozen=True)
class Fault:
    """An entry, or a whole file, that cannot be used; `error` names both."""

    name: str  # id of the entry, its number where it has none, or the file
    declared_in: str
    error: LocalsdgError


@dataclass(frozen=True)
class Declared:
    """The corrections of all files, and the entries that cannot be used."""

    corrections: tuple[Correction, ...]
    faults: tuple[Fault, ...]


def declared_corrections(project: Path, user: Path) -> Declared:
    """Read the project's file and, where it is another one, the user's; a missing file has no entry.

    An entry that is not complete, has an unknown key or an id that another one has is a `Fault` and costs
    itself alone; so does a file that is not TOML.
    """
    found: dict[str, Correction] = {}
    faults: list[Fault] = []
    files = {"project": project} if project.resolve() == user.resolve() else {"project": project, "user": user}
    for declared_in, path in files.items():
        try:
            entries = _entries(path)
        except LocalsdgError as error:
            faults.append(Fault(path.name, declared_in, error))
            continue
        for number, entry in enumerate(entries, 1):
            name = str(entry.get("id") or f"number {number}") if isinstance(entry, dict) else f"number {number}"
            try:
                one = _correction(entry, declared_in)
                if one.correction_id in found:
                    raise _Wrong("the id is given twice", "each id once in all files", name)
                found[one.correction_id] = one
            except _Wrong as wrong:
                faults.append(Fault(name, declared_in, wrong.error(path, name)))
    return Declared(tuple(found.values()), tuple(faults))


class _Wrong(Exception):  # noqa: N818
    """What is wrong with an entry, before its place is known."""

    def __init__(self, what: str, expected: object, got: object) -> None:
        super().__init__(what)
        self.what, self.expected, self.got = what, expected, got

    def error(self, path: Path, name: str) -> LocalsdgError:
        return LocalsdgError(
            f"correction {name} cannot be used: {self.what}",
            where=f"data/{path.name}",
            expected=self.expected,
            got=self.got,
            next_step="correct the entry, then localsdg corrections --check",
        )


def _entries(path: Path) -> list:
    if not os.path.lexists(path):
        return []
    try:
        body = toml_of(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise _file_error(
            path, "the file of corrections cannot be read", "TOML with [[correction]] entries", error
        ) from error
    entries = body.get("correction", [])
    if set(body) - {"correction"} or not isinstance(entries, list):
        raise _file_error(
            path, "the file of corrections has another form", "[[correction]] entries alone", ", ".join(body)
        )
    return entries


def _file_error(path: Path, what: str, expected: str, got: object) -> LocalsdgError:
    return LocalsdgError(
        what,
        where=f"data/{path.name}",
        expected=expected,
        got=got,
        next_step="correct the file, then localsdg corrections --check",
    )


def _correction(entry: Any, declared_in: str) -> Correction:
    if not isinstance(entry, dict):
        raise _Wrong("it is no table", "[[correction]] with its keys", entry)
    _only(entry, _KEYS, "the entry")
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise _Wrong(f"{key} is missing", "a text", entry.get(key))
    if not _ID.fullmatch(entry["id"]):
        raise _Wrong("the id has another form", "small letters, digits and hyphens", entry["id"])
    if type(entry.get("since")) is not date:
        raise _Wrong("since is no day", "a day such as 2026-11-27", entry.get("since"))
    where = _table(entry, "where")
    _only(where, _WHERE, "where")
    if empty := [key for key in sorted(where) if where[key] in ([], {}, "")]:
        raise _Wrong(
            f"where.{empty[0]} is empty", "what it is about, or no such key, which is anything", where[empty[0]]
        )
    return Correction(
        correction_id=entry["id"],
        what=entry["what"].strip(),
        action=entry["action"].strip(),
        reason=entry["reason"].strip(),
        who=entry["who"].strip(),
        since=entry["since"],
        **_place(where),
        said=_said(entry),
        **_action(entry, bool(where.get("series"))),
        declared_in=declared_in,
    )


def _place(where: dict) -> dict[str, Any]:
    """The part `where`: official values by series, local ones by site or government."""
    if not isinstance(where.get("source"), str) or where["source"] not in sources():
        raise _Wrong("where.source is unknown", ", ".join(sources()), where.get("source"))
    is_official, is_local = bool(_OFFICIAL & set(where)), bool(_LOCAL & set(where))
    if is_official == is_local:
        raise _Wrong(
            "where names no values, or two kinds", "series (with area), or site or local_government", ", ".join(where)
        )
    if is_official and not where.get("series"):
        raise _Wrong("where.series is missing", "a series or a list of them", None)
    if is_local and not (where.get("site") or where.get("local_government")):
        raise _Wrong("where.site is missing", "a site, or local_government", None)
    breakdown = where.get("breakdown", {})
    if not isinstance(breakdown, dict) or not all(isinstance(code, str) for code in breakdown.values()):
        raise _Wrong("where.breakdown is no table of texts", '{ age = "15+" }', breakdown)
    names = {"series": "series", "areas": "area", "sites": "site", "governments": "local_government"}
    names |= {"indicators": "indicator", "releases": "release"}
    lists = {name: _texts(where, key) for name, key in names.items()}
    return {"source": where["source"], "years": _years(where), "breakdown": breakdown, **lists}


def _action(entry: dict, is_official: bool) -> dict[str, Any]:
    """What it does and with what; a key of another action is an error."""
    action = entry["action"].strip()
    if action not in ACTIONS:
        raise _Wrong("the action is unknown", ", ".join(ACTIONS), action)
    given = {key for keys in ACTIONS.values() for key in keys if key in entry}
    if given - set(ACTIONS[action]) or (ACTIONS[action] and not given):
        raise _Wrong(
            f"{action} is given something else",
            " or ".join(ACTIONS[action]) or "nothing more",
            ", ".join(sorted(given)) or "nothing",
        )
    for key in ("value", "factor"):
        if key in entry and (isinstance(entry[key], bool) or not isinstance(entry[key], int | float)):
            raise _Wrong(f"{key} is no number", "a number", entry[key])
        if (
            key in entry and not abs(entry[key]) <= sys.float_info.max
        ):  # TOML knows inf and nan, and integers of any size
            raise _Wrong(f"{key} is no finite number", "a number", entry[key])
    if entry.get("factor") == 0:
        raise _Wrong("factor is 0", "a number other than 0", 0)
    if "unit" in entry and not (isinstance(entry["unit"], str) and entry["unit"].strip()):
        raise _Wrong("unit is no text", "a code such as USD", entry["unit"])
    if "unit" in entry and not is_official:
        raise _Wrong("unit is only for official series", "value", entry["unit"])
    flags = columns()["quality_flag"].allowed
    if "flag" in entry and entry["flag"] not in flags:
        raise _Wrong("the flag is unknown", ", ".join(flags), entry["flag"])
    return {key: entry.get(key) for key in ("value", "unit", "factor", "flag")}


def _said(entry: dict) -> tuple[Said, ...]:
    given = entry.get("source_said")
    tables = given if isinstance(given, list) else [_table(entry, "source_said")]
    if not tables:
        raise _Wrong("source_said is empty", "rows, and values or lowest and highest", given)
    found = []
    for table in tables:
        if not isinstance(table, dict):
            raise _Wrong("source_said is no table", "{ rows = 1, values = [...] }", table)
        _only(table, _SAID, "source_said")
        rows, lowest, highest = table.get("rows"), table.get("lowest"), table.get("highest")
        if type(rows) is not int or rows < 1:
            raise _Wrong("source_said.rows is missing", "the number of observations", rows)
        values = _texts(table, "values")
        if bool(values) == (isinstance(lowest, str) and isinstance(highest, str)) or len(values) > rows:
            raise _Wrong("source_said has no values", "values, or lowest and highest, as published texts", table)
        found.append(Said(rows, tuple(sorted(set(values))), lowest, highest, _texts(table, "release")))
    return tuple(found)


def _table(entry: dict, key: str) -> dict:
    if not isinstance(entry.get(key), dict):
        raise _Wrong(f"{key} is missing", f"{key} = {{ ... }}", entry.get(key))
    return entry[key]


def _only(table: dict, known: set[str], name: str) -> None:
    if unknown := sorted(set(table) - known):
        raise _Wrong(f"{name} has an unknown key", ", ".join(sorted(known)), ", ".join(unknown))


def _texts(table: dict, key: str) -> tuple[str, ...]:
    given = table.get(key, [])
    values = given if isinstance(given, list) else [given]
    if not all(isinstance(one, str) and one for one in values):
        raise _Wrong(f"{key} is no text", "a text in quotes or a list of them", given)
    return tuple(values)


def _years(where: dict) -> tuple[int, ...]:
    given = where.get("year", [])
    years: list[int] = []
    for one in given if isinstance(given, list) else [given]:
        match = _SPAN.fullmatch(str(one))
        if match is None or isinstance(one, float):
            raise _Wrong("where.year is no year", '2021, [2020, 2021] or "2000-2019"', one)
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:  # no year at all, which would be taken for any year
            raise _Wrong("where.year ends before it begins", f'"{last}-{first}"', one)
        years += range(first, last + 1)
    return tuple(years)
