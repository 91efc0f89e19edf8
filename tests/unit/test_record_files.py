"""Files of records as people and programs write them: read, or refused in one line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import xlsxwriter
from record_helpers import workbook

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.sources.records.contract import ACTIONS, DECISIONS, REVIEWS
from localsdg.sources.records.files import read_records
from localsdg.sources.records.mapping import RecordMapping
from localsdg.sources.table.nested import parse_json
from localsdg.sources.unsd.workbook import read_sheet


def write(tmp_path: Path, body: str | bytes, name: str = "f.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    "body",
    [
        'Title,Local government,Year\nA,"B, C",2021\n\nD,E,\n',
        "\ufeffTitle;local_government;year\r\nA;B, C;2021\r\n\r\nD;E;\r\n",
        "title\tlocal_government\tyear\t\t\nA\tB, C\t2021\t\t\n\nD\tE\t\t\t",
    ],
)
def test_csv_as_programs_write_it(tmp_path: Path, body: str) -> None:
    records = read_records(write(tmp_path, body), ACTIONS)
    assert records.header == [] and records.unreadable == [] and records.n_rows == 2
    assert list(records.frame.index) == [2, 4]  # as a person counts: the blank row is a row
    assert list(records.frame.loc[2, ["title", "local_government", "year"]]) == ["A", "B, C", "2021"]
    assert list(records.frame.columns) == ACTIONS.column_names


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps({"title": "A", "local_government": "B", "sdgs": [1, 11], "year": 2021.0}),
        "",
        '{"title": "cut off',
        '["a list"]',
        '{"title": {"en": "x"}}',
        json.dumps({"title": '"Ü', "local_government": "B", "year": None}),
    ]
    records = read_records(write(tmp_path, "\n".join(lines), "f.jsonl"), ACTIONS)
    assert list(records.frame.index) == [1, 5, 6] and records.n_rows == 5
    assert list(records.frame.loc[1, ["sdgs", "year"]]) == ["1; 11", "2021"]
    assert records.left_out == ["title.en"]
    assert [(fault.row, fault.rule_id) for fault in records.unreadable] == [(3, "ACT-R09"), (4, "ACT-R09")]


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ([{"title": "A", "sdgs": [1.4]}, "text", {"title": "B", "parts": [{"a": 1}]}], []),
        (
            {"count": 2, "data": [{"title": "A", "sdgs": [1.4]}, "text", {"title": "B"}]},
            ["the records are the list data"],
        ),
    ],
)
def test_a_json_array_and_an_object_that_holds_one(tmp_path: Path, body: object, note: list[str]) -> None:
    records = read_records(write(tmp_path, json.dumps(body, indent=1), "f.json"), ACTIONS)
    assert records.frame["title"].to_dict() == {1: "A", 3: "B"} and records.frame.at[1, "sdgs"] == "1.4"
    assert [fault.row for fault in records.unreadable] == [2] and records.notes == note


def test_the_number_of_a_decision_may_be_another_target_too(tmp_path: Path) -> None:
    rows = [["action_id", "code", "decision"], ["a:1", 17.1, "accept"], ["a:2", 17, "accept"]]
    records = read_records(workbook(tmp_path / "a.xlsx", rows), DECISIONS)
    assert [(fault.row, fault.rule_id, fault.costs_row) for fault in records.traps] == [(2, "DEC-R17", True)]


def test_json_keeps_the_digits_of_its_numbers(tmp_path: Path) -> None:
    records = read_records(write(tmp_path, '[{"action_id": 2.10, "title": "A", "year": 2021.0}]', "f.json"), ACTIONS)
    assert list(records.frame.loc[1, ["action_id", "year"]]) == ["2.10", "2021"]


def test_an_object_with_two_lists_of_records_asks_which(tmp_path: Path) -> None:
    body = json.dumps({"a": [{"title": "A"}], "b": [{"title": "B"}]})
    path = write(tmp_path, body, "f.json")
    with pytest.raises(LocalsdgError, match="several lists of objects: a, b .* --example"):
        read_records(path, ACTIONS)
    records = read_records(path, ACTIONS, mapping=RecordMapping(dataset={"rows": "b"}))
    assert list(records.frame["title"]) == ["B"]


def test_a_gzipped_file_is_read_as_it_is(tmp_path: Path) -> None:
    records = read_records(write(tmp_path, gzip.compress(b"title\nA\n"), "f.csv.gz"), ACTIONS)
    assert list(records.frame["title"]) == ["A"]


def test_a_line_that_is_not_utf8_costs_no_file(tmp_path: Path) -> None:
    body = "title\nMálaga\nCórdoba\n".encode() + b"Shizuoka\xcaPrefecture\n"
    records = read_records(write(tmp_path, body), ACTIONS)
    assert list(records.frame["title"]) == ["Málaga", "Córdoba", "Shizuoka\ufffdPrefecture"]
    assert "1 of 4 lines are not UTF-8" in records.notes[0] and "line 4" in records.notes[0]


def test_a_file_in_another_encoding_is_read_and_says_so(tmp_path: Path) -> None:
    for contract in (ACTIONS, REVIEWS, DECISIONS):
        records = read_records(write(tmp_path, "title\nMálaga\n".encode("cp1252")), contract)
        assert records.notes == ["read as Windows-1252, as it is not UTF-8"]


def test_a_number_that_may_be_another_target_is_refused_with_the_remedy(tmp_path: Path) -> None:
    rows = [["title", "sdgs"], ["A", 8.1], ["B", 8.2], ["C", 16.1], ["D", "8.1"], ["E", 8]]
    records = read_records(workbook(tmp_path / "a.xlsx", rows), ACTIONS)
    assert [str(fault) for fault in records.traps] == [
        "row 2, sdgs: a number that may be 8.1 or 8.10: write SDG 8.1 or SDG 8.10, or make the cells text, got '8.1'",
        "row 4, sdgs: a number that may be 16.1 or 16.10: write SDG 16.1 or SDG 16.10, or make the cells text, "
        "got '16.1'",
    ]


def test_a_ragged_row_is_one_fault_and_the_others_are_read(tmp_path: Path) -> None:
    records = read_records(write(tmp_path, "title,local_government\nA,B\nC\nD,E,F\nG,H\n"), ACTIONS)
    assert list(records.frame["title"]) == ["A", "G"]
    assert [str(fault) for fault in records.unreadable] == [
        "row 3, (row): expected 2 cells, found 1, got 'C'",
        "row 4, (row): expected 2 cells, found 3, got 'D,E,F'",
    ]


def test_columns_that_are_missing_doubled_or_others(tmp_path: Path) -> None:
    records = read_records(write(tmp_path, "local_government,budget,year,year\nA,1,2021,2021\n"), ACTIONS)
    assert records.missing and [(fault.column, fault.what) for fault in records.header] == [
        ("title", "the column is missing"),
        ("year", "the column is there twice"),
    ]
    assert records.left_out == ["budget", "year"]
    assert not read_records(write(tmp_path, "description\nA\n"), ACTIONS).missing
    reviews = read_records(write(tmp_path, "local_government,kind,source,budget\nA,VLR,B,1\n"), REVIEWS)
    assert [fault.what.split(",")[0] for fault in reviews.header] == ["unknown column"]


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        (b"", "f.csv", "holds no records"),
        (b"\n\n", "f.csv", "holds no records"),
        (b"title,local_government\n", "f.csv", "a header alone"),
        (b"title\n\xd0\xd1\xd2\xd3\n", "f.csv", "encoding of the file is not clear"),
        (b"<!doctype html><html>", "f.csv", "web page"),
        (b'title,local_government\n"A,B\nC,D\n', "f.csv", "quote"),
        (b'title,local_government\n"A" x,B\n', "f.csv", "cannot be split into rows"),
        (b'[{"title": "A"}, {"ti', "f.json", "JSON cannot be read"),
        (b"PK\x03\x04 cut off", "f.xlsx", "cut off or damaged"),
        (b"\n \n", "f.jsonl", "holds no records"),
    ],
)
def test_what_holds_no_records_is_refused_in_one_line(tmp_path: Path, body, name, message) -> None:
    with pytest.raises(LocalsdgError, match=message) as caught:
        read_records(write(tmp_path, body, name), ACTIONS)
    assert "\n" not in str(caught.value) and name in str(caught.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_records(tmp_path / "none.csv", ACTIONS)


def sheets(path: Path, **rows: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, lines in rows.items():
        sheet = book.add_worksheet(name)
        for at, cells in enumerate(lines):
            sheet.write_row(at, 0, cells)
    book.close()
    return path


def test_no_sheet_of_a_workbook_is_left_out_in_silence(tmp_path: Path) -> None:
    rows: list[list[object]] = [["title", "year"], *(["Solar roofs", 2015] for _ in range(10))]
    with pytest.raises(LocalsdgError, match=r"several sheets .*a \(10 rows\), b \(10 rows\).*save each as a file"):
        read_records(sheets(tmp_path / "a.xlsx", a=rows, b=rows), ACTIONS)
    records = read_records(sheets(tmp_path / "b.xlsx", empty=[], about=[["a title"]], a=rows, head=rows[:1]), ACTIONS)
    assert records.n_rows == 10
    assert records.notes[0] == "the records are the sheet a; other sheets are left out: about (1 row), head (1 row)"
    observations: list[list[object]] = [["SeriesCode", "GeoAreaCode", "TimePeriod", "Value"], ["A", 4, 2015, "1"]]
    with pytest.raises(LocalsdgError, match=r"several sheets hold observations .*Goal1, Goal2.*save each"):
        read_sheet(sheets(tmp_path / "u.xlsx", Goal1=observations, Goal2=observations))
    codes: list[list[object]] = [["SeriesCode", "Description"], ["A", "Poverty"]]
    assert read_sheet(sheets(tmp_path / "v.xlsx", codes=codes, Goal2=observations)).n_records == 1


def test_cells_beyond_the_header_of_a_sheet_are_no_silent_loss(tmp_path: Path) -> None:
    rows: list[list[object]] = [["title", "year", ""], ["Solar roofs", 2015, ""], ["Water", 2016, "", "for all"]]
    records = read_records(sheets(tmp_path / "a.xlsx", a=rows), ACTIONS)
    assert (len(records.frame), records.n_rows) == (1, 2)
    assert [(fault.row, fault.rule_id, fault.what) for fault in records.unreadable] == [
        (3, "ACT-R09", "expected 2 cells, found 4")
    ]


def test_a_key_that_a_record_has_twice_loses_no_value_in_silence(tmp_path: Path) -> None:
    twice = '{"title":"X","title":"Y"}'
    for body, name in (
        (f'[{{"title":"A"}},{twice}]', "f.json"),
        (f'{{"title":"A"}}\n{twice}', "f.jsonl"),
        (f'{{"rows":[{{"title":"A"}},{{"title":"Z","place":[{twice}]}}]}}', "f.json"),
    ):
        records = read_records(write(tmp_path, body, name), ACTIONS)
        assert (list(records.frame["title"]), records.n_rows) == (["A"], 2)
        assert [(one.row, one.what, one.rule_id) for one in records.unreadable] == [
            (2, "expected each key once, title occurs twice", "ACT-R09")
        ]
    with pytest.raises(LocalsdgError, match="the key rows twice"):
        read_records(write(tmp_path, '{"rows":[{"title":"A"}],"rows":[{"title":"B"}]}', "f.json"), ACTIONS)
    with pytest.raises(ValueError, match="the key v occurs twice"):
        parse_json(b'[{"v":1,"v":2}]')
