"""Settings, from the environment or from `localsdg.toml` in the home folder.

The environment wins over the file. The *resources* are SQL, suites and the
bundle: those of the checkout, or those that an installed package carries. The
*home* holds `data/`: `LOCALSDG_HOME`, else the checkout, else (installed) a
folder of the user's own, never the environment that the package is in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localsdg.common.errors import UsageError
from localsdg.common.parsed_text import toml_of
from localsdg.common.scratch import use_scratch
from localsdg.common.unpacking import UnpackLimits, use_limits

#: What a wheel carries beside the modules (see pyproject.toml).
_PACKAGED = Path(__file__).resolve().parents[1] / "resources"


def _resources() -> Path:
    """The folder that holds `sql/`, `expectations/` and `data/raw/bundled/`."""
    return _PACKAGED if _PACKAGED.is_dir() else Path(__file__).resolve().parents[3]


def _default_home() -> Path:
    """The checkout; for an installed package the user's own data folder (`~/.local/share/localsdg` on Linux)."""
    if RESOURCES != _PACKAGED:
        return RESOURCES
    from platformdirs import user_data_path

    return user_data_path("localsdg", appauthor=False)


RESOURCES = _resources()

#: Root of the UN service; the paths below it are the same on every mirror.
UNSD_BASE_URL = "https://unstats.un.org/sdgs/UNSDGAPIV5"

#: In the home folder.
SETTINGS_FILE = "localsdg.toml"

_KEYS: dict[str, type[str] | type[int]] = {
    "unsd_base_url": str,
    "sites": str,
    "concurrency": int,
    "max_body_mb": int,
    "download_minutes": int,
    "allowed_hosts": str,
    "max_unpacked_mb": int,
    "max_unpacked_ratio": int,
    "max_members": int,
    "max_cells": int,
    "max_records_mb": int,
    "query_seconds": int,
    "memory_limit": str,
    "threads": int,
    "task_runner": str,
    "dask_address": str,
    "dask_workers": int,
    "sentence_model": str,
    "link_declared": int,
    "contact": str,
    "requests_per_minute": int,
    "patience_minutes": int,
    "keep_versions": int,
    "keep_snapshots": int,
    "notify": str,
    "parts": str,
    "keep_parts_mb": int,
}


