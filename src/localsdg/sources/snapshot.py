"""Immutable snapshots: bytes as served, and one manifest that lists them with their hashes.

A snapshot is a folder `<raw>/<source>/<release>/`. Files in it are written to
a temporary name, hashed, and renamed; a file that is there is never written
again and never fetched again. `manifest.json` is replaced by one atomic
rename when a pull is complete; until then what has arrived is remembered in
`manifest.partial.jsonl`, a line a file, so that a pull that was cut off goes
on where it stopped. A folder without a complete manifest does not exist for the next
layer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from localsdg import __version__
from localsdg.common.clean_text import clean_text, clean_value
from localsdg.common.disk import names_full_disk
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.line_log import append_line
from localsdg.common.public_text import public_text, public_url
from localsdg.sources.manifest_shape import check_manifest, name_fault
from localsdg.sources.verified import hash_noted
from localsdg.sources.verified import sha256_of as sha256_of

MANIFEST = "manifest.json"
PARTIAL = "manifest.partial.jsonl"
_CHUNK = 1 << 20
_NAMES_DISK = names_full_disk("the snapshot is not complete; what arrived whole is kept")


class FileFacts(TypedDict, total=False):
    """What is known of a file beside its bytes; fields of `FileRecord`."""

    rows: int | None
    url: str | None
    params: dict
    status: int | None
    headers: dict
    fetched_at: str | None
    extra: dict


@dataclass(frozen=True)
class FileRecord:
    """One file of a snapshot, as the manifest lists it."""

    name: str
    role: str  # what reads it: bulk_csv, portal_xlsx, series_data, goal_list, area_tree, m49, …
    sha256: str
    bytes: int
    rows: int | None = None
    url: str | None = None
    params: dict = field(default_factory=dict)
    status: int | None = None
    headers: dict = field(default_factory=dict)
    fetched_at: str | None = None
    extra: dict = field(default_factory=dict)

    @property
    def request_key(self) -> str | None:
        """Identity of the request that gave this file; None for local files."""
        return request_key(self.url, self.params) if self.url else None


@dataclass(frozen=True)
class Snapshot:
    """A complete snapshot on disk."""

    path: Path
    source: str
    release: str
    fetched_at: str
    licence: str
    attribution: str
    origin: str
    tool_version: str
    files: tuple[FileRecord, ...]
    extra: dict = field(default_factory=dict)

    def file_path(self, record: FileRecord) -> Path:
        """The path of the file of `record`."""
        return self.path / record.name

    @property
    def paths(self) -> list[Path]:
        """The paths of all files, in the manifest's order."""
        return [self.file_path(record) for record in self.files]

    def with_role(self, *roles: str) -> list[FileRecord]:
        """The files of the given roles, in the manifest's order."""
        return [record for record in self.files if record.role in roles]

    def changed_files(self) -> list[tuple[FileRecord, str]]:
        """Files that are not what the manifest lists, each with the hash that was found, or `no file`."""
        changed = []
        for record in self.files:
            sha = hash_noted(self.file_path(record))
            if sha != record.sha256:
                changed.append((record, sha[:12] if sha else "no file"))
        return changed

    def verify(self) -> None:
        """Hash every file again; raises `LocalsdgError` at the first difference."""
        for record, actual in self.changed_files():
            gone = actual == "no file"
            raise LocalsdgError(
                "a file of the snapshot is gone" if gone else "a file of the snapshot was changed",
                where=self.file_path(record),
                expected=f"sha256 {record.sha256[:12]}",
                got=None if gone else actual,
                next_step=f"rm -r {self.path}, then pull it again",
            )


def request_key(url: str, params: dict | None) -> str:
    """A stable text for a request, so that the same one is not made twice."""
    return public_url(url) + "?" + json.dumps(params or {}, sort_keys=True, ensure_ascii=False)


