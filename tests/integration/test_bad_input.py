"""Bad input: one line that says what, where, expected, got and the next command.

Nothing is published and nothing is lost: the tree below `data/` is the same
before and after. Rows that cannot be used end in `audit.reject`.
"""

from __future__ import annotations

import gzip
import io
import json
import shlex
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from replay_bodies import bulk_csv, envelope
from replay_server import record

from localsdg.common.settings import Settings
from localsdg.sources.snapshot import MANIFEST

COLUMNS = [
    "Goal",
    "Target",
    "Indicator",
    "SeriesCode",
    "SeriesDescription",
    "GeoAreaCode",
    "GeoAreaName",
    "TimePeriod",
    "Value",
    "[Nature]",
    "[Units]",
    "[Sex]",
]
ROW = ["1", "1.1", "1.1.1", "SI_POV_DAY1", "Poverty", "724", "Spain", "2015", "1", "C", "PERCENT", ""]
PAGE = b"<!DOCTYPE html><html><body>Sign in to the proxy</body></html>"
NO_SHEET = [["Code", "Meaning"], ["C", "Country data"]]


def row(**changes: str) -> list[str]:
    """A good row with other cells by column name (without brackets)."""
    names = [name.strip("[]") for name in COLUMNS]
    return [changes.get(name, cell) for name, cell in zip(names, ROW, strict=True)]


def text(*rows: list[str], header: list[str] = COLUMNS) -> bytes:
    """Lines of cells as they are, without quoting."""
    return "".join(",".join(cells) + "\n" for cells in (header, *rows)).encode()


def without(name: str) -> bytes:
    """A CSV that lacks a column."""
    place = COLUMNS.index(name)
    return text(
        *([c for i, c in enumerate(cells) if i != place] for cells in [row()]), header=[c for c in COLUMNS if c != name]
    )


def packed(members: dict[str, bytes | str]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def encrypted() -> bytes:
    """A zip whose member says that it needs a password."""
    body = bytearray(packed({"data.csv": text(row())}))
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def workbook(rows: list[list[str]]) -> bytes:
    """A minimal xlsx with one sheet of text cells."""
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    lines = ("".join(map(cell.format, cells)) for cells in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default '
            'Extension="xml" ContentType="application/xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="data" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'
            + "".join(f"<row>{line}</row>" for line in lines)
            + "</sheetData></worksheet>",
        }
    )


PORTAL = [[name.strip("[]") for name in COLUMNS], row()]


@dataclass(frozen=True)
class Case:
    """A file that must be refused.

    `says` are words of the line, in their order, and `never` what it must not
    say.
    """

    body: bytes | None
    says: tuple[str, ...]
    name: str = "x_2024-02.csv"
    options: tuple[str, ...] = ()
    exit_code: int = 1
    never: str = "\n"


def layout(missing: str) -> tuple[str, ...]:
    return (f"column {missing} is missing", "expected the bulk layout", "got ")


