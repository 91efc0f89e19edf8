"""Citations in all three forms, and the hash of what a warehouse holds."""

from __future__ import annotations

import json
import re

import duckdb
import pytest

from localsdg.common.errors import UsageError
from localsdg.registry.tables import create_table_sql, schema_tables
from localsdg.warehouse.citation import Citation, as_line, read_citations
from localsdg.warehouse.citation_formats import as_bibtex, as_csl_json, as_text, latex
from localsdg.warehouse.content_hash import NOT_CONTENT, content_hash

HARD = Citation(
    key="table-x",
    source="table",
    kind="dataset",
    author="Câmara & {Gabinete} de São_João",
    title="Água: 50% #1 ~ $5 \\ ^2",
    version="são-joão@2024-10-24",
    attribution="Câmara, 100 %",
    published_on="2024-10",
    retrieved_on="2024-10-25",
    licence="CC BY 4.0",
    origin="a_file.csv\nof 2024",
    url="https://example.org/a{b}%20c?x=1&y=é",
)


def parse_bibtex(text: str) -> list[dict]:
    """Entries as fields; reads braces as BibTeX does: an escaped one still counts, and so they must be balanced."""
    entries = []
    for start in re.finditer(r"^@misc\{([^,\s{}]+),$", text, re.MULTILINE):
        body, fields, place = text[start.end() :], {"key": start[1]}, 0
        while match := re.compile(r"\s*,?\s*(\w+) = \{").match(body, place):
            depth, place = 1, match.end()
            begin = place
            while depth:
                depth += {"{": 1, "}": -1}.get(body[place], 0) if body[place - 1] != "\\" else 0
                place += 1
            fields[match[1]] = body[begin : place - 1]
        assert re.compile(r"\s*\}").match(body, place), body[place : place + 20]
        entries.append(fields)
    return entries


def unlatex(text: str) -> str:
    for command, char in (("textbackslash", "\\"), ("textasciitilde", "~"), ("textasciicircum", "^")):
        text = text.replace(f"\\{command}{{}}", f"\0{char}")
    return re.sub(r"\\([{}&%$#_])", r"\1", text).replace("\0", "")


def test_bibtex_can_be_read_back_whatever_the_names_hold() -> None:
    (entry,) = parse_bibtex(as_bibtex([HARD]))
    assert unlatex(entry["author"]) == "{" + HARD.author + "}" and unlatex(entry["title"]) == "{" + HARD.title + "}"
    assert (entry["year"], entry["month"], entry["urldate"]) == ("2024", "10", "2024-10-25")
    assert entry["url"] == "https://example.org/a%7Bb%7D%20c?x=1&y=é"
    assert unlatex(entry["note"]) == ("Cite as: Câmara, 100 %. Obtained from: a_file.csv of 2024. Terms: CC BY 4.0")
    assert latex("50 % & é") == r"50 \% \& é"


def test_csl_has_its_required_fields_and_dates_as_numbers() -> None:
    (item,) = json.loads(as_csl_json([HARD]))
    assert item["id"] == "table-x" and item["type"] == "dataset" and item["title"] == HARD.title
    assert item["author"] == [{"literal": HARD.author}] and item["version"] == HARD.version
    assert item["issued"] == {"date-parts": [[2024, 10]]} and item["accessed"] == {"date-parts": [[2024, 10, 25]]}
    assert item["URL"] == HARD.url and item["license"] == "CC BY 4.0"


# ------------------------------------------------------------------ of a file


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """The tables of a warehouse with two UN releases, two sites and no observation but one."""
    con = duckdb.connect()
    for schema in ("core", "evidence", "meta"):
        con.execute(f"create schema {schema}")
    for table in schema_tables("core", "evidence", "meta"):
        if table.kind == "table":
            con.execute(create_table_sql(table))
    if not con.execute(
        "select 1 from duckdb_tables() where table_name = 'release' and schema_name = 'core'"
    ).fetchall():
        con.execute("create table core.release (dataset_id varchar, release varchar, published_on date)")
    con.execute(
        "insert into meta.release (version, built_at, code_version, content_hash) "
        "values ('2026.11.27.1', '2026-11-27 10:00:00', '0.1.0', 'abc')"
    )
    for source, release, attribution, fetched in (
        ("opensdg", "auburn@2023-04-06", "Auburn, Alabama, Open SDG site, owner/repo", "2023-04-06"),
        ("opensdg", "bristol@2021-12-07", "City of Bristol, Open SDG site, https://bristol.example", "2021-12-07"),
        (
            "unsd",
            "2025.Q3.G.02",
            "United Nations Statistics Division, SDG Global Database",
            "2026-11-27T10:11:12+00:00",
        ),
        ("unsd", "2020-10-19", "United Nations Statistics Division, SDG Global Database", "2026-11-23"),
    ):
        con.execute(
            "insert into meta.dataset (dataset, source, release, attribution, licence, origin, fetched_at) "
            "values (? || ' ' || ?, ?, ?, ?, 'terms', 'github.com/owner/repo (commit 1)', ?)",
            [source, release, source, release, attribution, fetched],
        )
    con.execute(
        "insert into meta.licence (source, name, publisher, homepage) values ('unsd', 'UN SDG Global Database', "
        "'United Nations Statistics Division', 'https://unstats.example')"
    )
    con.execute(
        "insert into core.observation (series_code, release, dataset_id, year, value, snapshot_sha256) "
        "values ('A', '2020-10-19', 'unsd', 2015, 10.0, 'file')"
    )
    con.execute("insert into core.local_site (site_id, fetched_at) values ('bristol', '2021-12-07')")
    con.execute("insert into evidence.metric_value (metric_id, value) values ('m', 0.1)")
    return con


