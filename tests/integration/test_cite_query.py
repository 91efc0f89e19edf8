"""Citing a query: the same each time, with the sources of its rows alone, and a reader can check it."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest
from small_warehouse import copy_home, keep_versions, remove_version

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.common.sql_text import one_line
from localsdg.warehouse.query import open_published, query_table, run_query
from localsdg.warehouse.query_citation import check_citation, cite_query
from localsdg.warehouse.result_hash import result_sha256

pytestmark = pytest.mark.slow

POVERTY = """-- World
select year, value   from main.observation
where series_code = 'SI_POV_DAY1' and area_code = '001' /* the World */ order by year;"""


OLDER, NEWEST = "2026.11.27.1", "2026.11.27.2"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with two kept versions that hold the same data."""
    home = tmp_path_factory.mktemp("kept") / "home"
    keep_versions(Settings(home=home), OLDER, NEWEST)
    return home


@pytest.fixture
def small(home, tmp_path) -> Settings:
    """A copy of it."""
    return copy_home(home, tmp_path / "home")


def test_a_query_is_cited_with_version_hashes_and_the_release_of_its_rows(built) -> None:
    query, warehouse, *datasets, software = cite_query(built, POVERTY)
    (release,) = run_query(built, "select version, content_hash from meta.release").to_pylist()
    assert (query.version, query.content_hash) == (release["version"], release["content_hash"])
    assert (warehouse.source, software.source) == ("warehouse", "software")
    newest = run_query(built, "select distinct release from observation where series_code = 'SI_POV_DAY1'").to_pylist()
    assert [one.version for one in datasets] == [row["release"] for row in newest]
    facts = query.custom["localsdg"]
    sql = (
        "select year, value from main.observation where series_code = 'SI_POV_DAY1' and area_code = '001' order by year"
    )
    assert facts["sql"] == sql and facts["sql_sha256"] == hashlib.sha256(sql.encode()).hexdigest()
    rows = run_query(built, sql).to_pylist()
    lines = sorted(f"[{row['year']},{row['value']:.12g}]\n".encode() for row in rows)
    assert facts["result_sha256"] == hashlib.sha256(b'["year","value"]\n' + b"".join(lines)).hexdigest()
    assert facts["rows"] == len(rows) > 20
    assert cite_query(built, POVERTY) == [query, warehouse, *datasets, software]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("local_targets_on_course", {"opensdg-barcelona-2024-10-24"}),
        ("extreme_poverty_by_region", {"m49-2024-04", "unsd-2022.Q2.G.02", "unsd-2023-12-17"}),
        (
            "who_acts_together",
            {
                "actions-un-partnerships-2018-07-23",
                "actions-cdp-city-targets-2021-2021-10-04",
                "actions-ocean-commitments-2026-03-27",
            },
        ),
    ],
)
def test_an_example_is_cited_with_the_sources_of_its_rows_alone(built, name, expected) -> None:
    text = (built.sql / "examples" / f"{name}.sql").read_text(encoding="utf-8")
    _, _, *datasets, _ = cite_query(built, text)
    assert {one.key for one in datasets} == expected


def test_a_reader_checks_a_citation_on_the_version_or_on_one_with_the_same_data(small, cli, tmp_path) -> None:
    file = tmp_path / "citation.json"
    asked = ("cite", "--sql", "select * from observation", "--format", "csl-json", "--output", file, "--force")
    done = cli(small.home, *asked)
    assert done.exit_code == 0, done.stderr
    body = file.read_bytes()
    assert cli(small.home, *asked).exit_code == 0 and file.read_bytes() == body
    query = json.loads(body)[0]
    digest = query["custom"]["localsdg"]["result_sha256"]
    assert query["version"] == NEWEST and NEWEST in cli(small.home, "pin", "--list").stdout
    held = cli(small.home, "cite", "--check", file)
    assert held.stdout.splitlines() == [f"the citation holds on version {NEWEST}", f"3 rows, SHA-256 {digest}"]
    other = cli(small.home, "cite", "--sql", "select * from observation", "--version", OLDER).stdout
    assert f"version {OLDER}" in other and digest in other
    assert OLDER in cli(small.home, "pin", "--list").stdout
    remove_version(small, NEWEST, tmp_path / "gone")
    elsewhere = cli(small.home, "cite", "--check", file).stdout
    assert f"version {OLDER}, which holds the same data as version {NEWEST}" in elsewhere


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select random() as x, current_date as y from observation", ["random()", "current_date"]),
        ("select * from observation using sample 1 rows", ["a sample"]),
        ("select now() as x", ["now()"]),
        ("select count(*) as n from duckdb_settings()", ["duckdb_settings()"]),
        ("select 'random()' as x, value from observation -- now()", []),
    ],
)
def test_a_result_that_is_another_one_each_time_says_so(small, sql, expected) -> None:
    query = cite_query(small, sql)[0]
    assert query.custom["localsdg"]["not_repeatable"] == expected
    assert ("Not repeatable" in query.note) == bool(expected)


