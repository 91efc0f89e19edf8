"""`localsdg diff` between two published files: what is compared, and how it is shown or written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.common.errors import UsageError
from localsdg.warehouse.publication_parts import COMMON, NAMES, TITLES

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.warehouse.publication_diff import PublicationDiff, Wanted


def choose_files(settings: Settings, old: str | None, new: str | None, last: bool) -> tuple[Path, Path] | None:
    """The two files that are meant; None where the names are releases of the UN, or there are none.

    One version or file alone is compared with the published one. Raises
    `UsageError` for a version beside a release, and for names beside --last.
    """
    from localsdg.warehouse.publication_names import find_publication, kept_versions, last_two

    if last:
        if old is not None:
            raise UsageError("--last names both versions", expected="no other name", got=old)
        return last_two(settings)
    if old is None:
        return None
    files = [find_publication(settings, name) for name in (old, new) if name is not None]
    if not any(files):
        return None
    if new is None:
        files.append(settings.published)
    if (older := files[0]) is None or (newer := files[1]) is None:
        raise UsageError(
            "a release of the UN and a published file cannot be compared with each other",
            expected=f"two releases, or two of {', '.join(kept_versions(settings)) or 'the kept versions'}",
            got=f"{old} {new}",
            next_step="localsdg diff --last",
        )
    return older, newer


def parts_of(by_series: bool, by_area: bool) -> tuple[str, ...]:
    """The parts of an answer: those that a series or metric, or an area, says something of."""
    if by_series:
        return ("metrics", "headlines", "movers", "series")
    return tuple(name for name in COMMON if not (by_area and name in ("sources", "schema", "tables")))


def show_publications(
    settings: Settings, files: tuple[Path, Path], wanted: Wanted, kind: str, target: Path | None
) -> None:
    """Compare, then print or write; a warning goes to the error output where something was not compared."""
    from localsdg.warehouse.publication_diff import compare_publications

    for name in wanted.parts:
        if name not in NAMES:
            raise UsageError("this part is not of a comparison of published files", expected=", ".join(NAMES), got=name)
    diff = compare_publications(*files, settings, wanted)
    if kind == "table":
        _print(diff, wanted.limit)
    elif kind == "csv":
        _give_csv(diff, wanted.parts[0], target)
    else:
        _give_text(_as_text(diff, kind, wanted.limit), target)
    if kind == "csv" and diff.not_compared:
        click.echo("\n".join(f"not compared: {line}" for line in diff.not_compared), err=True)


def _as_text(diff: PublicationDiff, kind: str, limit: int) -> str:
    from localsdg.warehouse.publication_diff_text import as_json, html, markdown

    return as_json(diff) if kind == "json" else (markdown if kind == "markdown" else html)(diff, limit)


def _give_text(text: str, target: Path | None) -> None:
    from localsdg.common.output_files import write_text

    if target is None:
        click.echo(text, nl=False)
    else:
        write_text(target, text)
        click.echo(f"written to {target.name}", err=True)


def _give_csv(diff: PublicationDiff, part: str, target: Path | None) -> None:
    import pyarrow as pa

    from localsdg.warehouse.result_files import result_bytes, write_result

    table = diff.tables.get(part, pa.table({"not compared": pa.array([], pa.string())}))
    if target is None:
        sys.stdout.buffer.write(result_bytes(table, "csv")[0])
        sys.stdout.buffer.flush()
    else:
        write_result(table, "csv", target, gzip=target.name.lower().endswith(".gz"))
        click.echo(f"{table.num_rows:,} rows of {TITLES[part]} in {target.name}", err=True)


def _print(diff: PublicationDiff, limit: int) -> None:
    """Sentences, then the tables, at most `limit` rows of each."""
    import pyarrow as pa

    from localsdg.common.clean_text import clean_text
    from localsdg.warehouse.publication_diff_text import heading
    from localsdg.warehouse.publication_sections import sections
    from localsdg.warehouse.query import print_table

    click.echo(f"What changed, {heading(diff)}")
    for line in diff.lines:
        click.echo(f"  {clean_text(line)}")
    for section in sections(diff):
        click.echo(f"\n{section.title}")
        columns = zip(*section.rows, strict=True)
        table = pa.table({name: pa.array(list(cells)) for name, cells in zip(section.headings, columns, strict=True)})
        print_table(table, limit or table.num_rows)
    for line in diff.not_compared:
        click.echo(f"not compared: {clean_text(line)}")