@dataclass(frozen=True)
class Settings:
    """Where things are and how much of the machine may be used."""

    home: Path = field(default_factory=_default_home)
    resources: Path = RESOURCES
    unsd_base_url: str = UNSD_BASE_URL
    sites: str | None = None
    concurrency: int = 4
    #: The largest body that a server may send, in million bytes after decoding; it is held in memory.
    max_body_mb: int = 500
    #: The longest that one download may take, in minutes.
    download_minutes: int = 60
    #: Other hosts to which a server may redirect, with blanks between several.
    allowed_hosts: str | None = None
    #: What a file may hold that unpacks: million bytes, times of its own size (of what is beyond 50 million bytes),
    #: members of an archive, cells of a workbook (empty ones between others included), and million bytes of a file
    #: of records, which is read into memory.
    max_unpacked_mb: int = 2000
    max_unpacked_ratio: int = 200
    max_members: int = 200_000
    max_cells: int = 20_000_000
    max_records_mb: int = 300
    #: The longest that a query of the user's own may take, in seconds.
    query_seconds: int = 600
    memory_limit: str = "800MB"
    threads: int = field(default_factory=lambda: os.cpu_count() or 2)
    #: Where Prefect's tasks run: `threads` of one process, or worker processes of `dask`.
    task_runner: str = "threads"
    #: The scheduler of a Dask cluster that runs already, such as tcp://10.0.0.5:8786; else one is started here,
    dask_address: str | None = None
    #: with as many worker processes.
    dask_workers: int = field(default_factory=lambda: os.cpu_count() or 2)
    #: Folder of a sentence model for `localsdg link --semantic`, instead of the one of the extra.
    sentence_model: str | None = None
    #: 1: links are learned of records that declare their goals too, as suggestions for manual review.
    link_declared: int = 0
    #: Address or page by which operators of a server can reach who runs this; it is in the user agent.
    contact: str | None = None
    #: Requests to one host in a minute, at most; a burst of as many is let through.
    requests_per_minute: int = 600
    #: How long a scheduled run goes on asking a source that does not answer, in minutes.
    patience_minutes: int = 30
    #: Published versions and snapshots of each site that are kept, the newest included. A version is 65 MB with
    #: the bundle, and is made by a change alone: 12 are 0.8 GB, and a quarter of a year of weeks that all change.
    keep_versions: int = 12
    keep_snapshots: int = 12
    #: Where alerts go, with blanks between several; it may hold passwords.
    notify: str | None = field(default=None, repr=False)
    #: Folder of the parts of builds that are kept to be used again; several homes may share one.
    parts: str | None = None
    #: How much of them is kept, in million bytes.
    keep_parts_mb: int = 2000
    #: Everything is computed again: kept parts are neither read nor written.
    fresh: bool = False
    #: The file of an edition as known on a day, read in the place of the published one.
    edition: Path | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of `allowed_hosts`."""
        return tuple((self.allowed_hosts or "").replace(",", " ").split())

    @property
    def errors(self) -> Path:
        """Folder of the tracebacks of faults that nobody foresaw."""
        return self.home / "data" / "errors"

    @property
    def scratch(self) -> Path:
        """Folder of files on their way, empty between commands."""
        return self.home / "data" / "tmp"

    @property
    def unpacking(self) -> UnpackLimits:
        """What files may unpack to."""
        return UnpackLimits(
            self.max_unpacked_mb * 1_000_000,
            self.max_unpacked_ratio,
            self.max_members,
            self.max_cells,
            self.max_records_mb * 1_000_000,
        )

    @property
    def raw(self) -> Path:
        """Snapshots as served, one folder a source and release."""
        return self.home / "data" / "raw"

    @property
    def bundled(self) -> Path:
        """The snapshots that come with the project."""
        return self.resources / "data" / "raw" / "bundled"

    @property
    def corrections(self) -> tuple[Path, Path]:
        """The project's corrections of published values, and the user's own; one file where home is the checkout."""
        return self.resources / "data" / "corrections.toml", self.home / "data" / "corrections.toml"

    @property
    def warehouse(self) -> Path:
        """Folder of the published file, its releases and its reports."""
        return self.home / "data" / "warehouse"

    @property
    def parts_folder(self) -> Path | None:
        """Folder of kept parts of builds (`common/kept.py`); None where everything is computed again."""
        if self.fresh:
            return None
        return Path(self.parts).expanduser() if self.parts else self.warehouse / "parts"

    @property
    def linking(self) -> Path:
        """Folder of a model of links that the user trained."""
        return self.home / "data" / "linking"

    @property
    def published(self) -> Path:
        """The file that researchers open, or an edition of it."""
        return self.edition or self.warehouse / "localsdg.duckdb"

    @property
    def reports(self) -> Path:
        """The offline pages on the checks and on the last run."""
        return self.warehouse / "reports"

    @property
    def sql(self) -> Path:
        """The SQL models, one SELECT a file."""
        return self.resources / "sql"

    @property
    def expectations(self) -> Path:
        """The suites that people write, one a staging table."""
        return self.resources / "expectations"

    @property
    def prefect_home(self) -> Path:
        """Prefect's own database and profile, kept inside the project."""
        return self.home / ".prefect"


def load_settings(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings.

    The limits of what files may unpack to, and the folder of files on their way, are in force from then on.
    Raises `UsageError` when the file is not TOML, names an unknown setting,
    or a number is not a number.
    """
    env = os.environ if environ is None else environ
    home = home_folder(env)
    values: dict[str, Any] = {"home": home, **_from_file(home / SETTINGS_FILE)}
    for key, value_type in _KEYS.items():
        text = env.get(f"LOCALSDG_{key.upper()}")
        if text:
            values[key] = _cast(key, value_type, text)
    settings = Settings(**values)
    use_limits(settings.unpacking)
    use_scratch(settings.scratch)
    return settings


def home_folder(environ: Mapping[str, str] | None = None) -> Path:
    """The folder that holds `data/` and the settings file."""
    env = os.environ if environ is None else environ
    return Path(env.get("LOCALSDG_HOME") or _default_home()).expanduser().resolve()


def setting_names() -> tuple[str, ...]:
    """Every setting, as it is named in the file."""
    return tuple(_KEYS)


def _from_file(path: Path) -> dict[str, str | int]:
    try:
        if not path.exists():
            return {}
        given = toml_of(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:  # its text would repeat the file
        raise UsageError("the settings file is not UTF-8", where=path, got=f"byte {error.start}") from None
    except ValueError as error:
        raise UsageError("the settings file is not TOML", where=path, got=error) from error
    except OSError as error:
        raise UsageError("the settings file cannot be read", where=path, got=error.strerror) from error
    unknown = sorted(set(given) - set(_KEYS))
    if unknown:
        raise UsageError("unknown setting", where=path, expected=", ".join(_KEYS), got=", ".join(unknown))
    return {key: _cast(key, _KEYS[key], value) for key, value in given.items()}


def _cast(key: str, value_type: type[str] | type[int], value: object) -> str | int:
    try:
        result = int(str(value)) if value_type is int else str(value)
    except ValueError as error:
        raise UsageError(f"setting {key} is not {value_type.__name__}", got=value) from error
    if isinstance(result, int) and result < 1:
        raise UsageError(f"setting {key} is out of range", expected="1 or more", got=value)
    return result