CUT = ("cut off or damaged", "expected a whole", "got ")
EMPTY = ("the file is empty", "expected a header row", "got 0 ")
CASES = {
    "gz cut off": Case(gzip.compress(text(*[row()] * 99))[:-20], CUT, "x_2024-02.csv.gz"),
    "gz damaged": Case(b"\x1f\x8b\x08\x00no gzip at all", CUT, "x_2024-02.csv.gz"),
    "xlsx cut off": Case(workbook(PORTAL)[:-60], CUT, "x_2024-02.xlsx"),
    "xlsx cut in the middle": Case(workbook(PORTAL)[:600], CUT, "x_2024-02.xlsx"),
    "xlsx without an observation sheet": Case(
        workbook(NO_SHEET),
        ("no sheet holds observations", "expected a sheet with the column SeriesCode", "got data: Code, Meaning"),
        "x_2024-02.xlsx",
    ),
    "xlsx with a header alone": Case(
        workbook(PORTAL[:1]), ("no observations", "expected one row", "got a header alone"), "x_2024-02.xlsx"
    ),
    "xlsx without Value": Case(workbook([[c for c in PORTAL[0] if c != "Value"]]), layout("Value"), "x_2024-02.xlsx"),
    "without Value": Case(without("Value"), layout("Value")),
    "without SeriesCode": Case(without("SeriesCode"), layout("SeriesCode")),
    "a column twice": Case(
        text([*row(), "2"], header=[*COLUMNS, " Value "]),
        ("a column is there twice", "expected one Value", "got Value"),
    ),
    "web page": Case(PAGE, ("a web page", "expected CSV", "got <!DOCTYPE html>")),
    "web page, gzipped": Case(gzip.compress(PAGE), ("a web page",), "x_2024-02.csv.gz"),
    "web page as xlsx": Case(PAGE, ("a web page",), "x_2024-02.xlsx"),
    "answer of the service": Case(b'{"message": "error"}', layout("SeriesCode, GeoAreaCode, TimePeriod, Value")),
    "empty": Case(b"", EMPTY),
    "empty, gzipped": Case(gzip.compress(b""), EMPTY, "x_2024-02.csv.gz"),
    "null bytes alone": Case(b"\x00" * 4096, EMPTY),
    "header alone": Case(text(), ("no observations", "expected one row", "got a header alone")),
    "null bytes before data": Case(
        text(row(), row()).replace(b"2015", b"20\x0015", 1), ("null bytes in the middle", "at byte")
    ),
    "ends within a character": Case(text(row()) + b"\xf1", CUT[:1]),
    "another alphabet": Case(
        text(row(GeoAreaName="Испания")).decode().encode("cp1251"),
        ("the encoding of the file is not clear", "expected UTF-8", "got an alphabet", "in line 2"),
    ),
    "two encodings": Case(
        text(row(GeoAreaName="España")) + text(row(GeoAreaName="España")).decode().encode("latin-1"),
        ("the encoding of the file is not clear", "expected UTF-8", "got UTF-8 in some lines"),
    ),
    "a comma with two readings": Case(
        text(row(Value="24x644")).replace(b",", b";").replace(b"x", b","),
        (
            "the decimal mark is not clear",
            "expected numbers",
            "got 1 such as 24,644",
            "next: localsdg pull indicators ",
            "x_2024-02.csv --decimal comma",
        ),
    ),
    "a column without a name": Case(
        text([*row(), "", "note"], header=[*COLUMNS, "", ""]),
        ("a column has no name", "expected a name", "got none above column 14 of 14, with 'note' in row 1"),
    ),
    "long and wide": Case(
        text([*row(), "1"], header=[*COLUMNS, "2016"]),
        ("the file is long and wide at once", "expected TimePeriod", "got TimePeriod, Value, 2016"),
    ),
    "wide without a value": Case(
        text([*row()[:7], "", ""], header=[*COLUMNS[:7], "2015", "2016"]),
        ("no observations", "expected one row", "got a header alone"),
    ),
    "rows that are all rejected": Case(
        text([*row(), "10-Oct"], header=[*COLUMNS, "[Age]"]),
        ("no observations", "expected one row", "got 1 rows that are all rejected"),
    ),
    "an old Excel's workbook": Case(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 900,
        ("the workbook is in another format", "expected xlsx", "got an .xls", "next: save it as xlsx"),
        "x_2024-02.xls",
    ),
    "an OpenDocument sheet": Case(
        packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        ("the workbook is in another format", "got an OpenDocument", "next: save it as xlsx"),
        "x_2024-02.ods",
    ),
    "zip cut off": Case(packed({"a.csv": text(row())})[:-10], CUT, "x_2024-02.zip"),
    "zip without data": Case(
        packed({"readme.txt": b"hi"}),
        ("the archive holds no data file", "expected csv", "got readme.txt"),
        "x_2024-02.zip",
    ),
    "zip in a zip": Case(
        packed({"a.csv": packed({"b.csv": text(row())})}), ("an archive in an archive", "expected"), "x_2024-02.zip"
    ),
    "zip with nothing in it": Case(packed({}), ("the archive holds no data file",), "x_2024-02.zip"),
    "zip with a password": Case(encrypted(), ("password",), "x_2024-02.zip"),
    "release not in the name": Case(
        text(row()),
        ("the release is not in the file's name", "in x.csv", "expected a name with", "--release 2024-02"),
        "x.csv",
        exit_code=2,
    ),
    "bad release": Case(
        text(row()),
        ("that is no release name", "expected 2024.Q1.G.01", "got 2024-13"),
        "x.csv",
        ("--release", "2024-13"),
        2,
    ),
    "release that is a path": Case(
        text(row()), ("that is no release name", "got ../2024-02"), "x.csv", ("--release", "../2024-02"), 2
    ),
    "missing": Case(None, ("no such file", "expected a CSV"), exit_code=2),
    "directory": Case(None, ("in ", "expected a CSV"), "2024-02", exit_code=2, never="no such file"),
}


