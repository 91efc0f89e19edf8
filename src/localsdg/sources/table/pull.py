"""`pull table`: files at an address, in a folder or in a zip -> a snapshot, with the mapping that reads them."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from filelock import FileLock

from localsdg.common.addresses import read_address
from localsdg.common.clean_text import clean_text
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.public_text import public_url
from localsdg.common.settings import Settings
from localsdg.common.unpacking import require_in_memory
from localsdg.common.zip_files import UNREADABLE_ZIP, check_archive, read_member, zip_bytes
from localsdg.sources.http.client import HttpClient, HttpLimits, Kind
from localsdg.sources.http.text import is_html
from localsdg.sources.site_snapshots import free_release, newest_first
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, iter_snapshots
from localsdg.sources.table.mapping import MAP_ROLE, ROLES, SOURCE, TableMapping, read_mapping
from localsdg.sources.table.nested import flatten, parse_json

MAP_NAME = "map.toml"
#: Bytes of a table in a zip, unpacked, whose header is looked at; staging refuses larger ones.
_LARGEST_ENTRY = 32 << 20


@dataclass(frozen=True)
class RawFile:
    """A file on its way into a snapshot; `facts` are those of its request."""

    name: str
    content: bytes
    facts: dict = field(default_factory=dict)

    @property
    def role(self) -> str:
        """What reads it."""
        return ROLES[PurePosixPath(self.name).suffix.lower()]


@dataclass(frozen=True)
class TablePull:
    """What a pull came to: the snapshot in use, whether it is new, and what people should know."""

    snapshot: Snapshot
    is_new: bool
    notes: tuple[str, ...] = ()


def pull_table(settings: Settings, where: str, map_file: Path, *, http: HttpClient | None = None) -> TablePull:
    """Take tables into a snapshot; nothing is written where the same ones were taken before.

    `where` is an http(s) address of a CSV, JSON or zip, or the path of such a
    file or of a folder of them. Raises `UsageError` for a mapping that does
    not fit, and `LocalsdgError` where no file has the columns that it names.
    """
    mapping = read_mapping(map_file)
    _require_free_id(settings, mapping)
    file = _fetched(settings, where, http) if is_url(where) else _on_disk(Path(where).expanduser(), mapping)
    notes = _check_columns(file, mapping, where)
    snapshot, is_new = _keep(settings, mapping, file, map_file.read_bytes(), where)
    return TablePull(snapshot, is_new, tuple(notes))


def newest_of_addresses(settings: Settings) -> list[Snapshot]:
    """The newest snapshot of each data set that was pulled from an address, by id."""
    ids = sorted({str(snapshot.extra.get("site_id")) for snapshot in iter_snapshots(settings.raw, SOURCE)})
    newest = (next(newest_first(settings.raw, SOURCE, site_id), None) for site_id in ids)
    return [snapshot for snapshot in newest if snapshot and snapshot.extra.get("base_url")]


def pull_again(settings: Settings, snapshot: Snapshot, *, http: HttpClient | None = None) -> TablePull:
    """Pull a data set from the address of a snapshot, with its mapping; raises as `pull_table`."""
    return pull_table(settings, str(snapshot.extra["base_url"]), snapshot.path / MAP_NAME, http=http)


def is_url(where: str) -> bool:
    """True for an http or https address."""
    return where.lower().startswith(("http://", "https://"))


def _require_free_id(settings: Settings, mapping: TableMapping) -> None:
    """Raise where another source has a site of this id: a build would take one for the other."""
    for root in (settings.raw, settings.bundled):
        for snapshot in iter_snapshots(root):
            if snapshot.source != SOURCE and snapshot.extra.get("site_id") == mapping.site_id:
                raise UsageError(
                    "the id is that of another site",
                    where="dataset.id of the mapping",
                    expected="an id that no source has",
                    got=f"{mapping.site_id}, a site of {snapshot.source}",
                    next_step="give the data set another id, such as "
                    f"{mapping.site_id}-tables, and run the same command",
                )


def _fetched(settings: Settings, url: str, http: HttpClient | None) -> RawFile:
    name = clean_text(PurePosixPath(unquote(read_address(url).path)).name) or "data"
    client = http or HttpClient.of(settings, HttpLimits(max_attempts=3, wait_max=10.0, retry_after_cap=30.0))
    try:
        answer = client.get(url, kind=Kind("CSV, JSON or a zip", _require_data))
    finally:
        if http is None:
            client.close()
    if PurePosixPath(name).suffix.lower() not in ROLES:
        name += _suffix_of(answer.body)
    return RawFile(name, answer.body, answer.facts())


def _require_data(body: bytes) -> None:
    if is_html(body):
        raise ValueError("it starts like HTML")


def _suffix_of(body: bytes) -> str:
    if body[:2] == b"PK":
        return ".zip"
    return ".json" if body.lstrip()[:1] in (b"{", b"[") else ".csv"


def _on_disk(path: Path, mapping: TableMapping) -> RawFile:
    """The file, or a zip of the tables in a folder and below; raises where there is none."""
    tables = {".json"} if mapping.rows else {".csv", ".tsv"}
    wanted = tables if path.is_dir() else {*tables, ".zip"}
    if not path.exists():
        raise UsageError(
            "there is no such file or folder", where=path, expected="CSV, JSON or zip files, or http(s)://…"
        )
    paths = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    taken = [p for p in paths if p.suffix.lower() in wanted]
    if not taken:
        raise LocalsdgError(
            "there is no table to take",
            where=path,
            expected=", ".join(sorted(wanted)),
            got=", ".join(p.name for p in paths[:5]) or "an empty folder",
            next_step="for JSON the mapping needs rows in [dataset]: localsdg pull table --example",
        )
    require_in_memory(sum(file.stat().st_size for file in taken), path)
    if not path.is_dir():
        return RawFile(clean_text(path.name), path.read_bytes())
    return RawFile("tables.zip", zip_bytes({file.relative_to(path).as_posix(): file.read_bytes() for file in taken}))


def _check_columns(file: RawFile, mapping: TableMapping, where: str) -> list[str]:
    """Notes on files and columns that are not used; raises where no file has the columns of the mapping."""
    notes: list[str] = []
    seen: dict[str, None] = {}
    n_usable = 0
    for entry, header in _headers(file, mapping):
        missing = [name for name in mapping.required if name not in header]
        n_usable += not missing
        seen |= dict.fromkeys(header)
        if missing:
            notes.append(f"{entry}: no column {', '.join(missing)}; a build sets the file aside")
    if not n_usable:
        raise LocalsdgError(
            "no file has the columns of the mapping",
            where=public_url(where) if is_url(where) else where,
            expected=", ".join(mapping.required) or "values along rows",
            got=", ".join(list(seen)[:30]) or "no header",
            next_step="correct [columns] in the mapping, and run the same command",
        )
    used = {*mapping.columns.values(), *mapping.dimensions, *(["value"] if mapping.rows else [])}
    if absent := sorted(used - set(seen)):
        notes.append(f"columns of the mapping that no file has: {', '.join(absent)}")
    if mapping.layout == "long" and (unused := [name for name in seen if name and name not in used]):
        notes.append(f"columns that the mapping does not name are left out: {', '.join(unused[:12])}")
    return notes


def _headers(file: RawFile, mapping: TableMapping) -> Iterator[tuple[str, list[str]]]:
    """The header of each table in a file; none for one that cannot be read, which a build sets aside."""
    for name, read in _tables(file):
        with suppress(csv.Error, *UNREADABLE_ZIP):  # ValueError and RecursionError of JSON among them
            yield name, _header(read(), PurePosixPath(name).suffix.lower(), mapping)


def _tables(file: RawFile) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name and reader of each table: of the file itself, or of the members of a zip that are not too large."""
    if file.role != "table_zip":
        yield file.name, lambda: file.content
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.content))
    except UNREADABLE_ZIP:
        return
    with archive:
        check_archive(archive, len(file.content), file.name)
        for member in archive.infolist():
            is_table = ROLES.get(PurePosixPath(member.filename).suffix.lower()) in ("table_csv", "table_json")
            if is_table and member.file_size <= _LARGEST_ENTRY:
                yield member.filename, partial(read_member, archive, member)


