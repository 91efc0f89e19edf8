"""A home that lives through simulated weeks: a UN service, three sites, three channels of alerts, real processes."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from alert_servers import Hook, Mailbox, hook, mail_server
from opensdg_server import OpenSdgServer
from replay_server import ReplayServer, record

from localsdg.common import processes
from localsdg.common.disk import free_bytes
from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import read_runs
from localsdg.pipeline.under_way import runs_under_way
from localsdg.sources.snapshot import sha256_of

CLOCK = Path(__file__).parent / "clock"
LISTS = Path(__file__).parent / "fixtures" / "unsd" / "2022.Q2.G.02"
HEADER = "site_id,local_government,country_iso3,base_url,languages,prefer_language\n"
#: The last week is today.
WEEKS = 8
SITES = ("alpha", "beta", "gamma")
#: World, Afghanistan, Algeria, Angola, Spain.
AREAS = (1, 4, 12, 24, 724)
#: Versions that a home keeps, besides the last one of each year.
KEPT = 4
#: Megabytes of the home's disk.
DISK_MB = 400
_LEFT_OUT = ("PREFECT_", "LOCALSDG_", "PYTHONPATH")


def un_rows(last: int = 2019, more: float = 0.0, left_out: Callable[[int, int], bool] = lambda *_: False) -> list[dict]:
    """A share of people in extreme poverty for each area and year; `more` is added to each."""
    return [
        record("SI_POV_DAY1", area, year, f"{more + area % 7 + (2030 - year) / 2:g}")
        for area in AREAS
        for year in range(1980, last + 1)
        if not left_out(area, year)
    ]


def site(folder: Path, more: float = 0.0, left_out: Callable[[int, int], bool] = lambda *_: False) -> Path:
    """A built site of two indicators and 86 records; `more` is added to each value."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for number in (1, 2):
            rows = [
                f"{year},Percent,{more + number * 7 + (year - 1900) / 3 + len(folder.name) / 50:.2f}"
                for year in range(1980, 2023)
                if not left_out(number, year)
            ]
            target.writestr(f"3-8-{number}.csv", "\n".join(["Year,Units,Value", *rows]) + "\n")
    meta = {
        f"3-8-{number}": {"indicator_number": f"3.8.{number}", "indicator_name": f"Share {number}"} for number in (1, 2)
    }
    for name, body in {
        "meta/all.json": json.dumps(meta).encode(),
        "stats/reporting.json": b'{"statuses": [{"status": "complete"}]}',
        "zip/all_indicators.json": b'{"filename": "all_indicators.zip"}',
        "zip/all_indicators.zip": archive.getvalue(),
    }.items():
        (folder / "en" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "en" / name).write_bytes(body)
    return folder


@dataclass(frozen=True)
class Done:
    """A command that has ended: what it printed, and the alerts of each channel since it began."""

    code: int
    out: str
    err: str
    alerts: list[dict]
    posted: list[dict]
    mails: list[str]


@dataclass(frozen=True)
class Facts:
    """The published file and what is kept."""

    sha256: str
    mtime: int
    versions: tuple[str, ...]


