"""What must be found again: versions that are pinned with a reason, and those that something cites.

`data/pinned.toml` is written by people through `localsdg pin`, and is data;
`data/cited.json` is written by whatever states a version to others. One entry
an output: figures written again into the same folder cite the newer version
instead of the older one, so that a weekly page does not keep every version.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_text
from localsdg.common.database import scalar
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.parsed_text import json_of, toml_of
from localsdg.sources.snapshot import utc_now
from localsdg.warehouse.releases import VERSION, kept_releases, write_json

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

_HEAD = "# Versions that no policy removes; written by `localsdg pin` and `localsdg unpin`.\n"


@dataclass(frozen=True)
class Pin:
    """A version that is kept, why, and since when (UTC, ISO 8601)."""

    version: str
    reason: str
    at: str = ""


@dataclass(frozen=True)
class Cited:
    """A version that was stated to others: by which command, in which file or folder ('' for the terminal), when."""

    version: str
    by: str
    output: str
    at: str


def read_pins(settings: Settings) -> list[Pin]:
    """The pinned versions. Raises `LocalsdgError` where the list cannot be read: nothing is then removed."""
    path = _pinned(settings)
    try:
        return _pins(path.read_text(encoding="utf-8")) if path.exists() else []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LocalsdgError(
            "the list of pinned versions cannot be read",
            where=path,
            expected="[[pinned]] with version, such as 2026.11.27.1, and reason",
            got=error,
            next_step="correct the file, then run the same command again",
        ) from error


def _pins(text: str) -> list[Pin]:
    """The pins of a file. A file that was cut off, or with a word misspelt, is no list without pins."""
    if not text.strip():
        raise ValueError("an empty file, which is none that localsdg pin or unpin writes")
    body = toml_of(text)
    if others := sorted(body.keys() - {"pinned"}):
        raise ValueError(f"{', '.join(others)} beside [[pinned]]")
    pins = [Pin(str(one["version"]), str(one["reason"]), str(one.get("at", ""))) for one in body.get("pinned", [])]
    if unknown := [one.version for one in pins if not VERSION.fullmatch(one.version)]:
        raise ValueError(f"{', '.join(unknown)}, which is no version")
    return pins


def read_cited(settings: Settings) -> list[Cited]:
    """The cited versions. Raises `LocalsdgError` where the list cannot be read: nothing is then removed."""
    path = _cited(settings)
    try:
        entries = json_of(path.read_text(encoding="utf-8")) if path.exists() else []
        if not isinstance(entries, list):
            raise TypeError(f"a {type(entries).__name__}")
        return [Cited(**entry) for entry in entries]
    except (OSError, ValueError, TypeError) as error:
        raise LocalsdgError(
            "the list of cited versions cannot be read",
            where=path,
            expected="a JSON list",
            got=error,
            next_step="correct the file, then run the same command again",
        ) from error


def pin(settings: Settings, version: str, reason: str) -> Pin:
    """Keep a version for good; a second reason replaces the first.

    Raises `UsageError` for a version that is not kept, and for a blank reason.
    """
    reason = " ".join(clean_text(reason).split())
    if not reason:
        raise UsageError("a pin needs a reason", where="--reason", expected="why the version must be found again")
    with locked(settings):
        known = [release.version for release in kept_releases(settings)]
        if version not in known:
            raise UsageError(
                "no such version",
                expected=", ".join(known) or "a published version",
                got=version,
                next_step="localsdg versions",
            )
        made = Pin(version, reason, utc_now())
        _write_pins(settings, [*(one for one in read_pins(settings) if one.version != version), made])
    return made


def unpin(settings: Settings, version: str) -> list[str]:
    """Let a version go by the policy again; returns what held it.

    Raises `UsageError` for a version that is neither pinned nor cited.
    """
    with locked(settings):
        pins, cited = read_pins(settings), read_cited(settings)
        held = [f"pinned: {one.reason}" for one in pins if one.version == version]
        held += [f"cited by {one.by}" for one in cited if one.version == version]
        if not held:
            listed = sorted({*(one.version for one in pins), *(one.version for one in cited)})
            raise UsageError(
                "the version is neither pinned nor cited",
                expected=", ".join(listed) or "a pinned version",
                got=version,
                next_step="localsdg pin --list",
            )
        _write_pins(settings, [one for one in pins if one.version != version])
        write_json(_cited(settings), [asdict(one) for one in cited if one.version != version])
    return held


def note_cited(settings: Settings, by: str, output: Path | None = None) -> str | None:
    """Note that an output states the published version (of an edition, too).

    Returns a line where that cannot be written, as in a home that is
    read-only: the output is then as good, and the version is kept no longer
    than others.
    """
    from localsdg.warehouse.query import open_published

    with closing(open_published(settings)) as con:
        version = scalar(con, "select version from meta.release")
    made = Cited(version, by, str(output.absolute()) if output else "", utc_now())
    try:
        with locked(settings):
            others = [
                one
                for one in read_cited(settings)
                if (one.by, one.output or one.version) != (by, made.output or version)
            ]
            write_json(_cited(settings), [asdict(one) for one in (*others, made)])
    except (OSError, LocalsdgError) as error:
        return f"not noted that version {version} is cited: {error}; localsdg pin {version} keeps it"
    return None


def named_versions(settings: Settings) -> set[str]:
    """Versions that a pin or a citation names, whether they are kept or not; what cannot be read names none."""
    named: set[str] = set()
    for read in (read_pins, read_cited):
        with suppress(LocalsdgError):
            named |= {one.version for one in read(settings)}
    return named


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Hold the two lists: no version goes while another process pins or cites it."""
    from filelock import FileLock

    _pinned(settings).parent.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.home / "data" / ".pinned.lock", timeout=30):
        yield


def _write_pins(settings: Settings, pins: list[Pin]) -> None:
    entries = [
        "\n[[pinned]]\n" + "".join(f"{name} = {_toml_text(value)}\n" for name, value in asdict(one).items())
        for one in pins
    ]
    path = _pinned(settings)
    draft = path.with_name(f".{path.name}.tmp")
    try:
        draft.write_text(_HEAD + "".join(entries), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _toml_text(value: str) -> str:
    """A text without control characters as TOML's basic string, which such a text of JSON is."""
    return json.dumps(value, ensure_ascii=False)


def _pinned(settings: Settings) -> Path:
    return settings.home / "data" / "pinned.toml"


def _cited(settings: Settings) -> Path:
    return settings.home / "data" / "cited.json"
