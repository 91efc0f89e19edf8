"""`localsdg corrections`: what is corrected in the published file, and whether the sources still say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.errors import LocalsdgError, UsageError

if TYPE_CHECKING:
    from localsdg.registry.corrections import Fault

_SELECT = (
    "select correction_id, what, correction_action as action, quality_flag, reason, who, source_said, since, "
    "declared_in, status, n_corrected, rows_by_release, source_says, (select max(q.detail) from audit.quarantine as q "
    "where q.rule_id = 'CORR-002' and q.set_aside_name = c.correction_id) as unusable "
    "from audit.correction as c order by correction_id"
)


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n  localsdg corrections\n  localsdg corrections belgium-2013-unpaid-work\n"
        "  localsdg corrections --check --json"
    ),
)
@click.argument("correction_id", required=False)
@click.option("--check", is_flag=True, help="Exit with 1 where one no longer fits or cannot be used.")
@JSON
def corrections(correction_id: str | None, check: bool, as_json: bool) -> None:
    """Corrections of published values: what, status and rows, as of the last build.

    They are declared in data/corrections.toml of the project, and in that of your home folder.
    """
    from localsdg.common.settings import load_settings
    from localsdg.registry.corrections import declared_corrections
    from localsdg.warehouse.query import run_query

    settings = load_settings()
    rows = run_query(settings, _SELECT).to_pylist()
    declared = declared_corrections(*settings.corrections)
    built = {row["correction_id"] for row in rows}
    waiting = [one.correction_id for one in declared.corrections if one.correction_id not in built]
    faults = declared.faults
    if correction_id:
        faults = tuple(one for one in faults if one.name == correction_id)
        rows = [row for row in rows if row["correction_id"] == correction_id]
        waiting = [one for one in waiting if one == correction_id]
        if not rows and not faults and not waiting:
            raise UsageError(
                "no such correction in the published file", got=correction_id, next_step="localsdg corrections"
            )
    if as_json:
        cannot = [
            {"correction_id": one.name, "declared_in": one.declared_in, "error": str(one.error)} for one in faults
        ]
        print_json(
            {
                "corrections": [{**row, "rows_by_release": dict(row["rows_by_release"])} for row in rows],
                "unusable": cannot,
                "not_built": waiting,
            }
        )
    else:
        _print(rows, faults, in_full=correction_id is not None)
        if waiting:
            click.echo(f"declared since the last build: {', '.join(waiting)}; next: localsdg build")
    stale = [row["correction_id"] for row in rows if row["status"] == "no longer fits" or row["unusable"]]
    if check and (stale or faults):
        raise LocalsdgError(
            "corrections no longer fit or cannot be used",
            where="data/corrections.toml",
            got=", ".join([*stale, *(one.name for one in faults)]),
            next_step="remove or renew them there, then localsdg build",
        )


def _print(rows: list[dict], faults: tuple[Fault, ...], *, in_full: bool) -> None:
    for row in rows:
        releases = ", ".join(f"{release} {n:,}" for release, n in dict(row["rows_by_release"]).items())
        click.echo(f"{row['correction_id']}: {row['what']}")
        click.echo(f"    {row['action']}, {row['status']}" + (f"; rows: {releases}" if releases else ""))
        if row["source_says"]:
            click.echo(f"    the source says now: {row['source_says']}; remove or renew it")
        if row["unusable"]:
            click.echo(f"    cannot be used: {row['unusable']}")
        if in_full:
            click.echo(f"    why: {row['reason']}")
            click.echo(f"    who says so: {row['who']}; since {row['since']}, in the {row['declared_in']}'s file")
            click.echo(f"    the source said: {row['source_said']}")
    for one in faults:
        click.echo(f"{one.name}: cannot be used: {one.error}")
