"""An open warehouse: the published one, or a version that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.close_matches import close_matches
from localsdg.common.database import packaged_select
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings, load_settings
from localsdg.common.sql_text import fill
from localsdg.research.frames import About, finished
from localsdg.research.rows import rows

if TYPE_CHECKING:
    from types import TracebackType

    import duckdb
    import pandas as pd


class Warehouse:
    """A warehouse that is open read-only; SQL can reach no file, no network and no setting.

    It is made by `connect`, closes with `close()` or at the end of a `with` block, and is taken by all
    functions of `localsdg` as `home=`.
    """

    def __init__(self, settings: Settings) -> None:
        from localsdg.warehouse.query import open_published

        self.settings = settings
        try:
            self.con: duckdb.DuckDBPyConnection = open_published(settings)
        except LocalsdgError as error:
            raise _with_python_step(error) from None
        (row,) = rows(
            self.con,
            "select version, coalesce(content_hash, '') as content_hash, cast(built_at as varchar) as built_at, "
            "coalesce(cast(known_on as varchar), '') as known_on from meta.release",
        )
        self.about = About(row["version"], row["content_hash"], row["built_at"][:19], row["known_on"])

    @property
    def version(self) -> str:
        """The version of the warehouse, such as `2026.11.27.1`."""
        return self.about.version

    def sql(self, query: str, frame: str = "pandas") -> pd.DataFrame:
        """The result of one SELECT as a frame; its `attrs` have the query, the version and the sources behind it.

        Raises `UsageError` for SQL that DuckDB refuses, for none and for several statements.

        >>> import localsdg as ls
        >>> with ls.connect() as warehouse:
        ...     warehouse.sql("select title from goal where goal_code = '1'").title[0]
        'End poverty in all its forms everywhere'
        """
        from localsdg.warehouse.query import query_table
        from localsdg.warehouse.query_sources import cite_sources

        table = query_table(self.con, query)
        cited = cite_sources(self.con, query, table)
        records = [{**asdict(one), "names": list(one.names)} for one in cited]
        releases = list(dict.fromkeys(one.version for one in cited[1:]))
        more: dict[str, Any] = {"citations": records, "releases": releases, "cited_by": "query"}
        return finished(self, table, query.strip(), frame=frame, **more)

    def tables(self) -> pd.DataFrame:
        """The tables and views that questions are put to: name, description, number of rows."""
        return self.sql(
            "select table_name, table_type, description, grain, n_rows from meta.table_info order by table_name"
        )

    def close(self) -> None:
        """Close the file."""
        self.con.close()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<localsdg warehouse {self.version}, built {self.about.built_at[:10]}>"


def connect(home: str | Path | None = None, version: str | None = None) -> Warehouse:
    """Open the published warehouse, or a version that is kept, read-only.

    Parameters
    ----------
    home : the folder that holds `data/`; `LOCALSDG_HOME` or the default of the settings where it is not given.
    version : a version that `localsdg status` lists, such as `"2026.11.27.1"`; the published one by default.

    Raises `LocalsdgError` where there is no warehouse yet, and `UsageError` for a version that is not kept.

    >>> import localsdg as ls
    >>> with ls.connect() as warehouse:
    ...     print(warehouse.version)
    2...
    """
    return Warehouse(settings_of(home, version))


def settings_of(home: str | Path | Settings | None = None, version: str | None = None) -> Settings:
    """The settings of a home folder; of a kept version, with its file in the place of the published one."""
    if isinstance(home, Settings):
        settings = home
    elif home is None:
        settings = load_settings()
    else:
        import os

        settings = load_settings({**os.environ, "LOCALSDG_HOME": str(home)})
    return settings if version is None else _of_version(settings, version)


def _of_version(settings: Settings, version: str) -> Settings:
    from localsdg.warehouse.releases import kept_releases

    kept = {release.version: release for release in kept_releases(settings) if release.file.is_file()}
    if version not in kept:
        near = close_matches(version, kept) or list(kept)[:3]
        raise UsageError(
            "the version is not kept",
            expected=", ".join(near) or "a version that was published here",
            got=version,
            next_step="localsdg.connect(), the published warehouse",
        )
    return replace(settings, edition=kept[version].file)


@contextmanager
def opened(home: str | Path | Settings | Warehouse | None) -> Iterator[Warehouse]:
    """The open warehouse that a function was given, left open; else one of the home folder, closed at the end."""
    if isinstance(home, Warehouse):
        yield home
        return
    with Warehouse(settings_of(home)) as warehouse:
        yield warehouse


def question(name: str, **values: Any) -> str:
    """The SQL of `sql/research/<name>.sql` with its parameters filled in, without the comments at its top."""
    body = packaged_select(f"research/{name}").splitlines()
    return fill("\n".join(line for line in body if not line.startswith("--")), values)


def _with_python_step(error: LocalsdgError) -> LocalsdgError:
    """The same error with a next step for those who have no command line open."""
    if error.next_step != "localsdg run":
        return error
    return LocalsdgError(
        error.what,
        where=error.where,
        next_step="localsdg run, which builds it; or home= a folder that has one",
    )
