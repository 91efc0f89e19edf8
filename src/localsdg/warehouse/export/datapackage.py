"""Tables as a Frictionless Data Package: CSV files and one `datapackage.json` that describes them all.

The descriptor follows Data Package 1 (`tabular-data-package`), which every reader knows, 2.0 included.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from localsdg.warehouse.citation import TEAM
from localsdg.warehouse.export.csv_folder import as_json, count, table_schema, write_csv
from localsdg.warehouse.export.job import Job
from localsdg.warehouse.export.selection import ExportTable

__all__ = ["HOW", "count", "write"]

HOW = """datapackage.json describes every table: types, keys, closed lists, licences, sources and checksums.

  check    frictionless validate datapackage.json
  Python   from frictionless import Package; Package("datapackage.json").get_resource("observation").read_rows()
  R        frictionless::read_resource(frictionless::read_package("datapackage.json"), "observation")

The tables are CSV files (UTF-8, an empty cell for null). A map is written as `name=code; name=code`, a list as
`part; part`. A text that a spreadsheet would run as a formula (it begins with = + - @) has a quote (') before it."""


def write(job: Job) -> None:
    """Write each table as CSV, then the descriptor."""
    resources = []
    for table in job.tables:
        job.step(table)
        write_csv(job, table)
        resources.append(_resource(job, table))
    (job.folder / "datapackage.json").write_text(as_json(_descriptor(job, resources)), encoding="utf-8")


def _descriptor(job: Job, resources: list[dict]) -> dict:
    info = job.info
    return {
        "profile": "tabular-data-package",
        "name": "localsdg",
        "title": "localsdg warehouse: SDG indicators and local records",
        "id": info.content_hash,
        "version": info.version,
        "created": f"{info.built_at}Z",
        "description": f"Tables of version {info.version}, content hash {info.content_hash}. "
        f"Filter: {info.filters.as_text() or 'none'}. citations.txt holds how to cite each source.",
        "contributors": [{"title": TEAM, "role": "author"}],
        "licenses": [
            {
                "name": re.sub(r"[^A-Za-z0-9._-]+", "-", licence.source),
                "title": licence.line,
                **({"path": licence.homepage} if licence.homepage else {}),
            }
            for licence in info.licences
        ],
        "sources": [
            {"title": licence.name, **({"path": licence.homepage} if licence.homepage else {})}
            for licence in info.licences
        ],
        "resources": resources,
    }


def _resource(job: Job, table: ExportTable) -> dict:
    path = job.folder / f"{table.file}.csv"
    mind = f" Mind: {table.usage_warning}" if table.usage_warning else ""
    return {
        "profile": "tabular-data-resource",
        "name": table.file,
        "path": path.name,
        "title": table.rows_of,
        "description": f"{table.description}{mind}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True},
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "schema": table_schema(job.con, table),
    }


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
