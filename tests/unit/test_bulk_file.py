"""Bulk files as they come: padded, gzipped, cut off, or not data at all."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.sources.unsd import bulk_file
from localsdg.sources.unsd.bulk_file import plain_csv, snapshot_csv
from localsdg.sources.unsd.bulk_layout import read_layout
from localsdg.staging.unsd.source_rows import bulk_select, create_clean_macros, csv_reader, needs_cleaning

TEXT = 'SeriesCode,Value\nA,1\nB,"two\nlines ""quoted"""\n'


def read(tmp_path: Path, body: bytes) -> bulk_file.PlainCsv:
    source = tmp_path / "in"
    source.write_bytes(body)
    return plain_csv(source, tmp_path / "out.csv", where="in.csv")


def test_a_plain_file_is_read_as_it_is_without_a_copy(tmp_path: Path) -> None:
    plain = read(tmp_path, TEXT.encode())
    assert plain.path == tmp_path / "in" and not (tmp_path / "out.csv").exists()
    assert plain.as_extra() == {} and plain.notes == ()
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    "body", [TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode(), gzip.compress(TEXT.encode(), mtime=0), TEXT.encode()[:-1]]
)
def test_plain_gzipped_with_bom_without_a_last_line_end(tmp_path: Path, body: bytes) -> None:
    plain = read(tmp_path, body)
    assert (plain.header, plain.n_records, plain.padded) == (["SeriesCode", "Value"], 2, False)
    assert plain.path.read_text(encoding="utf-8").startswith("SeriesCode")


def test_null_bytes_at_the_end_are_cut_off(tmp_path: Path) -> None:
    plain = read(tmp_path, TEXT.encode() + b"\x00" * 100)
    assert plain.padded and plain.n_records == 2
    assert plain.path.read_bytes() == TEXT.encode()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the file is empty"),
        (b"\x00\x00\x00", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"  <!DOCTYPE html><html><body>Service unavailable", "the file is a web page"),
        (b'<?xml version="1.0"?><error/>', "the file is a web page"),
        (gzip.compress(TEXT.encode() * 500, mtime=0)[:-20], "cut off or damaged"),
        (b"\x1f\x8b\x08\x00garbage", "cut off or damaged"),
        ((packed := gzip.compress(TEXT.encode() * 500, mtime=0))[:10] + b"\xff" + packed[11:], "cut off or damaged"),
        (packed[:-8] + bytes(8), "cut off or damaged"),
        ("SeriesCode,Value\nA,Má".encode()[:-1], "ends within a character"),
        ("SeriesCode,Value\nA,Málaga\nB,".encode() + b"M\xe1laga\n", "UTF-8 in some lines"),
        ("SeriesCode,Value\nA,Испания\n".encode("cp1251"), "an alphabet other than the Latin one"),
        ("SeriesCode,Value\nA,Málaga Córdoba\n".encode("cp850"), "other than Windows-1252"),
        ("SeriesCode,Value\nA,Çankırı ğ\n".encode() + b"\x81\n", "is not clear"),
        (b"SeriesCode,Value\nA,1\x00\nB,2\n", "null bytes in the middle"),
        (b'SeriesCode,Value\nA,"open\nB,2\n', "a quote never closes"),
    ],
)
def test_what_is_no_data_is_refused_in_one_line(tmp_path: Path, body: bytes, message: str) -> None:
    with pytest.raises(LocalsdgError, match=message) as caught:
        read(tmp_path, body)
    assert "\n" not in str(caught.value) and "in in.csv" in str(caught.value)
    assert "next:" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "n_records"),
    [
        ("A,B\n1,2\n\n\n3,4\n\n", 2),  # DuckDB passes over blank lines too
        ('A,B\n1,5" pipe\n2,3\n', 2),
        ('A,B\n"x""y\nz",2\n', 1),
        ('A,B\n"x"y,2\n3,4\n', 2),  # a fault of one line is not one of the file
    ],
)
def test_records_are_counted_as_they_are_read(tmp_path: Path, body: str, n_records: int) -> None:
    assert read(tmp_path, body.encode()).n_records == n_records


def test_a_packed_file_that_was_looked_at_is_unpacked_and_otherwise_taken_as_it_is(tmp_path: Path) -> None:
    packed = tmp_path / "in.csv.gz"
    packed.write_bytes(gzip.compress(TEXT.encode(), mtime=0))
    plain = snapshot_csv(packed, tmp_path / "out.csv", rows=2, extra={}, where="in.csv.gz")
    assert plain.path == tmp_path / "out.csv" and plain.path.read_bytes() == TEXT.encode()
    assert (plain.header, plain.n_records) == (["SeriesCode", "Value"], 2)
    packed.write_bytes(gzip.compress(TEXT.encode() * 500, mtime=0)[:-20])
    with pytest.raises(LocalsdgError, match="cut off or damaged"):
        snapshot_csv(packed, tmp_path / "out.csv", rows=1000, extra={}, where="in.csv.gz")


@pytest.mark.parametrize(("area_name", "n_cleaned"), [("World", 0), ("Wo\x07rld", 1), ("W&#111;rld", 0)])
def test_cells_of_a_csv_are_cleaned_where_its_bytes_need_it(tmp_path: Path, area_name: str, n_cleaned: int) -> None:
    path = tmp_path / "in.csv"
    header = ["SeriesCode", "GeoAreaCode", "GeoAreaName", "TimePeriod", "Value", "[Sex]", "Extra", "[Nature]"]
    path.write_text(f"{','.join(header)}\nAB_C,1,{area_name},2020,5,FEMALE, x ,C\n", encoding="utf-8")
    con = duckdb.connect()
    create_clean_macros(con)
    layout = read_layout(header, where="in.csv")
    selects = {clean: bulk_select(csv_reader(path, header), layout, "s", clean=clean) for clean in (True, False)}
    found = {}
    for clean, select in selects.items():
        found[clean] = con.execute(select).fetchall()
        con.execute("drop table csv_errors; drop table csv_scans")
    names = [column[0] for column in con.execute(f"describe {selects[True]}").fetchall()]
    [row] = [dict(zip(names, one, strict=True)) for one in found[needs_cleaning(path)]]
    assert (row["area_name"], row["n_cleaned"], row["breakdown"], row["further"]) == (
        "World",
        n_cleaned,
        "sex=FEMALE",
        "extra=x",
    )
    assert needs_cleaning(path) == (found[True] != found[False])
