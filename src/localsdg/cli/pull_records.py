"""`localsdg pull reviews` and `pull actions`: files that people keep, checked, mapped and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.errors import LocalsdgError, UsageError

if TYPE_CHECKING:
    from localsdg.pipeline.outcome import SourceOutcome
    from localsdg.sources.records.intake import Taken


@click.command(cls=Command, epilog="Example:\n  localsdg pull reviews reviews.csv")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--release", metavar="NAME", help="Date of the register; today by default.")
@click.option("--accept-partial", is_flag=True, help="Take the good rows, reject the others by rule.")
@JSON
def reviews(files, release, accept_partial, as_json) -> None:
    """Review registers (CSV, xlsx, JSON lines): merged with those available, conflicts reported."""
    from localsdg.sources.records.intake import take_reviews

    _records("pull reviews", take_reviews, files, release, accept_partial, as_json)


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg pull actions projects.xlsx --accept-partial\n"
        "  localsdg pull actions projekte.csv --map title=Titel --map local_government=Gemeinde\n"
        "  localsdg pull actions registry.csv.gz --map registry.map.toml"
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--release", metavar="NAME", help="Date of the records; today by default.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="COLUMN=NAME|FILE",
    help="Column of the contract = column of the file, or a TOML file that says so; again for more.",
)
@click.option("--example", is_flag=True, help="Print a mapping to start from.")
@click.option("--accept-partial", is_flag=True, help="Take the good rows, reject the others by rule.")
@JSON
def actions(files, release, maps, example, accept_partial, as_json) -> None:
    """Action records (CSV, xlsx, JSON, gz); without FILES, whatever is in data/raw/inbox."""
    from localsdg.common.settings import load_settings
    from localsdg.sources.records.intake import take_actions, take_inbox
    from localsdg.sources.records.mapping import EXAMPLE

    if example:
        click.echo(EXAMPLE.read_text(encoding="utf-8"), nl=False)
        return
    if maps and not files:
        raise UsageError("a mapping is of a file", expected="FILE --map …", got="no file")
    if files:
        take = partial(take_actions, maps=maps)
        _records("pull actions", take, files, release, accept_partial, as_json)
        return
    from localsdg.pipeline.pull import refused_file
    from localsdg.pipeline.run import logged
    from localsdg.pipeline.run_log import RunStatus

    settings = load_settings()
    with logged(settings, "pull actions") as run:
        results = take_inbox(settings, accept_partial=accept_partial)
        run.set_aside += [refused_file(result) for result in results if result.error]
        run.sources += [_outcome(result.taken) for result in results if result.taken]
        run.status = None if run.sources or not results else RunStatus.FAILED
    for result in results:
        click.echo(f"{result.path.name}: {_taken_words(result.taken) if result.taken else result.error}")
        for line in _fault_lines(result.error) if result.error else ():
            click.echo(f"  {line}")
        for line in _taken_lines(result.taken) if result.taken else ():
            click.echo(f"  {line}")
    if not results:
        click.echo(f"nothing in {settings.raw / 'inbox'}")
    if any(result.error for result in results):
        raise LocalsdgError(
            "a file of the inbox was refused",
            where=settings.raw / "inbox",
            next_step="do what the line of the file says, and run the same command again",
        )


def _records(
    what: str,
    take: Callable[..., Taken],
    files: tuple[Path, ...],
    release: str | None,
    accept_partial: bool,
    as_json: bool,
) -> None:
    """Take in files of reviews or actions; a refused one is reported, and the others are taken."""
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.run import logged

    settings = load_settings()
    refused: list[LocalsdgError] = []
    for path in files:
        try:
            with logged(settings, what) as run:
                taken = take(settings, path, release=release, accept_partial=accept_partial)
                run.sources.append(_outcome(taken))
        except LocalsdgError as error:
            for line in _fault_lines(error):
                click.echo(f"{path.name}: {line}", err=True)
            if len(files) == 1:
                raise
            refused.append(error)
            click.echo(f"refused: {error}", err=True)
            continue
        if as_json:
            print_json(_taken_facts(path, taken))
            continue
        click.echo(f"{path.name}: {_taken_words(taken)}")
        for line in _taken_lines(taken):
            click.echo(f"  {line}")
        for conflict in taken.conflicts:
            click.echo(f"  conflict: {conflict}")
    if refused:
        n_taken = len(files) - len(refused)
        raise LocalsdgError(
            f"refused: {len(refused)} of {len(files)} files; the others were taken"
            if n_taken
            else "no file could be taken",
            got=refused[0].reason,
            next_step="localsdg build" if n_taken else "see the lines above, and run the same command",
        )
    click.echo("next: localsdg build", err=as_json)


def _outcome(taken: Taken) -> SourceOutcome:
    from localsdg.pipeline.outcome import SourceOutcome, SourceStatus

    status = SourceStatus.REFRESHED if taken.is_new else SourceStatus.UNCHANGED
    snapshot = taken.snapshot
    return SourceOutcome(snapshot.source, taken.file_name, status, snapshot.release, snapshot.fetched_at)


def _fault_lines(error: LocalsdgError) -> list[str]:
    """A line for each kind of fault of a refused file; none where it could not be read at all."""
    from localsdg.sources.records.contract import BrokenRecords, fault_lines

    return fault_lines(error.faults) if isinstance(error, BrokenRecords) else []


def _taken_facts(path: Path, taken: Taken) -> dict:
    return {
        "file": path.name,
        "kept_as": taken.file_name,
        "rows": taken.rows,
        "rows_rejected": taken.rows_rejected,
        "faults": len(taken.rejected),
        "cells_blanked": sum(one.n_cells for one in taken.blanked),
        "notes": _taken_lines(taken),
        "folder": str(taken.snapshot.path),
    }


def _taken_words(taken: Taken) -> str:
    words = f"{taken.rows:,} rows in {taken.snapshot.path}"
    if taken.reviews:
        words += f"; {taken.reviews:,} reviews, {taken.new_reviews:,} of them new"
    if taken.rows_rejected:
        words += f"; {taken.rows_rejected:,} left out"
    if taken.provisional:
        n = len(taken.provisional)
        more = f" and {n - 5:,} more" if n > 5 else ""
        words += f"; not in the reviewed list of governments: {', '.join(taken.provisional[:5])}{more}"
    return words


def _taken_lines(taken: Taken) -> list[str]:
    """What people should know of a file that was taken: how it was read, what was blanked and left out."""
    from localsdg.sources.records.contract import fault_lines

    kept_as = [f"kept as {taken.file_name}"] if taken.is_renamed else []
    return [*kept_as, *taken.notes, *map(str, taken.blanked), *fault_lines(taken.rejected)]