def test_each_source_has_its_own_author_release_and_dates(con) -> None:
    cited = {one.key: one for one in read_citations(con)}
    assert list(cited) == [
        "localsdg-2026.11.27.1",
        "unsd-2020-10-19",
        "unsd-2025.Q3.G.02",
        "opensdg-auburn-2023-04-06",
        "opensdg-bristol-2021-12-07",
        "localsdg-software-0.1.0",
    ]
    assert cited["localsdg-2026.11.27.1"].content_hash == "abc"
    un = cited["unsd-2025.Q3.G.02"]
    assert (un.author, un.published_on, un.retrieved_on) == ("United Nations Statistics Division", "2025", "2026-11-27")
    assert cited["unsd-2020-10-19"].published_on == "2020-10-19"
    site = cited["opensdg-auburn-2023-04-06"]
    assert (site.author, site.url, site.published_on) == ("Auburn, Alabama", "https://github.com/owner/repo", None)
    assert cited["opensdg-bristol-2021-12-07"].url == "https://bristol.example"
    assert "release 2020-10-19, published 2020-10-19, retrieved 2026-11-23" in as_line(cited["unsd-2020-10-19"])
    for write in (as_text, as_bibtex, as_csl_json):
        assert write(read_citations(con)) == write(list(cited.values()))
    assert [one["key"] for one in parse_bibtex(as_bibtex(list(cited.values())))] == list(cited)


def test_each_register_of_actions_is_cited_by_its_own_title_and_publisher(con) -> None:
    con.execute(
        "insert into meta.licence (source, name, publisher) values ('actions', 'Registers', 'whoever keeps them')"
    )
    for release, attribution in (("2021-10-04", "CDP and ICLEI"), ("2026-11-27", "as in each record")):
        con.execute(
            "insert into meta.dataset (dataset, source, release, attribution, licence, origin, fetched_at) "
            "values ('a', 'actions', ?, ?, 'terms', 'github.com/owner/repo (commit 1)', ?)",
            [release, attribution, release],
        )
    con.execute(
        "insert into core.action_dataset (dataset_id, title, publisher, attribution, licence, homepage) values "
        "('cdp', 'Targets of cities', 'CDP and ICLEI', 'CDP and ICLEI, 2021', 'open data', 'https://cdp.example'), "
        "('mine', 'mine', null, null, null, null)"
    )
    con.execute(
        "insert into core.action (action_id, dataset_id, release) values "
        "('cdp:1', 'cdp', '2021-10-04'), ('cdp:2', 'cdp', '2021-10-04'), ('mine:1', 'mine', '2026-11-27')"
    )
    own, of_no_register = (one for one in read_citations(con, ["actions"]))
    assert (own.key, own.title, own.author) == ("actions-cdp-2021-10-04", "Targets of cities", "CDP and ICLEI")
    assert (own.attribution, own.licence, own.url) == ("CDP and ICLEI, 2021", "open data", "https://cdp.example")
    assert (of_no_register.key, of_no_register.author) == ("actions-2026-11-27", "whoever keeps them")
    assert [one.key for one in read_citations(con, ["cdp"])] == ["actions-cdp-2021-10-04"]


def test_a_source_that_is_named_is_cited_alone_and_an_unknown_one_is_an_error(con) -> None:
    assert [one.version for one in read_citations(con, ["bristol", "2020-10-19"])] == [
        "2020-10-19",
        "bristol@2021-12-07",
    ]
    assert {one.source for one in read_citations(con, ["UNSD", "warehouse"])} == {"unsd", "warehouse"}
    with pytest.raises(UsageError, match="expected bristol .* got bristl .* next: localsdg cite"):
        read_citations(con, ["bristl"])


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        ("update core.observation set snapshot_sha256 = 'other'", False),
        ("update core.local_site set fetched_at = '2026-01-01'", False),
        ("update evidence.metric_value set as_of = '2026-01-01'", False),
        ("update meta.release set built_at = now(), run_id = 'r'", False),
        # the order in which threads add changes the last digit of a computed value
        ("update evidence.metric_value set value = 0.1 + 1e-17", False),
        ("update evidence.metric_value set value = 0.1001", True),
        ("update core.observation set value = 10.000000000000002", True),
        ("update core.observation set release = '2020-10-20'", True),
        ("insert into core.observation select * from core.observation", True),
        ("delete from core.observation", True),
    ],
)
def test_the_content_hash_depends_on_the_data_alone(con, change, is_other) -> None:
    before = content_hash(con)
    assert re.fullmatch("[0-9a-f]{64}", before)
    con.execute(change)
    assert (content_hash(con) != before) is is_other


def test_the_order_of_rows_is_no_content_and_what_is_left_out_exists(con) -> None:
    con.execute("insert into core.goal (goal_code) values ('1'), ('2')")
    before = content_hash(con)
    con.execute("delete from core.goal")
    con.execute("insert into core.goal (goal_code) values ('2'), ('1')")
    assert content_hash(con) == before
    declared = {column for table in schema_tables("core", "evidence") for column in table.column_names}
    assert declared >= NOT_CONTENT
