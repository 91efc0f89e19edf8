"""The command line: it wires, it does not compute.

Everything heavy is imported inside a command, so that `--help` answers at
once. Exit codes: 0 done, 1 failed, 2 usage, 3 blocked by checks.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from localsdg import __version__
from localsdg.errors import LocalsdgError, UsageError


class _Group(click.Group):
    """Prints our errors as one line and returns their exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except LocalsdgError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(error.exit_code)
        except Exception as error:
            # a full disk, a lost folder, a fault of the database: one line, unless asked for more
            if not _is_outside(error) or os.environ.get("LOCALSDG_DEBUG"):
                raise
            told = " ".join(str(error).split())
            click.echo(
                f"error: {type(error).__name__} | got {told} | next: mend that and run it again; "
                "LOCALSDG_DEBUG=1 shows where; nothing was published", err=True,
            )
            ctx.exit(1)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Keep the line breaks of the examples."""
        if self.epilog:
            formatter.write("\n" + self.epilog + "\n")


def _is_outside(error: Exception) -> bool:
    """A fault of the machine or the database, and not one of our code."""
    return isinstance(error, OSError) or "duckdb" in type(error).__module__


class _Command(click.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Keep the line breaks of the examples."""
        if self.epilog:
            formatter.write("\n" + self.epilog + "\n")


_Group.command_class = _Command
_Group.group_class = _Group

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(
    cls=_Group, context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples:\n  localsdg run\n  localsdg query --example extreme_poverty_by_region",
)
@click.version_option(__version__, prog_name="localsdg")
def main() -> None:
    """Every figure on a slide, traced to the UN observation or the local record it rests on."""


