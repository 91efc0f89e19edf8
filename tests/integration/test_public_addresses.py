"""The password and the token of a site's address: sent with each request, and written nowhere."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import Result
from opensdg_server import Fault, OpenSdgServer

from localsdg.common.settings import Settings
from localsdg.sources.snapshot import MANIFEST

USER, TOKEN = "geheim-user:geheim-word", "geheim-token"


@pytest.fixture
def server(fixtures: Path) -> Iterator[OpenSdgServer]:
    with OpenSdgServer({"mini": fixtures / "opensdg" / "mini" / "_built"}) as server:
        yield server


def holds_secret(text: str | bytes) -> bool:
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return "geheim" in text or base64.b64encode(USER.encode()).decode()[:16] in text


def said(result: Result, exit_code: int = 0) -> str:
    assert result.exit_code == exit_code, result.output
    return result.output + result.stderr


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Every table of the published file, each row as one text; views too."""
    with duckdb.connect(str(path), read_only=True) as con:
        names = con.execute("select table_schema || '.' || table_name from information_schema.tables")
        for (name,) in names.fetchall():
            rows = con.execute(f"select t::varchar from {name} as t where t::varchar like '%geheim%'")
            yield name, str(rows.fetchall())


def test_a_secret_of_an_address_is_sent_and_written_nowhere(
    small_home: Path, server: OpenSdgServer, cli, tmp_path: Path
) -> None:
    register = Settings().bundled / "reviews" / "2026-11"  # something to draw
    shutil.copytree(register, small_home / "data" / "raw" / "reviews" / "2026-11")
    address = f"{server.url('mini').replace('//', f'//{USER}@')}?token={TOKEN}"
    facts = ("--name", "水城", "--country", "ESP", "--level", "city")
    output = [said(cli(small_home, "pull", "site", address, *facts))]  # its id comes from its address
    assert server.requests and all(one.query == f"token={TOKEN}" for one in server.requests)
    basic = base64.b64encode(USER.encode()).decode()
    assert {one.headers["Authorization"] for one in server.requests} == {f"Basic {basic}"}

    again = said(cli(small_home, "pull", "site", address, *facts))
    assert "unchanged" in again, "the site is known by its public address"
    output += [
        again,
        said(cli(small_home, "build", "--no-bundled")),
        said(cli(small_home, "status")),
        said(cli(small_home, "figures", "--format", "html", "--format", "csv", "--output", tmp_path / "out")),
        said(cli(small_home, "query", "select * from core.local_site")),
    ]
    server.faults += [Fault("meta", "html"), Fault("mini", "drop")]
    failed = cli(small_home, "pull", "site", address, *facts)
    output.append(failed.output + failed.stderr)
    bad = cli(small_home, "pull", "site", address.replace("127.0.0.1", "no such host"), *facts)
    output.append(bad.output + bad.stderr)

    assert not [text for text in output if holds_secret(text)]
    files = [path for root in (small_home, tmp_path / "out") for path in root.rglob("*") if path.is_file()]
    assert {MANIFEST, "runs.jsonl", "validation.html", "localsdg.duckdb", "index.html"} <= {path.name for path in files}
    assert not [path for path in files if holds_secret(path.read_bytes()) or holds_secret(path.name)]
    published = small_home / "data" / "warehouse" / "localsdg.duckdb"
    assert not [name for name, rows in texts(published) if holds_secret(rows)]
    page = (tmp_path / "out" / "site" / "index.html").read_text(encoding="utf-8")
    assert f"{server.url('mini')}" in page, "the public address is there"
