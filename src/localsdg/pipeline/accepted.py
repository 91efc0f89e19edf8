"""Snapshots that lost much and are used all the same: `<home>/data/accepted.toml`, one entry a decision.

An entry holds for exactly the snapshot that it names, by source, name, release and the hash of its
files: what comes later is compared anew.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.input_hash import ACCEPTED
from localsdg.common.output_files import write_text
from localsdg.common.parsed_text import toml_of
from localsdg.pipeline.loss import names_of
from localsdg.registry.sources import sources
from localsdg.sources.snapshot import utc_now

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.pipeline.loss import Loss

_HEAD = """\
# Snapshots that lost more than the limits allow and are used all the same, with the reason.
# Written by `localsdg build --accept`; an entry that is removed is no longer used.
"""


@dataclass(frozen=True)
class Accepted:
    """One decision: which snapshot, what it lost, why it is used, by whom and when (UTC, ISO 8601)."""

    source: str
    name: str
    release: str
    sha256: str
    lost: str
    reason: str
    accepted_by: str
    accepted_at: str

    def as_row(self) -> dict:
        """The decision as a row of `audit.accepted`."""
        return {
            "source": self.source,
            "set_aside_name": self.name,
            "release": self.release,
            "files_sha256": self.sha256,
            "detail": self.lost,
            "reason": self.reason,
            "accepted_by": self.accepted_by,
            "accepted_at": self.accepted_at,
        }

    @property
    def names(self) -> tuple[str, ...]:
        """What `--accept` may call it."""
        return names_of(self.source, self.name, self.release)


def files_hash(hashes: Iterable[str]) -> str:
    """One hash for the files of a snapshot, whatever their order."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def read_accepted(settings: Settings) -> list[Accepted]:
    """All decisions, oldest first.

    Raises `LocalsdgError` for a file that is no TOML or lacks a part: what was accepted would be held again.
    """
    path = _file(settings)
    if not path.exists():
        return []
    try:
        entries = toml_of(path.read_text(encoding="utf-8")).get("accepted", [])
        return [Accepted(**{name: str(value) for name, value in entry.items()}) for entry in entries]
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise LocalsdgError(
            "the list of accepted snapshots cannot be read",
            where=path,
            expected=f"entries [[accepted]] with {', '.join(Accepted.__dataclass_fields__)}",
            got=error,
            next_step="correct the file, or move it away, and run the same command",
        ) from error


def accept(settings: Settings, loss: Loss, sha256: str, reason: str) -> Accepted:
    """Write one decision into the file."""
    entry = Accepted(
        loss.source,
        loss.name,
        loss.new_release,
        sha256,
        loss.words,
        clean_text(" ".join(reason.split())),
        settings.contact or _user(),
        utc_now(),
    )
    path = _file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    # a basic string of TOML is one of JSON where no character is escaped in pairs
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in asdict(entry).items()]
    before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    # written whole: half an entry would stop each later run
    write_text(path, f"{before}\n[[accepted]]\n" + "\n".join(lines) + "\n")
    return entry


def check_request(names: Iterable[str], reason: str | None) -> tuple[str, ...]:
    """The sources named to be accepted, `SOURCE` or `SOURCE/NAME`.

    Raises `UsageError` for an unknown source, and where names or the reason are missing.
    """
    asked = tuple(dict.fromkeys(names))
    for name in asked:
        if name.partition("/")[0] not in sources():
            raise UsageError("unknown source", where="--accept", expected=", ".join(sources()), got=name)
    if asked and not (reason or "").strip():
        raise UsageError(
            "what is accepted needs a reason",
            where="--accept",
            expected='--reason "why the records may be gone"',
            got="none",
        )
    if reason is not None and not asked:
        raise UsageError("a reason without what it is for", where="--reason", expected="--accept SOURCE/NAME")
    return asked


def _file(settings: Settings) -> Path:
    return settings.home / "data" / ACCEPTED


def _user() -> str:
    """The login of whoever runs it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a user without a name
        return "not known"
