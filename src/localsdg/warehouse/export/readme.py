"""README.txt of an export: what it is, how to read it, what is in it, and under which terms."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from localsdg.warehouse.export.job import ExportInfo
from localsdg.warehouse.export.selection import ExportTable

_WIDTH = 110


def readme(info: ExportInfo, kind: str, how: str, tables: Sequence[ExportTable], manifest: dict) -> str:
    """The text, the same for the same warehouse; `manifest` is that of the export."""
    rows = {table["name"]: table["rows_written"] for table in manifest["tables"]}
    parts = [
        f"localsdg warehouse {info.version} as {kind}",
        _facts(info),
        "HOW TO READ IT",
        how,
        "TABLES",
        "\n".join(_table(table, rows[table.file]) for table in tables),
        *(["NOTES", "\n".join(_wrapped(f"- {note}", "  ") for note in manifest["notes"])] if manifest["notes"] else []),
        "FILES BESIDE THE DATA",
        "columns.csv       every column: type, unit, description, closed list\n"
        "citations.txt     how to cite the warehouse and each source in it\n"
        "manifest.json     rows in the warehouse, rows written (counted again by another reader), keys\n"
        "checksums.sha256  check with: sha256sum -c checksums.sha256",
        "LICENCES",
        "\n".join(_wrapped(f"- {licence.line}", "  ") for licence in info.licences),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(info: ExportInfo) -> str:
    facts = {
        "Built": f"{info.built_at} UTC by localsdg {info.code_version}",
        "Content hash": info.content_hash,
        "Filter": info.filters.as_text() or "none",
    }
    return "\n".join(f"{name + ':':<14}{words}" for name, words in facts.items())


def _table(table: ExportTable, n_rows: int) -> str:
    limits = f" Rows of {'; '.join(table.limits)} only." if table.limits else ""
    if table.whole_despite:
        whole = "" if table.limits else "Whole: "
        limits += f" {whole}{'it' if whole else 'It'} has no column to filter by {' or '.join(table.whole_despite)}."
    mind = f" Mind: {table.usage_warning}" if table.usage_warning else ""
    same = "" if table.rows_of == table.name else f" ({table.rows_of})"
    head = f"{table.file}{same}, {n_rows:,} rows. "
    return _wrapped(f"{head}{table.description}{limits}{mind}", "    ")


def _wrapped(words: str, indent: str) -> str:
    return textwrap.fill(words, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
