"""Generated pages: the data dictionary, the lineage, the contracts of records, the commands and the Python interface.

They come from the registry, from the SQL itself, from the help of commands and from docstrings; a test fails when the
files in `docs/` are not what these functions give.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from localsdg.maintenance.command_reference import command_reference
from localsdg.maintenance.python_reference import python_reference
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import Table, schema_tables
from localsdg.sources.records.contract import ACTIONS, DECISIONS, REVIEWS, RULES, SHEETS
from localsdg.warehouse.models import load_models, referenced_tables

if TYPE_CHECKING:
    import click

    from localsdg.common.settings import Settings

_MADE = "<!-- made by `localsdg docs`; edit src/localsdg/registry or sql/ instead -->"
_COMMANDS_MADE = "<!-- made by `localsdg docs`; edit the help of the commands in src/localsdg/cli instead -->"
_PYTHON_MADE = "<!-- made by `localsdg docs`; edit the docstrings in src/localsdg/research instead -->"
_DECIDING = (
    "Manual reviews of links. `localsdg link review --output links.csv` writes the "
    "uncertain links of actions as a sheet (CSV with commas, UTF-8), with `--of indicators` the targets that "
    "titles of local indicators point to; `localsdg link review links.csv --by NAME` "
    "reads it back, and `localsdg build` makes it count. Rows without a decision stay open. A row of your"
    " own needs the first column, `code` and `decision`. A decision wins over every model, the latest over "
    "earlier ones; a refused goal takes its suggested targets and indicators with it, a refused target "
    "its indicators, unless one of them is accepted later. What a record declares itself cannot be "
    "refused. Names are in the published warehouse: initials will do. `localsdg pull forget RELEASE "
    "--source decisions --file NAME` takes a sheet back."
)


def pages(settings: Settings, commands: click.Command) -> dict[str, str]:
    """File name in `docs/reference/` -> text; `commands` is the whole command line."""
    return {
        "dictionary.md": dictionary(),
        "lineage.md": lineage(settings),
        "records.md": records(),
        "commands.md": command_reference(commands, _COMMANDS_MADE),
        "python.md": python_reference(_PYTHON_MADE),
    }


def write(settings: Settings, commands: click.Command, *, only_check: bool = False) -> list[str]:
    """Write the pages; returns the names of those that were not up to date."""
    return _write(settings, "reference", pages(settings, commands), only_check)


def write_answers(settings: Settings, *, only_check: bool = False) -> list[str]:
    """Write the cookbook with the answers of the published warehouse; returns the names that were not up to date.

    Raises `LocalsdgError` without a warehouse, and where the words of a recipe are not true of its answer.
    """
    from localsdg.maintenance import cookbook

    return _write(settings, "cookbook", cookbook.pages(settings), only_check)


def _write(settings: Settings, folder: str, texts: dict[str, str], only_check: bool) -> list[str]:
    changed = []
    for name, text in texts.items():
        path = settings.resources / "docs" / folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            changed.append(f"docs/{folder}/{name}")
            if not only_check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return changed


def dictionary() -> str:
    """Every table and column of the published file."""
    parts = [
        "# Data dictionary",
        "",
        _MADE,
        "",
        (
            "The same words are in the file itself: `comment` in DuckDB, `meta.table_info` and "
            "`meta.column_info` in SQL."
        ),
    ]
    for table in schema_tables("core", "evidence", "audit", "meta"):
        parts += ["", *_table(table)]
    parts += [
        "",
        "## Metrics",
        "",
        "One view each, with the columns of `evidence.metric_value`.",
        "",
        "| view | claim | unit | what it measures |",
        "| --- | --- | --- | --- |",
    ]
    parts += [
        f"| `evidence.{metric.metric_id}` | {metric.claim_id} | {metric.unit} | {metric.definition} |"
        for metric in metrics().values()
    ]
    return "\n".join(parts) + "\n"


_OF_ACTIONS = (
    "Only a record without title and description is rejected, and the very same record again. Every other cell is "
    "read where it can be, else blanked and counted in `audit.cell_blanked`; markup of web pages is reduced to text.",
    "",
    "A register in other columns is read with a mapping: `--map title=Titel --map local_government=Gemeinde`, a TOML "
    "file (`--map FILE.toml`; `localsdg pull actions --example` prints one), or that file beside the register as "
    "`registry.csv.map.toml`. It is kept in the manifest, the file as it was downloaded. Other columns are left out.",
    "",
    "Only a local or regional government that leads becomes one in `core.local_government`; other names in the column "
    "are leads alone. Records of one id that differ are told apart by a digest behind the id.",
)


def records() -> str:
    """The contracts of reviews, actions and decisions, and the rules under which a row is rejected."""
    parts = [
        "# Reviews, actions and decisions",
        "",
        _MADE,
        "",
        (
            "Files that people keep: CSV, xlsx or JSON (lines, or an array), also gzipped, one row a record. "
            "`localsdg pull reviews FILE` and `localsdg pull actions FILE` check the whole file and print each "
            "kind of fault with its count and examples; `--accept-partial` takes the good rows. Files in "
            "`data/raw/inbox/` are taken in by `localsdg pull actions` without a name, and by every run."
        ),
    ]
    for contract in (REVIEWS, ACTIONS, *SHEETS):
        parts += ["", f"## {contract.name}", ""]
        parts += [_DECIDING, ""] if contract is DECISIONS else []
        parts += [*_OF_ACTIONS, ""] if contract is ACTIONS else []
        parts += ["| column | must | what | example |", "| --- | --- | --- | --- |"]
        for column in contract.columns:
            allowed = f" One of: {', '.join(column.allowed)}." if column.allowed else ""
            must = "yes" if column.required else ""
            parts.append(f"| `{column.name}` | {must} | {column.description}.{allowed} | {column.example} |")
    parts += ["", "## Rules", ""]
    parts += ["A rejected row is in `audit.reject` with the rule after `REV-`, `ACT-`, `DEC-` or `IDEC-`.", ""]
    parts += ["| rule | what is wrong |", "| --- | --- |"]
    parts += [f"| {rule} | {words} |" for rule, words in RULES.items()]
    return "\n".join(parts) + "\n"


def lineage(settings: Settings) -> str:
    """Which table is made from which, read from the SQL: both ways, with links into the dictionary."""
    reads = {model.target: set(model.depends) for model in load_models(settings.sql)}
    for path in sorted((settings.sql / "examples").glob("*.sql")):
        reads[f"evidence.{path.stem}"] = set(referenced_tables(path.read_text(encoding="utf-8")))
    described = {table.name for table in schema_tables("core", "evidence", "audit", "meta")}
    used_by: dict[str, set[str]] = {}
    for target, sources in reads.items():
        for source in sources:
            used_by.setdefault(source, set()).add(target)

    def named(tables: set[str]) -> str:
        return ", ".join(_linked(name, described) for name in sorted(tables)) or "-"

    parts = ["# Lineage", "", _MADE, "", "Read from the SQL models: what each table is made from, and what reads it."]
    for schema, names in groupby(sorted({*reads, *used_by}), key=lambda name: name.partition(".")[0]):
        parts += ["", f"## {schema}", "", "| table | made from | read by |", "| --- | --- | --- |"]
        parts += [
            f"| {_linked(name, described)} | {named(reads.get(name, set()))} | {named(used_by.get(name, set()))} |"
            for name in names
        ]
    return "\n".join(parts) + "\n"


def _linked(name: str, described: set[str]) -> str:
    """A table's name, linked to its section of the dictionary where it has one."""
    return f"[`{name}`](dictionary.md#{name.replace('.', '')})" if name in described else f"`{name}`"


def _table(table: Table) -> list[str]:
    lines = [f"## `{table.name}`", "", f"{table.description} One row: {table.grain}."]
    if table.usage_warning:
        lines += ["", f"**Mind:** {table.usage_warning}"]
    lines += ["", "| column | type | unit | what it is |", "| --- | --- | --- | --- |"]
    for column in table.columns:
        key = " (key)" if column.name in table.primary_key else ""
        allowed = f" One of: {', '.join(f'`{v}`' for v in column.allowed)}." if column.allowed else ""
        lines.append(f"| `{column.name}`{key} | {column.type} | {column.unit or ''} | {column.description}{allowed} |")
    return lines
