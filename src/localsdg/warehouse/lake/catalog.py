"""Opening a DuckLake: the extensions of DuckDB that it needs, and where its catalogue and its files are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import apply_limits, scalar, text
from localsdg.common.errors import LocalsdgError, UsageError

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: The name under which a connection has the lake.
LAKE = "lake"
#: The extension of each kind of catalogue beside `ducklake`; a file is DuckDB's own.
_EXTENSIONS = {"postgres": "postgres_scanner", "sqlite": "sqlite_scanner", "duckdb": None}
#: What PostgreSQL's own programs take as an address, with or without a password.
_ADDRESS = re.compile(r"postgres(ql)?://")
_SECRET = re.compile(r"(password\s*=\s*)('[^']*'|\S+)|(?<=:)[^:/@\s]+(?=@)")


@dataclass(frozen=True)
class Catalog:
    """A catalogue: its kind (`postgres`, `sqlite`, `duckdb`), and the address as DuckLake has it."""

    kind: str
    address: str

    @property
    def shown(self) -> str:
        """The address without its password."""
        return without_password(f"{self.kind}:{self.address}")


def parse_catalog(words: str) -> Catalog:
    """`postgres:dbname=lake host=db`, `postgresql://user@db/lake`, `sqlite:FILE` or a FILE of DuckDB.

    Raises `UsageError` for an empty one.
    """
    if _ADDRESS.match(words):
        return Catalog("postgres", words)
    kind, colon, address = words.partition(":")
    if not colon or kind not in _EXTENSIONS:
        kind, address = "duckdb", words
    if not address.strip():
        raise UsageError(
            "the catalogue of the lake has no address",
            where="--catalog",
            expected="postgres:dbname=lake host=db.example, or a file",
            got=words,
        )
    return Catalog(kind, address)


def without_password(words: str) -> str:
    """A text of PostgreSQL or DuckDB with the passwords of addresses taken out."""
    return _SECRET.sub(lambda match: f"{match[1] or ''}***", words)


def open_lake(
    settings: Settings,
    catalog: Catalog,
    *,
    data: str | None = None,
    is_writer: bool = False,
    snapshot: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection with the lake attached as `lake`; `snapshot` reads it as it was then.

    A writer makes the lake where there is none, with its files below `data`. Small
    changes become files too, never rows of the catalogue, so that every row is in Parquet.
    Raises `LocalsdgError` where an extension is missing or the catalogue does not open.
    """
    import duckdb

    con = duckdb.connect()
    try:
        apply_limits(con, settings)
        con.execute("set autoload_known_extensions = false")
        for name in filter(None, ("ducklake", _EXTENSIONS[catalog.kind])):
            load_extension(con, name)
        options = ["data_inlining_row_limit 0"]
        options += [f"data_path {text(data)}"] if data else []
        options += [] if is_writer else ["read_only"]
        options += [f"snapshot_version {int(snapshot)}"] if snapshot is not None else []
        prefix = "" if catalog.kind == "duckdb" else f"{catalog.kind}:"
        con.execute(f"attach {text(f'ducklake:{prefix}{catalog.address}')} as {LAKE} ({', '.join(options)})")
    except duckdb.Error as error:
        con.close()
        raise _refused(catalog, error) from error
    except LocalsdgError:
        con.close()
        raise
    return con


def data_folder(con: duckdb.DuckDBPyConnection) -> str:
    """Where the files of the lake are."""
    return str(scalar(con, f"select value from ducklake_options('{LAKE}') where option_name = 'data_path'"))


def load_extension(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension that is installed for this DuckDB, or comes as a wheel of the same version.

    Nothing is fetched. Raises `LocalsdgError` where there is none.
    """
    import duckdb

    try:
        con.execute(f"load {name}")
    except duckdb.Error as error:
        file = _of_wheel(name, duckdb.__version__)
        if file is None:
            raise LocalsdgError(
                f"DuckDB's extension {name} is not installed",
                where=f"DuckDB {duckdb.__version__}",
                expected=f"one installed by DuckDB, or the wheel duckdb-extension-{name.replace('_', '-')} "
                "of the same version",
                got=str(error).splitlines()[0],
                next_step=f"python -c \"import duckdb; duckdb.execute('install {name}')\"",
            ) from error
        con.execute(f"load {text(file)}")


def _of_wheel(name: str, version: str) -> Path | None:
    """The file of an extension in its wheel; a wheel holds that of exactly one DuckDB."""
    spec = find_spec(f"duckdb_extension_{name}")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        file = Path(folder) / "extensions" / f"v{version}" / f"{name}.duckdb_extension"
        if file.is_file():
            return file
    return None


def _refused(catalog: Catalog, error: Exception) -> LocalsdgError:
    """The error for a lake that does not open, with what to do."""
    words = without_password(" ".join(str(error).split()))
    if "does not exist" in words and "creating" in words:
        step = "localsdg lake publish --catalog CATALOG --data FOLDER, which makes it"
        return LocalsdgError("there is no lake in this catalogue yet", where=catalog.shown, next_step=step)
    if "DATA_PATH parameter" in words:
        step = "leave out --data: the catalogue knows where its files are"
        return UsageError("the files of this lake are elsewhere", where="--data", got=words, next_step=step)
    return LocalsdgError(
        "the lake does not open",
        where=catalog.shown,
        expected="a catalogue that answers, and files that can be reached",
        got=words,
        next_step="localsdg lake --help, which states the forms of an address",
    )