def cases() -> list:
    """The cases as parameters."""
    return [pytest.param(case, id=name) for name, case in CASES.items()]


def refused(result, exit_code: int) -> str:
    """The one line of a command that was refused."""
    assert (result.exit_code, result.stdout) == (exit_code, ""), repr(result.exception)
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), lines
    return lines[0]


def in_order(line: str, words: tuple[str, ...]) -> bool:
    """Whether the words are in the line, each behind the one before."""
    rest = line
    for word in words:
        _, found, rest = rest.partition(word)
        if not found:
            return False
    return True


@pytest.mark.parametrize("case", cases())
def test_a_bad_file_is_refused_whole(case: Case, cli, tmp_path, tree) -> None:
    path, home = tmp_path / case.name, tmp_path / "home"
    (home / "data" / "raw").mkdir(parents=True)
    (home / "data" / "warehouse").mkdir()
    if case.body is not None:
        path.write_bytes(case.body)
    elif not path.suffix:
        path.mkdir()
    before = tree(home)
    line = refused(cli(home, "pull", "indicators", path, *case.options), case.exit_code)
    assert in_order(line, case.says) and case.never not in line, line
    assert " | expected " in line and " | next: " in line, line
    assert tree(home) == before


def some_refused(result, n_taken: int, *bad: str) -> list[str]:
    """The lines on what was refused, of a call that took the other files."""
    assert result.exit_code == 1 and result.stderr.rstrip().endswith(" | next: localsdg build")
    *lines, last = result.stderr.splitlines()
    assert all(line.startswith("refused: ") and " | next: " in line for line in lines)
    assert last.startswith(f"error: {len(bad)} files were refused, the others were taken | got {', '.join(bad)}")
    assert result.stdout.count(" 1 rows in ") == n_taken
    return lines


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_bad_file_beside_good_ones_is_named_and_the_others_are_taken(place, cli, tmp_path, tree) -> None:
    good = [tmp_path / f"good_2024-0{n}.csv" for n in (1, 2)]
    for path in good:
        path.write_bytes(text(row()))
    (bad := tmp_path / "bad_2024-03.csv").write_bytes(PAGE)
    home = tmp_path / "home"
    home.mkdir()
    paths = [bad, *good] if place == "first" else [*good, bad]
    (line,) = some_refused(
        cli(home, "pull", "indicators", *paths, tmp_path / "gone_2024-04.csv"),
        2,
        *(["bad_2024-03.csv", "gone_2024-04.csv"]),
    )[:1]
    assert "a web page in bad_2024-03.csv" in line
    assert {path.split("/")[3] for path in map(str, tree(home)) if path.startswith("data/raw/unsd/")} == {
        "2024-01",
        "2024-02",
    }


def test_a_bad_file_in_an_archive_is_named_and_the_others_are_taken(cli, tmp_path) -> None:
    path = tmp_path / "2024-02.zip"
    path.write_bytes(packed({"a.csv": text(row()), "b.csv": PAGE, "c/a.csv": text(row(TimePeriod="2016"))}))
    result = cli(tmp_path, "pull", "indicators", path)
    assert result.exit_code == 1 and "a web page in b.csv" in result.stderr and "2 rows in" in result.stdout
    kept = sorted(path.name for path in (tmp_path / "data" / "raw" / "unsd" / "2024-02").glob("*.csv"))
    assert len(kept) == 2 and kept[1] == "a.csv" and kept[0].startswith("a-")


