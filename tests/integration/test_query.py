"""Queries to the published warehouse: where the SQL comes from, and where the result goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from localsdg.common.errors import LocalsdgError
from localsdg.sources.snapshot import sha256_of

COMMENTED = "-- a question;\n/* ; */ select ';' as a -- the end;\n;  -- and a word after it\n"


@pytest.fixture
def ask(built):
    """`ask("select 1", stdin="…")` in the built home."""
    from localsdg.cli.app import main

    def call(*args: object, stdin: str | bytes = ""):
        return CliRunner().invoke(
            main, ["query", *map(str, args)], input=stdin, env={"LOCALSDG_HOME": str(built.home), "COLUMNS": "200"}
        )

    return call


def test_sql_may_begin_with_a_comment_wherever_it_comes_from(ask, tmp_path: Path) -> None:
    file = tmp_path / "q.sql"
    file.write_bytes(b"\xef\xbb\xbf" + COMMENTED.encode())
    (tmp_path / "q16.sql").write_bytes(COMMENTED.encode("utf-16"))
    for result in (
        ask(COMMENTED, "--json"),
        ask("--json", "--", COMMENTED),
        ask("--file", file, "--json"),
        ask("--file", tmp_path / "q16.sql", "--json"),
        ask("-", "--json", stdin=COMMENTED),
        ask("--json", stdin=COMMENTED),
        ask("--file", "-", "--json", stdin=COMMENTED),
    ):
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout) == [{"a": ";"}]


def test_a_pivot_is_one_statement(ask) -> None:
    """DuckDB makes two of it: it looks up the values first."""
    result = ask("pivot (from (values ('a', 1), ('b', 2)) as t(k, v)) on k using sum(v); -- end", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == [{"a": 1, "b": 2}]


@pytest.mark.parametrize(
    ("args", "stdin", "words"),
    [
        (["-- one;\nselect 1; select 2"], "", ["2 statements", "line 2, column 8", "select 2"]),
        (["pivot (select 1 as a) on a; select 2"], "", ["2 statements", "select 2"]),
        (["-- nothing"], "", ["empty"]),
        ([], "  ", ["got nothing", "--example list"]),
        (["--file", "none.sql"], "", ["none.sql", "cannot be read"]),
        (["-"], b"\xff\x00a", ["not UTF-8"]),
        (["select 1", "--file", "a.sql"], "", ["2 of them"]),
        (["select 1", "--json", "--format", "csv"], "", ["contradict"]),
        (["select 1", "--limit", "5", "--format", "csv"], "", ["--limit"]),
        (["select 1", "--limit", "-1"], "", ["-1"]),
        (["select 1", "--format", "csv", "--format", "json"], "", ["--format may be given once"]),
        (["select 1", "--output", "a.txt"], "", [".csv, .json, .parquet, .xlsx", ".txt"]),
        (["select 1", "--output", "a"], "", [".parquet", "no ending"]),
        (["select 1", "--output", "a.csv", "--format", "json"], "", ["contradict", "--format csv"]),
        (["select 1", "--output", "a.csv", "--format", "table"], "", ["contradict"]),
    ],
)
def test_what_is_refused_and_why(args, stdin, words, ask, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = ask(*args, stdin=stdin)
    assert result.exit_code == 2 and [word for word in words if word not in result.stderr] == []
    assert os.listdir(tmp_path) == []


def test_a_name_that_is_not_there_leads_to_those_that_are(ask) -> None:
    """DuckDB takes `nosuch` for a table of its own catalogue, which is no help to anybody."""
    for sql, step in (
        ("select * from nosuch", "show tables"),
        ("select area_name from observation", "describe observation"),
        ("with a as (select foo from core.area) select * from a", "describe core.area"),
        ("select o.foo from observation as o", "describe observation"),
    ):
        failed = ask(sql)
        assert failed.exit_code == 2 and failed.stderr.strip().endswith(f'next: localsdg query "{step}"'), sql
        assert "pg_" not in failed.stderr and ask(step).exit_code == 0
    assert 'Did you mean "observation"?' in ask("select * from observaton").stderr
    assert "next:" not in ask("selec 1").stderr


def test_no_output_replaces_the_published_file(ask, built, cli, tmp_path: Path, monkeypatch) -> None:
    """Nor any other command's: by its name, relative, through a link, or under a name that ends well."""
    monkeypatch.chdir(built.home)
    before = sha256_of(built.published)
    (tmp_path / "soft.csv").symlink_to(built.published)
    os.link(built.published, tmp_path / "hard.csv")
    soft_model = tmp_path / "soft.parquet"
    soft_model.symlink_to(built.published)
    for name in (
        "data/warehouse/localsdg.duckdb",
        tmp_path / "soft.csv",
        tmp_path / "hard.csv",
        "data/warehouse/releases",
        "data/raw/a.csv",
    ):
        result = ask("select 1", "--output", name)
        assert result.exit_code == 2, name
        assert cli(built.home, "link", "SDG 13", "--output", name).exit_code == 2, name
        assert cli(built.home, "link", "review", "--output", name).exit_code == 2, name
    own = tmp_path / "own.csv"
    own.write_text("text,codes\na,1\n")
    for args in (
        ["train", own, "--output", soft_model],
        ["train", own, "--card", soft_model],
        ["train", own, "--output", own],
        ["eval", own, "--output", soft_model],
    ):
        assert cli(built.home, "link", *args).exit_code == 2, args
    for folder in ("data/raw/figures", "data/warehouse/localsdg.duckdb", "data/warehouse/releases/x"):
        result = cli(built.home, "figures", "--claim", "C02", "--format", "csv", "--output", folder)
        assert result.exit_code == 2, folder
    assert sha256_of(built.published) == before and own.read_text() == "text,codes\na,1\n"