def _series(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """`--series A --series B`, `--series A,B`: both are meant by people."""
    return tuple(part for one in value for part in one.replace(",", " ").split())


_SERIES = click.option("--series", multiple=True, callback=_series, metavar="CODE",
                       help="UN series, such as SI_POV_DAY1; again for more.")
_AREA = click.option("--area", "areas", multiple=True, callback=_series, metavar="CODE",
                     help="M49 area code, such as 724; again for more.")


@main.command(epilog="Examples:\n  localsdg run\n  localsdg run --live --series SI_POV_DAY1 --area 724")
@click.option("--live", is_flag=True, help="Pull from the service first.")
@_SERIES
@_AREA
@click.option("--only-bundled", is_flag=True, help="Leave out what was pulled.")
@click.option("--plain", is_flag=True, help="Without Prefect: the same functions, no flow run.")
@_JSON
def run(live: bool, series: tuple, areas: tuple, only_bundled: bool, plain: bool, as_json: bool) -> None:
    """Pull (or take the bundle), stage, check, build, audit and publish the warehouse."""
    from localsdg.progress import Progress
    from localsdg.settings import load_settings
    from localsdg.summary import print_summary, summarise

    if (series or areas) and not live:
        raise UsageError("--series and --area say what to pull", expected="--live with them")
    settings = load_settings()
    with Progress() as progress:
        if plain:
            from localsdg import pipeline

            done = pipeline.run_all(
                settings, live=live, series=series, areas=areas,
                only_bundled=only_bundled, progress=progress,
            )
        else:
            # errors are printed as one line below; Prefect's page keeps the traceback
            os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
            from flows.pipeline import run_flow

            done = run_flow(live=live, series=series, areas=areas, only_bundled=only_bundled)
    facts = summarise(done)
    if as_json:
        _print_json(facts)
    else:
        print_summary(facts)


@main.group(epilog="Example:\n  localsdg pull indicators --series SI_POV_DAY1 --area 724")
def pull() -> None:
    """Pull data into immutable snapshots below data/raw."""


@pull.command(epilog=(
    "Examples:\n"
    "  localsdg pull indicators --series SI_POV_DAY1 --area 724\n"
    "  localsdg pull indicators Goal1.xlsx --release 2024-02\n"
    "  localsdg pull indicators --all"
))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@_SERIES
@_AREA
@click.option("--year", "years", multiple=True, type=int, help="Year; again for more.")
@click.option("--all", "everything", is_flag=True, help="All series, not the evidence's alone.")
@click.option("--release", metavar="NAME", help="Of the files, or what the service must have.")
@click.option("--route", type=click.Choice(["auto", "json", "csv"]), default="auto", show_default=True,
              help="Paged JSON, bulk CSV, or what fits.")
@click.option("--accept-dimension", "accept", multiple=True, metavar="NAME",
              help="Take an unknown column of the files as a dimension.")
@_JSON
def indicators(files, series, areas, years, everything, release, route, accept, as_json) -> None:
    """UN series: from FILES (bulk CSV, gz, portal xlsx, zip), or from the service."""
    from localsdg import pipeline
    from localsdg.progress import Progress
    from localsdg.settings import load_settings

    settings = load_settings()
    if files and (series or areas or years or everything):
        raise UsageError("files are taken whole", expected="FILES, or --series and --area", got="both")
    with Progress() as progress:
        if files:
            from localsdg.sources.user_files import take_files

            snapshots = take_files(
                settings, list(files), release=release, accept_dimensions=accept,
                progress=progress.step,
            )
        else:
            snapshots = [pipeline.pull_live(
                settings, series=series, areas=areas, years=years, everything=everything,
                release=release, route=route, progress=progress.step,
            )]
    facts = [_snapshot_facts(one) for one in snapshots]
    if as_json:
        _print_json(facts)
        return
    for one in facts:
        rows = "" if one["rows"] is None else f", {one['rows']:,} rows"
        click.echo(f"{one['source']} {one['release']}: {one['files']} files{rows} in {one['folder']}")
    click.echo("next: localsdg build")


@pull.command(epilog="Example:\n  localsdg pull forget 2024-02 --file Goal1.xlsx")
@click.argument("release")
@click.option("--source", default="unsd", show_default=True, help="Source of the release.")
@click.option("--file", "file_name", help="One file of the release; without it, all of it.")
def forget(release: str, source: str, file_name: str | None) -> None:
    """Remove a release that was pulled, or one file of it; the bundle stays."""
    from localsdg.settings import load_settings
    from localsdg.sources.snapshot import forget as forget_files

    removed = forget_files(load_settings().raw, source, release, file_name)
    click.echo(f"removed {len(removed)} files of {source} {release}; next: localsdg build")


@main.command(epilog="Examples:\n  localsdg build\n  localsdg build --no-bundled")
@click.option("--only-bundled", is_flag=True, help="Leave out what was pulled.")
@click.option("--no-bundled", is_flag=True, help="Leave out the bundle.")
@_JSON
def build(only_bundled: bool, no_bundled: bool, as_json: bool) -> None:
    """All snapshots at hand -> staging, checks, warehouse, audits, publication; without Prefect."""
    from localsdg import pipeline
    from localsdg.progress import Progress
    from localsdg.settings import load_settings
    from localsdg.summary import print_summary, summarise

    if only_bundled and no_bundled:
        raise UsageError("--only-bundled and --no-bundled exclude each other")
    with Progress(len(pipeline.STAGES)) as progress:
        done = pipeline.run_all(
            load_settings(), only_bundled=only_bundled, with_bundled=not no_bundled,
            progress=progress,
        )
    facts = summarise(done)
    _print_json(facts) if as_json else print_summary(facts)


@main.command(epilog="Example:\n  localsdg check")
@_JSON
def check(as_json: bool) -> None:
    """Stage and check all snapshots at hand; publishes nothing."""
    from localsdg import pipeline
    from localsdg.progress import Progress
    from localsdg.settings import load_settings

    settings = load_settings()
    with Progress(2) as progress:
        results = pipeline.check_only(settings, progress)
    if as_json:
        _print_json(results)
        return
    for one in results:
        if one["outcome"] != "passed":
            click.echo(f"{one['severity']} {one['rule_id']} {one['outcome']}: {one['reason']}")
    passed = sum(one["outcome"] == "passed" for one in results)
    click.echo(f"{passed} of {len(results)} passed; all: {settings.reports / 'validation.html'}")


@main.command(epilog=(
    "Examples:\n"
    "  localsdg query \"select year, value from core.latest_observation\n"
    "                  where series_code = 'SI_POV_DAY1' and area_code = '001' order by year\"\n"
    "  localsdg query --example furthest_from_ending_poverty --format csv --output poverty.csv"
))
@click.argument("sql", required=False)
@click.option("--example", "name", metavar="NAME", help="Run an example; --example list names them.")
@click.option("--format", "kind", type=click.Choice(["table", "csv", "json", "parquet"]), default="table",
              show_default=True, help="How to print it.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("--limit", default=50, show_default=True, help="Rows shown in a table; 0 for all.")
def query(sql, name, kind, as_json, output, limit) -> None:
    """Ask the published warehouse in SQL, read-only."""
    from localsdg.settings import load_settings
    from localsdg.warehouse import query as asked

    settings = load_settings()
    if name == "list":
        for path in sorted((settings.sql / "examples").glob("*.sql")):
            first = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("--").strip()
            click.echo(f"{path.stem}: {first}")
        return
    if (sql is None) == (name is None):
        got = "both" if sql else "neither"
        raise UsageError("say what to ask", expected="SQL, or --example NAME", got=got)
    table = asked.run_query(settings, sql if sql is not None else asked.example(settings, name))
    if as_json:
        kind = "json"
    if kind == "table" and output:
        kind = {".csv": "csv", ".json": "json", ".parquet": "parquet"}.get(output.suffix, "csv")
    if kind == "table":
        asked.print_table(table, limit or table.num_rows)
    elif output:
        asked.write_table(table, kind, output)
        click.echo(f"{table.num_rows:,} rows in {output}")
    else:
        sys.stdout.buffer.write(asked.write_table(table, kind, None) or b"")


@main.command(epilog="Example:\n  localsdg figures --output figures")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False),
              help="Folder; data/warehouse/figures by default.")
