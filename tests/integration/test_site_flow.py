"""Sites pulled by Prefect: each a task that can fail alone."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from opensdg_server import OpenSdgServer

from localsdg.settings import CHECKOUT

HEADER = ["site_id", "local_government_id", "local_government", "level", "country_iso3", "area_code",
          "base_url", "repository", "languages", "licence", "kind", "prefer_language"]


@pytest.mark.slow
def test_a_failed_site_is_one_failed_task(tmp_path: Path, fixtures: Path) -> None:
    with OpenSdgServer({"alive": fixtures / "opensdg" / "mini" / "_built"}) as server:
        listed = tmp_path / "sites.csv"
        rows = [[name, name, name.title(), "city", "PRT", "620", server.url(name), "", "en", "not stated",
                 "production", "en"] for name in ("alive", "dead")]
        with listed.open("w", newline="") as handle:
            csv.writer(handle).writerows([HEADER, *rows])
        done = subprocess.run(
            [sys.executable, "-c", "import json; from flows.pull import pull_sites; "
                                   "print(json.dumps(pull_sites()))"],
            capture_output=True, text=True, cwd=CHECKOUT, timeout=120,
            env={**os.environ, "LOCALSDG_HOME": str(tmp_path / "home"), "LOCALSDG_SITES": str(listed),
                 "HOME": str(tmp_path)},
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["alive"] == "alive: new"
    assert "dead" in told["dead"] and "404" in told["dead"]
    assert list((tmp_path / "home" / "data" / "raw" / "opensdg").glob("alive@*/manifest.json"))
