"""`localsdg mcp`, asked by the library's own client over real pipes: every tool, every resource, and attacks."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_warehouse import keep_versions

from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.connector.own_sql import answer_sql
from localsdg.sources.snapshot import sha256_of

#: More of them are in test_query.py: each statement is a process of its own here.
ATTACKS = {
    "write": "create table x as select 1",
    "file": "select * from read_text('*')",
}
ENDLESS = "select count(*) from range(1000000000000)"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "search": ("search", {"text": "pobreza por sexo", "kinds": ["series"], "limit": 10}),
    "search_wrong": ("search", {"text": "x", "kinds": ["nothing"]}),
    "series": ("series", {"code": "SI_POV_DAY1", "areas": ["Kenya"], "first_year": 2014}),
    "series_by_sex": ("series", {"code": "SI_POV_EMP1", "areas": ["Kenia"], "sex": "all", "latest": True}),
    "series_wrong": ("series", {"code": "SI_POV_DAYS"}),
    "series_injected": ("series", {"code": "SI_POV_DAY1' or 1=1 --", "areas": ["x'; drop table core.area; --"]}),
    "metric": ("metric", {"metric_id": "c01_extreme_poverty", "first_year": 2019}),
    "metric_area": ("metric", {"metric_id": "c01-extreme-poverty", "areas": ["Kenya"]}),
    "metric_wrong": ("metric", {"metric_id": "c01_extrem_poverty"}),
    "profile": ("local_profile", {"name": "Barcelona", "limit": 5}),
    "profile_wrong": ("local_profile", {"name": "Barcelonia"}),
    "sql": ("sql", {"query": "select year, value, unit, release from observation where series_code = 'SI_POV_DAY1' "
                    "and area_code = '001' and is_total order by year desc limit 2"}),
    "sql_many": ("sql", {"query": "select * from core.observation", "limit": 1000}),
    "endless": ("sql", {"query": ENDLESS}),
    "tables": ("describe_tables", {}),
    "columns": ("describe_tables", {"table": "observation"}),
    "columns_wrong": ("describe_tables", {"table": "observations"}),
    "cite": ("cite", {"sources": ["barcelona"], "format": "bibtex"}),
    "no_such_tool": ("shell", {"command": "ls"}),
    "too_long": ("search", {"text": "x" * 5000}),
    "bad_argument": ("series", {"code": "SI_POV_DAY1", "limit": 10**9}),
}  # fmt: skip


def talk(home: Path, calls: dict[str, tuple[str, dict]], *, seconds: float = 3.0) -> dict[str, Any]:
    """The results of calls to a server of its own, with its lists of tools and resources."""
    from mcp import StdioServerParameters, stdio_client
    from mcp.client import Client

    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "localsdg", "mcp", "--seconds", str(seconds)],
        env={"LOCALSDG_HOME": str(home)},
    )

    async def main() -> dict[str, Any]:
        async with Client(stdio_client(server)) as client:
            given: dict[str, Any] = {name: await client.call_tool(tool, args) for name, (tool, args) in calls.items()}
            given["list_tools"] = (await client.list_tools()).tools
            listed = (await client.list_resources()).resources
            given["list_resources"] = {
                str(one.uri): (await client.read_resource(str(one.uri))).contents[0].text for one in listed
            }
            return given

    return asyncio.run(main())


@pytest.fixture(scope="module")
def given(built):
    """The results of all calls, in one session: a server is started once."""
    before = sha256_of(built.published)
    results = talk(built.home, CALLS | {f"attack_{name}": ("sql", {"query": sql}) for name, sql in ATTACKS.items()})
    assert sha256_of(built.published) == before
    return results


def rows(result) -> list[dict]:
    assert not result.is_error, result.content[0].text
    return result.structured_content["rows"]


def test_the_tools_are_read_only_and_say_what_they_take_and_give(given) -> None:
    tools = {tool.name: tool for tool in given["list_tools"]}
    assert set(tools) == {"search", "series", "metric", "local_profile", "sql", "describe_tables", "cite"}
    for tool in tools.values():
        assert tool.annotations.read_only_hint and tool.description and tool.output_schema["properties"]["releases"]


def test_every_answer_carries_version_hash_and_how_to_cite(given, built) -> None:
    with duckdb.connect(str(built.published), read_only=True) as con:
        version, content_hash = con.execute("select version, content_hash from meta.release").fetchone()
    answered = [name for name in CALLS if not given[name].is_error]
    assert len(answered) >= 11
    for name in answered:
        answer, text = given[name].structured_content, given[name].content[0].text
        assert (answer["version"], answer["content_hash"]) == (version, content_hash), name
        assert answer["cite"] and version in text and content_hash in text, name
        assert "never instructions" in text, name


def test_a_number_has_its_release_unit_source_and_definition(given) -> None:
    answer = given["series"].structured_content
    (row,) = answer["rows"]
    assert (row["area"], row["year"], row["value"], row["unit"]) == ("Kenya", 2015, 29.4, "PERCENT")
    assert answer["releases"] == ["2023-12-17"] and answer["units"] == ["PERCENT"]
    assert "United Nations Statistics Division" in answer["sources"][0]
    assert any("$2.15 a day (2017 PPP)" in caveat for caveat in answer["caveats"])
    assert "2014" in answer["gaps"][0] and "reason: " in answer["gaps"][0]
    assert "Kenya,2015,29.4,PERCENT" in given["series"].content[0].text
    assert {row["breakdown"] for row in rows(given["series_by_sex"])} >= {"sex=FEMALE", "sex=MALE"}


def test_a_metric_has_definition_coverage_and_caveat(given) -> None:
    answer = given["metric"].structured_content
    (row,) = answer["rows"]
    assert (row["area"], row["year"], row["value"]) == ("World", 2019, 8.5) and row["n_areas"] == 69
    assert any("compare years within one release" in caveat for caveat in answer["caveats"])
    assert {row["area"] for row in rows(given["metric_area"])} == {"Kenya"}


def test_a_profile_has_its_sections_and_what_may_be_compared(given) -> None:
    sections = given["profile"].structured_content["sections"]
    assert set(sections) == {"government", "indicator", "beside_nation", "target", "review", "action"}
    assert sections["government"][0]["name"] == "Barcelona" and len(sections["indicator"]) == 5
    assert all(row["comparability"] and row["reason"] for row in sections["beside_nation"] if row["gap"] is None)
    assert any("barcelona@" in release for release in given["profile"].structured_content["releases"])


def test_own_sql_has_the_warnings_of_its_tables_and_is_cut(given) -> None:
    assert [row["value"] for row in rows(given["sql"])] == [8.5, 9.0]
    answer = given["sql"].structured_content
    assert answer["releases"] == ["2023-12-17"] and any("One release a series" in one for one in answer["caveats"])
    many = given["sql_many"].structured_content
    assert (
        many["is_cut"]
        and len(json.dumps(many["rows"])) < 100_000
        and "there are more" in given["sql_many"].content[0].text
    )


def test_tables_columns_and_citations(given) -> None:
    assert {"core.observation", "main.observation"} <= {row["table_name"] for row in rows(given["tables"])}
    assert {"value", "unit", "release"} <= {row["column_name"] for row in rows(given["columns"])}
    (text,) = given["cite"].structured_content["cite"]
    assert text.startswith("@") and "Barcelona" in text


def test_what_is_wrong_is_said_with_what_to_do(given) -> None:
    for name, words in {
        "search_wrong": "no such kind",
        "series_wrong": "SI_POV_DAY1",
        "series_injected": "no such",
        "metric_wrong": "c01_extreme_poverty",
        "profile_wrong": "Barcelona",
        "columns_wrong": "observation",
        "endless": "took too long",
        "no_such_tool": "shell",
        "too_long": "300",
        "bad_argument": "1000",
    }.items():
        text = given[name].content[0].text
        assert given[name].is_error and words in text and "Traceback" not in text, (name, text)


def test_nothing_is_written_and_no_file_is_read(given) -> None:
    for name in ATTACKS:
        result = given[f"attack_{name}"]
        assert result.is_error and "error executing tool sql" in result.content[0].text.casefold(), name


def test_the_documents_can_be_read(given) -> None:
    texts = given["list_resources"]
    assert set(texts) == {"localsdg://dictionary", "localsdg://glossary", "localsdg://what-not-to-conclude"}
    assert "## core.observation" in texts["localsdg://dictionary"] and "indicator" in texts["localsdg://glossary"]
    limits = texts["localsdg://what-not-to-conclude"]
    assert "never zero" in limits and "`c01_extreme_poverty`" in limits and len(limits) < 40_000


def test_without_a_warehouse_it_ends_with_the_next_step(tmp_path: Path, cli) -> None:
    result = cli(tmp_path, "mcp")
    assert result.exit_code == 1 and "localsdg run" in result.stderr and result.stdout == ""


@pytest.mark.long
def test_a_statement_that_cannot_be_interrupted_is_ended(built) -> None:
    """One call of a function fills 2 GB and hears no interrupt."""
    import time

    began = time.monotonic()
    results = talk(built.home, {"huge": ("sql", {"query": "select repeat('x', 4000000000)"})}, seconds=1)
    assert results["huge"].is_error and time.monotonic() - began < 60


def test_own_sql_cites_what_no_column_names_and_keeps_columns_of_one_name(tmp_path) -> None:
    settings = Settings(home=tmp_path)
    keep_versions(settings, "2026.11.27.1")
    joined = "core.observation as a join core.observation as b using (series_code, area_code) where a.series_code = 'B'"
    (total,) = answer_sql(settings, "select sum(value) as n from core.observation where release = '2020-10-19'").rows
    answer = answer_sql(settings, f"select a.value, b.value, 'inf'::double as x, avg(1) over () as y from {joined}")
    assert total == {"n": 52.0} and answer.rows == [{"value": 5.0, "value_2": 5.0, "x": "inf", "y": 1.0}]
    assert answer.releases == ["2020-10-19"] and any("release 2020-10-19" in line for line in answer.cite)


@pytest.mark.parametrize("query", ["pragma database_list", "select path from duckdb_databases()", "from nosuch"])
def test_own_sql_sees_no_folder_of_this_machine(query, tmp_path) -> None:
    settings = Settings(home=tmp_path)
    keep_versions(settings, "2026.11.27.1")
    try:
        shown = str(answer_sql(settings, query).rows)
        assert "localsdg.duckdb" in shown
    except UsageError as error:
        shown = str(error)
    assert str(tmp_path) not in shown
