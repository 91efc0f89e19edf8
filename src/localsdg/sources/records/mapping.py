"""The mapping of a file of records: which of its columns is which of the contract's.

A file as it was downloaded is kept as it is; the mapping is kept beside it in the manifest, so
that staging reads it in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from localsdg.common.errors import UsageError
from localsdg.common.parsed_text import toml_of
from localsdg.registry.local_governments import slug
from localsdg.sources.records.contract import ACTIONS, column_key
from localsdg.sources.records.table_file import TableFile

SHOW_EXAMPLE = "localsdg pull actions --example"
EXAMPLE = Path(__file__).with_name("example.toml")
#: Facts of a register, as the manifest keeps them beside its file.
DATASET_FACTS = ("title", "publisher", "licence", "attribution", "homepage", "is_self_selected", "as_of")
#: In the name of a column: a number that repeats the record in one row (`doing{n}Title`).
REPEAT = "{n}"
#: Between the parts of a cell that is made of several columns.
_JOINED_BY = {"sdgs": "; ", "partners": "; ", "country": "; ", "url": " "}
_BLANK = re.compile(
    r"n\.?/?a\.?|nan|null|none|nil|#n/a|<na>|not (?:applicable|available|specified)|[-\u2013\u2014_.?*/]+",
    re.IGNORECASE,
)
#: Row numbers of repeated records: row 12, the third of it -> 1203.
REPEATED_ROWS = 100


@dataclass(frozen=True)
class RecordMapping:
    """`columns` maps a column of the contract to columns of the file, whose cells are joined;
    `constants` to a text that holds for every row; `dataset` holds the facts of the register.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    dataset: Mapping[str, object] = field(default_factory=dict)

    @property
    def rows_key(self) -> str:
        """Key of a JSON object that holds the records; '' where there is one list, or none."""
        return str(self.dataset.get("rows", ""))

    def wanted(self) -> set[str]:
        """Keys of all columns that the file may have, by which its sheet and separator are known."""
        named = {column_key(name) for names in self.columns.values() for name in names}
        return named | set(ACTIONS.column_names)

    def as_extra(self) -> dict:
        """What the manifest keeps: facts of the register by name, and the mapping; nothing where there is none."""
        extra = {name: self.dataset[name] for name in DATASET_FACTS if name in self.dataset}
        if named := self.dataset.get("id"):
            extra["dataset"] = named
        body = {"columns": {name: list(names) for name, names in self.columns.items()}, "constants": self.constants}
        kept: dict[str, object] = {key: dict(value) for key, value in body.items() if value}
        if self.rows_key:
            kept["rows"] = self.rows_key
        return extra | ({"mapping": kept} if kept else {})

    @classmethod
    def from_extra(cls, extra: Mapping) -> RecordMapping:
        """The mapping that `as_extra` kept."""
        kept = extra.get("mapping", {})
        columns = {name: tuple(names) for name, names in kept.get("columns", {}).items()}
        return cls(columns, kept.get("constants", {}), {"rows": kept["rows"]} if "rows" in kept else {})


def mapping_for(path: Path, given: Sequence[str]) -> RecordMapping:
    """The mapping of a file: `COLUMN=ITS COLUMN` and TOML files as given, else the TOML beside the file.

    `registry.csv.gz` is read by `registry.csv.gz.map.toml` or `registry.map.toml`. Raises
    `UsageError` for what is no mapping.
    """
    files = [Path(text) for text in given if "=" not in text or Path(text).is_file()]
    if not given:
        beside = (path.with_name(f"{name}.map.toml") for name in (path.name, path.name.split(".")[0]))
        files = [candidate for candidate in beside if candidate.is_file()][:1]
    parts = [_read(file) for file in files]
    parts += [_pair(text) for text in given if "=" in text and not Path(text).is_file()]
    return RecordMapping(
        dict(pair for part in parts for pair in part.columns.items()),
        dict(pair for part in parts for pair in part.constants.items()),
        dict(pair for part in parts for pair in part.dataset.items()),
    )


