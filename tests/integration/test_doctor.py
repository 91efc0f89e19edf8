"""`localsdg doctor` on homes that are ill in one way each: it names the fault and a remedy, and never fails itself."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

from localsdg.common import processes as own_processes
from localsdg.common.settings import Settings
from localsdg.pipeline import doctor as package
from localsdg.pipeline.doctor import doctor, endpoints, folders, libraries, processes, published
from localsdg.pipeline.doctor.alerts import check_channels
from localsdg.pipeline.doctor.finding import CheckContext, Finding, Level
from localsdg.sources.snapshot import SnapshotWriter, sha256_of

NOW = datetime(2026, 11, 27, 12)


@pytest.fixture
def context(tmp_path) -> CheckContext:
    settings = Settings(home=tmp_path, resources=tmp_path / "resources")
    settings.warehouse.mkdir(parents=True)
    return CheckContext(settings, {"PATH": os.environ["PATH"]}, NOW, is_offline=True)


def worst(findings: Iterator[Finding]) -> Finding:
    """The gravest finding; each that is not ok has a remedy."""
    every = list(findings)
    assert every and all(one.remedy for one in every if one.level != Level.OK)
    return max(every, key=lambda one: list(Level).index(one.level))


def write_log(context: CheckContext, *rows: dict) -> None:
    text = "".join(
        json.dumps({"run_id": "r", "status": "published", "started_at": "2026-11-01T06:00:00", **row}) + "\n"
        for row in rows
    )
    (context.settings.warehouse / "runs.jsonl").write_text(text)


def publish(context: CheckContext, version: str = "2026.11.27.1") -> Path:
    path = context.settings.published
    with duckdb.connect(str(path)) as con:
        con.execute("create schema meta")
        con.execute(
            f"create table meta.release as select '{version}' as version, 'none' as duckdb_version, 'h' as content_hash"
        )
    folder = context.settings.warehouse / "releases" / version
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"sha256": sha256_of(path)}))
    return path


def test_a_library_outside_its_bounds_is_named_with_the_command_that_corrects_it(
    tmp_path, context, monkeypatch
) -> None:
    info = tmp_path / "site" / "ill-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: ill\nVersion: 1.0\nRequires-Python: >=4\n"
        "Requires-Dist: duckdb<0.5\nRequires-Dist: no-such-library>=2\nRequires-Dist: click; extra == 'more'\n"
    )
    monkeypatch.syspath_prepend(str(info.parent))
    assert worst(libraries.check_libraries(context)).level == Level.OK  # of this installation
    monkeypatch.setattr(libraries, "PACKAGE", "ill")
    found = list(libraries.check_libraries(context))
    assert [one.found for one in found] == [
        f"duckdb is {duckdb.__version__}, and ill needs <0.5",
        "no-such-library is not installed, and ill needs >=2",
    ]
    assert found[0].remedy and found[0].remedy.endswith("-m pip install 'duckdb<0.5'")
    assert worst(libraries.check_python(context)).level == Level.PROBLEM


def test_a_server_that_does_not_import_is_a_problem_each_time(context, monkeypatch) -> None:
    monkeypatch.setattr(libraries, "SERVER", "no_such_server")
    for _ in range(2):
        found = worst(libraries.check_prefect_server(context))
        assert found.level == Level.PROBLEM and "No module named 'no_such_server'" in found.found
    monkeypatch.setattr(libraries, "SERVER", "json")
    assert worst(libraries.check_prefect_server(context)).found == "it imports"
    assert "before" in worst(libraries.check_prefect_server(context)).found


def as_another_user(check: Callable[[CheckContext], Iterator[Finding]], context: CheckContext) -> Finding:
    """The finding of a user who is not root: in a child process where this one is."""
    if os.getuid():
        return worst(check(context))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            found = worst(check(context))
            os.write(writer, json.dumps([found.name, found.level, found.found, found.remedy]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    name, level, text, remedy = json.loads(os.read(reader, 10_000))
    return Finding(name, Level(level), text, remedy)


def test_folders_that_another_user_may_not_write_are_named(context) -> None:
    home = context.settings.home
    (context.settings.warehouse / "reports").mkdir()
    for path in (home, *home.parents):
        if path.stat().st_uid == os.getuid() and path != Path(path.anchor):
            path.chmod(0o777)  # a folder of pytest's is for its user alone
    for path in (home / "data").rglob("*"):
        path.chmod(0o777)
    (home / "data").chmod(0o777)
    assert as_another_user(folders.check_permissions, context).level == Level.OK
    (context.settings.warehouse / "reports").chmod(0o555)
    found = as_another_user(folders.check_permissions, context)
    assert found.level == Level.PROBLEM and "data/warehouse/reports" in found.found
    assert found.remedy and found.remedy.startswith("sudo chown -R ")


def test_a_folder_that_goes_while_it_is_looked_at_is_no_problem(context, monkeypatch) -> None:
    going, access = context.settings.warehouse / ".doctor-0", os.access
    going.mkdir()

    def look(path: Path, mode: int) -> bool:
        if path == going and going.exists():
            going.rmdir()
        return access(path, mode)

    monkeypatch.setattr(folders.os, "access", look)
    assert worst(folders.check_permissions(context)).level == Level.OK and not going.exists()


def test_space_is_measured_against_the_published_file(context, monkeypatch) -> None:
    sizes = {Level.PROBLEM: 100_000_000, Level.WARNING: 300_000_000, Level.OK: 900_000_000}
    for level, free in sizes.items():
        monkeypatch.setattr(folders.shutil, "disk_usage", lambda _, free=free: shutil._ntuple_diskusage(0, 0, free))
        assert worst(folders.check_space(context)).level == level


def test_a_file_system_without_links_or_without_room(context, monkeypatch) -> None:
    assert worst(folders.check_file_system(context)).level == Level.OK

    def refuse(*_: object) -> None:
        raise OSError(1, "not permitted")

    monkeypatch.setattr(folders.os, "link", refuse)
    assert worst(folders.check_file_system(context)).level == Level.WARNING
    monkeypatch.setattr(folders.os, "replace", refuse)
    assert worst(folders.check_file_system(context)).level == Level.PROBLEM
    assert list(context.settings.warehouse.iterdir()) == []


def test_settings_that_have_no_effect_or_can_be_read_by_others(context, tmp_path) -> None:
    ill = replace(context, environ={"LOCALSDG_NOTFY": "x", "LOCALSDG_HOME": "y", "LOCALSDG_CONTACT": "z"})
    found = list(folders.check_settings(ill))
    assert [one.found for one in found] == ["the variable LOCALSDG_NOTFY is no setting and has no effect"]
    path = tmp_path / "localsdg.toml"
    path.write_text("notify = 'file:a'\n")
    path.chmod(0o644)
    with_notify = replace(context, settings=replace(context.settings, notify="file:a"))
    assert worst(folders.check_settings(with_notify)).level == Level.WARNING
    path.chmod(0o600)
    assert worst(folders.check_settings(with_notify)).level == Level.OK


def test_the_published_file_is_whole_or_the_fault_is_named(context) -> None:
    assert "nothing is published" in worst(published.check_published(context)).found
    path = publish(context)
    assert worst(published.check_published(context)).level == Level.OK
    log = path.with_name(path.name + ".wal")
    log.touch()
    assert "write-ahead log" in worst(published.check_published(context)).found
    log.unlink()
    manifest = next(context.settings.warehouse.glob("releases/*/manifest.json"))
    manifest.write_text('{"sha256": "0"}')
    assert "is not the file that was published" in worst(published.check_published(context)).found
    path.write_bytes(b"not a database" * 1000)
    found = worst(published.check_published(context))
    assert found.level == Level.PROBLEM and "does not open in DuckDB" in found.found


def test_a_changed_snapshot_is_found_by_its_hash(context) -> None:
    with SnapshotWriter(context.settings.raw, "unsd", "2026.Q1", origin="x", licence="x", attribution="x") as writer:
        writer.add("a.csv", "data", b"a,b\n1,2\n")
        snapshot = writer.commit()
    deep = replace(context, is_deep=True)
    assert worst(published.check_snapshots(deep)).level == Level.OK
    (snapshot.path / "a.csv").chmod(0o644)
    (snapshot.path / "a.csv").write_bytes(b"a,b\n1,3\n")
    assert worst(published.check_snapshots(context)).level == Level.OK
    found = worst(published.check_snapshots(deep))
    assert found.level == Level.WARNING and "a.csv" in found.found


@contextmanager
def child(*call: str, **environ: str) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [sys.executable, "-c", *call], env={**os.environ, **environ}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout and process.stdout.readline().strip() == "ready"
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_held_lock_names_its_process_and_a_free_one_what_was_left(context, cli) -> None:
    hold = (
        "import time; from localsdg.common.settings import load_settings;"
        "from localsdg.pipeline.run import begin_run, writing; settings = load_settings();\n"
        "with writing(settings, begin_run(settings)): print('ready', flush=True); time.sleep(60)"
    )
    left = context.settings.warehouse / ".run-20261127T110000-abcdef"
    left.mkdir()
    mark = context.settings.warehouse / ".running-20261127T113000-abcdef.json"
    mark.write_text(json.dumps({"run_id": "20261127T113000-abcdef", "started_at": "2026-11-27T11:30:00", "pid": 1}))
    today = replace(context, now=datetime.now(UTC).replace(tzinfo=None))
    with child(hold, LOCALSDG_HOME=str(context.settings.home)) as holder:
        lock, _ = processes.check_lock(today)
        assert lock.level == Level.OK and f"process {holder.pid}" in lock.found and "since" in lock.found
        late, _ = processes.check_lock(replace(today, now=today.now + timedelta(days=1)))
        assert late.remedy == f"kill {holder.pid}"
        # the folder may be that of the run
        assert left.name not in processes.leftovers(context.settings)
        (context.settings.warehouse / ".writer.json").unlink()
        assert f"process {holder.pid}" in next(processes.check_lock(today)).found
    found = worst(processes.check_lock(today))
    assert (found.level, found.remedy) == (Level.WARNING, "localsdg doctor --fix")
    assert left.name in found.found and mark.name in found.found
    result = cli(context.settings.home, "doctor", "--offline", "--fix", LOCALSDG_NOTIFY="file:alerts.jsonl")
    assert f"fixed    removed {left.name}" in result.output and not left.exists() and not mark.exists()
    log = (context.settings.warehouse / "runs.jsonl").read_text()
    assert log.count("killed before it ended") == 2
    assert (context.settings.home / "alerts.jsonl").read_text().count('"kind": "failed"') == 2


@pytest.mark.parametrize("call", own_processes.PREFECT_CALLS)
def test_a_server_or_run_of_a_killed_owner_is_found_and_ended(context, call) -> None:
    home = str(context.settings.prefect_home)
    wait = "import time; print('ready', flush=True); time.sleep(60)"
    with child(wait, call, PREFECT_HOME=home, **{own_processes.OWNER: "999999:1"}) as server:
        found = worst(processes.check_orphans(context))
        assert found.level == Level.WARNING and str(server.pid) in found.found
        assert processes.fix(context) == [f"ended process {server.pid}, which a killed run or schedule left"]
        assert server.wait(5) != 0
    assert worst(processes.check_orphans(context)).level == Level.OK


@pytest.mark.parametrize(
    ("finished", "level"),
    [
        ("2026-11-27T11:59:00", Level.OK),
        ("2026-11-28T12:00:00", Level.PROBLEM),
        ("2020-01-01T00:00:00", Level.WARNING),
        ("never", Level.OK),
    ],
)
def test_the_clock_against_the_last_run(context, finished, level) -> None:
    write_log(context, {"finished_at": finished})
    assert worst(processes.check_clock(context)).level == level


def test_the_schedule_and_its_process(context) -> None:
    path = context.settings.warehouse / "schedule.json"

    def state(**facts: object) -> Finding:
        process = own_processes.identity(os.getpid())
        path.write_text(
            json.dumps({"pid": os.getpid(), "process": process, "next_run": "2026-11-30T06:00:00", **facts})
        )
        return worst(processes.check_schedule(context))

    assert worst(processes.check_schedule(context)).level == Level.OK
    assert "next run 2026-11-30T06:00:00" in state().found
    assert "has ended" in state(process="1:1").found
    assert state(problem="no server").level == Level.PROBLEM
    assert "did not begin" in state(next_run="2026-11-23T06:00:00").found
    path.write_text("{")
    assert worst(processes.check_schedule(context)).level == Level.PROBLEM


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "slow" in self.path:
            time.sleep(3)
        self.send_response(404 if "gone" in self.path else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests clean."""