def test_files_that_are_all_bad_leave_nothing_behind(cli, tmp_path, tree) -> None:
    for name in ("a_2024-01.csv", "b_2024-02.csv"):
        (tmp_path / name).write_bytes(PAGE)
    home = tmp_path / "home"
    home.mkdir()
    result = cli(home, "pull", "indicators", tmp_path / "a_2024-01.csv", tmp_path / "b_2024-02.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert set(tree(home)) == {"data", "data/warehouse"}, "only the run log is written"
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["refused", "refused", "error"]


def test_a_changed_file_of_a_kept_name_leaves_what_is_kept(cli, tmp_path, tree) -> None:
    home, path = tmp_path / "home", tmp_path / "x y_2024-02.csv"
    path.write_bytes(text(row()))
    assert cli(home, "pull", "indicators", path).exit_code == 0
    raw = home / "data" / "raw"
    before = tree(raw)
    path.write_bytes(text(row(Value="2")))
    line = refused(cli(home, "pull", "indicators", path), 1)
    assert "immutable" in line and tree(raw) == before
    (other := tmp_path / "y_2024-01.csv").write_bytes(text(row()))
    some_refused(cli(home, "pull", "indicators", other, path), 1, "x y_2024-02.csv")
    assert before.items() <= tree(raw).items()
    assert cli(home, *advised(line)).exit_code == 0
    assert cli(home, "pull", "indicators", path).exit_code == 0


def advised(line: str) -> list[str]:
    """The arguments of the command that a line advises."""
    command = shlex.split(line.rpartition(" | next: ")[2])
    assert command[0] == "localsdg", line
    return command[1:]


ADVICE = {
    "release not in the name": ("my file.csv", text(row()), ()),
    "a comma with two readings": (
        "x_2024-02.csv",
        text(row(Value="24x644")).replace(b",", b";").replace(b"x", b","),
        (),
    ),
    "and a release of its own": (
        "x.csv",
        text(row(Value="24x644")).replace(b",", b";").replace(b"x", b","),
        ("--release", "2025.Q3.2"),
    ),
}


@pytest.mark.parametrize("name", ADVICE)
def test_the_command_that_an_error_advises_works(name: str, cli, tmp_path) -> None:
    file_name, body, options = ADVICE[name]
    (path := tmp_path / file_name).write_bytes(body)
    result = cli(tmp_path, "pull", "indicators", path, *options)
    line = refused(result, result.exit_code)
    assert result.exit_code in (1, 2)
    assert cli(tmp_path, *advised(line)).exit_code == 0


def test_the_archive_s_name_and_the_service_s_name_are_one_release(cli, tmp_path) -> None:
    path = tmp_path / "2025_Q3.2_AllData_Before_20251212.csv"
    path.write_bytes(text(row()))
    (other := tmp_path / "more.csv").write_bytes(text(row(TimePeriod="2016")))
    assert cli(tmp_path, "pull", "indicators", path).exit_code == 0
    assert cli(tmp_path, "pull", "indicators", other, "--release", "2025.Q3.2").exit_code == 0
    folder = tmp_path / "data" / "raw" / "unsd"
    assert [one.name for one in folder.iterdir()] == ["2025.Q3.G.02"]
    assert cli(tmp_path, "pull", "forget", "2025_Q3.2", "--file", "more.csv").exit_code == 0
    assert sorted(one.name for one in (folder / "2025.Q3.G.02").iterdir()) == [path.name, MANIFEST]


def test_an_archive_that_a_mac_made_is_taken(cli, tmp_path) -> None:
    path = tmp_path / "2024-02.zip"
    notes = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"
    path.write_bytes(packed({"data.csv": text(row()), "__MACOSX/._data.csv": notes}))
    result = cli(tmp_path, "pull", "indicators", path, "--json")
    assert result.exit_code == 0
    assert [(one["files"], one["rows"]) for one in json.loads(result.stdout)] == [(1, 1)]


def test_files_and_questions_to_the_service_are_not_mixed(cli, tmp_path) -> None:
    line = refused(cli(tmp_path, "pull", "indicators", "x.csv", "--series", "SI_POV_DAY1"), 2)
    assert in_order(line, ("files are taken whole", "expected FILES", "got both"))


# ------------------------------------------------------------------ found when it is built


def rejects(home: Path) -> list[tuple]:
    con = duckdb.connect(str(Settings(home=home).published), read_only=True)
    try:
        return con.execute("select release, rule_id, row_key, detail from audit.reject order by all").fetchall()
    finally:
        con.close()


def loads(home: Path) -> dict[str, tuple]:
    con = duckdb.connect(str(Settings(home=home).published), read_only=True)
    try:
        return {
            release: counts
            for release, *counts in con.execute(
                "select release, rows_in, rows_out, rows_rejected from audit.source_load "
                "where file_name like '2024%' order by 1"
            ).fetchall()
        }
    finally:
        con.close()


ODD = {
    "2024-01": text(row(), [*row(), "one too many"], row()[:5], row(TimePeriod="2016")),
    "2024-02": text(row(), row(Value=""), row(Value="   "), row(TimePeriod="2016", Value="NA")),
    "2024-03": text(
        row(),
        row(SeriesCode=" "),
        row(GeoAreaCode="ESP"),
        row(GeoAreaCode="-4"),
        row(TimePeriod="2015.5"),
        row(TimePeriod="2015-2017"),
        row(TimePeriod="1066"),
    ),
    "2024-04": b"\xef\xbb\xbf" + text(row(), row(TimePeriod="2016")).replace(b"\n", b"\r\n"),
    "2024-05": text(row(SeriesDescription='"two\nlines, ""quoted"""'), row(TimePeriod="2016"))[:-1],
    "2024-06": workbook([*PORTAL, row(TimePeriod="2016", Value="&lt;2.5")]),
}


@pytest.fixture(scope="module")
def odd(cli, add_lists, tmp_path_factory) -> Path:
    """A home with files of which some rows cannot be used, and with files that are only odd."""
    home = add_lists(tmp_path_factory.mktemp("odd"))
    paths = []
    for release, body in ODD.items():
        paths.append(home / f"{release}.{'xlsx' if body[:2] == b'PK' else 'csv'}")
        paths[-1].write_bytes(body)
    for command in (["pull", "indicators", *paths], ["build", "--no-bundled"]):
        result = cli(home, *command)
        assert result.exit_code == 0, result.stderr or repr(result.exception)
    return home


def test_ragged_lines_are_rejected_by_rule_5(odd) -> None:
    found = [one[1:3] for one in rejects(odd) if one[0] == "2024-01"]
    assert found == [("UNSD-R05", "line 3"), ("UNSD-R05", "line 4")]
    assert loads(odd)["2024-01"] == [4, 2, 2]


def test_rows_without_a_value_are_rejected_by_rule_4_and_codes_are_values(odd) -> None:
    found = [one[1:3] for one in rejects(odd) if one[0] == "2024-02"]
    assert found == [("UNSD-R04", "SI_POV_DAY1 724 2015.0 ")] * 2
    assert loads(odd)["2024-02"] == [4, 2, 2]


def test_rows_without_series_area_or_year_are_rejected_with_their_key(odd) -> None:
    found = [one[1:3] for one in rejects(odd) if one[0] == "2024-03"]
    assert found == [
        ("UNSD-R01", "? 724 2015.0 "),
        ("UNSD-R02", "SI_POV_DAY1 -4 2015.0 "),
        ("UNSD-R02", "SI_POV_DAY1 ESP 2015.0 "),
        ("UNSD-R03", "SI_POV_DAY1 724 1066.0 "),
        ("UNSD-R03", "SI_POV_DAY1 724 2015.5 "),
        ("UNSD-R03", "SI_POV_DAY1 724 ? "),
    ]
    assert loads(odd)["2024-03"] == [7, 1, 6]


@pytest.mark.parametrize("release", ["2024-04", "2024-05", "2024-06"])
def test_odd_files_lose_nothing(release, odd) -> None:
    assert loads(odd)[release] == [2, 2, 0]
    assert [one for one in rejects(odd) if one[0] == release] == []


#: Rows of a file that is taken in and cannot be built from: words of the line.
AT_BUILD: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "a quote that never closes": (
        text(row(), row(GeoAreaName='"Spain'), row(TimePeriod="2017")),
        ("2024-02.csv", "expected", "got"),
    ),
}


