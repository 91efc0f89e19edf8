"""A real `localsdg explore` on a small file with the tables of the built one, for tests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from localsdg.common.settings import Settings

#: A name that attacks a page and a spreadsheet.
HOSTILE = '=HYPERLINK("x")<img src=x onerror=alert(1)><script>alert(2)</script> #1'
#: Tables that are taken, and which of their rows.
ROWS = {
    "core.goal": "true",
    "core.target": "true",
    "core.indicator": "true",
    "core.area": "true",
    "core.series": "true",
    "core.release": "true",
    "core.local_government": "area_code in ('724', '404')",
    "core.local_site": "true",
    "core.action_dataset": "true",
    "core.action": "year = 2016",
    "core.latest_observation": "series_code in ('SI_POV_DAY1', 'SH_SAN_SAFE') and area_code in ('001', '404', '724')",
    "core.review": "review_year = 2021",
    "evidence.metric": "true",
    "evidence.extreme_poverty_by_region": "true",
    "meta.release": "true",
    "meta.licence": "true",
    "meta.dataset": "true",
    "meta.table_info": "true",
    "meta.column_info": "true",
}


def small_home(built: Settings, home: Path) -> Path:
    """A home whose published file has a few tables of the built one, and one hostile name."""
    target = Settings(home=home).published
    target.parent.mkdir(parents=True)
    with closing(duckdb.connect(str(target))) as con:
        con.execute(f"attach '{built.published}' as built (read_only)")
        for schema in ("core", "evidence", "meta"):
            con.execute(f"create schema {schema}")
        for table, where in ROWS.items():
            con.execute(f"create table {table} as select * from built.{table} where {where}")
        con.execute("update core.area set name = ? where area_code = '404'", [HOSTILE])
        con.execute("detach built")
    return home


@dataclass(frozen=True)
class Running:
    """A server: where it is, its process, its home, and the file that a foreign plugin would write."""

    address: str
    process: subprocess.Popen
    home: Path
    plugin_ran: Path

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rsplit(":", 1)[1])


def foreign_plugin(folder: Path) -> Path:
    """A package that calls itself a plugin of Datasette and leaves a file where it is imported."""
    info = folder / "foreign-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[datasette]\nforeign = foreign_plugin\n")
    (folder / "foreign_plugin.py").write_text(
        "from pathlib import Path\nPath(__file__).with_name('ran').write_text('ran')\n"
    )
    return folder / "ran"


@contextmanager
def running(home: Path, folder: Path, *options: str) -> Iterator[Running]:
    """The command itself, on a port that the system chooses; ended by Ctrl-C."""
    mark = foreign_plugin(folder)
    environment = {**os.environ, "LOCALSDG_HOME": str(home), "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "localsdg", "explore", "--no-open", "--port", "0", *options]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert match, line + process.stderr.read()
        yield Running(match[0], process, home, mark)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