def _pair(text: str) -> RecordMapping:
    target, _, source = (part.strip() for part in text.partition("="))
    if target not in ACTIONS.column_names or not source:
        raise UsageError(
            "that maps no column of the contract",
            where=f"--map {text}",
            expected=f"COLUMN=COLUMN OF THE FILE, with one of {', '.join(ACTIONS.column_names)}",
            got=target or "no column",
            next_step=SHOW_EXAMPLE,
        )
    return RecordMapping({target: (source,)})


def _read(path: Path) -> RecordMapping:
    try:
        body = toml_of(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _fault("the mapping cannot be read", path, "a TOML file", error.strerror) from error
    except ValueError as error:  # no UTF-8, or no TOML
        raise _fault("the mapping is no TOML", path, "a TOML file in UTF-8", error) from error
    columns = {
        target: tuple(_texts(source if isinstance(source, list) else [source], path, f"columns.{target}"))
        for target, source in _section(body, "columns", ACTIONS.column_names, path).items()
    }
    constants = {
        target: _texts([value], path, f"constants.{target}")[0]
        for target, value in _section(body, "constants", ACTIONS.column_names, path).items()
    }
    dataset = _section(body, "dataset", ("id", "rows", *DATASET_FACTS), path)
    if (named := dataset.get("id")) is not None and (not isinstance(named, str) or slug(named) != named):
        raise _fault("that is no id", f"{path.name}, dataset.id", "lower-case letters, digits and hyphens", named)
    if not isinstance(dataset.get("is_self_selected", False), bool):
        raise _fault("true or false is expected", f"{path.name}, dataset.is_self_selected", "true or false", "a text")
    facts = {name: value if isinstance(value, bool) else str(value) for name, value in dataset.items()}
    return RecordMapping(columns, constants, facts)


def _section(body: dict, name: str, known: Iterable[str], path: Path) -> dict:
    """One section; raises for names that are unknown: a typing error would else be left out in silence."""
    if unknown := [section for section in body if section not in ("columns", "constants", "dataset")]:
        raise _fault("unknown section", path.name, "[columns], [constants], [dataset]", f"[{unknown[0]}]")
    section = body.get(name, {})
    if not isinstance(section, dict):
        raise _fault("a section is expected", path.name, f"[{name}]", section)
    if unknown := [key for key in section if key not in known]:
        raise _fault("unknown name", f"{path.name}, [{name}]", ", ".join(known), unknown[0])
    return section


def _texts(values: Sequence, path: Path, name: str) -> list[str]:
    if not values or not all(isinstance(value, str | int) and not isinstance(value, bool) for value in values):
        raise _fault("a text is expected", f"{path.name}, {name}", "a text in quotes, or a list of texts", values)
    return [str(value) for value in values]


def _fault(what: str, where: object, expected: str, got: object) -> UsageError:
    return UsageError(what, where=where, expected=expected, got=got, next_step=SHOW_EXAMPLE)


@dataclass(frozen=True)
class MappedRow:
    """One record: its number, the row of the file and the repetition that it comes from, and all cells of the row."""

    number: int
    row: int
    repeat: int
    cells: list[str]


@dataclass
class MappedTable:
    """Records in the columns of a contract, and the columns of the file that are left out.

    `decimals` are records and columns whose cells the file holds as numbers with decimals.
    """

    columns: dict[str, list[str]]
    rows: list[MappedRow]
    left_out: list[str]
    others: list[list[str]]  # for each record the cells of the columns that are left out
    decimals: set[tuple[int, str]]
    n_without: int = 0  # rows of the file in which no repetition is filled


def apply_mapping(table: TableFile, mapping: RecordMapping, names: Sequence[str], *, where: object) -> MappedTable:
    """The table in the columns of a contract (`names`); raises `UsageError` for a column that the file lacks.

    A column of the file that has the contract's own name needs no mapping. With `{n}` in the
    names of columns, a row gives a record for each n whose cells are not all blank.
    """
    at: dict[str, int] = {}
    for position, cell in enumerate(table.header):
        at.setdefault(column_key(cell), position)
    repeats = _repeats(table.header, mapping)
    places: dict[str, list[list[int]]] = {}  # column of the contract -> places of its cells, for each repetition
    for name in names:
        if name in mapping.columns:
            places[name] = [_places(mapping.columns[name], repeat, at, table.header, where) for repeat in repeats]
        elif name in at and name not in mapping.constants:
            places[name] = [[at[name]]] * len(repeats)
    rows = _mapped_rows(table, mapping, places, len(repeats))
    columns = {
        name: [_joined(name, row.cells, places[name][row.repeat]) for row in rows]
        if name in places
        else [mapping.constants.get(name, "")] * len(rows)
        for name in names
    }
    used = {place for some in places.values() for cells in some for place in cells}
    decimals = {
        (row.number, name)
        for row in (rows if table.decimals else ())
        for name, some in places.items()
        if any((row.row, place) in table.decimals for place in some[row.repeat])
    }
    free = [place for place in range(len(table.header)) if place not in used]
    left_out = [cell for cell in (table.header[place].strip() for place in free) if cell]
    others = [[row.cells[place] for place in free] for row in rows]
    return MappedTable(columns, rows, left_out, others, decimals, len(table.rows) - len({row.row for row in rows}))


def _repeats(header: Sequence[str], mapping: RecordMapping) -> list[str]:
    """What `{n}` stands for in the columns of the file: its numbers in order; one blank without it."""
    found: dict[int, None] = {}
    for names in mapping.columns.values():
        for name in names:
            if REPEAT in name:
                before, after = map(re.escape, map(column_key, name.split(REPEAT, 1)))
                hits = (re.fullmatch(rf"{before}(\d+){after}", column_key(cell)) for cell in header)
                found |= {int(hit[1]): None for hit in hits if hit}
    return [str(number) for number in sorted(found)] or [""]


def _places(names: Sequence[str], repeat: str, at: dict[str, int], header: Sequence[str], where: object) -> list[int]:
    keys = [column_key(name.replace(REPEAT, repeat)) for name in names]
    if absent := [name for name, key in zip(names, keys, strict=True) if key not in at and REPEAT not in name]:
        raise UsageError(
            "the file has no such column",
            where=where,
            expected=", ".join(cell.strip() for cell in header if cell.strip())[:400],
            got=absent[0],
            next_step="correct the name in the mapping and run the same command",
        )
    return [at[key] for key in keys if key in at]


def _mapped_rows(
    table: TableFile, mapping: RecordMapping, places: dict[str, list[list[int]]], n_repeats: int
) -> list[MappedRow]:
    if n_repeats == 1:
        return [MappedRow(number, number, 0, cells) for number, cells in table.rows]
    repeated = [name for name, cells in mapping.columns.items() if any(REPEAT in cell for cell in cells)]
    rows = []
    for number, cells in table.rows:
        filled = [
            repeat
            for repeat in range(n_repeats)
            if any(cells[place].strip() for name in repeated for place in places[name][repeat])
        ]
        rows += [MappedRow(number * REPEATED_ROWS + repeat + 1, number, repeat, cells) for repeat in filled]
    return rows


def _joined(name: str, cells: Sequence[str], places: Sequence[int]) -> str:
    if len(places) == 1:
        return cells[places[0]]
    texts = (cells[place].strip() for place in places)
    return _JOINED_BY.get(name, " ").join(dict.fromkeys(text for text in texts if text and not is_blank_mark(text)))


def is_blank_mark(text: str) -> bool:
    """Whether a cell says that there is no value: `NA`, `n/a`, `-`."""
    return _BLANK.fullmatch(text.strip()) is not None
