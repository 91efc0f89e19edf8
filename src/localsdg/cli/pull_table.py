"""`localsdg pull table`: indicator tables of a government, with a mapping that says what each column is."""

from __future__ import annotations

from pathlib import Path

import click

from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.errors import UsageError


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg pull table --example\n"
        "  localsdg pull table indicators.csv --map map.toml\n"
        "  localsdg pull table https://city.example/open-data.zip --map map.toml"
    ),
)
@click.argument("where", required=False)
@click.option("--map", "map_file", type=click.Path(path_type=Path), help="TOML file: which column is what.")
@click.option("--example", is_flag=True, help="Print a mapping to start from.")
@JSON
def table(where: str | None, map_file: Path | None, example: bool, as_json: bool) -> None:
    """Indicators of a government in CSV, JSON or a zip, at a URL, in a file or in a FOLDER of them."""
    from localsdg.sources.table.mapping import EXAMPLE, SHOW_EXAMPLE

    if example:
        click.echo(EXAMPLE.read_text(encoding="utf-8"), nl=False)
        return
    if not where or map_file is None:
        raise UsageError(
            "where the tables are and how to read them is needed",
            expected="URL_OR_FOLDER --map FILE.toml",
            got="no --map" if where else "no URL, file or folder",
            next_step=SHOW_EXAMPLE,
        )
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.outcome import SourceOutcome, SourceStatus
    from localsdg.pipeline.run import logged
    from localsdg.sources.table.pull import pull_table

    settings = load_settings()
    with logged(settings, "pull table") as run:
        pulled = pull_table(settings, where, map_file)
        snapshot = pulled.snapshot
        status = SourceStatus.REFRESHED if pulled.is_new else SourceStatus.UNCHANGED
        name = str(snapshot.extra["site_id"])
        run.sources.append(SourceOutcome(snapshot.source, name, status, snapshot.release, snapshot.fetched_at))
    if as_json:
        print_json(
            {
                "site_id": snapshot.extra["site_id"],
                "outcome": "new" if pulled.is_new else "unchanged",
                "folder": str(snapshot.path),
                "notes": list(pulled.notes),
            }
        )
        return
    for note in pulled.notes:
        click.echo(f"  {note}")
    outcome = "new" if pulled.is_new else "unchanged, nothing was written"
    click.echo(f"{snapshot.extra['site_id']}: {outcome}: {snapshot.path}")
    click.echo("next: localsdg build")
