"""Takes in manual reviews of links: a sheet that they filled in, kept as a snapshot.

The sheet is the one that `localsdg link review` writes, of actions or of
local indicators; its columns say which (`sheet_contract`). It is kept as it was
handed in; who read it and when is in the manifest, and fills the cells
that the person left blank. A row without a decision is no decision: it is
counted and left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.formula_guard import unguard_formula
from localsdg.registry.sdg_codes import parse_declared
from localsdg.registry.sources import sources
from localsdg.sources.records.checks import check_cells
from localsdg.sources.records.contract import DECISIONS, SHEETS, Contract, ValidationError
from localsdg.sources.records.files import Records, read_records
from localsdg.sources.records.intake import good_rows, refuse_broken
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, iter_snapshots, sha256_of

if TYPE_CHECKING:
    import pandas as pd

    from localsdg.common.settings import Settings

#: What people write for a decision, in lower case.
DECISION_WORDS = {
    "accept": "accepted",
    "accepted": "accepted",
    "yes": "accepted",
    "y": "accepted",
    "refuse": "refused",
    "refused": "refused",
    "no": "refused",
    "n": "refused",
}
#: Clocks differ, and a day without an hour is its first moment in no time zone in particular.
_SLACK = timedelta(days=1)


@dataclass(frozen=True)
class TakenDecisions:
    """A sheet that was read: rows by what became of them."""

    snapshot: Snapshot
    file_name: str  # as it is kept
    accepted: int
    refused: int
    undecided: int
    rejected: tuple[ValidationError, ...] = ()  # every fault of the rows that were left out
    is_new: bool = True  # False: the very same sheet was read before

    @property
    def rows_rejected(self) -> int:
        """Rows that were left out for a fault."""
        return len({fault.row for fault in self.rejected if not fault.is_of_header})


def sheet_contract(path: Path) -> Contract:
    """The contract that the columns of a sheet fit best: of actions, or of local indicators.

    Raises as `read_records` does.
    """
    return min(SHEETS, key=lambda contract: len(read_records(path, contract).header))


def read_decisions(
    path: Path, *, by: str = "", where: object | None = None, contract: Contract = DECISIONS
) -> tuple[Records, int]:
    """The rows of a sheet that hold a decision, and the number of those that do not.

    `by` is taken for a blank `decided_by`. Raises as `read_records` does.
    """
    records = read_records(path, contract, where=where)
    frame = records.frame.map(unguard_formula)
    frame["decided_by"] = [cell.strip() or by.strip() for cell in frame["decided_by"]]
    # a sheet without the column decides nothing, and its header says so
    decided = frame if records.missing else frame[frame["decision"].str.strip() != ""]
    return replace(records, frame=decided), len(frame) - len(decided)


def check_decisions(frame: pd.DataFrame, *, read_at: datetime, contract: Contract = DECISIONS) -> list[ValidationError]:
    """Every fault of decided rows that the sheet itself shows, by row.

    `frame` has a text column for each column of the contract, the numbers of
    the rows as index; `read_at` is UTC without a zone.
    """
    fault = partial(_fault, contract)
    faults = check_cells(frame, contract)
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        if cells["decision"].strip().lower() not in DECISION_WORDS:
            faults.append(fault(row, "decision", "write accept or refuse, or leave it blank", cells, "R03"))
        if not cells["decided_by"]:
            faults.append(fault(row, "decided_by", "no name: write who decided, or give --by NAME", cells, "R01"))
        if len(parse_declared(cells["code"])[0]) > 1:
            faults.append(fault(row, "code", "write one code, and a row for each", cells, "R07"))
        at = decided_at(cells["decided_at"], read_at)
        if at is None:
            faults.append(fault(row, "decided_at", "write a time such as 2026-11-23T10:00, in UTC", cells, "R15"))
        elif at > read_at + _SLACK:
            faults.append(fault(row, "decided_at", "the time lies ahead: it would win over all to come", cells, "R15"))
    return sorted(faults + _contradictions(frame, contract), key=lambda one: one.row)


def decided_at(cell: str, read_at: datetime) -> datetime | None:
    """The time of a cell as UTC without a zone, `read_at` where it is blank, None where it is no time."""
    if not cell.strip():
        return read_at
    try:
        at = datetime.fromisoformat(cell.strip())
        return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    except (ValueError, OverflowError):
        return None


def code_of(cell: str) -> str | None:
    """The one element that a cell names, as its code; None where it names none or several."""
    elements, unknown = parse_declared(cell)
    return elements[0].code if len(elements) == 1 and not unknown else None


def take_decisions(
    settings: Settings,
    path: Path,
    *,
    declared: Mapping[str, frozenset[str]],
    contract: Contract = DECISIONS,
    by: str = "",
    accept_partial: bool = False,
    now: datetime | None = None,
) -> TakenDecisions:
    """Keep a sheet as `data/raw/decisions/<release>/`, checked against what is published.

    `declared` holds, for every action (or local indicator, by `contract`) of
    the published warehouse, the codes that its record declares, with those
    they belong to. `now` is the time of
    reading, with its zone.

    Raises `BrokenRecords` with every fault for a sheet with faults (unless
    `accept_partial`), `LocalsdgError` for one that decides nothing, and
    `UsageError` for a path that is none, or for a sheet that was read before
    in another way. Nothing is kept then.
    """
    read_at = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    records, undecided = read_decisions(path, by=by, contract=contract)
    left_out = [] if records.missing else _against(records.frame, declared, contract)
    rows = [] if records.missing else check_decisions(records.frame, read_at=read_at, contract=contract) + left_out
    faults = records.header + sorted(records.unreadable + records.traps + rows, key=lambda fault: fault.row)
    refuse_broken(path, contract, records, faults, accept_partial)
    if not records.n_rows:
        raise LocalsdgError(
            "no row of the sheet is decided",
            where=path.name,
            expected="accept or refuse in the column decision",
            got=f"{undecided:,} rows without",
            next_step="fill it in and read it again",
        )
    extra = {
        "by": by.strip(),
        "read_at": read_at.isoformat(),
        "undecided": undecided,
        "left_out": [[f.row, f.column, f.what, f.got, f.rule_id] for f in left_out],
    }
    snapshot, name, is_new = _keep(settings, path, contract, records.n_rows, extra)
    decisions = good_rows(records, faults)["decision"].str.strip().str.lower().map(DECISION_WORDS)
    return TakenDecisions(
        snapshot,
        name,
        int((decisions == "accepted").sum()),
        int((decisions == "refused").sum()),
        undecided,
        tuple(faults),
        is_new,
    )


#: What the first cell of a row names, by the contract of its sheet, and the table that has it.
_NAMED = {"decisions": ("action", "core.action"), "indicator_decisions": ("local indicator", "core.local_indicator")}


def _against(frame: pd.DataFrame, declared: Mapping[str, frozenset[str]], contract: Contract) -> list[ValidationError]:
    """What the published records say against a decision, at the time of reading."""
    faults = []
    key, (noun, table) = contract.column_names[0], _NAMED[contract.name]
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        record = cells[key].strip()
        if record and record not in declared:
            what = f"no such {noun}: copy its id from {table}, or run localsdg build first"
            faults.append(_fault(contract, row, key, what, cells, "R13"))
        elif DECISION_WORDS.get(cells["decision"].strip().lower()) == "refused" and code_of(
            cells["code"]
        ) in declared.get(record, ()):
            what = "the record declares this itself: leave the row blank, or have the record corrected"
            faults.append(_fault(contract, row, "code", what, cells, "R14"))
    return faults


def _contradictions(frame: pd.DataFrame, contract: Contract) -> list[ValidationError]:
    """Links that a sheet accepts and refuses, itself or with the goal or target they belong to.

    Both rows are faults: which of them is meant is not known.
    """
    key = contract.column_names[0]
    decided_rows: dict[tuple[str, str], dict[str, int]] = {}  # record and code -> decision -> its first row
    rows = []
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        code = code_of(cells["code"])
        decision = DECISION_WORDS.get(cells["decision"].strip().lower())
        if code and decision:
            decided_rows.setdefault((cells[key].strip(), code), {}).setdefault(decision, int(row))
            rows.append((int(row), cells, code, decision))
    wrong: dict[int, ValidationError] = {}
    for row, cells, code, decision in rows:
        parts = code.split(".")
        above = [".".join(parts[:n]) for n in range(1, len(parts))]
        looked = [code, *above] if decision == "accepted" else [code]
        for element in looked:
            other = "refused" if decision == "accepted" else "accepted"
            against = decided_rows.get((cells[key].strip(), element), {}).get(other)
            if against is None:
                continue
            for at, than in ((row, against), (against, row)):
                wrong.setdefault(
                    at,
                    ValidationError(
                        at,
                        "decision",
                        f"row {than} says the contrary: keep one of the two",
                        cells[key],
                        f"{contract.prefix}-R16",
                    ),
                )
    return list(wrong.values())


def _keep(settings: Settings, path: Path, contract: Contract, rows: int, extra: dict) -> tuple[Snapshot, str, bool]:
    """The snapshot that holds the sheet, its name there, and whether it is new."""
    sha = sha256_of(path)
    for snapshot in iter_snapshots(settings.raw, DECISIONS.name):
        for file in snapshot.files:
            if file.sha256 != sha:
                continue
            if any(file.extra.get(key) != extra[key] for key in ("by", "left_out")):
                raise UsageError(
                    "this sheet was read before, with another name or when other records were published",
                    where=snapshot.path / file.name,
                    got=f"then --by '{file.extra.get('by')}'",
                    next_step=f"localsdg pull forget {snapshot.release} --source {DECISIONS.name} "
                    f"--file {file.name}, then read it again",
                )
            return snapshot, file.name, False
    source = sources()[DECISIONS.name]
    writer = SnapshotWriter(
        settings.raw,
        DECISIONS.name,
        datetime.now(UTC).date().isoformat(),
        origin="sheets that people filled in",
        licence=source.licence,
        attribution=source.attribution,
    )
    # people fill in a sheet in parts and read it after each: the name alone would be taken
    name = f"{path.stem}-{sha[:8]}{path.suffix}"
    writer.add(name, contract.name, path, rows=rows, extra=extra)
    return writer.commit(), name, True


def _fault(contract: Contract, row: int, column: str, what: str, cells: dict[str, str], rule: str) -> ValidationError:
    return ValidationError(int(row), column, what, cells[column], f"{contract.prefix}-{rule}")
