"""Arguments, settings and outputs that attack, with the real commands as processes."""

from __future__ import annotations

import json
from contextlib import closing

import duckdb
import pytest
from attack_tools import CANARY, Home
from small_warehouse import keep_versions
from test_attack_quick import QUICK, SQL

pytestmark = pytest.mark.long
HOSTILE = "\x1b]8;;https://evil.example\x07Bogotá\x1b[2J\u202e\r\b"
#: Calls by promise: {out} is a free name outside, {canary} a file there, {db} the published file.
CALLS = {
    "no output replaces the published file": ["query", "select 1 as a", "--output", "{db}"],
    "no output replaces a file that is not asked for": ["query", "select 2 as a", "--output", "kept.csv"],
    "no output is a database": ["query", "select 1 as a", "--output", "{db}.csv/../localsdg.duckdb"],
    "no output is among the releases": ["query", "select 1 as a", "--output", "{releases}/a.csv"],
    "no output takes another ending": ["query", "select 1 as a", "--output", "{canary}"],
    "no export goes into the releases": ["export", "--format", "csv", "--output", "{releases}"],
    "no SQL comes from a binary file": ["query", "--file", "{db}"],
    "no version is a path": ["query", "select 1 as a", "--version", "../../outside"],
    "no example is a path": ["query", "--example", "../../../../outside/canary"],
    "no release to forget is a path": ["pull", "forget", "../../../outside", "--source", "unsd"],
    "no source to forget is a path": ["pull", "forget", "outside", "--source", "../../.."],
    "no file to forget is a path": ["pull", "forget", "x", "--file", "../../../../outside/canary.txt"],
    "no release is a path": ["pull", "actions", "{canary}", "--release", "../../../outside/x"],
    "no pin is a path": ["pin", "../../outside", "--reason", "x"],
    "no text is an escape sequence": ["link", HOSTILE],
    "no figure is an escape sequence": ["figures", HOSTILE],
    "no series is an escape sequence": ["pull", "indicators", "--series", HOSTILE],
    "no SQL in an error is an escape sequence": ["query", f"select {HOSTILE}"],
    "no search is an escape sequence": ["search", HOSTILE],
    "no name of a file is an escape sequence": ["pull", "actions", f"/nowhere/{HOSTILE}.csv"],
    "no model is a pickle": ["link", "Free school meals", "--model", "{canary}"],
    "no cron line runs a second command": ["schedule", "--cron-line", "--cron", "0 6 * * *\n* * * * * touch {out}"],
}


@pytest.mark.parametrize("promise", CALLS)
def test_call(promise: str, published: Home, harmless) -> None:
    words = {
        "{out}": published.outside / "out",
        "{canary}": published.canary,
        "{db}": published.settings.published,
        "{releases}": published.settings.warehouse / "releases",
    }
    call = CALLS[promise]
    for name, value in words.items():
        call = [one.replace(name, str(value)) for one in call]
    ended = published.run(*call)
    harmless(published, ended)
    assert ended.code in (0, 1, 2), ended
    assert ended.code == 0 or "error" in ended.stderr.lower(), ended


def test_nothing_on_a_terminal_is_obeyed(published: Home, harmless) -> None:
    sql = "select chr(27) || ']0;owned' || chr(7) || 'a' || chr(8238) || 'b' || chr(13) || 'c' as \"x\u202ey\""
    shown = b"".join(published.on_terminal("query", sql, *more) for more in ([], ["--format", "csv"], ["--json"]))
    text = shown.decode().replace("\r\n", "\n")
    harmless(published, None, "cleaned")
    assert text.count("abc") + text.count("ab\\rc") == 3 and not [
        one for one in "\x1b\x07\u202e\r\b" if one in text
    ], text  # fmt: skip


def test_sql_of_an_assistant(published: Home, harmless, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same SQL by the tool of the MCP server, in its own process."""
    from localsdg.common.errors import LocalsdgError
    from localsdg.connector.own_sql import answer_sql

    words = {"canary": published.canary, "out": published.outside / "out", "outside": published.outside}
    for promise in QUICK:
        sql = SQL[promise]
        for name, value in (words | {"db": published.settings.published}).items():
            sql = sql.replace(f"{{{name}}}", str(value))
        try:
            given = answer_sql(published.settings, sql).model_dump_json()
        except LocalsdgError as error:
            given = str(error)
        assert CANARY not in given, promise
        json.dumps(given)
    harmless(published, None, f"{len(QUICK)} statements")


def publish_empty(home: Home) -> None:
    """A published file of empty tables: the page takes no rows that lack what a real file has."""
    keep_versions(home.settings, "2026.11.27.1")
    filled = {"VARCHAR": "'x'", "BIGINT": "0", "INTEGER": "0", "BOOLEAN": "false", "DOUBLE": "0.0"}
    with closing(duckdb.connect(str(home.settings.published))) as con:
        for schema, table in con.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            if (schema, table) != ("meta", "release"):
                con.execute(f"delete from {schema}.{table}")
        for name, kind, *_ in con.execute("describe meta.release").fetchall():
            if kind in filled:
                con.execute(f"update meta.release set {name} = coalesce({name}, {filled[kind]})")


def test_sql_of_the_page(home: Home, harmless, tmp_path) -> None:
    """The page of `localsdg explore` runs SQLite: it reads no file and writes none."""
    import requests
    from explore_server import running

    attacks = (
        "select readfile('{canary}')",
        "attach database '{out}' as o",
        "select load_extension('{canary}')",
        "select writefile('{out}', 'x')",
        "pragma writable_schema = 1",
        "create table x (a)",
        "vacuum into '{out}'",
        "select * from pragma_database_list",
        "select '<script>alert(1)</script>' as \"<img src=x onerror=alert(1)>\"",
        "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r",
    )
    publish_empty(home)
    home.before = home.state()
    with running(home.settings.home, tmp_path, "--time-limit", "1") as page:
        names = [one["name"] for one in requests.get(f"{page.address}-/databases.json", timeout=60).json()]
        for sql in attacks:
            sql = sql.replace("{canary}", str(home.canary)).replace("{out}", str(home.outside / "out"))
            for ending in ("", ".json", ".csv"):
                answer = requests.get(f"{page.address}{names[0]}/-/query{ending}", {"sql": sql}, timeout=60)
                assert CANARY not in answer.text and "<script>alert" not in answer.text, (sql, ending)
                if ending == "":
                    assert "<img src=x" not in answer.text, sql
    harmless(home, None, f"{len(attacks)} statements in three forms")
