"""What every format is given to write, and what the written files say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.warehouse.citation import as_line, read_citations
from localsdg.warehouse.citation_formats import as_text
from localsdg.warehouse.export.selection import ExportColumn, ExportTable, Filters

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Licence:
    """The terms of one source, as the warehouse records them."""

    source: str
    name: str
    licence: str
    attribution: str
    homepage: str | None

    @property
    def line(self) -> str:
        """One line for a README."""
        return f"{self.name}: {self.licence}. Cite: {self.attribution}."


@dataclass(frozen=True)
class ExportInfo:
    """The warehouse that is exported. `built_at` is UTC, ISO 8601 to the second."""

    version: str
    built_at: str
    code_version: str
    content_hash: str
    filters: Filters
    citations: str
    citation_lines: tuple[str, ...]
    licences: tuple[Licence, ...]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Name and text, for a sheet or a table on the export."""
        return [
            ("Warehouse version", self.version),
            ("Content hash", self.content_hash),
            ("Built", f"{self.built_at} UTC"),
            ("Code version", self.code_version),
            ("Filter", self.filters.as_text() or "none"),
            *(("Licence", licence.line) for licence in self.licences),
            *(("Cite as", line) for line in self.citation_lines),
        ]


@dataclass(frozen=True)
class Job:
    """One export under way: tables of `con` to write below `folder`. `notes` collects what a reader must know."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    tables: Sequence[ExportTable]
    info: ExportInfo
    step: Callable[[ExportTable], object]
    #: Names that were asked for; none for the tables of `main`.
    names: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)
    #: Rows of a table that the format leaves out, by the name of its file; each has a note.
    left_out: dict[str, int] = field(default_factory=dict)


def read_info(con: duckdb.DuckDBPyConnection, filters: Filters) -> ExportInfo:
    """What the published file records of itself."""
    row = con.execute(
        "select version, strftime(built_at, '%Y-%m-%dT%H:%M:%S'), code_version, content_hash from meta.release"
    ).fetchone()
    version, built_at, code_version, content_hash = row or ("", "", "", "")
    citations = read_citations(con)
    licences = con.execute("select source, name, licence, attribution, homepage from meta.licence").fetchall()
    return ExportInfo(
        version=version,
        built_at=built_at,
        code_version=code_version,
        content_hash=content_hash or "",
        filters=filters,
        citations=as_text(citations),
        citation_lines=tuple(map(as_line, citations)),
        licences=tuple(Licence(*one) for one in licences),
    )


def data_type(column: ExportColumn) -> str:
    """The type of a column in the words of Table Schema: string, integer, number, boolean, date, datetime."""
    if column.type in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER"):
        return "integer"
    if column.type in ("DOUBLE", "FLOAT") or column.type.startswith("DECIMAL"):
        return "number"
    return {"BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "datetime"}.get(column.type, "string")
