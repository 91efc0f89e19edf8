"""`localsdg diff`: what changed between two releases or two published files, and what it does to the evidence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.arguments import split_codes
from localsdg.cli.base import AREA, REPLACE, SERIES, Command
from localsdg.cli.diff_publications import choose_files, parts_of, show_publications
from localsdg.common.errors import UsageError
from localsdg.warehouse.publication_parts import NAMES

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.common.settings import Settings
    from localsdg.warehouse.release_diff import ReleaseDiff

PARTS = ("series", "movers", "metrics", "values")
_ENDINGS = {".csv": "csv", ".csv.gz": "csv", ".json": "json", ".md": "markdown", ".html": "html"}
_SUCCESSIVE = """
select
    series_code, old_release, new_release,
    count(*) filter (change = 'added') as added,
    count(*) filter (change = 'removed') as removed,
    count(*) filter (change = 'changed') as changed,
    max(abs(new_value - old_value)) as largest_change
from audit.value_change
group by all
order by changed + removed desc, series_code, new_release
"""


def _metric_ids(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Ids with underscores or, as figures have them, with hyphens."""
    return tuple(code.lower().replace("-", "_") for code in split_codes(value))


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg diff --limit 10\n"
        "  localsdg diff 2020-10-19 2023-12-17\n"
        "  localsdg diff 2020-10-19 2023-12-17 --series SI_POV_DAY1 --area World,Kenya\n"
        "  localsdg diff 2022-07-10 2023-12-17 --metric c01_extreme_poverty --format json\n"
        "  localsdg diff 2020-10-19 2023-12-17 --part values --output changes.csv\n"
        "  localsdg diff --last\n"
        "  localsdg diff 2026.11.20.1 2026.11.27.1 --output changes.html\n"
        "  localsdg diff old.duckdb new.duckdb --part local --format json"
    ),
)
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--last", is_flag=True, help="Compare the published file with the version published before it.")
@SERIES
@AREA
@click.option(
    "--government",
    "governments",
    multiple=True,
    metavar="ID",
    help="Of published files: a local government, such as barcelona; again, or with commas, for more.",
)
@click.option(
    "--metric",
    "metric_ids",
    multiple=True,
    callback=_metric_ids,
    metavar="ID",
    help="A metric, such as c01_extreme_poverty, and the series that it shows; again, or with commas, for more.",
)
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Rows of a part; 0 for all.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["table", "csv", "json", "markdown", "html"]),
    help="A table, or what --output ends in; markdown and html are of published files.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--part",
    type=click.Choice(tuple(dict.fromkeys((*PARTS, *NAMES)))),
    help="Give one part alone; values are all that differ.  [csv: series]",
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file: .csv, .json, .md or .html."
)
@REPLACE
def diff(old, new, last, series, areas, governments, metric_ids, limit, kind, as_json, part, output, force) -> None:
    """What changed between the releases OLD and NEW of the UN data, or between two published files.

    Published files are versions (2026.11.27.1) or paths; one alone is compared with the published file.
    Shown are the headlines of the metrics that moved and why, the biggest movers, UN series,
    local governments, actions, reviews, sources, columns and rows.

    Of releases, values are compared by total and in canonical codes, so that a series that gains a dimension
    is compared by its total. Shown are the series with their added, removed and changed values,
    new units, codes and definitions; the biggest movers, the World and regions first; and each
    metric's values for the World (or --area) by both releases.

    Without names: the changes of each series from every release to the next.
    """
    from localsdg.common.settings import load_settings

    settings = load_settings()
    kind, target = _form(settings, kind, as_json, output, force)
    if files := choose_files(settings, old, new, last):
        from localsdg.warehouse.publication_diff import Wanted

        named = (*areas, *split_codes(governments))
        parts = (part,) if part else ("series",) if kind == "csv" else parts_of(bool(series or metric_ids), bool(named))
        # a CSV is data for a program: all of its rows
        asked = Wanted(series, named, metric_ids, 0 if kind == "csv" else limit, parts)
        show_publications(settings, files, asked, kind, target)
        return
    _refuse_of_publications(kind, part, governments)
    if new is None:
        if old is not None or series or areas or metric_ids or part:
            raise _names_missing(settings, old)
        from localsdg.warehouse.query import run_query

        _give({"series": run_query(settings, _SUCCESSIVE)}, "series", kind, target, limit)
        return
    from localsdg.warehouse.release_diff import Question, diff_releases

    wanted = 0 if kind == "csv" else limit
    one = part or ("series" if kind == "csv" else None)
    parts = (one,) if one else PARTS[:3]
    found = diff_releases(settings, Question(old, new, series, areas, metric_ids, wanted, parts))
    if kind == "table" and one is None:
        from localsdg.cli.diff_text import print_diff

        print_diff(found, limit)
        return
    if kind == "json" and one is None:
        _give_json(found, target)
        return
    _give(found.tables, one or "series", kind, target, limit)