def utc_now() -> str:
    """The time now in UTC, to the second, ISO 8601."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def read_snapshot(path: Path) -> Snapshot | None:
    """The snapshot in a folder, or None where there is no complete manifest.

    Raises `LocalsdgError` when there is a manifest that cannot be read.
    """
    manifest = path / MANIFEST
    if not manifest.exists():
        return None
    try:
        # manifests of earlier versions may hold what is not for others
        body = clean_value(json.loads(manifest.read_text(encoding="utf-8")), public_text)
        check_manifest(body)
        _check_place(body, path)
        files = tuple(FileRecord(**record) for record in body.pop("files"))
        return Snapshot(path=path, files=files, **clean_value(body, clean_text))
    except (ValueError, TypeError, RecursionError, OSError) as error:
        raise LocalsdgError(
            "the manifest cannot be read",
            where=manifest,
            got=error,
            next_step=f"rm -r {path}, then pull it again",
        ) from error


def _check_place(body: dict, path: Path) -> None:
    """Raise `ValueError` where a manifest is of another folder: its rows would be under the other's name."""
    stated, place = (body.get("source"), body.get("release")), (path.parent.name, path.name)
    if stated != place:
        raise ValueError(f"it is of {'/'.join(map(str, stated))}, and its folder is {'/'.join(place)}")


def iter_snapshots(root: Path, source: str | None = None) -> Iterator[Snapshot]:
    """All complete snapshots below `root` (`<root>/<source>/<release>/`), sorted by path.

    One whose manifest cannot be read is passed over; a build sets it aside.
    """
    for manifest in sorted(root.glob(f"{source or '*'}/*/{MANIFEST}")):
        with contextlib.suppress(LocalsdgError):
            if (snapshot := read_snapshot(manifest.parent)) is not None:
                yield snapshot


