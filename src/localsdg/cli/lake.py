"""`localsdg lake`: the warehouse in a DuckLake with a catalogue in PostgreSQL, for several writers."""

from __future__ import annotations

from dataclasses import asdict

import click

from localsdg.cli.arguments import split_codes
from localsdg.cli.base import JSON, Group, print_json


def _codes(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return split_codes(value)


CATALOG = click.option(
    "--catalog",
    required=True,
    envvar="LOCALSDG_LAKE",
    metavar="ADDRESS",
    help="Where the catalogue is: postgres:dbname=lake host=db, postgresql://user@db/lake, or a file. The variable "
    "LOCALSDG_LAKE holds it too; leave the password to PGPASSWORD or ~/.pgpass.",
)


@click.group(
    cls=Group,
    epilog=(
        "Examples:\n"
        '  localsdg lake publish --catalog "postgres:dbname=lake host=db" --data /shared/lake\n'
        '  localsdg lake versions --catalog "postgres:dbname=lake host=db"\n'
    ),
)
def lake() -> None:
    """Publish into a lake that several writers share, and read it.

    A lake is Parquet files with a catalogue in a database (DuckLake). Each publication is one
    transaction: readers see all of it or nothing. It needs DuckDB's extensions ducklake and postgres.
    """


@lake.command(
    epilog=(
        "Examples:\n"
        '  localsdg lake publish --catalog "postgres:dbname=lake host=db" --data /shared/lake\n'
        '  localsdg lake publish --catalog "postgres:dbname=lake host=db" --source unsd\n'
        '  localsdg lake publish --catalog "postgres:dbname=lake host=db" --site bristol,barcelona'
    ),
)
@CATALOG
@click.option(
    "--data",
    metavar="FOLDER",
    help="Where the files of a new lake go; afterwards the catalogue knows.  [default: as the catalogue has it]",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    callback=_codes,
    metavar="NAME",
    help="Only the tables of a source: unsd, opensdg, reviews, actions, population; again, or with commas, for more.",
)
@click.option(
    "--site",
    "sites",
    multiple=True,
    callback=_codes,
    metavar="NAME",
    help="Only the rows of a local site; again, or with commas, for more.",
)
@JSON
def publish(catalog: str, data: str | None, sources: tuple[str, ...], sites: tuple[str, ...], as_json: bool) -> None:
    """Write the published file into the lake, as one snapshot; only what differs is written.

    Without --source and --site every table becomes what the published file has. With them, several
    offices publish into one lake, each its own part: the lists of areas, goals and governments are
    merged, and what is computed from all sources (evidence) is written by whoever publishes the whole.
    """
    from localsdg.common.settings import load_settings
    from localsdg.warehouse.lake.catalog import parse_catalog
    from localsdg.warehouse.lake.publish import publish as write

    done = write(load_settings(), parse_catalog(catalog), data, sources=sources, sites=sites)
    if as_json:
        print_json(asdict(done))
        return
    for name, n_rows in done.rows.items():
        click.echo(f"{name}  {n_rows:,} rows")
    if done.snapshot is None:
        click.echo(f"the lake has version {done.version} already: nothing differs")
    else:
        click.echo(f"version {done.version} is snapshot {done.snapshot}: {sum(done.rows.values()):,} rows written")


@lake.command(
    epilog=(
        "Examples:\n"
        '  localsdg lake versions --catalog "postgres:dbname=lake host=db"\n'
        '  localsdg lake versions --catalog "postgres:dbname=lake host=db" --json'
    ),
)
@CATALOG
@JSON
def versions(catalog: str, as_json: bool) -> None:
    """List what was published into the lake, the newest first: snapshot, time (UTC), version, rows written."""
    from localsdg.common.settings import load_settings
    from localsdg.warehouse.lake.catalog import parse_catalog
    from localsdg.warehouse.lake.read import lake_versions

    found = lake_versions(load_settings(), parse_catalog(catalog))
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        sites = f" ({', '.join(one.sites)})" if one.sites else ""
        click.echo(f"{one.snapshot:>5}  {one.written_at}  {one.message}{sites}  {sum(one.rows.values()):,} rows")
    if not found:
        click.echo("nothing was published into this lake yet")


@lake.command(
    epilog=(
        "Examples:\n"
        '  localsdg lake query --catalog "postgres:dbname=lake host=db" "select count(*) from core.observation"\n'
        '  localsdg lake query --catalog "postgres:dbname=lake host=db" --version 2026.11.27.1 '
        '"select * from core.local_site"'
    ),
)
@click.argument("sql")
@CATALOG
@click.option("--version", "version", metavar="VERSION", help="As of a version, or of the number of a snapshot.")
@JSON
def query(sql: str, catalog: str, version: str | None, as_json: bool) -> None:
    """Ask the lake in SQL, read-only, as it is or as of a version; prints CSV, or JSON."""
    from localsdg.common.settings import load_settings
    from localsdg.warehouse.lake.catalog import parse_catalog
    from localsdg.warehouse.lake.read import query_lake
    from localsdg.warehouse.result_files import result_bytes

    table = query_lake(load_settings(), parse_catalog(catalog), sql, version)
    body, notes = result_bytes(table, "json" if as_json else "csv")
    click.echo(body, nl=False)
    for note in notes:
        click.echo(f"note: {note}", err=True)
