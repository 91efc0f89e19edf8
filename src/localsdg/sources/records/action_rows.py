"""Action records read from their cells: what each states, and what of it could not be read.

An optional cell never costs its record: what cannot be read is blanked, counted and shown. Only
a record without title and description, and the very same record again, are set aside.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localsdg.common.formula_guard import is_formula
from localsdg.common.html_text import has_markup, html_to_text
from localsdg.registry.local_governments import provisional_id, resolve, slug
from localsdg.sources.records import action_cells as cells_of
from localsdg.sources.records.action_leads import Leads, read_leads
from localsdg.sources.records.contract import ACTIONS, ValidationError
from localsdg.sources.records.files import Records
from localsdg.sources.records.mapping import is_blank_mark

if TYPE_CHECKING:
    import pandas as pd

#: Columns of prose and names, of which markup is taken out.
_TEXTS = ("title", "description", "lead", "lead_kind", "local_government", "partners", "sdgs", "country")
#: What makes two records of one id two records, as it was read.
_TOLD_APART = (
    "title",
    "description",
    "urls",
    "partners",
    "codes",
    "iso3s",
    "first_year",
    "last_year",
    "kind",
    "language",
)
_SEPARATOR = "\x1f"
_TITLE_LENGTH = 120
_EXAMPLES = 3


@dataclass(frozen=True)
class BlankedCells:
    """Cells of one column that could not be read in whole or in part, under one rule."""

    column: str
    rule_id: str
    what: str
    n_cells: int
    examples: tuple[str, ...]  # `row 3 'XX'`

    def __str__(self) -> str:
        cells = "cell" if self.n_cells == 1 else "cells"
        return f"{self.column}: {self.n_cells:,} {cells} blanked, {self.what}: {', '.join(self.examples)}"


@dataclass
class ActionRows:
    """Records of one file, and what became of the others.

    `frame` has a row for each record that is kept, the numbers of the rows as index: the text
    columns of the contract, and `made_id`, `dataset_id`, `known_lead_kind`, `known_lead_basis`,
    `local_government_id`, `is_provisional`, `iso3s`, `years`, `elements` and `urls`.
    """

    frame: pd.DataFrame
    rejected: list[ValidationError] = field(default_factory=list)
    blanked: list[BlankedCells] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_actions(records: Records, dataset_id: str) -> ActionRows:
    """Read the records of a file; `dataset_id` is the register where a record names none.

    Rows that cannot be split into cells are in `records.unreadable` and not here.
    """
    rows = ActionRows(records.frame.copy())
    _clean_texts(rows, records)
    untitled = (rows.frame["title"] == "") & (rows.frame["description"] == "")
    rows.rejected = [
        ValidationError(int(number), "title", "no title and no description that can be used", text, "ACT-R01")
        for number, text in records.frame.loc[untitled, "title"].items()
    ]
    rows.frame = rows.frame[~untitled].copy()
    frame = rows.frame
    _read_cells(rows)
    frame["dataset_id"] = _by_text(frame["dataset"], lambda text: slug(text) or dataset_id)
    leads = read_leads(frame)
    _note_leads(rows, leads)
    _identify(frame)
    _tell_apart(rows, records)
    return rows


def _by_text(column: pd.Series, read: Callable[[str], object]) -> list:
    """What each cell of a column means, each text read once."""
    known = {text: read(text) for text in column.unique()}
    return [known[text] for text in column]


def _clean_texts(rows: ActionRows, records: Records) -> None:
    """Texts without markup, formulas and marks of no value; the two last are counted."""
    _blank_traps(rows, records)
    frame, n_markup = rows.frame, 0
    for name in ACTIONS.column_names:
        raw = frame[name]
        states: dict[str, str] = {}
        clean: dict[str, str] = {}
        for text in raw.unique():
            plain = text.strip()
            if name in _TEXTS and has_markup(plain):
                plain = html_to_text(plain)
            if plain and is_formula(plain):
                states[text], plain = "R08", ""
            elif plain and is_blank_mark(plain) and not (name == "local_government" and _is_town(frame, text)):
                states[text], plain = "R18", ""
            clean[text] = plain
        if name in _TEXTS:
            n_markup += sum(has_markup(text) for text in raw)
        frame[name] = [clean[text] for text in raw]
        for rule, what in (("R08", "a formula"), ("R18", "a mark of no value")):
            _count(rows, name, rule, what, raw, {text for text, state in states.items() if state == rule})
    if n_markup:
        rows.notes.append(f"markup was taken out of {n_markup:,} cell{'s' if n_markup > 1 else ''}")


def _is_town(frame: pd.DataFrame, text: str) -> bool:
    """Whether a mark of no value is a name: None is a town in Italy, where its record names the country."""
    return text.strip().isalpha() and all(frame.loc[frame["local_government"] == text, "country"].str.strip() != "")


def _blank_traps(rows: ActionRows, records: Records) -> None:
    """Numbers that may be another target are blank in a file that is taken all the same."""
    trapped = {fault.row for fault in records.traps}
    if trapped:
        raw = rows.frame["sdgs"]
        _count_rows(rows, "sdgs", "R17", "8.1 may be 8.10", raw[[row in trapped for row in raw.index]])
        rows.frame["sdgs"] = ["" if number in trapped else text for number, text in zip(raw.index, raw, strict=True)]


def _count(rows: ActionRows, column: str, rule: str, what: str, raw: pd.Series, texts: set[str]) -> None:
    if texts:
        _count_rows(rows, column, rule, what, raw[raw.isin(texts)])


def _count_rows(rows: ActionRows, column: str, rule: str, what: str, raw: pd.Series) -> None:
    shown = raw.drop_duplicates().head(_EXAMPLES)
    examples = tuple(f"row {number} '{_short(text)}'" for number, text in shown.items())
    rows.blanked.append(BlankedCells(column, f"ACT-{rule}", what, len(raw), examples))


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _read_cells(rows: ActionRows) -> None:
    """The typed columns, each from its texts; what cannot be read is counted."""
    frame = rows.frame
    for column, target, rule, what, read in (
        ("year", "years", "R02", "no year, or not all", cells_of.years_of),
        ("end_year", "end_years", "R02", "no year, or not all", cells_of.years_of),
        ("kind", "kind", "R03", "none of the list, now other", cells_of.kind_of),
        ("country", "iso3s", "R04", "no country, or not all", cells_of.countries_of),
        ("url", "urls", "R05", "no web address", cells_of.urls_of),
        ("language", "language", "R06", "no language", cells_of.language_of),
        ("sdgs", "elements", "R07", "no goal, target or indicator, or not all", cells_of.sdgs_of),
    ):
        raw = frame[column]
        known = {text: read(text) if text else ("" if column == target else (), True) for text in raw.unique()}
        _count(rows, column, rule, what, raw, {text for text, (_, good) in known.items() if not good})
        frame[target] = [known[text][0] for text in raw]
    _read_years(rows)


def _read_years(rows: ActionRows) -> None:
    """First and last year of each record: a span may be in one cell, or in two."""
    frame = rows.frame
    firsts, lasts, reversed_rows = [], [], []
    for number, years, ends in zip(frame.index, frame["years"], frame["end_years"], strict=True):
        first = min(years, default=None)
        last = max(ends, default=None) or (max(years) if len(years) > 1 else None)
        if first and last and last < first:
            reversed_rows.append(number)
            last = None
        firsts.append(first)
        lasts.append(last)
    if reversed_rows:
        _count_rows(rows, "end_year", "R02", "before the year", frame.loc[reversed_rows, "end_year"])
    frame["first_year"], frame["last_year"] = firsts, lasts
    frame["first_year"] = frame["first_year"].astype("Int64")
    frame["last_year"] = frame["last_year"].astype("Int64")


def _note_leads(rows: ActionRows, leads: Leads) -> None:
    frame = rows.frame
    frame["lead"], frame["local_government"] = leads.names, leads.local_governments
    frame["known_lead_kind"], frame["known_lead_basis"] = leads.kinds, leads.bases
    if leads.moved:
        kinds = Counter(frame.loc[leads.moved, "known_lead_kind"])
        most = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common(3))
        rows.notes.append(
            f"{len(leads.moved):,} of {leads.n_named:,} names in local_government are no local or regional "
            f"government and are leads alone: {most}"
        )


def _identify(frame: pd.DataFrame) -> None:
    """Id of the local government that leads, and of the record."""
    first = [codes[0] if len(codes) == 1 else "" for codes in frame["iso3s"]]
    known: dict[tuple[str, str], tuple[str | None, bool]] = {}
    for pair in dict.fromkeys(zip(frame["local_government"], first, strict=True)):
        name, iso3 = pair
        found = resolve(name, iso3) if name else None
        known[pair] = (found or (provisional_id(name, iso3) if name else None), bool(name) and found is None)
    pairs = [known[pair] for pair in zip(frame["local_government"], first, strict=True)]
    frame["local_government_id"] = [government for government, _ in pairs]
    frame["is_provisional"] = [is_provisional for _, is_provisional in pairs]
    frame["iso3"] = first
    frame["made_id"] = [
        _made_id(government or dataset, given, content)
        for (government, _), dataset, given, content in zip(
            pairs,
            frame["dataset_id"],
            frame["action_id"],
            _contents(frame, "title", "description", "year", "url"),
            strict=True,
        )
    ]


def _contents(frame: pd.DataFrame, *names: str) -> list[str]:
    return [_SEPARATOR.join(parts) for parts in zip(*(frame[name] for name in names), strict=True)]


def _made_id(who: str, given: str, content: str) -> str:
    """The government, or the register, and the record's own id: two cities may both have a project 1."""
    if given:
        return given if given.startswith(f"{who}:") else f"{who}:{given}"
    return f"{who}:{_digest(content, 12)}"


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:length]


