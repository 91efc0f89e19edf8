"""The web page: seconds to write, bytes, and milliseconds until a person can use it.

Usable is when the page's script has run: the choice of an area, the search and
all buttons work from then on; charts are drawn as they come into view. The
median of several openings in headless Chromium, each in a fresh profile.

    python -m benchmarks.page --home . --openings 7
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import CHECKOUT, Figure, add_record_flag, finish
from localsdg.common.settings import Settings
from localsdg.figures.data.load import load_figures
from localsdg.figures.page.page import write_page

LIMITS = {"bytes": 3_000_000, "usable": 1000.0}
#: Notes when the script has run, the first chart stands, and all charts do.
WATCH = """
window.marks = {};
new MutationObserver(() => {
  const at = performance.now();
  const drawn = document.querySelectorAll('.plot svg').length;
  const places = document.querySelectorAll('article:not(.empty) .plot').length;
  if (document.documentElement?.dataset.ready) marks.usable ??= at;
  if (drawn) marks.first_chart ??= at;
  if (drawn === places && marks.usable) marks.all_charts = at;
}).observe(document, {subtree: true, childList: true, attributes: true});
"""


def open_once(chromium, path: Path) -> dict[str, float]:
    """Milliseconds from the start of the navigation until parsed, usable, first chart, and all charts."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(path.as_uri())
    page.locator("html[data-ready=yes]").wait_for(state="attached")
    page.wait_for_timeout(6000)
    found = page.evaluate(
        "() => ({...marks, parsed: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd})"
    )
    before = page.evaluate("performance.now()")
    page.select_option("#country", "724")
    page.locator("#c01-extreme-poverty h3", has_text="Spain").wait_for()
    found["choice"] = page.evaluate("performance.now()") - before
    context.close()
    return found


def main() -> int:
    """Print the figures; the exit code is 1 where a limit is not kept, 2 without a browser."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=CHECKOUT)
    parser.add_argument("--openings", type=int, default=7)
    add_record_flag(parser)
    given = parser.parse_args()
    settings = Settings(home=given.home)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        result = load_figures(settings)
        loaded = time.perf_counter()
        path = write_page(result, settings, Path(folder))
        written = time.perf_counter()
        size = path.stat().st_size
        figures = [
            Figure(f"{len(result.figures)} figures read", "s", [loaded - started]),
            Figure("page written", "s", [written - loaded]),
            Figure("page", "bytes", [size], LIMITS["bytes"]),
        ]
        binary = shutil.which("chromium") or shutil.which("google-chrome")
        if binary is None:
            print("no Chromium on this machine: opening is not measured", file=sys.stderr)
            finish("page", figures, is_recorded=given.record)
            return 2
        from playwright.sync_api import sync_playwright

        with sync_playwright() as one:
            chromium = one.chromium.launch(executable_path=binary, args=["--no-sandbox", "--disable-gpu"])
            times = [open_once(chromium, path) for _ in range(given.openings)]
            chromium.close()
    for key in sorted(times[0], key=lambda name: times[0][name]):
        name = f"opened: {key.replace('_', ' ')}"
        figures.append(Figure(name, "ms", [one[key] for one in times], LIMITS.get(key)))
    return finish("page", figures, is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
