"""`localsdg export`: the warehouse as files to take away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.arguments import split_codes
from localsdg.cli.base import AREA, JSON, SERIES, Command, note_citation, print_json

if TYPE_CHECKING:
    from localsdg.warehouse.export.folder import Exported


def _codes(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return split_codes(value)


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg export --format parquet\n"
        "  localsdg export --format hive --table all --output tables\n"
        "  localsdg export --format xlsx --table observation,series --series SI_POV_DAY1 --output poverty\n"
        "  localsdg export --format datapackage --goal 1 --area Spain,Kenya --output package\n"
        "  localsdg export --format sdmx-csv --series SI_POV_DAY1 --output sdmx"
    ),
)
@click.option(
    "--format",
    "kind",
    required=True,
    type=click.Choice(["parquet", "hive", "csv", "xlsx", "datapackage", "sdmx-csv", "sqlite"]),
    help="Parquet for analysis; the same as a folder a table for Spark, Trino and Hive; CSV with schemas; "
    "a workbook; a Frictionless Data Package; SDMX-CSV of UN observations with the official codes; a SQLite database.",
)
@click.option(
    "--table",
    "names",
    multiple=True,
    callback=_codes,
    metavar="NAME",
    help="A table: observation (the newest release of each series), core.observation (every release); again, or "
    "with commas, for more; all is every table of the file.  [default: the tables of main]",
)
@SERIES
@AREA
@click.option(
    "--goal", "goals", multiple=True, callback=_codes, metavar="N", help="A goal, 1 to 17; again, or with commas."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to write it.  [default: data/warehouse/exports/VERSION/FORMAT]",
)
@click.option("--force", is_flag=True, help="Replace the export that is in the folder.")
@JSON
def export(
    kind: str,
    names: tuple[str, ...],
    series: tuple[str, ...],
    areas: tuple[str, ...],
    goals: tuple[str, ...],
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Take tables of the published warehouse away as files.

    A folder with the data, README.txt, citations.txt, the dictionary of the columns, a manifest and
    checksums. Filters limit the tables that have such a column; the others are written whole, and the
    README says which. The same warehouse gives the same bytes. Rows are counted again by another reader
    before the folder gets its name.
    """
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.warehouse.export.folder import Request
    from localsdg.warehouse.export.folder import export as write_export
    from localsdg.warehouse.export.selection import Filters

    settings = load_settings()
    request = Request(kind, names, Filters(series, areas, goals), output, force)
    with Progress() as progress:
        exported = write_export(settings, request, progress)
    note_citation(settings, f"localsdg export --format {kind}", exported.folder)
    if as_json:
        print_json({"folder": str(exported.folder), "bytes": exported.n_bytes, **exported.manifest})
    else:
        _print(exported)


def _print(exported: Exported) -> None:
    """Tables with their rows, what a reader must know, and where it is."""
    tables = exported.manifest["tables"]
    width = max((len(table["name"]) for table in tables), default=0)
    for table in tables:
        limits = f"  {'; '.join(table['limits'])}" if table["limits"] else ""
        if table["exported_whole_despite"]:
            start = "; " if limits else "  whole: "
            limits += f"{start}no column to filter by {', '.join(table['exported_whole_despite'])}"
        is_out = table["rows_left_out"] and not table["rows_written"]
        n_rows = table["rows_written"]
        rows = "     left out" if is_out else f"{n_rows:>9,} {'row' if n_rows == 1 else 'rows'}"
        click.echo(f"{table['name']:<{width}}  {rows:<14}{limits}".rstrip())
    for note in exported.manifest["notes"]:
        click.echo(f"note: {note}")
    click.echo(f"{exported.n_rows:,} rows, {exported.n_bytes / 1e6:,.1f} MB in {exported.folder}")
