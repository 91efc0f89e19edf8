"""One snapshot of tables -> its tables, one for each indicator, and what they state of it.

A table holds many indicators, and an indicator may be in many tables of an
archive: rows are sorted by indicator here, under the header cells that the
steps for all local data know (Year, Value, Units, District). A row keeps its
number; with several tables in an archive the numbers run on.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from localsdg.common.clean_text import Cleaner, clean_text, comparable
from localsdg.common.digits import ascii_digits
from localsdg.common.errors import LocalsdgError
from localsdg.common.zip_files import UNREADABLE_ZIP
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.sources.table.mapping import MAP_ROLE, ROLES, TableMapping, parse_mapping
from localsdg.sources.table.nested import flatten, parse_json
from localsdg.staging.contain import reason_of
from localsdg.staging.local.data_file import DataFile, read_csv
from localsdg.staging.local.reference_area import Home
from localsdg.staging.local.rules import NO_TABLE, NO_YEAR, UNREADABLE
from localsdg.staging.local.snapshot_content import Archive, SnapshotContent, StatedFacts
from localsdg.staging.opensdg.archive import open_archive, read_entry

RULE_PREFIX = "TABLE"
#: Begins the id of what is no indicator: a file that cannot be read, rows that name none.
NO_INDICATOR = "? "
#: Header cells that the steps for all local data know.
YEAR, VALUE, UNITS, PLACE, STATUS = "Year", "Value", "Units", "District", "Observation status"
_YEAR_COLUMN = re.compile(r"(?:19|20)\d{2}(?:[-/](?:\d{2}|\d{4}))?")
_OFFICIAL = re.compile(r"(?:1[0-7]|[1-9])[.](?:[1-9]\d?|[a-z])[.][1-9]\d?")
_TARGET = re.compile(r"0*([1-9]\d?)(?:[.-]0*([1-9]\d?|[a-z]))?(?![0-9a-z])")


@dataclass
class _Rows:
    """Rows of one indicator: number and cells by role."""

    numbers: list[int] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    entries: dict[str, None] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    def add(self, number: int, entry: str, cells: dict[str, str], facts: dict[str, str]) -> None:
        """One row; a column that earlier rows did not have is blank there."""
        for name in {*self.columns, *cells}:
            column = self.columns.setdefault(name, [""] * len(self.numbers))
            column.append(cells.get(name, ""))
        self.numbers.append(number)
        self.entries.setdefault(entry)
        for name, text in facts.items():
            if text:
                self.facts.setdefault(name, text)


def read_snapshot_content(snapshot: Snapshot) -> SnapshotContent:
    """The tables of one snapshot by indicator, and the facts that its mapping and rows state.

    Raises `LocalsdgError` for a mapping or an archive that cannot be read or
    was changed; a bad file inside one carries a rule.
    """
    snapshot.verify()
    map_record = snapshot.with_role(MAP_ROLE)[0]
    mapping = parse_mapping(snapshot.file_path(map_record).read_text(encoding="utf-8-sig"), where=map_record.name)
    government = mapping.government
    content = SnapshotContent(
        snapshot,
        RULE_PREFIX,
        site_id=mapping.site_id,
        local_government_id=government.local_government_id,
        home=Home(government.name, government.level, government.country_iso3),
        year_pulled=int(snapshot.fetched_at[:4]),
        archives=[],
        stated={},
        metadata_sha256=map_record.sha256,
    )
    for record in snapshot.with_role(*sorted(set(ROLES.values()))):
        tables = list(read_tables(snapshot, record, mapping))
        files, stated = by_indicator(tables, mapping)
        _require_all_rows(tables, files, mapping, record.name)
        content.archives.append(Archive(record, files))
        content.stated.update(stated)
        content.n_cleaned += Counter({record.name: sum(table.n_cleaned for table in tables)})
    return content


def _require_all_rows(tables: list[DataFile], files: list[DataFile], mapping: TableMapping, where: str) -> None:
    """Raise where rows were lost or doubled on the way from tables to indicators."""
    n_tables = sum(_n_values(table, mapping) for table in tables)
    n_files = sum(file.rows_in for file in files)
    if n_tables != n_files:
        raise LocalsdgError(
            "rows are unaccounted for",
            where=where,
            expected=f"{n_tables:,} rows",
            got=f"{n_files:,}",
            next_step="report this with the file and the mapping",
        )


def _n_values(table: DataFile, mapping: TableMapping) -> int:
    """Rows of a table; in the wide layout its cells in columns of years, but for blank ones, and its bad rows."""
    if table.rule or mapping.layout == "long":
        return table.rows_in
    cells = (cell for name in _year_columns(table) for cell in table.columns[name])
    return sum(bool(cell.strip()) for cell in cells) + len(table.bad_rows)


def _year_columns(table: DataFile) -> list[str]:
    return [name for name in table.columns if _YEAR_COLUMN.fullmatch(ascii_digits(name))]


def read_tables(snapshot: Snapshot, record: FileRecord, mapping: TableMapping) -> Iterator[DataFile]:
    """The tables of one raw file, cells as they are; one that cannot be read carries a rule."""
    if record.role != "table_zip":
        yield _read_table(snapshot.file_path(record).read_bytes(), record.name, mapping)
        return
    with open_archive(snapshot.file_path(record)) as archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            entry = clean_text(member.filename)
            if entry.lower().endswith((".json",) if mapping.rows else (".csv", ".tsv")):
                try:
                    yield _read_table(read_entry(archive, member), entry, mapping)
                except UNREADABLE_ZIP as error:
                    yield _unreadable(entry, UNREADABLE, reason_of(error))


def _read_table(content: bytes, entry: str, mapping: TableMapping) -> DataFile:
    try:
        table = _from_json(content, entry, mapping.rows) if mapping.rows else read_csv(content, entry, "")
    except Exception as error:  # whatever one file holds, the others are read
        return _unreadable(entry, UNREADABLE, reason_of(error))
    if table.rule == NO_YEAR and table.columns:
        table.rule, table.detail = None, None  # its columns have the names of the mapping
    if table.rule is None and (missing := [name for name in mapping.required if name not in table.columns]):
        table.rule, table.detail = NO_YEAR, f"no column {', '.join(missing)}; it has {', '.join(table.columns)}"[:200]
    if table.rule:
        table.indicator_id = NO_INDICATOR + entry
    return table


def _unreadable(entry: str, rule: str, detail: str) -> DataFile:
    return DataFile(entry, NO_INDICATOR + entry, "", rule=rule, detail=detail)


def _from_json(content: bytes, entry: str, way: str) -> DataFile:
    if content.lstrip()[:1] not in (b"{", b"[", b"\xef"):
        return _unreadable(entry, NO_TABLE, "it does not start like JSON")
    cleaner = Cleaner()
    header, rows = flatten(cleaner.value(parse_json(content)), way)
    return DataFile(
        entry,
        "",
        hashlib.sha256(content).hexdigest(),
        rows_in=len(rows),
        row_numbers=list(range(1, len(rows) + 1)),
        columns={name: list(cells) for name, cells in zip(header, zip(*rows, strict=True), strict=True)},
        n_cleaned=cleaner.n_removed,
    )


def by_indicator(tables: list[DataFile], mapping: TableMapping) -> tuple[list[DataFile], dict[str, StatedFacts]]:
    """The rows of the tables of one raw file, one table for each indicator, and what they state of each.

    Tables with a rule stay as they are. Rows that do not fit their header or
    name no indicator are the bad rows of a table of their own.
    """
    rows: dict[str, _Rows] = {}
    bad: dict[int, str] = {}
    files = [table for table in tables if table.rule]
    usable = [table for table in tables if table.rule is None]
    offset = 0
    for table in usable:
        bad |= {offset + number: detail for number, detail in table.bad_rows.items()}
        last = offset
        for number, cells, facts in _values(table, mapping):
            last = max(last, offset + number)
            indicator_id = _indicator_id(facts.pop("indicator", ""))
            if indicator_id:
                rows.setdefault(indicator_id, _Rows()).add(offset + number, table.entry, cells, facts)
            else:
                bad[offset + number] = f"no indicator in column {mapping.columns.get('indicator', '')}"
        offset = max(last, offset + table.rows_in)
    files += [_data_file(indicator_id, of_indicator, usable) for indicator_id, of_indicator in rows.items()]
    if bad:
        entry = usable[0].entry if len(usable) == 1 else f"{usable[0].entry} and {len(usable) - 1} more"
        files.append(
            DataFile(entry, f"{NO_INDICATOR}{entry}", "", rows_in=len(bad), bad_rows=bad, columns={YEAR: [], VALUE: []})
        )
    return files, {indicator_id: _stated(of_indicator.facts, mapping) for indicator_id, of_indicator in rows.items()}


def _values(table: DataFile, mapping: TableMapping) -> Iterator[tuple[int, dict[str, str], dict[str, str]]]:
    """Each value of a table: number, cells under known header cells, and facts of its indicator.

    In the wide layout a value is a cell in the column of a year; a blank one is no value.
    """
    width = len(table.row_numbers)
    years = _year_columns(table) if mapping.layout == "wide" else []
    named = {role: table.columns.get(name) for role, name in mapping.columns.items()}
    if mapping.rows:
        named.setdefault("value", table.columns.get("value"))
    blank = [""] * width

    def cell(role: str, at: int) -> str:
        return ((named.get(role) or blank)[at] or "").strip() or mapping.constants.get(role, "")

    number_of_value = 0
    for at, number in enumerate(table.row_numbers):
        facts = {role: cell(role, at) for role in ("indicator", "title", "target")}
        cells = {name: table.columns[name][at] for name in mapping.dimensions if name in table.columns}
        if "unit" in mapping.columns:
            cells[UNITS] = cell("unit", at)
        if "place" in mapping.columns:
            cells[PLACE] = _place(cell("place", at), cell("place_kind", at), mapping)
        if "status" in mapping.columns:
            cells[STATUS] = cell("status", at)
        if mapping.layout == "long":
            yield number, {YEAR: cell("year", at), VALUE: cell("value", at), **cells}, facts
            continue
        for year in years:
            if value := table.columns[year][at].strip():
                number_of_value += 1
                yield number_of_value, {YEAR: ascii_digits(year), VALUE: value, **cells}, dict(facts)


def _place(place: str, kind: str, mapping: TableMapping) -> str:
    """The name of a row's area, with its kind where two kinds share names; the own area keeps its name."""
    if not place or not kind or comparable(place) == comparable(mapping.government.name):
        return place
    return f"{place} ({kind})"