@dataclass
class World:
    """The home, what it pulls from and whom it alerts."""

    folder: Path
    service: ReplayServer
    sites: OpenSdgServer
    hook: Hook
    box: Mailbox
    disk: bool  # the home is on a disk of its own, of `DISK_MB`
    began: datetime
    week: int = 1

    @property
    def settings(self) -> Settings:
        return Settings(home=self.folder / "disk" / "home")

    def day_of(self, week: int) -> datetime:
        """A moment of the simulated day of a week; the last one is today, the others begin at six in the morning."""
        ago = timedelta(days=self.days_ago(week))
        return datetime.now(UTC) - ago

    def days_ago(self, week: int) -> float:
        """By how much the clock of a week's processes is behind."""
        weeks = WEEKS - week
        return 7 * weeks + (self.began - self.began.replace(hour=6, minute=0)) / timedelta(days=1) if weeks else 0.0

    @property
    def day(self) -> str:
        """The simulated day, ISO 8601."""
        return f"{self.day_of(self.week):%Y-%m-%d}"

    def variables(self) -> dict[str, str]:
        """What each process is given."""
        channels = (
            "file:alerts.jsonl",
            f"http://{self.hook.address}/hook",
            f"smtp://127.0.0.1:{self.box.port}/?to=a@example.org&from=b@example.org",
        )
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith(_LEFT_OUT)},
            "PYTHONPATH": str(CLOCK),
            "SIMULATED_DAYS_AGO": str(self.days_ago(self.week)),
            "SIMULATED_SITES": str(self.folder / "sites.csv"),
            "LOCALSDG_HOME": str(self.settings.home),
            "LOCALSDG_UNSD_BASE_URL": self.service.url,
            "LOCALSDG_NOTIFY": " ".join(channels),
            "LOCALSDG_KEEP_VERSIONS": str(KEPT),
            "LOCALSDG_KEEP_SNAPSHOTS": "1",
            "NO_PROXY": "*",
            "COLUMNS": "200",
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command as people do."""
        call = [sys.executable, "-m", "localsdg", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(call, env=self.variables(), cwd=self.folder, stdout=pipe, stderr=pipe, text=True)

    def call(self, *words: str) -> Done:
        """Run a command to its end."""
        alerts, posted, mails = len(self.alerts), len(self.hook.bodies), len(self.box.messages)
        process = self.start(*words)
        out, err = process.communicate(timeout=240)
        bodies = [str(one.get_body(("plain",)).get_content()) for one in self.box.messages[mails:]]
        return Done(process.returncode, out, err, self.alerts[alerts:], self.hook.bodies[posted:], bodies)

    def run(self, *words: str) -> Done:
        """The weekly run."""
        return self.call("run", "--live", "--plain", "--no-bundled", *words)

    def kill(self, is_time: Callable[[], bool], *words: str) -> None:
        """Begin the weekly run, and kill it when it is time: nothing in it can clean up."""
        process = self.start("run", "--live", "--plain", "--no-bundled", *words)
        end = time.monotonic() + 240
        while not is_time():
            assert process.poll() is None and time.monotonic() < end, process.communicate()
            time.sleep(0.01)
        process.kill()
        process.communicate()

    def stage_under_way(self) -> str | None:
        """The stage in which a run is now."""
        return next((one["stage"] for one in runs_under_way(self.settings) if one["is_running"]), None)

    def schedule_once(self) -> str:
        """Start the schedule with a run at once, and end it after that run; returns what it printed."""
        log = self.folder / "schedule.txt"
        call = [sys.executable, "-m", "localsdg", "schedule", "--now", "--no-bundled"]
        with log.open("wb") as to:
            process = subprocess.Popen(call, env=self.variables(), cwd=self.folder, stdout=to, stderr=to)
        try:
            end = time.monotonic() + 300
            while not re.search("run .* (completed|failed|ended)", log.read_text()):
                assert process.poll() is None and time.monotonic() < end, log.read_text()
                time.sleep(0.1)
        finally:
            below = processes.children(process.pid)
            process.terminate()
            process.wait(timeout=30)
        assert [pid for pid in below if processes.identity(pid)] == []
        return log.read_text()

    @contextmanager
    def room_left(self, megabytes: float) -> Iterator[None]:
        """Another program takes all of the disk but so much."""
        filler = self.folder / "disk" / "filler"
        size = int(free_bytes(self.settings.home) - megabytes * 1e6)
        with filler.open("wb") as handle:
            os.posix_fallocate(handle.fileno(), 0, size)
        try:
            yield
        finally:
            filler.unlink()

    def status(self) -> dict:
        """`localsdg status --json` on the simulated day."""
        done = self.call("status", "--json")
        assert done.code in (0, 1), done.err
        return json.loads(done.out)

    @property
    def alerts(self) -> list[dict]:
        """What the file of alerts holds."""
        path = self.settings.home / "alerts.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def report(self) -> str:
        return (self.settings.reports / "last_run.md").read_text(encoding="utf-8")

    @property
    def last(self) -> dict:
        """The last line of the run log."""
        return read_runs(self.settings)[-1]

    @property
    def facts(self) -> Facts:
        published = self.settings.published
        kept = sorted(path.name for path in (self.settings.warehouse / "releases").iterdir())
        return Facts(sha256_of(published), published.stat().st_mtime_ns, tuple(kept))

    def ask(self, sql: str) -> list[tuple]:
        """Rows of the published file."""
        return self.ask_file(self.settings.published, sql)

    @staticmethod
    def ask_file(path: Path, sql: str) -> list[tuple]:
        """Rows of a version."""
        con = duckdb.connect(str(path), read_only=True)
        try:
            return con.execute(sql).fetchall()
        finally:
            con.close()

    def leftovers(self) -> list[str]:
        """What a run that has ended must not leave in the warehouse's folder and among the snapshots."""
        found = [path for name in (".run-*", ".running-*", ".spill/*") for path in self.settings.warehouse.glob(name)]
        found += [path for name in ("*.tmp", "*.part", "*.gone") for path in self.settings.home.rglob(name)]
        return sorted(str(path.relative_to(self.settings.home)) for path in found)


@contextmanager
def own_disk(folder: Path) -> Iterator[bool]:
    """A small disk mounted there for the block, where that is allowed."""
    folder.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    is_mounted = subprocess.run(call, capture_output=True).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", folder], check=True)


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """The world of the first week, with an empty home."""
    lists = folder / "lists"
    shutil.copytree(LISTS, lists)
    (lists / "Series_List.json").unlink()
    built = {name: site(folder / "first" / name) for name in SITES if name != "gamma"}
    service = ReplayServer(un_rows(), lists, release="2022.Q1.G.01")
    with (
        own_disk(folder / "disk") as disk,
        OpenSdgServer(built) as sites,
        service,
        hook() as posted,
        mail_server(Mailbox()) as box,
    ):
        lines = [f"{name},{name.title()},PRT,{sites.url(name)},en,en\n" for name in SITES]
        (folder / "sites.csv").write_text(HEADER + "".join(lines))
        yield World(folder, service, sites, posted, box, disk, datetime.now(UTC))
