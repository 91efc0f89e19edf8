"""What `localsdg figures` prints: the list of figures there are, and what was written."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from localsdg.cli.base import print_json

if TYPE_CHECKING:
    from localsdg.cli.figures_write import Written
    from localsdg.figures.data.figure import Figure


#: For which areas a figure is, where it is not for all.
_LIMITS = {
    "world": " (the World only)",
    "country": " (countries only)",
    "local_government": " (local governments only)",
    "in_country": " (countries and local governments only)",
}


def print_list(found: list[dict[str, Any]], as_json: bool) -> None:
    """The figures there are, by claim: id, kind of chart, what each is about."""
    if as_json:
        print_json({"figures": found})
        return
    width = max((len(one["figure_id"]) for one in found), default=0)
    kinds = max((len(one["kind"]) for one in found), default=0)
    for (claim_id, claim), group in groupby(found, key=itemgetter("claim_id", "claim")):
        click.echo(f"{claim_id} {claim}")
        for one in group:
            limits = _LIMITS.get(one["areas"], "")
            click.echo(f"  {one['figure_id']:<{width}}  {one['kind']:<{kinds}}  {one['subject']}{limits}")
    click.echo(f"{len(found)} figures; one: localsdg figures {found[0]['figure_id']}" if found else "0 figures")


def print_written(written: list[Written], folder: Path, as_json: bool) -> None:
    """Each figure with its title, those without data with the reason, and the decks and pages."""
    figures = [
        (figure, files) for area in written for figure, files in zip(area.result.figures, area.files, strict=True)
    ]
    for note in (note for area in written for note in area.notes):
        click.echo(note, err=True)
    missing = [gone for area in written for gone in area.result.missing]
    decks = [str(area.deck) for area in written if area.deck]
    pages = [str(area.page) for area in written if area.page]
    if as_json:
        print_json(
            {
                "figures": [
                    facts(figure) | {"files": list(map(str, files))}
                    for figure, files in figures
                    if isinstance(files, list)
                ],
                "not_drawn": [vars(files) for _, files in figures if not isinstance(files, list)],
                "missing": [vars(figure) for figure in missing],
                "deck": decks[0] if decks else None,
                "page": pages[0] if pages else None,
                "decks": decks,
                "pages": pages,
            }
        )
        return
    for figure, files in figures:
        if isinstance(files, list):
            click.echo(f"{figure.figure_id}: {figure.title}")
        else:
            click.echo(f"not drawn: {figure.figure_id}: {figure.title}: {files.reason}")
    for gone in missing:
        click.echo(f"no data: {gone.figure_id}: {gone.title}: {gone.reason}")
    for kind, paths in (("deck", decks), ("page", pages)):
        for path in paths:
            click.echo(f"{kind}: {path}")
    n_drawn = sum(isinstance(files, list) for _, files in figures)
    click.echo(f"{n_drawn} {'figure' if n_drawn == 1 else 'figures'} in {folder}, {len(missing)} without data")


def facts(figure: Figure) -> dict[str, Any]:
    """What a program needs to know of a figure without opening its files."""
    return {
        "figure_id": figure.figure_id,
        "claim_id": figure.claim_id,
        "kind": figure.kind,
        "lang": figure.lang,
        "area_code": figure.area_code,
        "area": figure.area,
        "title": figure.title,
        "subtitle": figure.subtitle,
        "finding": figure.finding.key,
        "number": figure.finding.number,
        "year": figure.finding.year,
        "strength": figure.finding.strength,
        "why": figure.finding.why,
        "source": figure.source,
        "as_of": figure.as_of,
    }
