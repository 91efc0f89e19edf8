"""Forty Open SDG sites from a loopback server with 200 ms latency: seconds, limit, ratio.

The limit is what latency and concurrency allow: 120 requests of 0.2 s, so many
at once. A second pull, of unchanged sites, asks as often and downloads nothing.

    python -m benchmarks.forty_sites --concurrency 4
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import CHECKOUT, Figure, add_record_flag, finish

sys.path.insert(0, str(CHECKOUT / "tests"))

from opensdg_server import OpenSdgServer  # noqa: E402

from localsdg.common.settings import Settings  # noqa: E402
from localsdg.registry.local_sites import Site  # noqa: E402
from localsdg.sources.opensdg.sites import pull_sites  # noqa: E402

TARGET = 1.3
DATA = Path(os.environ.get("LOCALSDG_TEST_DATA") or CHECKOUT.parent / "shared" / "data")


def built_sites() -> list[tuple[Path, str]]:
    """Folders of real builds with their first complete language, else the mini site."""
    found = []
    for folder in sorted((DATA / "local" / "opensdg").glob("*/_built")):
        whole = sorted(one.parents[1].name for one in folder.glob("*/meta/all.json"))
        if whole:
            found.append((folder, whole[0]))
    return found or [(CHECKOUT / "tests" / "fixtures" / "opensdg" / "mini" / "_built", "en")]


def main() -> int:
    """Print the figures; the exit code is 1 where the target is not reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--concurrency", type=int, default=Settings().concurrency)
    add_record_flag(parser)
    given = parser.parse_args()
    os.environ["NO_PROXY"] = "*"
    builds = built_sites()
    chosen = {f"site-{number}": builds[number % len(builds)] for number in range(given.sites)}
    limit = 3 * given.sites * given.latency / given.concurrency
    figures = []
    folders = {name: folder for name, (folder, _) in chosen.items()}
    with OpenSdgServer(folders, given.latency) as server, tempfile.TemporaryDirectory() as home:
        sites = [
            Site(name, name, name, "city", "ESP", base_url=server.url(name), languages=(language,))
            for name, (_, language) in chosen.items()
        ]
        settings = Settings(home=Path(home), concurrency=given.concurrency)
        for what, expected in (("first pull", "new"), ("unchanged", "unchanged")):
            before, started = len(server.requests), time.perf_counter()
            pulls = pull_sites(settings, sites)
            seconds = time.perf_counter() - started
            if any(one.outcome != expected for one in pulls):
                raise SystemExit("\n".join(one.message for one in pulls if one.outcome != expected))
            command = (
                f"python -m benchmarks.forty_sites --sites {given.sites} --concurrency {given.concurrency} --record"
            )
            name = f"{given.sites} sites with {given.latency:g} s latency, {what}: time / limit"
            figures.append(Figure(name, "", [seconds / limit], TARGET, command=command))
            print(
                f"{what:10} {len(pulls)} sites, {len(server.requests) - before} requests, "
                f"{given.concurrency} at once: {seconds:.2f} s, limit {limit:.2f} s"
            )
    return finish("forty_sites", figures, is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
