"""`localsdg prune`, `localsdg pin` and `localsdg unpin`: what is kept of versions and snapshots, and why."""

from __future__ import annotations

from dataclasses import asdict

import click

from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.errors import UsageError


@click.command(cls=Command, epilog="Examples:\n  localsdg prune --dry-run\n  localsdg prune --json")
@click.option("--dry-run", is_flag=True, help="Remove nothing; list what would go, and why everything else stays.")
@JSON
def prune(dry_run: bool, as_json: bool) -> None:
    """Remove old versions and snapshots, and what killed runs left; a publication does the same.

    Kept are the published version, the newest (setting keep_versions), the last one of each year,
    and those that are pinned or cited; of each site the newest snapshots (keep_snapshots), and each
    one that a kept version was built from. Releases of the UN all stay: every build reads them.
    """
    from localsdg.common.disk import free_bytes, megabytes
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.retention import plan
    from localsdg.pipeline.retention import prune as remove
    from localsdg.pipeline.run import remove_leftovers, writing

    settings = load_settings()
    if dry_run:
        items = plan(settings)
    else:
        with writing(settings):
            remove_leftovers(settings)
            items = remove(settings)
    going = [item for item in items if item.goes]
    freed = sum(item.bytes for item in going)
    free = free_bytes(settings.warehouse)
    if as_json:
        rows = [{**asdict(item), "path": str(item.path), "bytes": item.bytes} for item in items]
        print_json({"dry_run": dry_run, "items": rows, "bytes": freed, "free_bytes": free})
        return
    verb = "would remove" if dry_run else "removed"
    for item in sorted(items, key=lambda item: not item.goes):
        what = f"{verb} {item.kind}" if item.goes else f"keeps {item.kind}"
        click.echo(f"{what} {item.name}: {item.reason}, {megabytes(item.bytes)}")
    click.echo(f"{verb} {len(going)}: {megabytes(freed)}; free on the disk: {megabytes(free)}")
    if not dry_run and len(going) < len(items):
        click.get_current_context().exit(1)


@click.command(
    cls=Command,
    epilog='Examples:\n  localsdg pin 2026.11.27.1 --reason "the slides of the side event"\n  localsdg pin --list',
)
@click.argument("version", required=False)
@click.option("--reason", help="Why the version must be found again.")
@click.option("--list", "only_list", is_flag=True, help="List what is pinned and what is cited.")
@JSON
def pin(version: str | None, reason: str | None, only_list: bool, as_json: bool) -> None:
    """Keep a published version, and the snapshots that it was built from, whatever the policy says."""
    from localsdg.common.settings import load_settings
    from localsdg.warehouse import keeping

    settings = load_settings()
    if only_list:
        if version or reason is not None:
            raise UsageError("--list goes alone", next_step="localsdg pin --list")
        _print_list(keeping.read_pins(settings), keeping.read_cited(settings), as_json)
        return
    if not version or reason is None:
        raise UsageError(
            "a pin needs a version and a reason",
            expected="VERSION --reason TEXT, or --list",
            next_step="localsdg pin --list",
        )
    made = keeping.pin(settings, version, reason)
    print_json(asdict(made)) if as_json else click.echo(f"pinned {made.version}: {made.reason}")


@click.command(cls=Command, epilog="Example:\n  localsdg unpin 2026.11.27.1")
@click.argument("version")
def unpin(version: str) -> None:
    """Let a version that is pinned or cited go by the policy again."""
    from localsdg.common.settings import load_settings
    from localsdg.warehouse import keeping

    for held in keeping.unpin(load_settings(), version):
        click.echo(f"no longer {held}")


def _print_list(pins: list, cited: list, as_json: bool) -> None:
    if as_json:
        print_json({"pinned": [asdict(one) for one in pins], "cited": [asdict(one) for one in cited]})
        return
    for one in pins:
        click.echo(f"pinned {one.version}: {one.reason} ({one.at[:10]})")
    for one in cited:
        where = f" in {one.output}" if one.output else ""
        click.echo(f"cited  {one.version}: by {one.by}{where} ({one.at[:10]})")
    if not pins and not cited:
        click.echo("nothing is pinned or cited")
