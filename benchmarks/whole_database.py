"""`make bench`: the whole October 2020 database through every stage, and what it costs.

Measures, in fresh processes: (1) a bare DuckDB `create table as select * from
read_csv(..., all_varchar = true)` of the same file; (2) stage, check, build,
audit, publish of it, without Prefect; (3) `localsdg run` from the bundle;
(4) `localsdg --help`. Peak memory is the process's own high-water mark.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
FILE = "un/bulk/2020-10-19.csv.gz"
TARGETS = {"ratio": 3.0, "peak_gb": 1.5, "help_s": 0.3, "bundle_run_s": 30.0}

_BARE = """
import duckdb, json, sys, time
started = time.perf_counter()
con = duckdb.connect()
con.execute("set threads = 2")
con.execute(f"create table bare as select * from read_csv('{sys.argv[1]}', all_varchar = true)")
print(json.dumps({"seconds": time.perf_counter() - started,
                  "rows": con.execute("select count(*) from bare").fetchone()[0]}))
"""
_WHOLE = """
import json, resource, sys, time
started = time.perf_counter()
from localsdg.pipeline import stages as pipeline
from localsdg.common.progress import silent
from localsdg.common.settings import load_settings
progress = silent()
run = pipeline.run_all(load_settings(), with_bundled=False, progress=progress)
print(json.dumps({
    "seconds": time.perf_counter() - started, "stages": progress.seconds,
    "rows": sum(load["rows_in"] for load in run.loads if load["file_name"].endswith("csv.gz")),
    "observations": run.tables["core.observation"], "file_mb": run.manifest["bytes"] / 1e6,
    "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
}))
"""


def fresh(code: str, *args: str, env: dict | None = None) -> dict:
    """Run a script in a process of its own; returns what it printed as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def timed(command: list[str], env: dict | None = None) -> float:
    """Seconds that a whole command takes."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **(env or {})})
    return time.perf_counter() - started


def home_with(source: Path, folder: Path) -> dict:
    """A home that holds the whole database, the bundle's lists and M49, and nothing else."""
    env = {"LOCALSDG_HOME": str(folder)}
    for part in ("unsd/2022.Q2.G.02", "m49"):
        shutil.copytree(CHECKOUT / "data" / "raw" / "bundled" / part, folder / "data" / "raw" / part)
    localsdg = str(Path(sys.executable).parent / "localsdg")
    subprocess.run(
        [localsdg, "pull", "indicators", str(source)], check=True, capture_output=True, env={**os.environ, **env}
    )
    return env


def main() -> None:
    """Print the figures, and write them to --output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("LOCALSDG_TEST_DATA") or CHECKOUT.parent / "shared" / "data")
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, help="write the figures as JSON")
    args = parser.parse_args()
    source = args.data / FILE
    if not source.exists():
        raise SystemExit(f"error: no {FILE} below {args.data} | next: set LOCALSDG_TEST_DATA")
    localsdg = str(Path(sys.executable).parent / "localsdg")
    with tempfile.TemporaryDirectory(prefix="localsdg-bench-") as folder:
        env = home_with(source, Path(folder) / "whole")
        bare, whole = [], []
        for number in range(args.rounds):
            print(f"round {number + 1} of {args.rounds}", file=sys.stderr)
            bare.append(fresh(_BARE, str(source)))
            whole.append(fresh(_WHOLE, env=env))
        best = min(whole, key=lambda one: one["seconds"])
        facts = {
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
            "rows": best["rows"],
            "observations": best["observations"],
            "bare_s": round(statistics.median(one["seconds"] for one in bare), 2),
            "whole_s": round(statistics.median(one["seconds"] for one in whole), 2),
            "ratio": round(statistics.median(w["seconds"] / b["seconds"] for w, b in zip(whole, bare, strict=True)), 2),
            "peak_gb": round(max(one["peak_gb"] for one in whole), 2),
            "file_mb": round(best["file_mb"], 1),
            "stages_s": {name: round(spent, 2) for name, spent in best["stages"].items()},
            "help_s": round(min(timed([localsdg, "--help"]) for _ in range(5)), 2),
            "bundle_run_s": round(timed([localsdg, "run"], {"LOCALSDG_HOME": f"{folder}/bundle"}), 1),
        }
    print(json.dumps(facts, indent=1))
    for name, limit in TARGETS.items():
        print(f"{name}: {facts[name]} ({'under' if facts[name] < limit else 'NOT under'} {limit})")
    if args.output:
        args.output.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