class SnapshotWriter:
    """Adds files to the snapshot of one release, and commits them together.

    Usable as a context manager: leaves the partial manifest behind when the
    block raises, and commits when it ends well.
    """

    @_NAMES_DISK
    def __init__(
        self,
        root: Path,
        source: str,
        release: str,
        *,
        origin: str,
        licence: str,
        attribution: str,
        extra: dict | None = None,
    ) -> None:
        _check_name("a source", source)
        _check_name("a release", release)
        self.path = root / source / release
        self.path.mkdir(parents=True, exist_ok=True)
        self._head = {
            "source": source,
            "release": release,
            "origin": origin,
            "licence": licence,
            "attribution": attribution,
            "extra": {**self._earlier_facts(), **(extra or {})},
        }
        self._records: list[FileRecord] = self._remembered()

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(self, error_type: type[BaseException] | None, *_: object) -> None:
        if error_type is None:
            self.commit()

    @property
    def records(self) -> list[FileRecord]:
        """What the snapshot holds so far."""
        return list(self._records)

    def fetched(self, url: str, params: dict | None = None) -> FileRecord | None:
        """The file that this request gave before, if it did."""
        key = request_key(url, params)
        return next((record for record in self._records if record.request_key == key), None)

    def free_name(self, name: str, sha256: str) -> str:
        """The name for a file: as given, or `told_apart` where another content has that name, or a twin of it.

        Twins differ in capitals alone: on some disks they are one file.
        """
        is_taken = any(
            record.name.casefold() == name.casefold() and (record.name, record.sha256) != (name, sha256)
            for record in self._records
        )
        return told_apart(name, sha256) if is_taken else name

    @_NAMES_DISK
    def add(
        self, name: str, role: str, content: bytes | Iterable[bytes] | Path, **facts: Unpack[FileFacts]
    ) -> FileRecord:
        """Write one file and remember it.

        `content` is bytes, an iterable of chunks, or a path to copy. `facts`
        are further fields of `FileRecord` (url, params, status, headers,
        rows, fetched_at, extra). The same content is not stored twice: the
        record that already holds it is returned. Raises `LocalsdgError` when
        the snapshot has another file of that name.
        """
        try:
            _check_name("a file", name)
        except UsageError:
            with contextlib.suppress(OSError):
                self.path.rmdir()  # where it is empty: a folder without files is no pull
            raise
        temporary = self.path / f".{name}.tmp"
        digest, size = hashlib.sha256(), 0
        try:
            with temporary.open("wb") as handle:
                for chunk in _chunks(content):
                    digest.update(chunk)
                    size += len(chunk)
                    handle.write(chunk)
                handle.flush()
                os.fsync(handle.fileno())
            sha = digest.hexdigest()
            for record in self._records:
                if (record.sha256, record.role) != (sha, role):
                    continue
                # equal bytes as the answer to another request are another fact: keep both
                if request_key(record.url or "", record.params) == request_key(
                    facts.get("url") or "", facts.get("params")
                ):
                    return record
            self._place(temporary, self.path / name, sha)
        finally:
            temporary.unlink(missing_ok=True)
        public: FileFacts = clean_value(facts, public_text)
        public.setdefault("fetched_at", utc_now())
        record = FileRecord(name=name, role=role, sha256=sha, bytes=size, **public)
        self._records = [known for known in self._records if known.name != name] + [record]
        append_line(self.path / PARTIAL, json.dumps(asdict(record), ensure_ascii=False))
        return record

    def discard(self, names: Iterable[str]) -> None:
        """Remove files that no manifest lists."""
        gone = set(names)
        for name in gone:
            (self.path / name).unlink(missing_ok=True)
        self._records = [record for record in self._records if record.name not in gone]

    @_NAMES_DISK
    def commit(self, *, extra: dict | None = None, leave_out: Iterable[str] = ()) -> Snapshot:
        """Replace the manifest, after which the snapshot exists for the next layer.

        `extra` replaces the facts given at the start. Files of `leave_out`
        stay in the partial manifest, for the pull that completes them.
        """
        later = set(leave_out)
        records = [record for record in self._records if record.name not in later]
        if not records:
            raise LocalsdgError("nothing to keep", where=self.path, expected="one file or more")
        if extra is not None:
            self._head["extra"] = extra
        body = {
            **self._head,
            "fetched_at": max(record.fetched_at or "" for record in records),
            "tool_version": __version__,
            "files": [asdict(record) for record in records],
        }
        write_manifest(self.path / MANIFEST, body)
        self._keep_partial([record for record in self._records if record.name in later])
        snapshot = read_snapshot(self.path)
        assert snapshot is not None
        return snapshot

    def _keep_partial(self, records: list[FileRecord]) -> None:
        partial = self.path / PARTIAL
        if not records:
            partial.unlink(missing_ok=True)
            return
        lines = [json.dumps(asdict(record), ensure_ascii=False) + "\n" for record in records]
        temporary = partial.with_name(f".{PARTIAL}.tmp")
        temporary.write_text("".join(lines), encoding="utf-8")
        os.replace(temporary, partial)

    def _place(self, temporary: Path, target: Path, sha: str) -> None:
        if target.exists() and sha256_of(target) != sha:
            if any(record.name == target.name for record in self._records):
                raise LocalsdgError(
                    "a snapshot is immutable, and it has another file of that name",
                    where=target,
                    expected=f"sha256 {sha256_of(target)[:12]}",
                    got=sha[:12],
                    next_step="give the file another name or --release",
                )
        os.replace(temporary, target)

    def _earlier_facts(self) -> dict:
        """`extra` of the manifest that is there: files that are added later do not lose it."""
        complete = read_snapshot(self.path)
        return dict(complete.extra) if complete else {}

    def _remembered(self) -> list[FileRecord]:
        """Files of an earlier pull that still have their hash."""
        complete = read_snapshot(self.path)
        records = {record.name: record for record in (complete.files if complete else ())}
        partial = self.path / PARTIAL
        lines = partial.read_text(encoding="utf-8").splitlines() if partial.exists() else []
        for line in lines:
            try:
                record = FileRecord(**json.loads(line))
            except (ValueError, TypeError):
                continue  # a line cut off by a kill: its file is fetched again
            records[record.name] = record
        return [
            record
            for record in records.values()
            if (self.path / record.name).exists() and sha256_of(self.path / record.name) == record.sha256
        ]


def _check_name(what: str, name: str) -> None:
    if fault := name_fault(name):
        raise UsageError(
            f"{what} of a snapshot cannot have this name: {fault}",
            expected="a plain name, such as records.csv or 2026-11",
            got=name,
            next_step="give it another name, then run the same command",
        )


def told_apart(name: str, sha256: str) -> str:
    """A name with eight digits of the file's hash: people keep `records.csv` in several folders, as several files."""
    stem, dot, ending = name.partition(".")
    return f"{stem}-{sha256[:8]}{dot}{ending}"


def _chunks(content: bytes | Iterable[bytes] | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Path):
        with content.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                yield chunk
    else:
        yield from content


def write_manifest(path: Path, body: dict) -> None:
    """Write a manifest whole, without secrets: a reader sees the old one or the new one."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        json.dump(clean_value(body, public_text), handle, ensure_ascii=False, indent=1, sort_keys=True)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)