def _indicator_id(text: str) -> str:
    """The id as other local data have it, in ASCII digits: a UN code has hyphens (1-2-1), others keep their form."""
    text = ascii_digits(" ".join(text.split()))[:100]
    return text.replace(".", "-") if _OFFICIAL.fullmatch(text) else text


def _data_file(indicator_id: str, rows: _Rows, tables: list[DataFile]) -> DataFile:
    entries = list(rows.entries)
    entry = entries[0] if len(entries) == 1 else f"{entries[0]} and {len(entries) - 1} more"
    digest = hashlib.sha256(repr(sorted((name, cells) for name, cells in rows.columns.items())).encode())
    return DataFile(
        entry,
        indicator_id,
        digest.hexdigest(),
        rows_in=len(rows.numbers),
        separator=tables[0].separator,
        row_numbers=rows.numbers,
        columns=rows.columns,
    )


def _stated(facts: dict[str, str], mapping: TableMapping) -> StatedFacts:
    title, target = facts.get("title", ""), _TARGET.match(ascii_digits(facts.get("target", "").lower()))
    goal = target[1] if target else ""
    return StatedFacts(
        titles={mapping.language or "und": title} if title else {},
        own_titles=(title,) if title else (),
        unit=mapping.constants.get("unit", ""),
        target=f"{goal}.{target[2]}" if target and target[2] else "",
        goals={"target": goal} if goal else {},
    )
