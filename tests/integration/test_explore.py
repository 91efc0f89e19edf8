"""What the server of `localsdg explore` answers, and what it refuses."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import quote

import pytest
from explore_server import Running, running, small_home

from localsdg.common.settings import Settings


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The page of a few tables."""
    folder = tmp_path_factory.mktemp("explore")
    with running(small_home(built, folder / "home"), folder / "packages") as one:
        yield one


def ask(server: Running, path: str, method: str = "GET", **headers: str) -> tuple[int, dict, str]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    with closing(connection):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Host": f"127.0.0.1:{server.port}", **given}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


def sql(server: Running, text: str) -> tuple[int, str]:
    status, _, body = ask(server, f"/localsdg.json?sql={quote(text)}&_shape=array")
    return status, body


def test_it_answers_to_its_own_name_alone(server) -> None:
    for host in (f"127.0.0.1:{server.port}", f"localhost:{server.port}", f"LOCALHOST:{server.port}"):
        assert ask(server, "/", Host=host)[0] == 200, host
    for host in (
        f"evil.example:{server.port}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1.evil.example:{server.port}",
        "",
    ):
        status, headers, body = ask(server, "/localsdg/area.json", Host=host)
        assert status == 403 and "alone" in body and "access-control-allow-origin" not in headers, host


def test_another_site_may_link_to_it_and_not_read_it(server) -> None:
    assert ask(server, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    assert ask(server, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0] == 403
    assert ask(server, "/", "POST")[0] == 405
    _, headers, _ = ask(server, "/", Origin="http://evil.example")
    assert not [name for name in headers if name.lower().startswith("access-control")]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "text",
    [
        "delete from area",
        "create table x (a)",
        "attach 'other.sqlite' as other",
        "select load_extension('x')",
        "pragma query_only = off",
        "select 1; delete from area",
        "vacuum into 'copy.sqlite'",
        "insert into area_fts (area_fts) values ('rebuild')",
        "with a as (select 1) delete from area",
        "explain delete from area",
    ],
)
def test_sql_only_reads(server, text) -> None:
    status, body = sql(server, text)
    assert status == 400 and '"ok": false' in body, body
    assert sql(server, "select count(*) as n from area")[1] != '[{"n": 0}]'


def test_sql_has_a_limit_of_rows(server) -> None:
    many = "with recursive a(n) as (select 1 union all select n + 1 from a where n < 9000) select n from a"
    status, _, body = ask(server, f"/localsdg.json?sql={quote(many)}&_shape=objects")
    assert status == 200 and '"truncated": true' in body and body.count('"n":') == 5000


def test_every_question_gives_rows(server) -> None:
    from localsdg.explore.describe import read_questions

    # on the tables of this file; the others are asked of the whole copy in the long test
    for question in read_questions():
        if question["name"] in {"one_series_of_one_area", "areas_in_the_latest_year", "groups_of_people_in_one_area"}:
            status, _, body = ask(server, f"/localsdg/{question['name']}.json?{question['values']}&_shape=array")
            assert status == 200 and '"value": ' in body, question["name"]


def test_the_copy_keeps_values_and_is_made_once(server, built) -> None:
    (path,) = (server.home / "data" / "warehouse" / "explore").glob("*/localsdg.sqlite")
    with closing(sqlite3.connect(path)) as copy:
        labels = dict(copy.execute("select area_code, name from area where area_code in ('001', '724')"))
        links = {row[3]: row[2] for row in copy.execute("pragma foreign_key_list(observation)")}
    assert labels == {"001": "World", "724": "Spain"}
    assert links == {"series_code": "series", "area_code": "area"}
    written = path.stat().st_mtime_ns
    from localsdg.common.progress import silent
    from localsdg.explore.copy import current_copy

    assert current_copy(Settings(home=server.home), silent()) == path
    assert path.stat().st_mtime_ns == written


def test_a_port_that_is_taken_is_named(server, cli) -> None:
    result = cli(server.home, "explore", "--no-open", "--port", server.port)
    assert result.exit_code == 2
    assert "the port cannot be used" in result.stderr and str(server.port) in result.stderr


def test_ctrl_c_ends_it_quietly(server) -> None:
    command = [sys.executable, "-m", "localsdg", "explore", "--no-open", "--port", "0"]
    process = subprocess.Popen(
        command,
        env={**__import__("os").environ, "LOCALSDG_HOME": str(server.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert process.stderr.read() == "stopped\n"


@pytest.mark.long
def test_every_question_gives_rows_of_the_whole_copy(built, tmp_path) -> None:
    from localsdg.common.progress import silent
    from localsdg.explore.copy import current_copy
    from localsdg.explore.describe import describe, read_questions

    home = tmp_path / "home"
    target = Settings(home=home).published
    target.parent.mkdir(parents=True)
    target.symlink_to(built.published)
    copy = current_copy(Settings(home=home), silent())
    facts, metadata = describe(Settings(home=home), copy)
    assert {group["id"] for group in facts.groups} >= {"official", "progress", "local", "actions", "answers", "about"}
    tables = metadata["databases"]["localsdg"]["tables"]
    undescribed = [
        f"{name}.{column}"
        for name, table in tables.items()
        for column, words in table.get("columns", {}).items()
        if not words
    ]
    assert undescribed == []
    with closing(sqlite3.connect(copy)) as con:
        for question in read_questions():
            values = dict(part.split("=") for part in question["values"].split("&"))
            assert con.execute(question["sql"], values).fetchall(), question["name"]