def test_servers_are_asked_side_by_side_and_bounded_in_time(context) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    try:
        started = time.monotonic()
        faults = endpoints.ask(
            {"well": f"{root}/", "gone": f"{root}/gone", "slow": f"{root}/slow", "dead": "http://127.0.0.1:1/"}, 1.0
        )
        assert time.monotonic() - started < 2
        assert faults.keys() == {"gone", "slow", "dead"}
        assert faults["gone"] == "status 404" and faults["dead"] == "no connection"
        sites = context.settings.home / "sites.csv"
        sites.write_text("site_id,local_government,country_iso3,base_url,languages,prefer_language\n")
        online = replace(context, is_offline=False, settings=replace(context.settings, unsd_base_url=f"{root}/gone"))
        assert [one.level for one in endpoints.check_endpoints(context)] == [Level.OK]
        found = next(iter(endpoints.check_endpoints(online)))
        assert found.level == Level.PROBLEM and "status 404" in found.found
        api = replace(context, environ={"PREFECT_API_URL": "http://127.0.0.1:1/api"})
        assert worst(endpoints.check_prefect_api(api)).remedy == "prefect server start"
    finally:
        server.shutdown()
        server.server_close()


def test_channels_are_judged_without_a_word_of_their_secrets(context) -> None:
    notify = "smtp://user:hunter22/x@h/?to=a@b.org http://example.org/hunter22 file:a"
    ill = replace(context, settings=replace(context.settings, notify=notify))
    found = list(check_channels(ill))
    assert [one.level for one in found] == [Level.PROBLEM, Level.WARNING]
    assert not any("hunter22" in str(one) for one in found)
    write_log(context, {"notes": ["the alert was not sent to channel 1"]})
    well = replace(context, settings=replace(context.settings, notify="file:a"))
    assert worst(check_channels(well)).found == "the alert was not sent to channel 1"