@pytest.mark.parametrize("name", AT_BUILD)
def test_what_cannot_be_built_says_so_and_publishes_nothing(name, cli, small_home, tree) -> None:
    body, words = AT_BUILD[name]
    (path := small_home / "2024-02.csv").write_bytes(body)
    pulled = cli(small_home, "pull", "indicators", path)
    raw = tree(small_home / "data" / "raw")
    result = pulled if pulled.exit_code else cli(small_home, "build", "--no-bundled")
    line = refused(result, 1)
    assert in_order(line, words) and " | next: " in line and "unaccounted" not in line, line
    assert tree(small_home / "data" / "raw") == raw
    assert not Settings(home=small_home).published.exists()


def stage_only(home: Path) -> list[dict]:
    """The ledger of a home's files, without checks and build."""
    from localsdg.pipeline import stages as pipeline

    run = pipeline.start_run(Settings(home=home), with_bundled=False)
    try:
        return [one for one in pipeline.stage(run) if one["file_name"].startswith("2024")]
    finally:
        pipeline.end_run(run)


AGES = [[*row(), age] for age in ("10-14", "14-Oct", "9-May", "10-Oct")]
TAKEN = {
    "semicolons and decimal commas": (
        text(row(Value="1x5"), row(TimePeriod="2016", Value="12")).replace(b",", b";").replace(b"x", b","),
        (2, 2, 0),
    ),
    "latin-1": (text(row(GeoAreaName="España")).decode().encode("latin-1"), (1, 1, 0)),
    "unicode text": (text(row(), row(TimePeriod="2016")).decode().replace(",", "\t").encode("utf-16"), (2, 2, 0)),
    "a column a year": (
        text(
            [*row()[:7], "1", "", "3"],
            [*row(GeoAreaCode="4")[:7], "", " ", "x"],
            ["short"],
            header=[*COLUMNS[:7], "2015", "2016", "2017"],
        ),
        (4, 3, 1),
    ),
    "columns without a name": (text([*row(), "", ""], row(TimePeriod="2016"), header=[*COLUMNS, "", ""]), (2, 2, 0)),
    "blank cells behind the last column": (text([*row(), "", ""], row(TimePeriod="2016")), (2, 2, 0)),
    "ages that became dates": (text(*AGES, header=[*COLUMNS, "[Age]"]), (4, 3, 1)),
    "ages that became dates, xlsx": (workbook([[*PORTAL[0], "Age"], *AGES]), (4, 3, 1)),
    "codes with zeros more and groups": (
        text(
            row(GeoAreaCode="004"),
            row(GeoAreaCode="8.0"),
            row(GeoAreaCode='"36,002"'),
            row(GeoAreaCode="3.6003E+04"),
            row(TimePeriod='"2,016"'),
        ),
        (5, 5, 0),
    ),
    "null bytes at the end": (text(row()) + b"\x00" * 9000, (1, 1, 0)),
    "control characters": (
        text(row(GeoAreaName="Sp\x0b\x1b\x7fain", SeriesDescription="a\ufffe\uffff\x85b")),
        (1, 1, 0),
    ),
    "a lone surrogate in UTF-16": (
        text(row()).decode().encode("utf-16-le").replace("Spain".encode("utf-16-le"), b"S\x00\x00\xd8n\x00"),
        (1, 1, 0),
    ),
    "year that is no number": (text(row(), row(TimePeriod="NaN")), (2, 1, 1)),
    "year without end": (text(row(), row(TimePeriod="inf")), (2, 1, 1)),
    "year of eleven digits": (text(row(), row(TimePeriod="99999999999")), (2, 1, 1)),
    "blank lines": (text(row(), [""], row(TimePeriod="2016"), [""]), (2, 2, 0)),
    "a quote within a bare cell": (text(row(), row(GeoAreaName='5" Spain'), row(TimePeriod="2017")), (3, 3, 0)),
    "a bare cell of nine million letters": (
        text(row(), row(SeriesDescription="p" * 9_000_000, TimePeriod="2016")),
        (2, 1, 1),
    ),
}


