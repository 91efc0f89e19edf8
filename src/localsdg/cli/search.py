"""`localsdg search`: find series, indicators, figures, local indicators, actions and places by words."""

from __future__ import annotations

import textwrap
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import click

from localsdg.cli.arguments import split_codes
from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.terminal import safe_console

if TYPE_CHECKING:
    from rich.console import Console

    from localsdg.research.search import Hit, SearchResult

#: Width of what goes to a file or a pipe.
_LOG_WIDTH = 120


def _kinds(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return split_codes(value)


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        '  localsdg search "poverty by sex"\n'
        '  localsdg search "agua potable" --kind series,local-indicator\n'
        '  localsdg search "violence faite aux femmes" --language fr --json\n'
        "  localsdg search SI_POV_DAY1\n"
        "  localsdg search Barcelona --kind local-government"
    ),
)
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    callback=_kinds,
    metavar="KIND",
    help="series, indicator, target, goal, metric, figure, local-indicator, action, local-government or area; "
    "again, or with commas, for more. All by default.",
)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="Most hits.")
@click.option("--language", type=click.Choice(["en", "es", "fr", "pt"]), help="Of the titles, where there are several.")
@JSON
def search(text: tuple[str, ...], kinds: tuple[str, ...], limit: int, language: str | None, as_json: bool) -> None:
    """Find what the warehouse holds, by words, codes or names, offline.

    Words may be English, Spanish, French or Portuguese: each finds what is published in the
    others. Singular, plural and accents do not matter; a misspelled word is taken for the nearest
    one, and a line says so. Each hit states what the warehouse has of it and the command to go on.
    """
    from localsdg.common.settings import load_settings
    from localsdg.research.search import find

    with _status():
        result = find(load_settings(), " ".join(text), kinds or None, limit, language)
    if as_json:
        print_json(
            {
                "query": result.query,
                "corrected": result.corrected,
                "unknown": result.unknown,
                "suggestions": result.suggestions,
                "n_found": result.n_found,
                "hits": [hit.as_dict() for hit in result.hits],
            }
        )
        return
    _print(result, limit)


def _status() -> AbstractContextManager:
    """A line on a terminal while the index is made, which a new publication needs once."""
    console = safe_console(stderr=True)
    if not console.is_terminal:
        return nullcontext()
    return console.status("Searching (the first time after a publication, its index is made)")


def _print(result: SearchResult, limit: int) -> None:
    from localsdg.research.search import KINDS

    console = safe_console(log_width=_LOG_WIDTH, highlight=False, soft_wrap=False)
    for word, other in result.corrected.items():
        console.print(f"Nothing has “{word}”; searched for “{other}”.", style="yellow", markup=False)
    for word in result.unknown:
        near = f" Did you mean {' or '.join(result.suggestions[:3])}?" if result.suggestions else ""
        console.print(f"Nothing has “{word}”.{near}", style="yellow", markup=False)
    if not result.hits:
        console.print("Nothing found. Try fewer or other words, a code such as 1.1.1, or a place.", markup=False)
        return
    groups: dict[str, list[Hit]] = {}
    for hit in result.hits:
        groups.setdefault(hit.kind, []).append(hit)
    for kind, hits in groups.items():
        n_found = result.n_found[kind]
        more = f", {len(hits)} of {n_found:,}" if n_found > len(hits) else ""
        console.print(f"\n[bold]{KINDS[kind]}[/bold][dim]{more}[/dim]")
        for hit in hits:
            _print_hit(console, hit)


def _print_hit(console: Console, hit: Hit) -> None:
    from rich.text import Text

    from localsdg.warehouse.query import plain_text

    console.print(Text.assemble((hit.id, "cyan"), "  ", plain_text(hit.title)))
    facts = " · ".join(filter(None, [hit.coverage, hit.source, f"release {hit.release}" if hit.release else ""]))
    lines = [(facts, "dim"), (f"{hit.why}: {hit.snippet}" if hit.snippet else "", "dim italic")]
    for text, style in lines:
        for line in textwrap.wrap(text, max(console.width - 4, 20), break_long_words=False, break_on_hyphens=False):
            console.print(Text(f"    {line}", style), soft_wrap=True)
    # in one piece, so that it can be copied
    console.print(Text(f"    {hit.command}", "green"), soft_wrap=True)