def _tell_apart(rows: ActionRows, records: Records) -> None:
    """Records with one id: the very same again is set aside, one that differs is another record.

    The first keeps the id, so that it is as in a file that has it alone; the others get a
    digest of what they state.
    """
    frame = rows.frame
    alike = frame["made_id"].duplicated(keep=False)
    if not alike.any():
        return
    some = frame[alike]
    some = some.assign(codes=[[element.code for element in elements] for elements in some["elements"]])
    # two spellings of one government are one; other leads are known by name alone
    ids = some["local_government_id"]
    leads = [
        government if isinstance(government, str) else lead for government, lead in zip(ids, some["lead"], strict=True)
    ]
    read = [leads, *(some[name].map(str) for name in _TOLD_APART)]
    stated = dict(zip(some.index, map(_SEPARATOR.join, zip(*read, strict=True)), strict=True))
    others_of = {number: _SEPARATOR.join(records.others[number]) for number in some.index}
    first: dict[str, dict[tuple[str, str], int]] = {}
    again: dict[int, int] = {}
    others: list[int] = []
    for number, made_id in some["made_id"].items():
        known = first.setdefault(made_id, {})
        before = known.setdefault((stated[number], others_of[number]), int(number))
        if before != number:
            again[int(number)] = before
        elif len(known) > 1:
            others.append(int(number))
            digest = _digest(stated[number] + _SEPARATOR + others_of[number], 6)
            frame.at[number, "made_id"] = f"{made_id}-{digest}"
    rows.rejected += [
        ValidationError(number, "title", f"the same record as in row {before}", frame.at[number, "title"], "ACT-R10")
        for number, before in again.items()
    ]
    if others:
        given = sum(bool(frame.at[number, "action_id"]) for number in others)
        what = f"{given:,} with an id that the file has before" if given else "without an id"
        rows.notes.append(
            f"{len(others):,} records have the words of another and differ in other columns ({what}); each is "
            f"a record of its own: row {', '.join(map(str, others[:_EXAMPLES]))}"
        )
    rows.frame = frame[[number not in again for number in frame.index]]
