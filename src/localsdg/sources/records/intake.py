"""Takes in files of reviews and of actions: checked whole, kept as snapshots.

A file that breaks its contract is refused with every fault, or kept with
`accept_partial`; its bad rows are then rejected when it is staged. A cell of an
action that may be blank is never a fault of the file. New reviews are compared
with those available, so that a person sees at once what joined what and which
listings contradict each other.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.registry.local_governments import provisional_id, resolve, slug
from localsdg.registry.places import country_iso3
from localsdg.registry.releases import is_release
from localsdg.sources.records.action_cells import split_urls
from localsdg.sources.records.action_rows import BlankedCells, read_actions
from localsdg.sources.records.checks import check_reviews
from localsdg.sources.records.contract import (
    ACTIONS,
    REVIEWS,
    SHEETS,
    BrokenRecords,
    Contract,
    ValidationError,
)
from localsdg.sources.records.files import Records, read_records
from localsdg.sources.records.mapping import RecordMapping, mapping_for
from localsdg.sources.records.mapping_proposal import propose_mapping
from localsdg.sources.records.review_merge import Conflict, ReviewRow, merge_reviews
from localsdg.sources.snapshot import FileRecord, Snapshot, SnapshotWriter, iter_snapshots, sha256_of

if TYPE_CHECKING:
    import pandas as pd

    from localsdg.common.settings import Settings

LICENCE = "facts (names, years, codes, addresses); the documents belong to those who published them"
ATTRIBUTION = "local and regional governments, by the listings that each record names"


@dataclass(frozen=True)
class Taken:
    """A file that was taken in, and what it adds to those available."""

    snapshot: Snapshot
    file_name: str
    rows: int  # rows of the file
    rejected: tuple[ValidationError, ...] = ()  # every fault of the rows that were left out
    provisional: tuple[str, ...] = ()  # governments that the reviewed list does not have
    reviews: int = 0  # reviews that the rows are
    new_reviews: int = 0  # of which no row was available
    conflicts: tuple[Conflict, ...] = ()  # in which a row of this file has part
    is_new: bool = True  # False: the very same file was taken in before
    blanked: tuple[BlankedCells, ...] = ()  # optional cells that could not be read
    notes: tuple[str, ...] = ()  # what people should know of how the file was read
    is_renamed: bool = False  # another file of its name is in the snapshot

    @property
    def rows_rejected(self) -> int:
        """Rows that were left out."""
        return len({fault.row for fault in self.rejected if fault.costs_row})


@dataclass(frozen=True)
class InboxResult:
    """What became of one file of the inbox: taken, or refused with the error."""

    path: Path
    taken: Taken | None
    error: LocalsdgError | None = None


def target_names(settings: Settings) -> dict[str, str]:
    """Official English name by code of a target (`1.4`), of the last available list that has it."""
    return {
        str(entry["code"]).strip().lower(): str(entry["title"]).strip()
        for entry in _entries(settings, "target_list")
        if entry.get("title")
    }


def _entries(settings: Settings, *roles: str) -> Iterator[dict]:
    """Entries with a code in the lists of the given roles; staging sets aside a list that cannot be read."""
    for snapshot, file in _files(settings, *roles):
        try:
            listed = json.loads(snapshot.file_path(file).read_text(encoding="utf-8"), strict=False)
        except (OSError, ValueError):
            continue
        if isinstance(listed, list):
            yield from (entry for entry in listed if isinstance(entry, dict) and entry.get("code"))


def take_reviews(
    settings: Settings,
    path: Path,
    *,
    release: str | None = None,
    accept_partial: bool = False,
) -> Taken:
    """Keep a file of reviews as `data/raw/reviews/<release>/`, and compare it with those available.

    Raises `BrokenRecords` with every fault for a file that breaks the
    contract, `LocalsdgError` for one that is no data, and `UsageError` for a
    path or release that is not one. Nothing is kept then.
    """
    records, faults = _looked_at(path, REVIEWS, accept_partial)
    rows = review_rows(good_rows(records, faults), ("new",))
    held = list(_held_reviews(settings, sha256_of(path)))
    extra = {"accept_partial": True} if accept_partial else {}
    snapshot, file_name, is_new = _keep(settings, path, REVIEWS, records, release, extra)
    merged = merge_reviews([*held, *rows])
    mine = {merged.review_of[row.key] for row in rows}
    before = {merged.review_of[row.key] for row in held}
    return Taken(
        snapshot,
        file_name,
        records.n_rows,
        tuple(faults),
        _provisional(rows, merged.government_of),
        len(mine),
        len(mine - before),
        tuple(c for c in merged.conflicts if {c.review_a, c.review_b} & mine),
        is_new,
        notes=tuple(records.notes),
        is_renamed=file_name != path.name,
    )


def take_actions(
    settings: Settings,
    path: Path,
    *,
    release: str | None = None,
    accept_partial: bool = False,
    maps: Sequence[str] = (),
) -> Taken:
    """Keep a file of actions as `data/raw/actions/<release>/`; raises as `take_reviews`.

    `maps` say which column is which (see `mapping_for`); the file is kept as it is, with its mapping.
    A record that is there twice is set aside, and no fault of the file.
    """
    mapping = mapping_for(path, maps)
    records = read_records(path, ACTIONS, mapping=mapping)
    command = _command(path, maps, release)
    if records.missing:
        raise _unmapped(path, records, command)
    rows = read_actions(records, str(mapping.dataset.get("id") or dataset_in_name(path.name)))
    again = [fault for fault in rows.rejected if fault.rule_id.endswith("-R10")]
    faults = records.header + sorted(
        records.unreadable + records.traps + [fault for fault in rows.rejected if fault not in again],
        key=lambda fault: fault.row,
    )
    kept = len(rows.frame)
    if not kept or (faults and not accept_partial):
        raise _broken(path, ACTIONS, faults, f"{command} --accept-partial" if kept else None)
    extra = mapping.as_extra() | ({"accept_partial": True} if accept_partial else {})
    snapshot, file_name, is_new = _keep(settings, path, ACTIONS, records, release, extra)
    unknown = rows.frame[rows.frame["is_provisional"].astype(bool)]
    return Taken(
        snapshot,
        file_name,
        records.n_rows,
        tuple(faults + again),
        tuple(dict.fromkeys(map(_named, unknown["local_government"], unknown["iso3"]))),
        is_new=is_new,
        blanked=tuple(rows.blanked),
        notes=(*records.notes, *rows.notes, *_left_out(records)),
        is_renamed=file_name != path.name,
    )


def dataset_in_name(name: str) -> str:
    """Id of the register that a file is by its name: `City Projects.csv.gz` -> `city-projects`."""
    return slug(Path(name).name.split(".")[0]) or "actions"


def _command(path: Path, maps: Sequence[str], release: str | None) -> str:
    """The command that took the file, to be given again."""
    options = [f"--map {shlex.quote(text)}" for text in maps] + ([f"--release {release}"] if release else [])
    return " ".join(["localsdg pull actions", shlex.quote(str(path)), *options])


def _unmapped(path: Path, records: Records, command: str) -> BrokenRecords:
    """The error for a file in other columns, with a mapping to start from."""
    options = _map_options(propose_mapping(records))
    return BrokenRecords(
        "no column of the file is the title or the description of a record",
        records.header,
        where=path.name,
        expected="a column title, or a mapping that names it",
        got=", ".join(records.columns)[:400],
        next_step=f"{command} {options}" if options else "localsdg pull actions --example",
    )


def _left_out(records: Records) -> list[str]:
    """The one line on columns that the contract does not have."""
    if not records.left_out:
        return []
    n, shown = len(records.left_out), ", ".join(records.left_out[:8])
    more = f" and {n - 8} more" if n > 8 else ""
    proposed = {target: source for target, source in propose_mapping(records).items() if source in records.left_out}
    hint = f"; to take them: {_map_options(proposed)}" if proposed else ""
    return [f"{n:,} other column{'s are' if n > 1 else ' is'} left out: {shown}{more}{hint}"]


def _map_options(proposed: dict[str, str]) -> str:
    return " ".join(f"--map {shlex.quote(f'{target}={source}')}" for target, source in proposed.items())


def take_inbox(settings: Settings, *, accept_partial: bool = False) -> list[InboxResult]:
    """Take in every file of `data/raw/inbox/`, by the contract that its columns fit better.

    Files stay where they are, and one that was taken in before is not kept
    twice. A refused file does not stop the others: its error is in the result.
    """
    results = []
    for path in sorted((settings.raw / "inbox").glob("*")):
        if path.name.startswith(".") or path.suffix.lower() in (".md", ".toml") or not path.is_file():
            continue
        try:
            take = take_reviews if _contract_of(path) is REVIEWS else take_actions
            taken = take(settings, path, accept_partial=accept_partial)
            results.append(InboxResult(path, taken))
        except LocalsdgError as error:
            results.append(InboxResult(path, None, error))
    return results


def review_rows(frame: pd.DataFrame, prefix: tuple) -> list[ReviewRow]:
    """Checked review records, typed for the merge; a row's key is `prefix` and its number."""
    rows = []
    for number, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        iso3 = cells["iso3"].strip() or country_iso3(cells["country"]) or None
        name, year = cells["local_government"].strip(), cells["review_year"].strip()
        rows.append(
            ReviewRow(
                (*prefix, int(number)),
                resolve(name, iso3) or provisional_id(name, iso3),
                name,
                iso3,
                int(float(year)) if year else None,
                cells["kind"].strip(),
                tuple(split_urls(cells["url"]) + split_urls(cells["alt_urls"])),
            )
        )
    return rows


