"""The numbers of a figure as a file: what it says beside them, and that programs read it back."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas
import pytest
from figure_helpers import settings, value

from localsdg.figures.chart import picture
from localsdg.figures.chart.csv_file import SIDECAR, csv_text, metadata, sidecar_text
from localsdg.figures.data.figure import Figure, PrintedPoint
from localsdg.figures.data.load import load_figures


@pytest.fixture
def line(tmp_path) -> Figure:
    rows = [value(1990, 36.5), value(1991, 35), value(1996, 2.5, censoring="<")]
    found = load_figures(settings(tmp_path, rows), "C01")
    made = next(one for one in found.figures if one.figure_id == "c01-extreme-poverty")
    return replace(made, caveat='Mind "it",=1+1; never\nadd #2, "or" so')


def rows_of(text: str) -> list[str]:
    return [one for one in text.splitlines() if not one.startswith("#")]


def test_lines_before_the_header_say_what_the_numbers_are(line) -> None:
    head = [one for one in csv_text(line, "comment").splitlines() if one.startswith("#")]
    for part in (
        "# figure: c01-extreme-poverty",
        "# warehouse: 2026.11.23.1",
        f"# title: {line.title}",
        "# area: World",
        f"# unit: {line.unit}",
        "# source: UN SDG Global Database (United Nations Statistics Division); series SI_POV_DAY1; "
        "release 2020-10-19; retrieved 23 November 2026",
        "# release: 2020-10-19",
        "# as of: UN data as of October 2020, newest value 1996",
    ):
        assert part in head
    assert sum(one.startswith("# note: ") for one in head) == len(line.notes) > 0
    assert rows_of(csv_text(line, "comment")) == csv_text(line, "none").splitlines()


def test_a_spreadsheet_runs_nothing_of_a_line_before_the_header(line) -> None:
    (caveat,) = (one for one in csv_text(line, "comment").splitlines() if one.startswith("# caveat"))
    assert caveat == '# caveat: Mind "it", =1+1; never add #2, "or" so'
    assert not re.search(r'[,;][=+\-@"]', caveat)


def test_duckdb_and_pandas_read_the_rows_back(line, tmp_path) -> None:
    hash_in_cell = replace(line, rows=tuple(row | {"definition": "line #1, a"} for row in line.rows))
    hash_in_cell = replace(hash_in_cell, columns=(*line.columns, "definition"))
    (path := tmp_path / "x.csv").write_text(csv_text(hash_in_cell, "comment"), encoding="utf-8")
    columns = ("year", "value", "censoring", "definition")
    expected = [tuple(row[c] for c in columns) for row in hash_in_cell.rows]
    read = f"read_csv('{path}', comment = '#', quote = '\"')"
    assert duckdb.sql(f"select {', '.join(columns)} from {read}").fetchall() == expected
    frame = pandas.read_csv(path, comment="#")[list(columns)].astype(object)
    frame = frame.where(frame.notna(), None)
    assert [tuple(row) for row in frame.itertuples(index=False)] == expected


def test_the_file_beside_describes_every_column(line, tmp_path) -> None:
    paths = picture.draw(line, tmp_path, ("csv",), csv_meta="sidecar")
    assert [path.name for path in paths] == ["c01-extreme-poverty.csv", f"c01-extreme-poverty.csv{SIDECAR}"]
    body = json.loads(paths[1].read_text(encoding="utf-8"))
    header = paths[0].read_text(encoding="utf-8").splitlines()[0].split(",")
    assert body["@context"][0] == "http://www.w3.org/ns/csvw" and body["url"] == paths[0].name
    assert [one["name"] for one in body["tableSchema"]["columns"]] == header
    assert {"integer", "number", "string"} >= {one["datatype"] for one in body["tableSchema"]["columns"]}
    assert body["dc:title"] == line.title and body["notes"][0]["caveat"].startswith("Mind")
    # a file that says nothing of itself has no description of another run beside it
    assert [path.name for path in picture.draw(line, tmp_path, ("csv",), csv_meta="none")] == [paths[0].name]
    assert not paths[1].exists()


def test_what_has_no_data_now_leaves_no_description(line, tmp_path) -> None:
    picture.draw(line, tmp_path, ("csv",), csv_meta="sidecar")
    picture.forget(line.figure_id, "en", tmp_path)
    assert list(tmp_path.glob("c01-*")) == []


def test_figures_of_reports_are_described_too(line) -> None:
    point = PrintedPoint("2025", "", 2025, 9.9, "9.9%", "SDG Report 2025", "a line", "SI_POV_DAY1", "", "Report", "")
    printed = replace(line, printed=(point,))
    last = csv_text(printed, "comment").splitlines()[-1]
    assert last.endswith("Report,a line")
    names = [one["name"] for one in json.loads(sidecar_text(printed, "x.csv"))["tableSchema"]["columns"]]
    assert names[-2:] == ["printed_in", "printed_definition"]


def test_nothing_said_is_empty_or_in_two_lines(line) -> None:
    said = metadata(replace(line, coverage="", caveat="a\n b", notes=("",)))
    assert ("caveat", "a b") in said and all(text and "\n" not in text for _, text in said)
    assert "coverage" not in dict(said) and "note" not in dict(said)


def test_the_command_takes_where_the_source_is(tmp_path, cli) -> None:
    settings(tmp_path, [value(1990, 36), value(2015, 10)])
    for meta, n_files in (("comment", 1), ("sidecar", 2), ("none", 1)):
        out = tmp_path / meta
        done = cli(
            tmp_path, "figures", "c01-extreme-poverty", "--format", "csv", "--csv-meta", meta, "--output", Path(out)
        )
        assert done.exit_code == 0 and len(list(out.glob("c01-extreme-poverty.csv*"))) == n_files
        text = (out / "c01-extreme-poverty.csv").read_text(encoding="utf-8")
        assert text.startswith("# figure: " if meta == "comment" else "label,")
    assert io.StringIO(text).readline().startswith("label,year,value")