def test_a_workbook_says_how_to_cite_it(ask, tmp_path: Path) -> None:
    result = ask("select * from core.goal", "--output", tmp_path / "goals.xlsx")
    assert result.exit_code == 0 and "17 rows in" in result.stdout
    book = CalamineWorkbook.from_path(str(tmp_path / "goals.xlsx"))
    data, about = (book.get_sheet_by_name(name).to_python() for name in ("data", "about"))
    assert data[0][0] == "goal_code" and len(data) == 18
    said = {row[0]: row[1] for row in about}
    assert said["SQL"] == "select * from core.goal" and "unsd 2020-10-19" in said["Releases"]
    assert said["Warehouse version"] and "United Nations Statistics Division" in str(about)


def test_a_place_is_any_name(cli, built, tmp_path: Path) -> None:
    def figures(*args: object):
        return cli(built.home, "figures", "--claim", "C02", "--format", "csv", "--output", tmp_path, *args)

    both = figures("--area", "Bolivia,DR Congo", "--separate", "--json")
    assert both.exit_code == 0
    areas = {one["figure_id"].rsplit("-", 1)[-1] for one in json.loads(both.stdout)["figures"]}
    assert areas == {"068", "180"}
    for area, words in (
        ("Micronesia", "583 Micronesia (Federated States of) or 057 Micronesia"),
        ("England", "part of United Kingdom"),
        ("Bolvia", "068 Bolivia"),
        ("Taiwan", "no area TWN"),
    ):
        result = figures("--area", area)
        assert result.exit_code == 2 and words in result.stderr, area
    same = cli(built.home, "explain", "c02-social-protection-068", "--area", "Bolivia")
    assert same.exit_code == 0, same.stderr
    other = cli(built.home, "explain", "c02-social-protection-068", "--area", "Spain")
    assert other.exit_code == 2 and "two areas" in other.stderr


def test_a_pull_takes_names_of_places(cli, tmp_path: Path, monkeypatch) -> None:
    from localsdg.pipeline import pull

    asked = []

    def stop(settings, request, **given):
        asked.append(request.areas)
        raise LocalsdgError("the test ends here")

    monkeypatch.setattr(pull, "pull_live", stop)
    ended = cli(tmp_path, "pull", "indicators", "--area", "South Korea,ESP", "--area", "4")
    assert ended.exit_code == 1 and "the test ends here" in ended.stderr
    assert asked == [("410", "724", "004")]
    wrong = cli(tmp_path, "pull", "indicators", "--area", "Congo")
    assert wrong.exit_code == 2 and "178 Congo or 180" in wrong.stderr


def test_a_statement_is_stopped_when_its_time_is_over_and_cut_at_its_rows(built) -> None:
    from localsdg.common.errors import UsageError
    from localsdg.warehouse.query import run_query

    with pytest.raises(UsageError, match="took too long and was stopped.*within 0.3 seconds"):
        run_query(built, "select count(*) from range(1000000000000)", seconds=0.3)
    assert run_query(built, "select * from core.area order by area_code", most_rows=3).num_rows == 3
    assert run_query(built, "show tables", seconds=30, most_rows=2).num_rows == 2


def test_a_command_stops_a_statement_and_replaces_a_file_only_when_asked_to(ask, tmp_path: Path) -> None:
    slow = "select count(*) from range(1000000000) a, range(1000) b where hash(a.range + b.range) = 5"
    for way in (("--timeout", "1"), ("--timeout", "1", "--format", "csv")):
        stopped = ask(slow, *way)
        assert stopped.exit_code == 2 and "took too long and was stopped" in stopped.stderr
        assert "expected an answer within 1 seconds" in stopped.stderr and "Traceback" not in stopped.stderr
    output = tmp_path / "one.csv"
    assert ask("select 1 as a", "--output", output).exit_code == 0
    again = ask("select 2 as a", "--output", output)
    assert again.exit_code == 2 and "--force to replace it" in again.stderr and output.read_text() == "a\n1\n"
    assert ask("select 2 as a", "--output", output, "--force").exit_code == 0 and output.read_text() == "a\n2\n"


@pytest.mark.long
def test_a_statement_inside_one_function_ends_with_its_process(built) -> None:
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "localsdg", "query", "--timeout", "1", "select length(repeat('x', 3000000000))"],
        env={**os.environ, "LOCALSDG_HOME": str(built.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2 and "Traceback" not in ended.stderr and time.monotonic() - began < 40