def _contract_of(path: Path) -> Contract:
    """The contract that the columns of a file fit best; raises `UsageError` for a sheet of decisions."""
    if mapping_for(path, ()) != RecordMapping():
        return ACTIONS
    best = min((REVIEWS, *SHEETS, ACTIONS), key=lambda contract: _misfits(path, contract))
    if best in SHEETS:
        raise UsageError(
            "decisions on links are read by name, not from the inbox",
            where=path.name,
            next_step=f"localsdg link review {shlex.quote(str(path))}",
        )
    return best


def _misfits(path: Path, contract: Contract) -> int:
    """Columns that a file lacks, has twice or that the contract does not have."""
    records = read_records(path, contract)
    return len(records.header) + (len(records.left_out) if contract is ACTIONS else 0)


def _looked_at(path: Path, contract: Contract, accept_partial: bool) -> tuple[Records, list[ValidationError]]:
    """The file and its faults; raises `BrokenRecords` unless its good rows may be kept."""
    records = read_records(path, contract)
    faults = records.header + sorted(
        records.unreadable + records.traps + ([] if records.missing else check_reviews(records.frame)),
        key=lambda fault: fault.row,
    )
    refuse_broken(path, contract, records, faults, accept_partial)
    return records, faults


def refuse_broken(
    path: Path, contract: Contract, records: Records, faults: list[ValidationError], accept_partial: bool
) -> None:
    """Raise `BrokenRecords` for a file with faults, unless its good rows may be kept."""
    kept = 0 if records.missing else len(good_rows(records, faults))
    if faults and not (accept_partial and kept):
        command = "localsdg pull reviews" if contract is REVIEWS else "localsdg link review"
        raise _broken(path, contract, faults, f"{command} {shlex.quote(str(path))} --accept-partial" if kept else None)


