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

from localsdg.common.settings import RESOURCES

HEADER = [
    "site_id",
    "local_government_id",
    "local_government",
    "level",
    "country_iso3",
    "area_code",
    "base_url",
    "repository",
    "languages",
    "licence",
    "kind",
    "prefer_language",
]


@pytest.mark.slow
def test_a_failed_site_is_one_failed_task(tmp_path: Path, fixtures: Path) -> None:
    with OpenSdgServer({"alive": fixtures / "opensdg" / "mini" / "_built"}) as server:
        listed = tmp_path / "sites.csv"
        rows = [
            [
                name,
                name,
                name.title(),
                "city",
                "PRT",
                "620",
                server.url(name),
                "",
                "en",
                "not stated",
                "production",
                "en",
            ]
            for name in ("alive", "dead")
        ]
        with listed.open("w", newline="") as handle:
            csv.writer(handle).writerows([HEADER, *rows])
        code = (
            "import json, sys; from pathlib import Path\n"
            "from localsdg.registry import local_sites; local_sites.BUNDLED_LIST = Path(sys.argv[1])\n"
            "from flows.pull import pull_sites_as_tasks; from localsdg.pipeline import stages as pipeline\n"
            "from localsdg.common.settings import load_settings; from prefect import flow\n"
            "run = pipeline.begin_run(load_settings(), live=True)\n"
            "@flow\nasync def pull() -> None: pull_sites_as_tasks(run)\n"
            "import asyncio; asyncio.run(pull())\n"
            "print(json.dumps([vars(one) for one in run.set_aside]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(listed)],
            capture_output=True,
            text=True,
            cwd=RESOURCES,
            timeout=120,
            env={**os.environ, "LOCALSDG_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)},
        )
    assert done.returncode == 0, done.stderr
    (dead,) = json.loads(done.stdout.splitlines()[-1])
    assert (dead["set_aside_name"], dead["rule_id"]) == ("dead", "PULL-S01") and "404" in dead["detail"]
    assert list((tmp_path / "home" / "data" / "raw" / "opensdg").glob("alive@*/manifest.json"))