@pytest.mark.parametrize("name", TAKEN)
def test_the_ledger_balances_for(name, cli, tmp_path) -> None:
    body, expected = TAKEN[name]
    (path := tmp_path / f"2024-02.{'xlsx' if body[:2] == b'PK' else 'csv'}").write_bytes(body)
    assert cli(tmp_path, "pull", "indicators", path).exit_code == 0
    (load,) = stage_only(tmp_path)
    assert (load["rows_in"], load["rows_out"], load["rows_rejected"]) == expected


def test_a_file_without_a_usable_row_is_set_aside_and_the_rest_is_published(cli, small_home) -> None:
    for name, body in (("2024-02", text(row(Value=""))), ("2024-03", text(row()))):
        (small_home / f"{name}.csv").write_bytes(body)
        assert cli(small_home, "pull", "indicators", small_home / f"{name}.csv").exit_code == 0
    result = cli(small_home, "build", "--no-bundled")
    assert result.exit_code == 0, result.stderr
    assert "Set aside  file 2024-02.csv (unsd 2024-02): no row of the file can be used" in result.stdout
    assert cli(small_home, "build", "--no-bundled", "--strict").exit_code == 1


def test_a_page_with_an_unknown_dimension_is_taken(cli, tmp_path) -> None:
    folder = tmp_path / "data" / "raw" / "unsd" / "2024-02"
    write_page(folder, [record(dimensions={"Sex": "MALE", "Roof colour": "red"})])
    result = cli(tmp_path, "build", "--no-bundled", "--json")
    assert result.exit_code == 0, result.stderr
    assert "UNSD-COL-001" in {one["rule_id"] for one in json.loads(result.stdout)["warnings"]}
    con = duckdb.connect(str(Settings(home=tmp_path).published), read_only=True)
    assert con.execute("select sex, dimensions['roof_colour'] from core.observation").fetchall() == [("MALE", "red")]
    con.close()