def _broken(path: Path, contract: Contract, faults: list[ValidationError], partial: str | None) -> BrokenRecords:
    """The error for a file with faults; `partial` is the command that takes the rows without."""
    count = f"{len(faults)} fault" + ("s" if len(faults) > 1 else "")
    return BrokenRecords(
        f"the file breaks the contract of {contract.name}, and nothing of it was kept",
        faults,
        where=path.name,
        expected=f"the columns {', '.join(contract.required)} and rows without fault",
        got=f"{count}, the first: {faults[0]}" if faults else "no record",
        next_step="correct them and run the same command" + (f", or load the other rows: {partial}" if partial else ""),
    )


def good_rows(records: Records, faults: list[ValidationError]) -> pd.DataFrame:
    """The rows without fault; an unknown column is a fault of the header alone."""
    bad = {fault.row for fault in faults if fault.costs_row}
    return records.frame[[row not in bad for row in records.frame.index]]


def _keep(
    settings: Settings,
    path: Path,
    contract: Contract,
    records: Records,
    release: str | None,
    extra: dict,
) -> tuple[Snapshot, str, bool]:
    """The snapshot that holds the file, its name there, and whether it is new to it."""
    if release is not None and not is_release(release):
        raise UsageError("that is no release name", expected="2024-02 or 2024-02-15", got=release)
    sha = sha256_of(path)
    for snapshot in iter_snapshots(settings.raw, contract.name):
        for file in snapshot.files if release in (None, snapshot.release) else ():
            if file.sha256 == sha and _read_alike(file.extra, extra):
                return snapshot, file.name, False
    writer = SnapshotWriter(
        settings.raw,
        contract.name,
        release or datetime.now(UTC).date().isoformat(),
        origin="files that people keep",
        licence=LICENCE,
        attribution=ATTRIBUTION,
    )
    name = writer.free_name(path.name, sha)
    writer.add(name, contract.name, path, rows=records.n_rows, extra=extra)
    return writer.commit(), name, True


def _read_alike(before: dict, now: dict) -> bool:
    """Whether a file was taken in with the same mapping before."""
    return all(before.get(key) == now.get(key) for key in ("mapping", "dataset"))


def _held_reviews(settings: Settings, but: str) -> Iterator[ReviewRow]:
    """The good rows of every available review file, except the one with the hash `but`."""
    for snapshot, file in _files(settings, REVIEWS.name):
        if file.sha256 != but:
            records = read_records(snapshot.file_path(file), REVIEWS)
            faults = records.unreadable + records.traps + check_reviews(records.frame)
            yield from review_rows(good_rows(records, faults), ("held", snapshot.release, file.sha256))


def _provisional(rows: list[ReviewRow], government_of: dict[tuple, str]) -> tuple[str, ...]:
    """Governments that are in no list and share no address with one that is."""
    unknown = {
        _named(row.name, row.iso3)
        for row in rows
        if government_of[row.key] == row.local_government_id and resolve(row.name, row.iso3) is None
    }
    return tuple(sorted(unknown))


def _named(name: str, iso3: str | None) -> str:
    """A name alone is in no list: say that the country is what lacks."""
    return f"{name} ({iso3 or 'no country'})"


def _files(settings: Settings, *roles: str) -> Iterator[tuple[Snapshot, FileRecord]]:
    """Files of the given roles, in the bundle and then as pulled."""
    for root in dict.fromkeys((settings.bundled, settings.raw)):
        for snapshot in iter_snapshots(root):
            for file in snapshot.with_role(*roles):
                yield snapshot, file
