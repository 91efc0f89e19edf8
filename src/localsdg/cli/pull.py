"""`localsdg pull`: the world -> data/raw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.base import AREA, JSON, SERIES, Group, print_json
from localsdg.cli.pull_records import actions, reviews
from localsdg.cli.pull_table import table
from localsdg.common.errors import LocalsdgError, UsageError

if TYPE_CHECKING:
    from localsdg.sources.snapshot import Snapshot
    from localsdg.sources.unsd.user_files import TakenFiles
    from localsdg.staging.ledger import SetAside

_STRICT = click.option("--strict", is_flag=True, help="Exit code 1 where anything could not be pulled.")


def report_failed(failed: list[SetAside], strict: bool) -> None:
    """A line for each that could not be pulled; raises in a strict call."""
    for item in failed:
        click.echo(f"not pulled: {item.line}", err=True)
    if failed and strict:
        raise LocalsdgError(
            f"{len(failed)} could not be pulled in a strict call",
            got=failed[0].set_aside_name,
            next_step="localsdg build, which uses what came and the last good snapshots",
        )


@click.group(cls=Group, epilog="Example:\n  localsdg pull indicators --series SI_POV_DAY1 --area 724")
def pull() -> None:
    """Pull data into immutable snapshots below data/raw."""
    from localsdg.pipeline.alerts.notify import alert_run
    from localsdg.pipeline.run import at_end

    at_end(alert_run)


pull.add_command(table)
pull.add_command(reviews)
pull.add_command(actions)


@pull.command(
    epilog=(
        "Examples:\n"
        "  localsdg pull indicators --series SI_POV_DAY1 --area 724\n"
        "  localsdg pull indicators Goal1.xlsx --release 2024-02\n"
        "  localsdg pull indicators excel_2025-06.csv --decimal comma\n"
        "  localsdg pull indicators --all"
    )
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@SERIES
@AREA
@click.option("--year", "years", multiple=True, type=int, help="Year; again for more.")
@click.option("--all", "everything", is_flag=True, help="All series, not the evidence's alone.")
@click.option("--release", metavar="NAME", help="Of the files, or what the service must have.")
@click.option(
    "--route",
    type=click.Choice(["auto", "json", "csv"]),
    default="auto",
    show_default=True,
    help="Paged JSON, bulk CSV, or what fits.",
)
@click.option(
    "--accept-dimension",
    "accept",
    multiple=True,
    metavar="NAME",
    help="Take an unknown column of the files as a dimension.",
)
@click.option(
    "--decimal",
    type=click.Choice(["comma", "point"]),
    help="How to read numbers of the files such as 24,644 where the file leaves it open.",
)
@_STRICT
@JSON
def indicators(files, series, areas, years, everything, release, route, accept, decimal, strict, as_json) -> None:
    """UN series: from FILES (bulk CSV, gz, Parquet, portal xlsx, zip), or from the service."""
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.outcome import SourceOutcome, SourceStatus
    from localsdg.pipeline.pull import failed_parts, pull_live, service_outcome
    from localsdg.pipeline.run import logged
    from localsdg.pipeline.run_log import RunStatus
    from localsdg.sources.unsd.plan import PullRequest

    settings, failed = load_settings(), []
    if files and (series or areas or years or everything):
        raise UsageError("files are taken whole", expected="FILES, or --series and --area", got="both")
    taken = None
    with Progress() as progress, logged(settings, "pull indicators") as run:
        if files:
            from localsdg.sources.unsd.user_files import take_files

            taken = take_files(
                settings,
                list(files),
                release=release,
                accept_dimensions=accept,
                decimal=decimal,
                progress=progress.step,
            )
            snapshots = taken.snapshots
            run.sources += [
                SourceOutcome(one.source, "files", SourceStatus.REFRESHED, one.release, one.fetched_at)
                for one in snapshots
            ]
            if taken.refused:
                reasons = "; ".join(error.reason for _, error in taken.refused)
                run.detail = f"{len(taken.refused)} files refused: {reasons}"
                run.status = None if snapshots else RunStatus.FAILED
        else:
            snapshots = [
                pull_live(
                    settings,
                    PullRequest(series, areas, years, release, route),
                    everything=everything,
                    progress=progress.step,
                )
            ]
            failed = failed_parts(snapshots[0], series)
            run.set_aside += failed
            run.sources.append(service_outcome(run, snapshots[0], failed))
    facts = [_snapshot_facts(snapshot) for snapshot in snapshots]
    if taken and taken.refused and not snapshots and len(taken.refused) == 1:
        raise taken.refused[0][1]
    if as_json:
        print_json(facts)
    for one in () if as_json else facts:
        rows = "" if one["rows"] is None else f", {one['rows']:,} rows"
        click.echo(
            f"{one['source']} {one['release']}: {one['files']} files{rows} in {one['folder']}, from {one['origin']}"
        )
    if taken:
        _report_files(taken, as_json)
    report_failed(failed, strict)
    if snapshots and not as_json:
        click.echo("next: localsdg build")


def _report_files(taken: TakenFiles, as_json: bool) -> None:
    """Print what people should know of files that were taken; raises where one was refused."""
    for name, notes in taken.notes.items():
        for note in notes:
            click.echo(f"  {name}: {note}", err=as_json)
    for _, error in taken.refused:
        click.echo(f"refused: {error}", err=True)
    if taken.refused:
        names = ", ".join(name for name, _ in taken.refused)
        n_taken = sum(len(snapshot.files) for snapshot in taken.snapshots)
        raise LocalsdgError(
            f"{len(taken.refused)} files were refused, the others were taken" if n_taken else "no file could be taken",
            got=names,
            next_step="localsdg build" if n_taken else "see the lines above, and run the same command",
        )


@pull.command(epilog="Example:\n  localsdg pull forget 2024-02 --file Goal1.xlsx")
@click.argument("release")
@click.option("--source", default="unsd", show_default=True, help="Source of the release.")
@click.option("--file", "file_name", help="One file of the release; without it, all of it.")
def forget(release: str, source: str, file_name: str | None) -> None:
    """Remove a release that was pulled, or one file of it; the bundle stays."""
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.run import logged
    from localsdg.registry.releases import canonical_release
    from localsdg.sources.forget import forget as forget_files

    settings = load_settings()
    with logged(settings, "pull forget") as run:
        removed = forget_files(settings.raw, source, canonical_release(release) or release, file_name)
        run.detail = f"removed {len(removed)} files of {source} {release}"
    click.echo(f"removed {len(removed)} files of {source} {release}; next: localsdg build")


@pull.command(
    epilog=(
        "Examples:\n"
        "  localsdg pull site\n"
        "  localsdg pull site https://city.github.io/data --name City --country ESP --level city\n"
        "  localsdg pull site ../barcelona-data"
    )
)
@click.argument("where", required=False)
@click.option("--name", default="", help="Name of the government.")
@click.option("--country", default="", metavar="COUNTRY", help="Its country: ISO code or name.")
@click.option("--level", default="", help="city, municipality, county, province, region, state, association.")
@click.option("--language", "languages", multiple=True, help="Language folder, or all; again for more.")
@_STRICT
@JSON
def site(where, name, country, level, languages, strict, as_json) -> None:
    """Open SDG sites: one at a URL or in a FOLDER; all of the list and all pulled before by URL without."""
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.pull import failed_site, site_list_faults, site_outcome
    from localsdg.pipeline.run import logged
    from localsdg.sources.opensdg import sites as opensdg
    from localsdg.sources.opensdg.snapshots import PullOutcome

    settings = load_settings()
    known = opensdg.known_sites(settings)
    asked = ("all" if "all" in languages else list(languages)) or None
    aside = site_list_faults(known.faults) if where is None else []
    with Progress() as progress, logged(settings, "pull site") as run:
        if where is None:
            taken = opensdg.pull_sites(settings, known.with_address, languages=asked, progress=progress.step)
        else:
            # a folder named after a site of the list is that site, unless something else is said
            declared = None if name or country else known.sites.get(Path(where).name)
            declared = declared or opensdg.with_id_of_its_own(
                settings,
                known,
                opensdg.declare_site(where, name=name, country=country, level=level, known=known.sites.values()),
            )
            taken = [
                opensdg.pull_site(settings, declared, languages=asked)
                if opensdg.is_url(where)
                else opensdg.take_repository(settings, declared, Path(where), languages=asked)
            ]
        failed = [failed_site(pulled) for pulled in taken if pulled.outcome == PullOutcome.FAILED]
        run.sources += [site_outcome(pulled) for pulled in taken]
        run.set_aside += failed + aside
        if as_json:
            print_json([vars(one) for one in taken])
        for one in () if as_json else taken:
            click.echo(f"{one.site_id}: {one.outcome}: {one.message}")
        if failed and len(failed) == len(taken):
            raise LocalsdgError(
                f"{len(failed)} of {len(taken)} sites failed",
                got=failed[0].line,
                next_step="localsdg build, which uses the last good snapshot of each",
            )
    report_failed(failed + aside, strict)


def _snapshot_facts(snapshot: Snapshot) -> dict:
    rows = [
        file.rows for file in snapshot.files if file.role in ("bulk_csv", "bulk_parquet", "portal_xlsx", "series_data")
    ]
    return {
        "source": snapshot.source,
        "release": snapshot.release,
        "folder": str(snapshot.path),
        "origin": snapshot.origin,
        "files": len(snapshot.files),
        "rows": sum(rows) if rows and None not in rows else None,
    }
