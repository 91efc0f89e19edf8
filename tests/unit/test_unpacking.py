"""Files that unpack to more than is allowed end in one line, in little memory, whatever their heads state."""

from __future__ import annotations

import gzip
import io
import re
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import load_settings
from localsdg.common.unpacking import UnpackLimits, limits, use_limits
from localsdg.common.workbook_size import check_workbook
from localsdg.common.zip_files import read_member
from localsdg.sources.opensdg.bodies import ARCHIVE
from localsdg.sources.opensdg.tree import open_tree
from localsdg.sources.records.contract import ACTIONS
from localsdg.sources.records.files import read_records
from localsdg.sources.unsd.bulk_file import plain_csv, zip_names
from localsdg.sources.unsd.workbook import read_sheet
from localsdg.staging.population.source import _count_rows

SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)
_CELL = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


@pytest.fixture(autouse=True)
def few_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in force, with a thirtieth of the bytes, so that the bombs are small."""
    monkeypatch.setattr("localsdg.common.unpacking._FREE", 1_000_000)
    monkeypatch.setattr("localsdg.common.unpacking._Limits.in_force", UnpackLimits(unpacked_bytes=20_000_000))


def zipped(files: dict[str, bytes | str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


def workbook(sheet: str, **more: str) -> bytes:
    return zipped({**_PARTS, "xl/worksheets/sheet1.xml": SHEET.format(sheet), **more})


def tarred(member: tarfile.TarInfo, content: bytes) -> bytes:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return body.getvalue()


def lying(files: dict[str, bytes | str], size: int) -> bytes:
    """An archive whose first member states another size, in both of its heads."""
    body = bytearray(zipped(files))
    body[22:26] = struct.pack("<I", size)
    at = body.index(b"PK\x01\x02")
    body[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(body)


ZEROS = bytes(30_000_000)
_NOTE = tarfile.TarInfo("data/a.csv")
_NOTE.pax_headers = {"comment": "a" * 3_000_000}
_TREE = {"repo/data/a.csv": "Year,Value\n2020,1\n", "repo/config_data.yml": "x"}


def _tree(path: Path) -> None:
    with open_tree(path, path.parent) as tree:
        for entry in tree.values():
            entry.read()


def _records(path: Path) -> None:
    read_records(path, ACTIONS, where=path.name)


READERS: dict[str, tuple[Callable[[Path], object], str, bytes]] = {
    "a gzipped UN file": (lambda path: plain_csv(path, path.with_name("out")), "unpacks to more", gzip.compress(ZEROS)),
    "gzipped records": (_records, "unpacks to more", gzip.compress(ZEROS)),
    "gzipped population": (lambda path: _count_rows(path.read_bytes()), "unpacks to more", gzip.compress(ZEROS)),
    "a zip of UN files": (zip_names, "unpacks to more", zipped({"a.csv": ZEROS})),
    "a zip of many files": (zip_names, "unpacks to more", zipped({f"{n}.csv": ZEROS[:900_000] for n in range(30)})),
    "a site's archive": (lambda path: ARCHIVE.read(path.read_bytes()), "unpacks to more", zipped({"a.csv": ZEROS})),
    "a repository, zip": (_tree, "unpacks to more", zipped({**_TREE, "repo/data/b.csv": ZEROS})),
    "a repository, tar": (_tree, "unpacks to more", tarred(tarfile.TarInfo("data/a.csv"), ZEROS)),
    "a note of a tar": (_tree, "a note of", tarred(_NOTE, b"")),
    "a stated size too small": (_tree, "Bad CRC-32", lying({"repo/data/a.csv": ZEROS}, 99)),
    "a stated size too large": (_tree, "that it states", lying({"repo/data/a.csv": b"Year"}, 99)),
    "a far cell, UN": (read_sheet, "spans more cells", workbook(
        f'<row r="1">{_CELL.format("A1", "SeriesCode")}</row><row r="2">{_CELL.format("XFD1048576", 1)}</row>')),
    "a far cell, records": (_records, "spans more cells", workbook(f"<row>{_CELL.format('XFD1048576', 1)}</row>")),
    "cells without places": (_records, "spans more cells", workbook(
        "<row>" + "<c><v>1</v></c>" * 5_000 + "</row>" + "<row/>" * 4_999 + "<row><c><v>1</v></c></row>")),
    "a far cell, prefixed": (_records, "spans more cells", workbook(
        "<x:row r='1048576'><x:c  r = 'XFD1048576'><x:v>1</x:v></x:c></x:row>")),
    "entities of entities": (_records, "declares entities", workbook("", **{
        "xl/sharedStrings.xml": '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><sst><si><t>&c;</t></si></sst>'})),
    "a bomb of shared strings": (_records, "unpacks to more", workbook("", **{
        "xl/sharedStrings.xml": "<sst>" + "<si><t>a</t></si>" * 500_000 + "</sst>"})),
    "a workbook in UTF-16": (_records, "UTF-16", workbook("", **{
        "xl/worksheets/sheet1.xml": SHEET.format("").encode("utf-16")})),
    "a binary workbook": (_records, "xlsb", workbook("", **{"xl/worksheets/sheet1.bin": "x"})),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_a_bomb_is_one_line_and_takes_little_memory(name: str, tmp_path: Path) -> None:
    read, words, body = READERS[name]
    path = tmp_path / ("bomb.xlsx" if b"workbook.xml" in body else "bomb.csv")
    path.write_bytes(body)
    with pytest.raises((LocalsdgError, ValueError), match=re.escape(words)) as caught:
        read(path)
    tracemalloc.start()  # the second time nothing is imported
    try:
        with pytest.raises((LocalsdgError, ValueError)):
            read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "\n" not in str(caught.value)
    assert peak < 16_000_000


def test_a_workbook_of_cells_side_by_side_is_read(tmp_path: Path) -> None:
    path = tmp_path / "good.xlsx"
    cells = "".join(_CELL.format(f"{letter}1", letter) for letter in "ABC")
    path.write_bytes(workbook(f'<row r="1">{cells}</row><row><c r="A9"><v>1</v></c></row>'))
    check_workbook(path, "good")
    use_limits(UnpackLimits(cells=26))
    with pytest.raises(LocalsdgError, match="9 rows of 3 cells"):
        check_workbook(path, "good")


def test_too_many_members_and_a_file_too_large_for_memory(tmp_path: Path) -> None:
    use_limits(UnpackLimits(members=2, in_memory_bytes=5))
    path = tmp_path / "many.zip"
    path.write_bytes(zipped({name: "" for name in "abc"}))
    with pytest.raises(LocalsdgError, match="at most 2 members"):
        zip_names(path)
    with pytest.raises(ValueError, match="at most 2 members"):
        ARCHIVE.read(path.read_bytes())
    (tmp_path / "a.csv").write_text("title\nA\n")
    with pytest.raises(LocalsdgError, match="LOCALSDG_MAX_RECORDS_MB"):
        _records(tmp_path / "a.csv")


def test_the_limits_are_settings(tmp_path: Path) -> None:
    load_settings({"LOCALSDG_HOME": str(tmp_path), "LOCALSDG_MAX_CELLS": "7", "LOCALSDG_MAX_UNPACKED_MB": "3"})
    assert (limits().cells, limits().unpacked_bytes) == (7, 3_000_000)
    load_settings({"LOCALSDG_HOME": str(tmp_path)})
    assert limits() == UnpackLimits()


def test_a_member_gives_no_more_than_it_states() -> None:
    with zipfile.ZipFile(io.BytesIO(lying({"a": ZEROS}, 10))) as archive, pytest.raises(zipfile.BadZipFile):
        read_member(archive, archive.infolist()[0])
