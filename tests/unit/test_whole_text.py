"""Nothing is cut off without a word: null bytes and open quotes, in every reader of text."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.unpacking import UnpackLimits, limits, use_limits
from localsdg.common.whole_text import NullBytes, csv_records, records_and_open_quotes, unpadded, without_padding
from localsdg.linking.inputs import read_texts
from localsdg.sources.records.contract import ACTIONS, REVIEWS
from localsdg.sources.records.decisions import DECISIONS
from localsdg.sources.records.files import read_records
from localsdg.sources.unsd.bulk_file import plain_csv
from localsdg.sources.unsd.jobs import csv_first_series
from localsdg.sources.unsd.service import BULK_CSV
from localsdg.staging.local.data_file import read_csv

HEADS = {
    "UN bulk file": "SeriesCode,GeoAreaCode,TimePeriod,Value,FootNote",
    "UN answer": "SeriesCode,GeoAreaCode,TimePeriod,Value,FootNote",
    "actions": "action_id,title,local_government,country,year",
    "reviews": "review_id,local_government,country,kind,review_year",
    "decisions": "action_id,code,decision,decided_by,decided_at",
    "site": "Year,Value,Sex,Age,Units",
    "texts": "text,a,b,c,d",
}


def bulk(path: Path) -> int:
    return plain_csv(path, path.with_suffix(".out")).n_records


def answer(path: Path) -> int:
    body = path.read_bytes()
    try:
        BULK_CSV.read(body)
    except ValueError as error:
        raise NullBytes(str(error)) from error
    csv_first_series(body)
    return bulk(path)


def site(path: Path) -> int:
    file = read_csv(path.read_bytes(), path.name, "1-1-1")
    if file.rule or file.bad_rows:
        raise LocalsdgError(f"{file.detail} {' '.join(file.bad_rows.values())}")
    return len(file.row_numbers)


READERS: dict[str, Callable[[Path], int]] = {
    "UN bulk file": bulk,
    "UN answer": answer,
    "actions": lambda path: read_records(path, ACTIONS).n_rows,
    "reviews": lambda path: read_records(path, REVIEWS).n_rows,
    "decisions": lambda path: read_records(path, DECISIONS).n_rows,
    "site": site,
    "texts": lambda path: read_texts(path).table.num_rows,
}


def written(tmp_path: Path, name: str, *, at: int | None = None, damage: bytes = b"", end: bytes = b"") -> Path:
    """A file of 100 rows, with some bytes put into row `at`."""
    rows = [b"1,2,2015,4,5" for _ in range(100)]
    if at is not None:
        rows[at] = rows[at][:4] + damage + rows[at][4:]
    (path := tmp_path / "x.csv").write_bytes(HEADS[name].encode() + b"\n" + b"\n".join(rows) + b"\n" + end)
    return path


@pytest.mark.parametrize("name", [name for name in READERS if name != "site"])  # no server pads those
def test_null_bytes_at_the_end_are_padding(name: str, tmp_path: Path) -> None:
    for end in (b"", b"\x00" * 5000, b"\x00" * 50 + b"\r\n" + b"\x00"):
        assert READERS[name](written(tmp_path, name, end=end)) == 100


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(("at", "damage"), [(0, b"\x00"), (60, b"\x00" * 4096), (99, b"\x00")])
def test_null_bytes_before_data_lose_no_row_in_silence(name: str, at: int, damage: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, name, at=at, damage=damage)
    with pytest.raises(LocalsdgError, match=r"null byte|starts with"):
        READERS[name](path)


@pytest.mark.parametrize("name", READERS)
def test_a_quote_that_swallows_the_rest_is_noticed(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, at=40, damage=b'"')
    with pytest.raises(LocalsdgError, match=r"quote|split into rows"):
        READERS[name](path)
    if name in ("UN bulk file", "site", "texts"):  # these forgive a stray quote in another row
        path.write_bytes(path.read_bytes().replace(b"1,2,", b'"1"x,2,', 1))
        with pytest.raises(LocalsdgError, match="quote"):
            READERS[name](path)


def test_a_site_loses_the_line_with_the_open_quote_alone(tmp_path: Path) -> None:
    file = read_csv(written(tmp_path, "site", at=60, damage=b'"').read_bytes(), "x", "1-1-1")
    assert (file.rows_in, len(file.row_numbers)) == (100, 99)
    assert file.bad_rows == {61: "a quote never closes, or takes lines that are not its own"}
    text = 'Year,Value\n2015,1\n# for decimals use ".", not ","\n2016,2\n'
    file = read_csv(text.encode(), "x", "1-1-1")
    assert (file.rows_in, file.columns["Value"], file.has_comments) == (3, ["1", "2"], True)


def test_null_bytes_are_found_over_the_border_of_two_chunks() -> None:
    assert b"".join(unpadded([b"ab", b"c\x00", b"\x00\x00", b" \n"], where="f")) == b"abc"
    with pytest.raises(NullBytes, match=r"one at byte 3 and further data at byte 6 "):
        list(unpadded([b"ab", b"c\x00", b"\x00\x00d"], where="f"))
    assert without_padding(b"", where="f") == without_padding(b"\x00\x00", where="f") == b""


def test_records_are_split_as_the_csv_module_does() -> None:
    lines = ["a,b\n", "\n", '"x\n', 'y",2\n', '5" pipe,"q"r\n', "last,1"]
    assert list(csv_records(lines, where="f")) == [["a", "b"], [], ["x\ny", "2"], ['5" pipe', "qr"], ["last", "1"]]


@pytest.mark.parametrize("text", ['a,b\n"', 'a,b\n1,"', 'a,b\n1,"2\n'])
def test_a_quote_that_opens_on_the_last_line_is_an_open_one(text: str) -> None:
    records, broken = records_and_open_quotes(text, ",")
    assert broken == {1}
    assert records[0] == ["a", "b"] and records[1] == [text.split("\n")[1]]


@pytest.mark.parametrize("name", READERS)
def test_a_quote_that_closes_at_another_is_noticed(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, at=40, damage=b'"')
    path.write_bytes(path.read_bytes() + b'7,8,2016,"9",10\n')
    with pytest.raises(LocalsdgError, match=r"quote|split into rows"):
        READERS[name](path)


@pytest.mark.parametrize("name", ["UN bulk file", "site", "actions", "reviews"])
def test_two_odd_quotes_that_make_a_cell_are_noticed(name: str, tmp_path: Path) -> None:
    lines = [HEADS[name], "1,2,2015,4,5", '1,2,2016,4,"5', "1,2,2017,4,5", '1,2,2018,4,5"', "1,2,2019,4,5", ""]
    if name == "site":
        lines = ["Sex,Value,Year,Age,Units", *lines[1:]]
    if name in ("actions", "reviews"):  # years are in the last column
        lines = [lines[0], "1,a,b,c,2015", '1,"a,b,c,2016', "1,a,b,c,2017", '1,a",b,c,2018', ""]
    (path := tmp_path / "x.csv").write_text("\n".join(lines))
    with pytest.raises(LocalsdgError, match="quote"):
        READERS[name](path)


@pytest.mark.parametrize("year", [True, False])
def test_a_quote_over_two_rows_loses_neither(year: bool, tmp_path: Path) -> None:
    rows = [f"a{n},Shelter,Barcelona,ESP,{2015 if year else ''},11.1" for n in range(1, 21)]
    rows[4], rows[5] = rows[4].replace("Shelter", '"Shelter'), rows[5].replace("Shelter", 'Shelter"')
    (path := tmp_path / "x.csv").write_text("\n".join(["action_id,title,local_government,country,year,sdgs", *rows]))
    with pytest.raises(LocalsdgError, match="quote that takes lines"):
        read_records(path, ACTIONS)
    whole = 'Shelter, for all\nof 10,000, in 2015\n2016, 2017"'
    path.write_text(path.read_text().replace('Shelter"', "Shelter").replace('"Shelter', f'"{whole}'))
    assert read_records(path, ACTIONS).n_rows == 20


@pytest.mark.parametrize(
    "lines",
    [
        ["id,title", '1,"Clean water', *(f"{n},Free school meals" for n in range(2, 20)), '20,end"', "21,Housing"],
        ["id,title", '5,"Shelter, warm', '6,Shelter"'],
        ["title,city", '"Water,Paris', "Meals,Rome", 'end",Oslo'],
    ],
)
def test_texts_lose_no_row_between_two_odd_quotes(lines: list[str], tmp_path: Path) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(lines))
    with pytest.raises(LocalsdgError, match="one in line 2 that closes in line"):
        read_texts(path)


def test_texts_of_several_lines_are_texts(tmp_path: Path) -> None:
    rows = ['1,"Water, clean\n2015, we began\nabout 10,000 people\nend"', '2,"a\n10,000 b"', "3,c"]
    (path := tmp_path / "x.csv").write_text("\n".join(["id,title", *rows]))
    assert read_texts(path).table.num_rows == 3
    path.write_text('title,city\n"Water, clean\nand more, too\nend, now",Oslo\n')
    assert read_texts(path).table.num_rows == 1


def test_texts_are_read_as_records_are(tmp_path: Path) -> None:
    (path := tmp_path / "x.csv").write_bytes("id,título\n1,Educación\n".encode("cp1252"))
    texts = read_texts(path)
    assert texts.table["text"].to_pylist() == ["Educación"]
    assert texts.notes == ("read as Windows-1252, as it is not UTF-8",)
    path.write_bytes("id,título\n1,Educación\n".encode("utf-16"))
    assert read_texts(path).table["text"].to_pylist() == ["Educación"]
    for other in (tmp_path, Path("/dev/zero")):
        with pytest.raises(UsageError, match="no such file"):
            read_texts(other)
    before = limits()
    use_limits(UnpackLimits(in_memory_bytes=20))
    try:
        with pytest.raises(LocalsdgError, match="larger than is allowed"):
            read_texts(path)
    finally:
        use_limits(before)


def test_a_site_loses_the_line_with_the_odd_quote_alone() -> None:
    text = 'Year,Value,Note\n2015,1,"a\n2016,2,b\n2017,3,"c"\n2018,4,"whole\nnote"\n2019,5,\n'
    file = read_csv(text.encode(), "x", "1-1-1")
    assert (file.rows_in, list(file.bad_rows), file.columns["Value"]) == (5, [1], ["2", "3", "4", "5"])
    text = text.replace('"c"', 'c"')
    file = read_csv(text.encode(), "x", "1-1-1")
    assert (file.rows_in, list(file.bad_rows), file.columns["Note"][:2]) == (5, [1], ["b", 'c"'])


def test_very_many_odd_quotes_end_the_file_and_not_the_day() -> None:
    file = read_csv(b"Year,Value\n" + b'a"b,"c\n' * 20_000, "x", "1-1-1")
    assert file.rule == "R01" and "quotes that do not close" in str(file.detail)


@pytest.mark.parametrize("name", ["actions", "site", "texts", "UN bulk file"])
def test_a_header_without_end_is_read_in_seconds(name: str, tmp_path: Path) -> None:
    (path := tmp_path / "x.csv").write_text(HEADS[name] + ",a" * 300_000 + "\n1,2,2015,4,5\n")
    began = time.process_time()
    with contextlib.suppress(LocalsdgError):
        READERS[name](path)
    assert time.process_time() - began < 8
    (path := tmp_path / "x.json").write_text(json.dumps([{f"k{place}": "" for place in range(6_000)}] * 2))
    with pytest.raises(LocalsdgError, match=r"at most 5,000 columns \| got 6,000"):
        read_records(path, ACTIONS)


def test_blank_cells_at_the_end_of_a_site_are_cells() -> None:
    file = read_csv(b"Year\tValue\tSex\n2019\t1\t\n2020\t2\t\t\n2021\t3\t\x00\x00", "x", "1-1-1")
    assert (file.rule, file.bad_rows, file.columns["Value"]) == (None, {}, ["1", "2", "3"])
