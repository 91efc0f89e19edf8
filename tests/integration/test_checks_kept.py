"""Results of checks that are kept: used for the same rows alone, and without Great Expectations."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from check_helpers import SETTINGS, check, fill
from test_checks_unsd import GOOD

from localsdg.checks import runner
from localsdg.checks.kept_results import KeptResults
from localsdg.checks.rule_inputs import RuleInputs, rule_inputs
from localsdg.checks.suites import load_suites
from localsdg.common.settings import Settings

A = frozenset({"staging.a"})


@pytest.fixture
def connection():
    with duckdb.connect() as con:
        yield con


@pytest.mark.parametrize(
    ("select", "inputs"),
    [
        ("from staging.a where f in (select f from staging.b)", RuleInputs(A | {"staging.b"}, frozenset())),
        ("with t as (from staging.a) select max(f) from t", RuleInputs(A, frozenset())),
        ("from staging.a, range(3)", RuleInputs(A, frozenset())),
        ("from staging.a, other.a", RuleInputs(A | {"other.a"}, frozenset())),
        ("from staging.a where f > year(current_date)", RuleInputs(A, frozenset({"year(current_date)"}))),
        ("from staging.a where f > today() or g = year(CURRENT_DATE)", RuleInputs(A, frozenset({"current_date"}))),
    ],
)
def test_a_rule_depends_on_the_tables_it_reads_and_on_the_day(connection, select, inputs):
    assert rule_inputs(connection, [select])[select] == inputs


@pytest.mark.parametrize(
    "select",
    [
        "from staging.a where random() > 0.5",
        "from staging.a, read_csv('b.csv')",
        "from 'a.csv'",
        "from a",
        "from main.a",
        "from information_schema.tables",
        "from b.staging.a",
        "from staging.a where f > current_timestamp",
        "from staging.a where f > now()",
        "from staging.a where f = getvariable('b')",
        "from staging.a where f = $1",
        "from staging.a where mine(f)",
        "from staging.a where length(f) > 1",  # a macro of that name takes its place
        "from (show tables), staging.a",
        "from staging.a; from staging.b",
    ],
)
def test_a_rule_that_reads_something_unknown_has_no_inputs(connection, select):
    connection.execute("create table b (g integer)")
    connection.execute("create macro mine(f) as f > (select max(g) from b)")
    connection.execute("create macro length(f) as f")
    assert rule_inputs(connection, [select])[select] is None


def test_every_rule_of_the_repository_has_inputs_that_are_known(connection):
    rules = {rule.select: rule.rule_id for suite in load_suites(SETTINGS.expectations) for rule in suite.rules}
    inputs = rule_inputs(connection, list(rules))
    assert [rules[select] for select, found in inputs.items() if found is None] == []


# ---- what is run again


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings of a home with three rules: on the values of a table, on another table, and on the year."""
    rules = {
        "goal/T-001": "select goal_code from staging.goal where goal_code = '99'",
        "target/T-002": "select goal_code from staging.target anti join staging.goal using (goal_code)",
        "area/T-003": "select area_code from staging.area where year(current_date) < 2000",
    }
    for place, select in rules.items():
        path = tmp_path / "expectations" / f"{place}.sql"
        path.parent.mkdir(parents=True)
        path.write_text(f"-- rule: {path.stem}\n-- severity: critical\n-- why: Because.\n{select}\n")
    return replace(SETTINGS, home=tmp_path, resources=tmp_path, fresh=False)


@pytest.fixture
def ran(monkeypatch) -> list[str]:
    """Names of the suites that Great Expectations was asked to run."""
    names: list[str] = []
    run_suite = runner._run_suite

    def noted(*args):
        names.append(args[-1].name)
        return run_suite(*args)

    monkeypatch.setattr(runner, "_run_suite", noted)
    return names