def _header(content: bytes, suffix: str, mapping: TableMapping) -> list[str]:
    if suffix == ".json":
        return flatten(parse_json(content), mapping.rows)[0]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    line = clean_text(text.lstrip("\r\n").splitlines()[0]) if text.strip() else ""
    separator = max(",;\t", key=lambda sign: (line.count(sign), sign == ","))
    return [" ".join(cell.split()) for cell in next(csv.reader([line], delimiter=separator), [])]


def _keep(
    settings: Settings, mapping: TableMapping, file: RawFile, map_content: bytes, where: str
) -> tuple[Snapshot, bool]:
    """Write the snapshot, or find the last one that holds the same; a failure leaves nothing behind."""
    root = settings.raw / SOURCE
    root.mkdir(parents=True, exist_ok=True)
    address = public_url(where) if is_url(where) else ""
    facts = mapping.facts() | {"base_url": address}
    hashes = {hashlib.sha256(content).hexdigest() for content in (map_content, file.content)}
    with FileLock(str(root / ".writing.lock")):
        before = next(newest_first(settings.raw, SOURCE, mapping.site_id), None)
        if before and {record.sha256 for record in before.files} == hashes and not before.changed_files():
            return before, False
        release = free_release(root, mapping.site_id)
        try:
            writer = SnapshotWriter(
                settings.raw,
                SOURCE,
                release,
                origin=address or f"files handed in: {Path(where).name}",
                licence=mapping.licence,
                attribution=", ".join(filter(None, (mapping.government.name, address))),
                extra=facts,
            )
            writer.add(MAP_NAME, MAP_ROLE, map_content)
            writer.add(file.name, file.role, file.content, **file.facts)
            return writer.commit(), True
        except BaseException:
            shutil.rmtree(root / release, ignore_errors=True)
            raise
