"""Files of records for tests, and the work database that staging makes of them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.database import model, text
from localsdg.common.settings import Settings
from localsdg.registry.tables import create_table_sql, schema_tables, tables
from localsdg.sources.records.contract import BrokenRecords
from localsdg.sources.records.intake import take_actions
from localsdg.sources.snapshot import iter_snapshots
from localsdg.staging import ledger
from localsdg.staging.records import stage as records
from localsdg.warehouse.run_models import REGISTRY_FILES

MODELS = (
    "review",
    "review_conflict",
    "local_government",
    "action",
    "action_suggestion",
    "link_decision",
    "action_link",
)


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    """A CSV with the columns of its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def workbook(path: Path, rows: list[list[object]]) -> Path:
    """A minimal xlsx: numbers as numbers, all else as text."""

    def cell(value: object) -> str:
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    lines = "".join("<row>" + "".join(map(cell, row)) + "</row>" for row in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="data" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
        }.items():
            archive.writestr(name, body)
    path.write_bytes(out.getvalue())
    return path


def staged(settings: Settings, *, bundled: bool = False) -> duckdb.DuckDBPyConnection:
    """A work database with everything that was taken in, and the core tables."""
    con = duckdb.connect()
    con.execute("set preserve_insertion_order = false")
    ledger.create_ledger(con)
    records.prepare(con)
    for table in schema_tables("staging"):  # models read tables of other sources too
        if table.name.split(".")[1] not in (*records.TABLES, "local_cleaned"):
            con.execute(create_table_sql(table))
    roots = [settings.raw, *([settings.bundled] if bundled else [])]
    for snapshot in [one for root in roots for one in iter_snapshots(root)]:
        records.stage_records(RunContext(con, settings, "run"), snapshot)
    for name, path in REGISTRY_FILES.items():
        con.execute(f"create temp table {name} as from read_csv({text(path)}, all_varchar = true, header = true)")
    con.execute("create schema core")
    con.execute(create_table_sql(tables()["core.area"]))
    con.execute("insert into core.area by name select distinct area_code from registry_local_governments")
    for name in MODELS:
        con.execute(create_table_sql(tables()[f"core.{name}"]))
        con.execute(f"insert into core.{name} by name {model(settings.sql / 'core' / f'{name}.sql')}")
    return con


def broken(settings: Settings, path: Path, take=take_actions, **options) -> BrokenRecords:
    with pytest.raises(BrokenRecords) as caught:
        take(settings, path, **options)
    assert not settings.raw.exists() or not list(iter_snapshots(settings.raw)), "nothing is kept"
    assert "\n" not in str(caught.value)
    return caught.value
