"""The command line: it wires, it does not compute.

Everything heavy is imported inside a command, so that `--help` answers at
once. Exit codes: 0 done, 1 failed, 2 usage, 3 blocked by checks.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from localsdg import __version__
from localsdg.cli.base import (
    ACCEPT,
    AREA,
    FORCE,
    FRESH,
    JSON,
    REASON,
    SERIES,
    STRICT,
    LazyGroup,
    flow_module,
    print_json,
)
from localsdg.common.errors import LocalsdgError, UsageError

if TYPE_CHECKING:
    from localsdg.pipeline.run import RunOptions

#: Commands that are not in this module: the module of each below `localsdg.cli`, where its name is another one.
COMMANDS = {
    **{
        name: name
        for name in (
            "archive cite corrections diff doctor explain explore export figures lake link mcp notify "
            "profile prune pull query schedule search status versions"
        ).split()
    },
    "pin": "prune",
    "unpin": "prune",
}


@click.group(
    cls=LazyGroup,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples:\n  localsdg run\n  localsdg query --example extreme_poverty_by_region",
)
@click.version_option(__version__, prog_name="localsdg")
def main() -> None:
    """Every figure on a slide, traced to the UN observation or the local record it rests on."""


@main.command(
    epilog=(
        "Exit codes: 0 done, also where nothing changed, or something was not pulled or was set aside (a line each);\n"
        "1 failed, or with --strict anything set aside; 2 wrong call; 3 blocked by a check.\n"
        "With --live, what cannot be pulled is left at its last good snapshot, without a network too;\n"
        "where --series or --area name what to pull and none of it comes, the run fails.\n\n"
        "Examples:\n  localsdg run\n  localsdg run --live --series SI_POV_DAY1 --area 724\n"
        "  localsdg run --live --patience 30"
    )
)
@click.option("--live", is_flag=True, help="Pull from the UN service and the local sites first.")
@SERIES
@AREA
@click.option(
    "--patience",
    type=click.IntRange(min=0),
    metavar="MINUTES",
    help="With --live: how long sources that do not answer are asked again.  [a schedule: 30, else 0]",
)
@click.option("--only-bundled", is_flag=True, help="Leave out what was pulled.")
@click.option("--no-bundled", is_flag=True, help="Leave out the bundle.")
@click.option("--plain", is_flag=True, help="Without Prefect: the same functions, no flow run.")
@ACCEPT
@REASON
@STRICT
@FORCE
@FRESH
@JSON
def run(
    live: bool,
    series: tuple,
    areas: tuple,
    patience: int | None,
    only_bundled: bool,
    no_bundled: bool,
    plain: bool,
    accept: tuple,
    reason: str | None,
    strict: bool,
    force: bool,
    fresh: bool,
    as_json: bool,
) -> None:
    """Pull (or take the bundle), stage, check, build, audit and publish the warehouse."""
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.accepted import check_request
    from localsdg.pipeline.summary import print_summary, summarise

    if (series or areas) and not live:
        raise UsageError("--series and --area say what to pull", expected="--live with them")
    if patience is not None and not live:
        raise UsageError("--patience says how long to ask", expected="--live with it")
    if only_bundled and no_bundled:
        raise UsageError("--only-bundled and --no-bundled exclude each other")
    options: RunOptions = {
        "live": live,
        "series": series,
        "areas": areas,
        "only_bundled": only_bundled,
        "with_bundled": not no_bundled,
        "strict": strict,
        "patience": patience or 0,
        "force": force,
        "fresh": fresh,
        "accept": check_request(accept, reason),
        "reason": reason,
    }
    with Progress() as progress:
        if plain:
            from localsdg.pipeline.stages import run_all

            finished = run_all(load_settings(), progress, **options)
        else:
            # errors are printed as one line below; Prefect's page keeps the traceback
            os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
            finished = flow_module("pipeline").run_flow(progress, **options)
    summary = summarise(finished)
    if as_json:
        print_json(summary)
    else:
        print_summary(summary)


@main.command(
    epilog="Examples:\n  localsdg build\n  localsdg build --no-bundled\n  localsdg build --fresh\n"
    '  localsdg build --accept opensdg/barcelona --reason "the site left out years before 2000"'
)
@click.option("--only-bundled", is_flag=True, help="Leave out what was pulled.")
@click.option("--no-bundled", is_flag=True, help="Leave out the bundle.")
@ACCEPT
@REASON
@STRICT
@FORCE
@FRESH
@JSON
def build(
    only_bundled: bool,
    no_bundled: bool,
    accept: tuple,
    reason: str | None,
    strict: bool,
    force: bool,
    fresh: bool,
    as_json: bool,
) -> None:
    """All available snapshots -> staging, checks, warehouse, audits, publication; without Prefect."""
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.accepted import check_request
    from localsdg.pipeline.stages import STAGES, run_all
    from localsdg.pipeline.summary import print_summary, summarise

    if only_bundled and no_bundled:
        raise UsageError("--only-bundled and --no-bundled exclude each other")
    asked = check_request(accept, reason)
    with Progress(len(STAGES)) as progress:
        finished = run_all(
            load_settings(),
            progress,
            command="build",
            only_bundled=only_bundled,
            with_bundled=not no_bundled,
            strict=strict,
            force=force,
            fresh=fresh,
            accept=asked,
            reason=reason,
        )
    summary = summarise(finished)
    print_json(summary) if as_json else print_summary(summary)


@main.command(epilog="Example:\n  localsdg check")
@JSON
def check(as_json: bool) -> None:
    """Stage and check all available snapshots; publishes nothing."""
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.stages import UNTIL_CHECK, check_only

    settings = load_settings()
    with Progress(len(UNTIL_CHECK)) as progress:
        results = check_only(settings, progress)
    if as_json:
        print_json(results)
        return
    for result in results:
        if result["outcome"] != "passed":
            click.echo(f"{result['severity']} {result['rule_id']} {result['outcome']}: {result['reason']}")
    passed = sum(result["outcome"] == "passed" for result in results)
    click.echo(f"{passed} of {len(results)} passed; all: {settings.reports / 'validation.html'}")


@main.command(epilog="Examples:\n  localsdg docs\n  localsdg docs --answers --check\n  localsdg docs --notebooks")
@click.option("--answers", is_flag=True, help="Write the cookbook instead, with the answers of the warehouse.")
@click.option("--notebooks", is_flag=True, help="Run the notebooks instead, and write those whose output differs.")
@click.option("--check", "only_check", is_flag=True, help="Fail when the files are not up to date.")
def docs(answers: bool, notebooks: bool, only_check: bool) -> None:
    """Write the reference pages (tables, lineage, records, commands, Python) into docs/, or the cookbook."""
    from localsdg.common.settings import load_settings
    from localsdg.maintenance import documents
    from localsdg.maintenance.notebooks import write_notebooks

    if answers and notebooks:
        raise UsageError("--answers and --notebooks exclude each other")
    settings = load_settings()
    if answers:
        changed = documents.write_answers(settings, only_check=only_check)
    elif notebooks:
        changed = write_notebooks(settings, only_check=only_check)
    else:
        changed = documents.write(settings, main, only_check=only_check)
    click.echo("\n".join(changed) if changed else "up to date")
    if only_check and changed:
        raise LocalsdgError(
            "the docs are not up to date",
            next_step="localsdg docs --answers"
            if answers
            else "localsdg docs --notebooks"
            if notebooks
            else "localsdg docs",
        )


if __name__ == "__main__":
    main()
