"""An export as a folder: data, README, citations, dictionary, manifest and checksums; whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from localsdg.common.disk import room_named
from localsdg.common.drafts import clear_drafts, draft_of
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.output_files import check_output_folder
from localsdg.common.progress import Progress
from localsdg.warehouse.export.csv_folder import as_json, csv_lines
from localsdg.warehouse.export.datapackage import sha256_of
from localsdg.warehouse.export.job import ExportInfo, Job, read_info
from localsdg.warehouse.export.readme import readme
from localsdg.warehouse.export.selection import ExportTable, Filters, choose_tables
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: The module of each format: `write(job)`, `count(folder, tables)` by another reader, and `HOW` to read it.
FORMATS = {
    "parquet": "parquet_folder",
    "hive": "hive_folder",
    "csv": "csv_folder",
    "xlsx": "xlsx_book",
    "datapackage": "datapackage",
    "sdmx-csv": "sdmx_csv",
    "sqlite": "sqlite_folder",
}
MANIFEST, CHECKSUMS = "manifest.json", "checksums.sha256"


@dataclass(frozen=True)
class Request:
    """What to export: a format of `FORMATS`, names of tables (empty: those of `main`), filters and a folder."""

    kind: str
    names: tuple[str, ...] = ()
    filters: Filters = Filters()
    output: Path | None = None
    force: bool = False


@dataclass(frozen=True)
class Exported:
    """What was written: the folder, and what its manifest says."""

    folder: Path
    manifest: dict

    @property
    def n_rows(self) -> int:
        """Rows of all tables together."""
        return sum(table["rows_written"] for table in self.manifest["tables"])

    @property
    def n_bytes(self) -> int:
        """Bytes of all files together."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def export(settings: Settings, request: Request, progress: Progress) -> Exported:
    """Write the export to its folder, by default `exports/<version>/<format>` beside the warehouse.

    The same warehouse, request and libraries give the same bytes. The rows are
    counted again by another reader before the folder gets its name. Raises
    `UsageError` for unknown names and a folder that is in use, `LocalsdgError`
    where a count differs.
    """
    with closing(open_published(settings)) as con:
        info = read_info(con, request.filters)
        target = _target(settings, request, info)
        module = format_module(request.kind)
        tables = module.choose(con, request) if hasattr(module, "choose") else _choose(con, request)
        draft = draft_of(target)
        try:
            with room_named(target, "the export is not written"):
                draft.mkdir(parents=True)
                manifest = _fill(con, request, module, tables, info, draft, progress)
                _put(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return Exported(target, manifest)


def format_module(kind: str) -> ModuleType:
    """The module that writes a format."""
    return import_module(f"localsdg.warehouse.export.{FORMATS[kind]}")


def _choose(con: duckdb.DuckDBPyConnection, request: Request) -> list[ExportTable]:
    return choose_tables(con, request.names, request.filters)


def _target(settings: Settings, request: Request, info: ExportInfo) -> Path:
    """The checked folder; raises `UsageError` where it holds something that must stay."""
    default = settings.warehouse / "exports" / info.version / request.kind
    target = check_output_folder(settings, request.output or default)
    clear_drafts(target)
    if not target.exists() or not any(target.iterdir()):
        return target
    if not _is_export(target):
        raise UsageError(
            "--output names a folder with files of its own, which an export never replaces",
            where=target,
            expected="a folder that does not exist yet, is empty, or holds an export",
            next_step="give --output another name",
        )
    if not request.force:
        raise UsageError(
            "there is an export already",
            where=target,
            expected="--force to replace it, or --output with another folder",
            next_step=f"localsdg export --format {request.kind} --force",
        )
    return target


def _is_export(folder: Path) -> bool:
    """Whether a folder holds the files of an export, by its checksums, and nothing else."""
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    listed = {line.partition("  ")[2] for line in lines} | {CHECKSUMS}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return MANIFEST in listed and found <= listed


def _fill(
    con: duckdb.DuckDBPyConnection,
    request: Request,
    module: ModuleType,
    tables: Sequence[ExportTable],
    info: ExportInfo,
    draft: Path,
    progress: Progress,
) -> dict:
    """Write all files of the export; returns its manifest."""
    done: list[ExportTable] = []

    def step(table: ExportTable) -> None:
        progress.step(len(done), len(tables) + 1, table.file)
        done.append(table)

    job = Job(con, draft, tables, info, step, request.names)
    module.write(job)
    progress.step(len(tables), len(tables) + 1, "counting the rows again")
    counted = module.count(draft, tables)
    _check_counts(job, counted)
    manifest = _manifest(job, request.kind, counted)
    _write_beside(job, request.kind, module.HOW, manifest)
    return manifest


def _check_counts(job: Job, counted: dict[str, int]) -> None:
    wrong = {
        table.file: (table.n_rows - job.left_out.get(table.file, 0), counted.get(table.file))
        for table in job.tables
        if table.n_rows - job.left_out.get(table.file, 0) != counted.get(table.file)
    }
    if wrong:
        raise LocalsdgError(
            "the rows of the export, counted again, are not those of the warehouse",
            expected=", ".join(f"{name} {rows:,}" for name, (rows, _) in wrong.items()),
            got=", ".join(f"{name} {rows}" for name, (_, rows) in wrong.items()),
            next_step="localsdg doctor, then run it again",
        )


def _manifest(job: Job, kind: str, counted: dict[str, int]) -> dict:
    """What the export holds: rows of the warehouse, rows written, and rows left out, table by table."""
    info = job.info
    return {
        "format": kind,
        "version": info.version,
        "content_hash": info.content_hash,
        "built_at": f"{info.built_at}Z",
        "code_version": info.code_version,
        "filter": info.filters.as_text() or None,
        "tables": [
            {
                "name": table.file,
                "warehouse_table": table.rows_of,
                "rows_in_warehouse": table.n_rows,
                "rows_written": counted[table.file],
                "rows_left_out": job.left_out.get(table.file, 0),
                "columns": len(table.columns),
                "primary_key": list(table.primary_key),
                "foreign_keys": [f"{key.column} -> {key.parent}.{key.parent_column}" for key in table.foreign_keys],
                "limits": list(table.limits),
                "exported_whole_despite": list(table.whole_despite),
            }
            for table in job.tables
        ],
        "notes": [*job.notes, *(f"no foreign key: {words}" for table in job.tables for words in table.broken_keys)],
    }


def _write_beside(job: Job, kind: str, how: str, manifest: dict) -> None:
    """README, citations, dictionary, manifest, and last the checksums of all files."""
    folder = job.folder
    (folder / MANIFEST).write_text(as_json(manifest), encoding="utf-8")
    (folder / "README.txt").write_text(readme(job.info, kind, how, job.tables, manifest), encoding="utf-8")
    (folder / "citations.txt").write_text(job.info.citations, encoding="utf-8")
    names = ("table_name", "column_name", "position", "data_type", "unit", "description", "allowed")
    rows = [
        (table.file, column.name, place, column.type, column.unit, column.description, ", ".join(column.allowed))
        for table in job.tables
        for place, column in enumerate(table.columns, 1)
    ]
    csv_lines([names, *rows], folder / "columns.csv")
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{sha256_of(folder / name)}  {name}\n" for name in files)
    (folder / CHECKSUMS).write_text(sums, encoding="utf-8")


def _put(draft: Path, target: Path) -> None:
    """Give the draft its name; an older export gives way only then."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = draft_of(target, "old")
    if target.exists():
        target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