def write_page(folder: Path, rows: list[dict]) -> None:
    """A snapshot of one page, as a pull keeps it."""
    from localsdg.sources.snapshot import SnapshotWriter

    with SnapshotWriter(folder.parents[1], "unsd", folder.name, origin="o", licence="l", attribution="a") as writer:
        body = json.dumps(envelope(rows, 25, 1, len(rows))).encode()
        writer.add("p1.json", "series_data", body, rows=len(rows))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


DAMAGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "changed": ("2024-02.csv", cut),
    "gone": ("2024-02.csv", Path.unlink),
    "cut": (MANIFEST, cut),
    "emptied": (MANIFEST, lambda path: path.write_bytes(b"")),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_snapshot_that_was_damaged_is_noticed(name, cli, tmp_path) -> None:
    (path := tmp_path / "2024-02.csv").write_bytes(bulk_csv([record()]))
    assert cli(tmp_path, "pull", "indicators", path).exit_code == 0
    file, damage = DAMAGE[name]
    damage(tmp_path / "data" / "raw" / "unsd" / "2024-02" / file)
    line = refused(cli(tmp_path, "build", "--no-bundled"), 1)
    assert in_order(line, (file if name != "cut" else MANIFEST, " | next: "))
    assert not Settings(home=tmp_path).published.exists()