def test_a_suite_runs_again_where_a_table_that_it_reads_or_a_rule_has_changed(connection, home, ran):
    for table in ("goal", "target", "area"):
        fill(connection, "staging", table, GOOD[table])
    first = check(connection, home)
    assert sorted(ran) == ["area", "goal", "target"]

    def ran_again() -> list[str]:
        ran.clear()
        check(connection, home)
        return sorted(ran)

    assert ran_again() == [] and check(connection, home) == first
    connection.execute("update staging.area set area_name = area_name || ' (new)'")
    assert ran_again() == ["area"]
    connection.execute("insert into staging.goal by name select '99' as goal_code")
    assert ran_again() == ["goal", "target"], "the rule of targets reads the goals"
    path = home.expectations / "goal" / "T-001.sql"
    path.write_text(path.read_text().replace("critical", "warning"))
    assert ran_again() == ["goal"]
    kept, fresh = check(connection, home), check(connection, replace(home, fresh=True))
    assert kept == fresh and [one.severity for one in kept if one.rule_id == "T-001"] == ["warning"]


def test_a_row_that_is_there_twice_is_another_table(connection, home):
    fill(connection, "staging", "goal", GOOD["goal"])
    suites = load_suites(home.expectations)
    (suite,) = [one for one in suites if one.name == "goal"]
    keys = []
    for change in ("", "insert into staging.goal from staging.goal", "insert into staging.goal from staging.goal"):
        connection.execute(change)
        keys.append(KeptResults(connection, home, "staging", suites)._key(suite))
    assert len(set(keys)) == 3 and None not in keys


def test_a_suite_that_errs_or_a_damaged_result_is_run_again(connection, home, ran):
    fill(connection, "staging", "goal", GOOD["goal"])
    path = home.expectations / "goal" / "T-001.sql"
    whole = path.read_text()
    path.write_text(whole.replace("'99'", "1 / no_such_column"))
    assert [{one.outcome for one in check(connection, home)} for _ in range(2)] == [{"errored", "passed"}] * 2
    assert ran == ["goal", "goal"]
    path.write_text(whole)
    first = check(connection, home)
    for kept in home.parts_folder.glob("*/value.json"):
        kept.write_text(kept.read_text().replace("passed", "failed"))
    ran.clear()
    assert check(connection, home) == first and ran == ["goal"]


def test_a_folder_that_cannot_be_written_stops_no_check(connection, home, tmp_path):
    fill(connection, "staging", "goal", GOOD["goal"])
    (tmp_path / "file").write_text("no folder")
    results = check(connection, replace(home, parts=str(tmp_path / "file" / "parts")))
    assert {one.outcome for one in results} == {"passed"}


def stderr_of(code: str, **env: str) -> str:
    """The last word that Python code writes to standard error, in a process of its own."""
    folders = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    given = {**os.environ, "PYTHONPATH": folders, **env}
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stderr.split()[-1]


GX_IN_SIGHT = "\nimport sys; print('great_expectations' in sys.modules, file=sys.stderr)"


def test_great_expectations_is_not_imported_for_rows_that_were_checked_before(connection, home):
    fill(connection, "staging", "goal", GOOD["goal"])
    check(connection, home)
    code = (
        "import duckdb\nfrom dataclasses import replace\nfrom pathlib import Path\n"
        "from check_helpers import SETTINGS, check, fill\nfrom test_checks_unsd import GOOD\n"
        "con = duckdb.connect()\n"
        "fill(con, 'staging', 'goal', GOOD['goal'] + {more!r})\n"
        f"home = Path({str(home.home)!r})\n"
        "assert check(con, replace(SETTINGS, home=home, resources=home, fresh=False))"
    )
    assert stderr_of(code.replace("{more!r}", "''") + GX_IN_SIGHT) == "False"
    assert stderr_of(code.replace("{more!r}", "' limit 1'") + GX_IN_SIGHT) == "True"


@pytest.mark.long
def test_a_build_of_the_same_data_does_without_great_expectations(small_home):
    def build() -> str:
        code = "from localsdg.cli.app import main\nmain(['build', '--no-bundled', '--force'], standalone_mode=False)"
        return stderr_of(code + GX_IN_SIGHT, LOCALSDG_HOME=str(small_home))

    def results() -> list[tuple]:
        with duckdb.connect(str(Settings(home=small_home).published), read_only=True) as con:
            return con.execute("select * exclude (run_id) from audit.validation_result order by all").fetchall()

    assert build() == "True"
    first = results()
    assert first and build() == "False" and results() == first
