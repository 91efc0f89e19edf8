"""The command line: it wires, it does not compute.

Everything heavy is imported inside a command, so that `--help` answers at
once. Exit codes: 0 done, 1 failed, 2 usage, 3 blocked by checks.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from localsdg import __version__
from localsdg.cli_base import AREA, JSON, SERIES, STRICT, Group, flow_module, print_json
from localsdg.cli_explain import explain
from localsdg.cli_figures import figures
from localsdg.cli_link import link
from localsdg.cli_link_train import evaluate_links, train
from localsdg.cli_pull import pull
from localsdg.errors import LocalsdgError, UsageError


@click.group(
    cls=Group, context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples:\n  localsdg run\n  localsdg query --example extreme_poverty_by_region",
)
@click.version_option(__version__, prog_name="localsdg")
def main() -> None:
    """Every figure on a slide, traced to the UN observation or the local record it rests on."""


@main.command(epilog="Examples:\n  localsdg run\n  localsdg run --live --series SI_POV_DAY1 --area 724")
@click.option("--live", is_flag=True, help="Pull from the service first.")
@SERIES
@AREA
@click.option("--only-bundled", is_flag=True, help="Leave out what was pulled.")
@click.option("--plain", is_flag=True, help="Without Prefect: the same functions, no flow run.")
@STRICT
@JSON
def run(live: bool, series: tuple, areas: tuple, only_bundled: bool, plain: bool, strict: bool,
        as_json: bool) -> None:
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
                only_bundled=only_bundled, strict=strict, progress=progress,
            )
        else:
            # errors are printed as one line below; Prefect's page keeps the traceback
            os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
            done = flow_module("pipeline").run_flow(
                live=live, series=series, areas=areas, only_bundled=only_bundled, strict=strict
            )
    facts = summarise(done)
    if as_json:
        print_json(facts)
    else:
        print_summary(facts)


main.add_command(pull)
link.add_command(train)
link.add_command(evaluate_links)
main.add_command(link)
main.add_command(explain)


@main.command(epilog="Examples:\n  localsdg build\n  localsdg build --no-bundled")
@click.option("--only-bundled", is_flag=True, help="Leave out what was pulled.")
@click.option("--no-bundled", is_flag=True, help="Leave out the bundle.")
@STRICT
@JSON
def build(only_bundled: bool, no_bundled: bool, strict: bool, as_json: bool) -> None:
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
            strict=strict, progress=progress,
        )
    facts = summarise(done)
    print_json(facts) if as_json else print_summary(facts)


@main.command(epilog="Example:\n  localsdg check")
@JSON
def check(as_json: bool) -> None:
    """Stage and check all snapshots at hand; publishes nothing."""
    from localsdg import pipeline
    from localsdg.progress import Progress
    from localsdg.settings import load_settings

    settings = load_settings()
    with Progress(2) as progress:
        results = pipeline.check_only(settings, progress)
    if as_json:
        print_json(results)
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


main.add_command(figures)


@main.command(epilog="Example:\n  localsdg status")
@JSON
def status(as_json: bool) -> None:
    """What was pulled, what is published, and how the last runs ended."""
    from localsdg import runs
    from localsdg.settings import load_settings

    facts = runs.status(load_settings())
    if as_json:
        print_json(facts)
        return
    published = facts["published"]
    click.echo(
        f"published: version {published['version']}, built {published['built_at']} UTC, {published['file']}"
        if published else "published: nothing yet; next: localsdg run"
    )
    for one in facts["snapshots"]:
        if one["source"] == "opensdg":
            continue
        click.echo(f"snapshot:  {one['source']} {one['release']}: {one['files']} files, "
                   f"{one['bytes'] / 1e6:.1f} MB, {one['origin']}")
    for one in facts["sites"]:
        years = f"{one['first_year']}-{one['last_year']}" if one["first_year"] else "no years"
        click.echo(
            f"site:      {one['site_id']}: {one['n_with_data']} indicators with data, "
            f"{one['n_placeholders']} placeholders thrown out, {one['n_official']} official, {years}, "
            f"pulled {one['fetched_at'][:10]}"
        )
    for one in facts["runs"]:
        detail = f": {one['detail']}" if one.get("detail") else ""
        click.echo(f"run:       {one['started_at']} {one['status']}{detail}")


@main.command(epilog="Example:\n  localsdg diff --limit 10")
@click.option("--limit", default=20, show_default=True, help="Rows shown; 0 for all.")
@JSON
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


if __name__ == "__main__":
    main()