def _refuse_of_publications(kind: str, part: str | None, governments: tuple[str, ...]) -> None:
    """Raises `UsageError` for what only a comparison of published files has."""
    asked = [f"--format {kind}"] * (kind in ("markdown", "html")) + [f"--part {part}"] * (part not in (None, *PARTS))
    if asked := asked + ["--government"] * bool(governments):
        raise UsageError(
            "only a comparison of published files has this",
            expected=f"--format table, csv or json and --part {', '.join(PARTS)} between releases",
            got=" and ".join(asked),
            next_step="localsdg diff --last",
        )


def _form(
    settings: Settings, kind: str | None, as_json: bool, output: Path | None, force: bool
) -> tuple[str, Path | None]:
    """The format and the checked path of the file; raises `UsageError` where they contradict each other."""
    from localsdg.common.output_files import check_output

    if as_json and kind not in (None, "json"):
        raise UsageError("--json and --format contradict each other", expected="one of them", got=f"--format {kind}")
    kind = "json" if as_json else kind
    if output is None:
        return kind or "table", None
    target = check_output(settings, output, endings=tuple(_ENDINGS), replace=force)
    meant = next(kind for ending, kind in _ENDINGS.items() if output.name.lower().endswith(ending))
    if kind not in (None, meant):
        raise UsageError(
            "the format and the ending of --output contradict each other",
            expected=f"--format {meant}",
            got=f"--format {kind} and {output.name}",
        )
    return meant, target


def _names_missing(settings: Settings, old: str | None) -> UsageError:
    from localsdg.warehouse.query import run_query
    from localsdg.warehouse.release_diff import in_order

    names = run_query(settings, "select distinct release from core.series_release").column("release").to_pylist()
    loaded = in_order(names)
    return UsageError(
        "name the two releases to compare",
        expected=f"two of {', '.join(loaded)}",
        got=old or "none",
        next_step=f"localsdg diff {loaded[-2]} {loaded[-1]}" if len(loaded) > 1 else "localsdg run",
    )


def _give(tables: dict[str, pa.Table], part: str, kind: str, target: Path | None, limit: int) -> None:
    """Print one part, or write it."""
    from localsdg.warehouse.query import print_table
    from localsdg.warehouse.result_files import result_bytes, write_result

    table = tables[part]
    if kind == "table":
        print_table(table, limit or table.num_rows)
    elif target is None:
        sys.stdout.buffer.write(result_bytes(table, kind)[0])
        sys.stdout.buffer.flush()
    else:
        write_result(table, kind, target, gzip=target.name.lower().endswith(".gz"))
        click.echo(f"{table.num_rows:,} rows in {target.name}", err=True)


def _give_json(found: ReleaseDiff, target: Path | None) -> None:
    """All parts as one object, rows as objects."""
    import json

    from localsdg.common.output_files import write_text
    from localsdg.warehouse.result_files import result_bytes

    body = {"old_release": found.old_release, "new_release": found.new_release}
    body |= {name: json.loads(result_bytes(table, "json")[0]) for name, table in found.tables.items()}
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    if target is None:
        click.echo(text, nl=False)
    else:
        write_text(target, text)
        click.echo(f"{found.old_release} to {found.new_release} in {target.name}", err=True)