def test_a_check_that_fails_is_a_problem_and_the_others_go_on(context, monkeypatch) -> None:
    def broken(_: CheckContext) -> Iterator[Finding]:
        raise ImportError("cannot import name x")
        yield

    monkeypatch.setattr(folders, "check_space", broken)
    monkeypatch.setattr(
        doctor, "CHECKS", (("folders", "check_space"), ("no_such", "check_x"), ("processes", "check_lock"))
    )
    found = doctor.examine(context)
    assert [one.level for one in found] == [Level.PROBLEM, Level.PROBLEM, Level.OK, Level.OK]
    assert found[0].found == "the check itself failed: ImportError: cannot import name x"


def test_the_command_ends_with_1_where_there_is_a_problem(tmp_path, cli, monkeypatch) -> None:
    monkeypatch.setattr(libraries, "SERVER", "json")
    good = cli(tmp_path, "doctor", "--offline", "--json")
    content = json.loads(good.stdout)
    assert good.exit_code == 0 and content["problems"] == 0
    assert all(set(one) == {"name", "level", "found", "remedy"} for one in content["findings"])
    (tmp_path / "localsdg.toml").write_text("notfy = 'smtp://user:hunter22@h/'\n")
    ill = cli(tmp_path, "doctor", "--offline")
    assert ill.exit_code == 1 and "unknown setting" in ill.output and "notfy" in ill.output
    assert "-> correct" in ill.output and "hunter22" not in ill.output


@pytest.mark.parametrize("content", [b"\xff\xfe", b"notify = [", b"threads = 'many'", None])
def test_settings_that_cannot_be_read_are_one_finding(tmp_path, cli, monkeypatch, content) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (("folders", "check_settings"),))
    path = tmp_path / "localsdg.toml"
    path.write_bytes(content) if content else path.mkdir()
    result = cli(tmp_path, "doctor", "--offline")
    assert result.exit_code == 1 and result.output.startswith("problem  settings: ")
    assert cli(tmp_path, "status").exit_code == 2


def test_every_command_of_a_remedy_is_one_of_ours() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1] / "conventions"))
    try:
        from test_next_steps import commands, fault
    finally:
        sys.path.pop(0)
    texts = []
    for path in Path(package.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value
        ]
    calls = [call for text in texts for call in commands(text.rstrip(")"))]
    assert len(calls) > 10
    assert {fault(call) for call in calls} <= {None, "no such command: schedule"}
