"""`localsdg schedule`: the pipeline every week, by Prefect, or the lines for cron and systemd."""

from __future__ import annotations

import os
from pathlib import Path

import click

from localsdg.cli.arguments import NumberRange
from localsdg.cli.base import AREA, SERIES, STRICT, Command, flow_module
from localsdg.common.errors import UsageError


@click.command(
    cls=Command,
    epilog=(
        "Uses the server of PREFECT_API_URL, else starts one of its own on this machine. It runs until Ctrl-C\n"
        "or SIGTERM, one run at a time; a run that was missed comes once at the next start.\n"
        "Exit codes: 0 stopped; 1 no server, or a server that plans no runs; 2 wrong call.\n\n"
        "Examples:\n"
        "  localsdg schedule --now\n"
        '  localsdg schedule --cron "30 5 * * mon" --timezone Europe/Madrid\n'
        "  localsdg schedule --cron-line\n"
        "  localsdg schedule --systemd timer --output units"
    ),
)
@click.option("--cron", default="0 6 * * 1", show_default=True, metavar="TIMES", help="Five fields as in crontab.")
@click.option("--timezone", default="UTC", show_default=True, metavar="ZONE", help="Zone of these times.")
@click.option("--now", is_flag=True, help="Start one run at once.")
@SERIES
@AREA
@click.option("--no-bundled", is_flag=True, help="Leave out the bundle.")
@STRICT
@click.option(
    "--time-limit",
    type=NumberRange(min=0, min_open=True, max=168),
    default=6.0,
    show_default=True,
    metavar="HOURS",
    help="A run that takes longer is ended.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the own server; 4200, or a free one.")
@click.option("--no-server", is_flag=True, help="Start no server: fail where PREFECT_API_URL has none.")
@click.option("--cron-line", is_flag=True, help="Print the line for crontab instead; without Prefect.")
@click.option(
    "--systemd",
    type=click.Choice(["timer", "scheduler"]),
    help="Print units of systemd instead: a timer (without Prefect), or a service that keeps this command running.",
)
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder for the units, instead of printing them."
)
def schedule(
    cron: str,
    timezone: str,
    now: bool,
    series: tuple[str, ...],
    areas: tuple[str, ...],
    no_bundled: bool,
    strict: bool,
    time_limit: float,
    port: int | None,
    no_server: bool,
    cron_line: bool,
    systemd: str | None,
    output: Path | None,
) -> None:
    """Pull and publish at set times, weekly by default, until it is stopped."""
    from localsdg.cli import schedule_units as units
    from localsdg.common.cron_text import check_zone, parse_cron
    from localsdg.common.settings import load_settings

    times, zone, settings = parse_cron(cron), check_zone(timezone), load_settings()
    if cron_line and systemd:
        raise UsageError("--cron-line and --systemd exclude each other")
    if output and not systemd:
        raise UsageError("--output is the folder for units", expected="--systemd timer or --systemd scheduler with it")
    options = units.pull_words(series, areas, no_bundled, strict)
    words = units.run_words(settings, options)
    if cron_line:
        click.echo(units.cron_lines(settings, times, zone, words), nl=False)
    elif systemd == "timer":
        _give(units.timer_units(settings, times, zone, words), output)
    elif systemd:
        options += ["--time-limit", f"{time_limit:g}"]
        options += ["--port", str(port)] if port else []
        options += ["--no-server"] if no_server else []
        _give(units.scheduler_unit(settings, times, zone, options), output)
    else:
        _serve(times.text, zone, now, _parameters(series, areas, no_bundled, strict), time_limit, port, no_server)


def _parameters(series: tuple[str, ...], areas: tuple[str, ...], no_bundled: bool, strict: bool) -> dict[str, object]:
    """Those of the pipeline's flow that differ from its defaults, as JSON has them."""
    given: dict[str, object] = {"series": list(series), "areas": list(areas), "strict": strict}
    without: dict[str, object] = {"with_bundled": False} if no_bundled else {}
    return {"live": True, **{name: value for name, value in given.items() if value}, **without}


def _serve(
    cron: str,
    zone: str,
    now: bool,
    parameters: dict[str, object],
    time_limit: float,
    port: int | None,
    no_server: bool,
) -> None:
    """Run the schedule until a signal ends it."""
    from datetime import timedelta

    from localsdg.common.settings import load_settings

    # what goes wrong is said in lines of our own
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    module = flow_module("schedule")
    options = module.ScheduleOptions(
        cron=cron,
        timezone=zone,
        parameters=parameters,
        now=now,
        may_start_server=not no_server,
        port=port,
        limit=timedelta(hours=time_limit),
    )
    module.serve(load_settings(), options, click.echo)


def _give(files: dict[str, str], folder: Path | None) -> None:
    """Write the units into the folder, or print them with their names."""
    if folder is None:
        click.echo("\n".join(f"# {name}\n{text}" for name, text in files.items()), nl=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(folder / name)
