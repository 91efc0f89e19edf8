"""A member of a zip that cannot be read costs itself alone, at the pull and at the build."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.common.zip_files import zip_bytes
from localsdg.sources.table.mapping import EXAMPLE, parse_mapping
from localsdg.sources.table.pull import pull_table
from localsdg.staging.table.read import UNREADABLE, read_tables

GOOD = b"code,year,value,name,unit\n1-2-1,2019,12.5,Poor,%\n"


def archive(fault: str) -> bytes:
    """A zip with `good.csv`, and `bad.csv` with one fault."""
    body = bytearray(zip_bytes({"bad.csv": GOOD * 20, "good.csv": GOOD}))
    with zipfile.ZipFile(io.BytesIO(bytes(body))) as content:
        bad = content.getinfo("bad.csv")
    central = body.index(b"PK\x01\x02")
    if fault == "encrypted":
        body[bad.header_offset + 6] |= 1
        body[central + 8] |= 1
    elif fault == "unknown method":
        body[bad.header_offset + 8] = body[central + 10] = 99
    else:
        start = bad.header_offset + 30 + len("bad.csv")
        body[start : start + 12] = b"\xff" * 12
    return bytes(body)


@pytest.mark.parametrize("fault", ["encrypted", "unknown method", "damaged"])
def test_a_member_that_cannot_be_read_costs_itself_alone(tmp_path: Path, fault: str) -> None:
    (tmp_path / "tables.zip").write_bytes(archive(fault))
    mapping_path = tmp_path / "map.toml"
    mapping_path.write_bytes(EXAMPLE.read_bytes())
    mapping = parse_mapping(EXAMPLE.read_text(encoding="utf-8"), where="map.toml")
    pulled = pull_table(Settings(home=tmp_path / "home"), str(tmp_path / "tables.zip"), mapping_path)
    snapshot = pulled.snapshot
    (record,) = [file for file in snapshot.files if file.role == "table_zip"]
    tables = {table.entry: table for table in read_tables(snapshot, record, mapping)}
    assert {name: table.rule for name, table in tables.items()} == {"bad.csv": UNREADABLE, "good.csv": None}
    assert tables["bad.csv"].detail
