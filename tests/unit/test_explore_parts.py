"""Parts of `localsdg explore` without a server: who may ask, the CSV, the declarations."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localsdg.common.errors import UsageError
from localsdg.explore.copy import _is_whole
from localsdg.explore.csv_text import CitedCsv
from localsdg.explore.guard import refusal
from localsdg.explore.hooks import prepare_connection
from localsdg.registry.explore import explore_registry
from localsdg.registry.series import HEADLINE_CSV
from localsdg.registry.sources import key_sources, sources
from localsdg.registry.tables import main_views, tables


def rewritten(body: bytes, *, pieces: int = 1, head: tuple[str, ...] = ()) -> str:
    """A CSV as it leaves, when it arrives in pieces of so many bytes."""
    one = CitedCsv(list(head))
    parts = [body[at : at + pieces] for at in range(0, len(body), pieces)] or [b""]
    return b"".join(one.feed(part, is_last=at == len(parts) - 1) for at, part in enumerate(parts)).decode()


def as_csv(rows: list[list[str]]) -> bytes:
    written = StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def test_a_csv_begins_with_its_source_and_keeps_numbers() -> None:
    text = rewritten(as_csv([["name", "value"], ["=1+1", "-5.2"], ["a #1", "1e-7"]]), head=("Source: x",))
    assert text.splitlines() == ["# Source: x", "name,value", "'=1+1,-5.2", '"a #1",1e-7']


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(st.text(alphabet='ab1,"\r\n#é😀 ', min_size=1, max_size=6), min_size=2, max_size=2), max_size=5),
    st.integers(1, 7),
)
def test_a_csv_has_the_same_cells_whatever_the_pieces(rows: list[list[str]], pieces: int) -> None:
    text = rewritten(as_csv(rows), pieces=pieces)
    assert text == rewritten(as_csv(rows), pieces=10_000)
    cells = [[cell.removeprefix("'") for cell in row] for row in csv.reader(StringIO(text, newline=""))]
    assert cells == rows


def test_only_the_own_name_is_answered() -> None:
    def asked(*hosts: str, method: str = "GET") -> int | None:
        headers = [(b"host", host.encode()) for host in hosts]
        problem = refusal({"type": "http", "method": method, "headers": headers}, 8001)
        return problem[0] if problem else None

    assert asked("127.0.0.1:8001") is None and asked("localhost:8001", method="HEAD") is None
    assert asked("evil.example:8001") == asked("127.0.0.1:80") == asked() == 403
    assert asked("127.0.0.1:8001", "evil.example") == 403
    assert asked("127.0.0.1:8001", method="POST") == 405


def test_a_taken_port_gives_way_to_the_next_and_only_loopback_listens(monkeypatch) -> None:
    from localsdg.explore import server

    with server.listen(0) as taken:
        number = taken.getsockname()[1]
        monkeypatch.setattr(server, "FIRST_PORT", number)
        with server.listen(None) as following:
            address, port = following.getsockname()
        with pytest.raises(UsageError, match=f"the port cannot be used.*{number}"):
            server.listen(number)
    assert address == "127.0.0.1" and number < port < number + server.TRIED


def test_what_is_declared_of_the_page_is_in_the_registry() -> None:
    registry, views, faults = explore_registry(), main_views(), []
    for name, table in registry.tables.items():
        source = views[name] if name in views else tables()[str(table.source_table)]
        columns = set(source.column_names)
        used = {*table.facets, *table.search, *filter(None, [table.key, table.label])}
        faults += [f"{name}: no column {column}" for column in used - columns]
        faults += [f"{name}: no source {one}" for one in set(table.sources) - set(sources()) - set(key_sources())]
        faults += [] if table.group in registry.groups else [f"{name}: no group {table.group}"]
        if table.source_table and name in views and views[name].name != table.source_table:
            faults.append(f"{name}: from {table.source_table}, and main.{name} is {views[name].name}")
    faults += [
        f"{column}: no key in {other}" for column, other in registry.links.items() if not registry.tables[other].key
    ]
    assert faults == []


@pytest.mark.parametrize(
    "sql",
    [
        "select zeroblob(1000000000)",
        "select replace(hex(zeroblob(100000)), '00', hex(zeroblob(1000)))",
        "with recursive t(n) as (select 1 union all select n + 1 from t) select zeroblob(900000) from t limit 5000",
    ],
)
def test_an_answer_that_would_fill_the_memory_is_refused(sql) -> None:
    with closing(sqlite3.connect(":memory:")) as con:
        prepare_connection(con, "localsdg")
        with pytest.raises((sqlite3.OperationalError, sqlite3.DataError), match=r"too big|larger than 20 MB"):
            con.execute(sql).fetchmany(5001)
        rows = con.execute("with recursive t(n) as (values (1) union all select n + 1 from t limit 30) "
                           "select zeroblob(600000) from t")  # fmt: skip
        assert len(rows.fetchmany(30)[0][0]) == 600_000
        assert con.execute("select 'a' as name").fetchone()["name"] == "a"


def test_the_warning_of_a_table_of_some_indicators_names_them_all() -> None:
    """No row for another indicator would read as if no site published it."""
    warning = tables()["evidence.local_vs_national"].usage_warning
    with HEADLINE_CSV.open(encoding="utf-8") as file:
        assert all(row["indicator_code"] in warning for row in csv.DictReader(file))


def test_a_copy_that_lost_pages_is_made_again(tmp_path) -> None:
    path = tmp_path / "copy.sqlite"
    assert not _is_whole(path)
    with closing(sqlite3.connect(path)) as con:
        con.execute("create table t as select zeroblob(50000) as cell")
        con.commit()
    assert _is_whole(path)
    body = path.read_bytes()
    for damaged in (body[:9000], body[:50], b"x" * len(body), b""):
        path.write_bytes(damaged)
        assert not _is_whole(path)