@_JSON
def figures(output: Path | None, as_json: bool) -> None:
    """World lines of the metrics: SVG, PNG and the numbers shown as CSV."""
    from localsdg.figures.chart import draw
    from localsdg.figures.world import world_figures
    from localsdg.settings import load_settings

    settings = load_settings()
    folder = output or settings.warehouse / "figures"
    drawn = {one.title: [str(path) for path in draw(one, folder)] for one in world_figures(settings)}
    if as_json:
        _print_json(drawn)
        return
    for title, paths in drawn.items():
        click.echo(f"{title}\n  {'  '.join(paths)}")
    if not drawn:
        raise LocalsdgError("no metric has World values in two years", next_step="localsdg run")


@main.command(epilog="Example:\n  localsdg status")
@_JSON
def status(as_json: bool) -> None:
    """What was pulled, what is published, and how the last runs ended."""
    from localsdg import runs
    from localsdg.settings import load_settings

    facts = runs.status(load_settings())
    if as_json:
        _print_json(facts)
        return
    published = facts["published"]
    click.echo(
        f"published: version {published['version']}, built {published['built_at']} UTC, {published['file']}"
        if published else "published: nothing yet; next: localsdg run"
    )
    for one in facts["snapshots"]:
        click.echo(f"snapshot:  {one['source']} {one['release']}: {one['files']} files, "
                   f"{one['bytes'] / 1e6:.1f} MB, {one['origin']}")
    for one in facts["runs"]:
        detail = f": {one['detail']}" if one.get("detail") else ""
        click.echo(f"run:       {one['started_at']} {one['status']}{detail}")


@main.command(epilog="Example:\n  localsdg diff --limit 10")
@click.option("--limit", default=20, show_default=True, help="Rows shown; 0 for all.")
@_JSON
def diff(limit: int, as_json: bool) -> None:
    """What changed between the releases at hand: added, removed and changed values by series."""
    from localsdg.settings import load_settings
    from localsdg.warehouse import query as asked

    table = asked.run_query(load_settings(), (
        "select series_code, old_release, new_release, "
        "count(*) filter (change = 'added') as added, "
        "count(*) filter (change = 'removed') as removed, "
        "count(*) filter (change = 'changed') as changed, "
        "max(abs(new_value - old_value)) as largest_change "
        "from audit.value_change group by all order by changed + removed desc, series_code, new_release"
    ))
    if as_json:
        sys.stdout.buffer.write(asked.write_table(table, "json", None) or b"")
    else:
        asked.print_table(table, limit or table.num_rows)


@main.command(epilog="Example:\n  localsdg cite")
def cite() -> None:
    """How to cite the data of the published warehouse and this software."""
    from localsdg.settings import load_settings
    from localsdg.warehouse import query as asked

    rows = asked.run_query(load_settings(), (
        "select l.attribution, l.licence, d.release, d.fetched_at "
        "from meta.licence as l join meta.dataset as d using (source) order by all"
    )).to_pylist()
    for row in rows:
        click.echo(f"{row['attribution']}, release {row['release']}, retrieved {row['fetched_at'][:10]}. "
                   f"Terms: {row['licence']}.")
    click.echo(f"localsdg {__version__}: see CITATION.cff.")


@main.command(epilog="Example:\n  localsdg docs")
@click.option("--check", "only_check", is_flag=True, help="Fail when the files are not up to date.")
def docs(only_check: bool) -> None:
    """Write the data dictionary and the lineage into docs/."""
    from localsdg import documents
    from localsdg.settings import load_settings

    changed = documents.write(load_settings(), only_check=only_check)
    click.echo("\n".join(changed) if changed else "up to date")
    if only_check and changed:
        raise LocalsdgError("the docs are not up to date", next_step="localsdg docs")


def _snapshot_facts(snapshot) -> dict:
    rows = [file.rows for file in snapshot.files if file.role in ("bulk_csv", "portal_xlsx", "series_data")]
    return {
        "source": snapshot.source, "release": snapshot.release, "folder": str(snapshot.path),
        "files": len(snapshot.files),
        "rows": sum(rows) if rows and None not in rows else None,
    }


def _print_json(facts: object) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False, indent=1, default=str))


if __name__ == "__main__":
    main()
