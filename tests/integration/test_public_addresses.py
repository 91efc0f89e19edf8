"""The password and the token of a site's address: sent with each request, and written nowhere."""

from __future__ import annotations

import base64
import logging
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

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


class _Echo(BaseHTTPRequestHandler):
    """Serves a table and nothing else; what it refuses, it repeats whole, as servers in debug mode do."""

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """The table, a redirect with a secret of its own, or what was asked."""
        self.server.asked.append((self.path, self.headers.get("Authorization")))  # type: ignore[attr-defined]
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/table.csv?X-Amz-Signature=geheim-signature&year=2020")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        is_table = self.path.startswith("/table")
        said = f"No: {unquote(self.path)} {self.path} {self.headers} {USER}".encode()
        body = b"code,name,year,value,unit,district,sex\n1.2.1,Poor,2020,11,%,,\n" if is_table else said
        self.send_response(200 if is_table else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET


def test_no_source_writes_a_secret_that_its_server_repeats(tmp_path: Path, cli, caplog, waits_of_milliseconds) -> None:
    caplog.set_level(logging.DEBUG)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    home, place = tmp_path / "home", f"http://{USER}@127.0.0.1:{server.server_port}"
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        '[dataset]\nid = "toy"\nlanguage = "en"\nlicence = "CC0"\n[government]\nname = "S"\ncountry = "USA"\n'
        'level = "city"\n[columns]\nindicator = "code"\ntitle = "name"\nyear = "year"\nvalue = "value"\nunit = "unit"\n'
    )
    ends = f"?x=%40;token={TOKEN};y=1&sig=geheim%2Fsig#access_token=geheim-part"
    facts = ("--name", "S", "--country", "USA", "--level", "city")
    calls = {
        "table": ("pull", "table", f"{place}/moved{ends}", "--map", mapping),
        "no table": ("pull", "table", f"{place}/none{ends}", "--map", mapping),
        "archive": ("pull", "site", f"{place}/archive/main.zip{ends}", *facts),
        "site": ("pull", "site", f"{place}/data{ends}", *facts),
        "un": ("pull", "indicators", "--series", "SI_POV_DAY1", "--area", "724"),
        "notify": ("notify", "--test"),
        "status": ("status", "--json"),
    }
    env = {"LOCALSDG_UNSD_BASE_URL": f"{place}/api{ends}", "LOCALSDG_NOTIFY": f"{place}/hook{ends} file:alerts.jsonl"}
    try:
        results = {name: cli(home, *call, **env) for name, call in calls.items()}
    finally:
        server.shutdown()
        server.server_close()
    asked = server.asked  # type: ignore[attr-defined]
    assert {"/moved", "/none", "/archive", "/data", "/api"} <= {
        "/" + path.split("/")[1].split("?")[0] for path, _ in asked
    }
    assert all(authorization for _, authorization in asked), "they are sent"
    assert results["table"].exit_code == 0, results["table"].output
    assert {name for name, one in results.items() if "Traceback" in one.output} == set()
    assert {name: one.output for name, one in results.items() if holds_secret(one.output + one.stderr)} == {}
    assert [line for line in caplog.messages if holds_secret(line)] == []
    files = [path for path in home.rglob("*") if path.is_file()]
    assert "manifest.json" in {path.name for path in files}
    assert [path for path in files if holds_secret(path.read_bytes()) or holds_secret(path.name)] == []
    manifest = next(path for path in files if path.name == MANIFEST).read_text(encoding="utf-8")
    assert "/table.csv?year=2020" in manifest, "the final address is there"