@pytest.mark.parametrize("name", ["rows", "result_sha256", "sql", "content_hash"])
def test_a_citation_that_does_not_hold_is_an_error(small, cli, tmp_path, name) -> None:
    file = tmp_path / "citation.json"
    cli(small.home, "cite", "--sql", "select * from core.observation", "--format", "csl-json", "--output", file)
    items = json.loads(file.read_text(encoding="utf-8"))
    changed = {"rows": 16, "sql": "select * from observation limit 2"}.get(name, "0" * 64)
    items[0]["custom"]["localsdg"][name] = changed
    file.write_text(json.dumps(items), encoding="utf-8")
    result = cli(small.home, "cite", "--check", file)
    assert result.exit_code == 1 and "the citation does not hold" in result.stderr and "next: " in result.stderr


def test_a_citation_of_data_that_are_not_kept_names_the_versions(built, tmp_path) -> None:
    facts = {"version": "2020.01.01.1", "content_hash": "x", "sql": "select 1", "sql_sha256": "", "rows": 1}
    file = tmp_path / "citation.json"
    file.write_text(json.dumps([{"custom": {"localsdg": {**facts, "result_sha256": ""}}}]))
    with pytest.raises(LocalsdgError, match="neither the cited version .* 2020.01.01.1"):
        check_citation(built, file)
    for body in ("[]", "{", "[1]", '[{"custom": {"localsdg": {}}}]'):
        file.write_text(body)
        with pytest.raises(UsageError, match="holds no citation of a query"):
            check_citation(built, file)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--sql", "select 1", "--source", "unsd"),
        ("--sql", "select 1", "--example", "who_acts_together"),
        ("--check", "citation.json", "--sql", "select 1"),
        ("--sql", "select nonsense"),
        ("--sql", "drop table core.goal"),
        ("--sql", "select * from read_csv('/etc/passwd')"),
        ("--sql", ""),
        ("--sql", "select 1", "--version", "2020.01.01.1"),
    ],
)
def test_a_contradictory_or_wrong_call_is_an_error_of_usage(built, cli, arguments) -> None:
    assert cli(built.home, "cite", *arguments).exit_code == 2


def test_the_hash_of_a_result_knows_values_and_not_the_order_of_rows(built) -> None:
    with closing(open_published(built, threads=1)) as con:

        def digest(sql: str) -> str:
            return result_sha256(query_table(con, sql))

        first = digest("select * from (values (1, 'a'), (2, 'b')) as t(n, x)")
        assert first == digest("select * from (values (2, 'b'), (1, 'a')) as t(n, x)")
        others = [
            "select * from (values (2, 'b'), (1, 'a'), (1, 'a')) as t(n, x)",
            "select * from (values (2, 'b'), (1, 'a')) as t(n, y)",
            "select * from (values (2, 'a'), (1, 'b')) as t(n, x)",
            "select * from (values (2, 'b'), (1, null)) as t(n, x)",
        ]
        assert len({first, *map(digest, others)}) == 5
        assert digest("select 0.1 + 0.2 as x") == digest("select 0.3::double as x") != digest("select 0.3001 as x")
        odd = (
            "select {'b': 1, 'a': [null, 'nan'::double, -0.0]} as s, map {'k': date '2020-01-01'} as m, "
            "'\\xC3\\xA9'::blob as b"
        )
        lines = b'["s","m","b"]\n[{"a":[null,"nan",0],"b":1},{"k":"2020-01-01"},"c3a9"]\n'
        assert digest(odd) == hashlib.sha256(lines).hexdigest()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select  1 -- one\n;", "select 1"),
        ("/* a */ select\n'a  -- b', \"c  /* d */\" ;; ", "select 'a  -- b', \"c  /* d */\""),
        ("select 'it''s   so', e'it\\'s   -- x', $$a   b$$, $t$ '  $t$", None),
    ],
)
def test_sql_on_one_line_keeps_what_is_in_quotes(sql, expected) -> None:
    assert one_line(sql) == (expected or sql)
