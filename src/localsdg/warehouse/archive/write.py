"""A version as one zip file for a repository of research data: the data, their terms, and how to cite them.

The same version gives the same bytes. Data whose terms do not permit redistribution
are left out, with every row that rests on them, unless all are asked for; the warehouse
file itself goes in where nothing is left out.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.common.output_files import write_whole
from localsdg.common.progress import Progress
from localsdg.common.scratch import scratch_folder
from localsdg.common.zip_files import zip_folder
from localsdg.registry.tables import main_views
from localsdg.warehouse.archive import texts
from localsdg.warehouse.archive.left_out import LeftOut, left_out, without
from localsdg.warehouse.citation import Citation, dataset_citations
from localsdg.warehouse.export import datapackage
from localsdg.warehouse.export.job import Job, read_info
from localsdg.warehouse.export.selection import ExportTable, Filters, choose_tables
from localsdg.warehouse.query import open_published
from localsdg.warehouse.releases import Release, kept_releases, published_release
from localsdg.warehouse.versions import at_version, check_whole, kept_version

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings


@dataclass(frozen=True)
class Archived:
    """What an archive holds: version, data sets that are left out, tables, rows, and whether the warehouse is in."""

    version: str
    left_out: tuple[Citation, ...]
    tables: int
    rows: int
    has_warehouse: bool


def archive(
    settings: Settings, target: Path, version: str | None, progress: Progress, *, with_all: bool = False
) -> Archived:
    """Write the archive of a kept version, the published one where none is named, to a checked path.

    Raises `UsageError` for a version that is not kept, and `LocalsdgError` where its file is not whole.
    """
    release = _release(settings, version)
    check_whole(release)
    # beside the target: the disk of temporary files may be small
    with scratch_folder(beside=target) as folder:
        with closing(open_published(at_version(settings, release.version), threads=1)) as con:
            contents = _fill(settings, con, release, folder, progress, with_all)
        if contents.has_warehouse:
            shutil.copy2(release.file, folder / release.file.name)
        _write_sums(folder)
        root = f"localsdg-{release.version}"
        write_whole(target, lambda draft: zip_folder(folder, draft, root))
    rows = sum(table.n_rows for table in contents.tables)
    return Archived(release.version, contents.out.citations, len(contents.tables), rows, contents.has_warehouse)


def _release(settings: Settings, version: str | None) -> Release:
    if version is not None:
        return kept_version(settings, version)
    if release := published_release(settings):
        return release
    raise LocalsdgError(
        "the published file is none of the kept versions",
        where=settings.published,
        expected=", ".join(one.version for one in kept_releases(settings)) or "a published version",
        next_step="localsdg versions",
    )


def _fill(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    release: Release,
    folder: Path,
    progress: Progress,
    with_all: bool,
) -> texts.Contents:
    datasets = dataset_citations(con)
    out = LeftOut((), ()) if with_all else left_out(datasets)
    whole = choose_tables(con, _names(con))
    tables = without(con, whole, out)
    (folder / "data").mkdir()
    info = read_info(con, Filters())
    _write_data(Job(con, folder / "data", tables, info, _stepper(progress, tables)))
    keys = con.execute(
        "select name, licence, attribution from meta.licence where citation is null order by name"
    ).fetchall()
    n_rows = {table.file: table.n_rows for table in whole}
    contents = texts.Contents(info, datasets, keys, tables, n_rows, out, not out.citations)
    for name, body in {
        "README.md": texts.readme(contents),
        "LICENCES.md": texts.licences(contents),
        "LICENSE": texts.software_licence(settings),
        "CITATION.cff": texts.citation_cff(info),
        ".zenodo.json": texts.zenodo(contents),
    }.items():
        (folder / name).write_text(body, encoding="utf-8")
    return contents


def _names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The short names of tables with data that this version has: an older one may lack some."""
    found = con.execute("select view_name from duckdb_views() where schema_name = 'main' and not internal").fetchall()
    present = {name for (name,) in found}
    return [name for name, table in main_views().items() if name in present and table.schema != "meta"]


def _stepper(progress: Progress, tables: Sequence[ExportTable]):
    places = {table.file: place for place, table in enumerate(tables)}
    return lambda table: progress.step(places[table.file], len(tables), table.file)


def _write_data(job: Job) -> None:
    """Write the data package, and count its rows again."""
    datapackage.write(job)
    counted = datapackage.count(job.folder, job.tables)
    wrong = {table.file: counted.get(table.file) for table in job.tables if table.n_rows != counted.get(table.file)}
    if wrong:
        raise LocalsdgError(
            "the rows of the archive, counted again, are not those of the warehouse",
            expected=", ".join(f"{table.file} {table.n_rows:,}" for table in job.tables if table.file in wrong),
            got=", ".join(f"{name} {rows}" for name, rows in wrong.items()),
            next_step="localsdg doctor, then run it again",
        )


def _write_sums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{datapackage.sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / "checksums.sha256").write_text("".join(lines), encoding="utf-8")
