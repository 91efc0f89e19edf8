"""`localsdg status`: what a person or a monitor asks of a pipeline that runs by itself."""

from __future__ import annotations

import click

from localsdg.cli.arguments import NumberRange
from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.errors import LocalsdgError, UsageError


@click.command(
    cls=Command,
    epilog=(
        "Exit code 0; with --check 1 where the last run or pull failed, a scheduled run did not begin,\n"
        "nothing readable is published, or a source that a live run asks is older than DAYS.\n\n"
        "Examples:\n  localsdg status\n  localsdg status --json\n  localsdg status --check --older-than 15"
    ),
)
@click.option("--check", is_flag=True, help="For a monitor: exit code 1, with the reason, where something is wrong.")
@click.option(
    "--older-than",
    type=NumberRange(min=0),
    metavar="DAYS",
    help="With --check: also where a source was not fetched or confirmed for so long.",
)
@JSON
def status(check: bool, older_than: float | None, as_json: bool) -> None:
    """The last run, what is published, the age of each source, what is under way and what comes next."""
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.status import problems
    from localsdg.pipeline.status import status as read_status

    if older_than is not None and not check:
        raise UsageError("--older-than says what is too old", expected="--check with it")
    state = read_status(load_settings())
    found = problems(state, older_than) if check else []
    if as_json:
        print_json({**state, "problems": found} if check else state)
    else:
        from localsdg.cli.status_text import print_status

        print_status(state)
    if found:
        for line in found[1:]:
            click.echo(f"check: {line}", err=True)
        raise LocalsdgError(
            found[0] if len(found) == 1 else f"{len(found)} problems, the first: {found[0]}",
            next_step="localsdg schedule" if "schedule" in found[0] else "localsdg run --live",
        )
