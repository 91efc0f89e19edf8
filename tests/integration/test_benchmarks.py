"""The benchmarks: that their sides do the same work, that a changed site is changed, and that results are whole."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest

from localsdg.sources.snapshot import iter_snapshots

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from benchmarks import compare, growth, homes, measure, queries, report  # noqa: E402
from benchmarks.contents import Contents, contents  # noqa: E402

RELEASE = "2019.Q3.G.01"


@pytest.fixture(scope="module")
def bulk_file(tmp_path_factory) -> Path:
    """The bundle's Goal 1 of a release, 23,028 rows, as a CSV, as the UN serves it."""
    path = tmp_path_factory.mktemp("bulk") / f"{RELEASE}.csv.gz"
    source = homes.BUNDLE / "unsd" / RELEASE / "goal_1.parquet"
    duckdb.sql(f"copy (from '{source}') to '{path}' (header, compression gzip)")
    return path


@pytest.mark.slow
def test_floor_pandas_and_the_warehouse_hold_the_same_observations(built, bulk_file, tmp_path):
    ours = contents(built.published, release=RELEASE)
    assert ours.rows > 20_000 and ours.keys > 20_000
    for side, suffix in (("floor", "duckdb"), ("pandas", "parquet")):
        output = tmp_path / f"{side}.{suffix}"
        done = measure.run([sys.executable, compare.SIDE_SCRIPTS / f"{side}_script.py", bulk_file, output])
        held = contents(output, json.loads(done.output)["rows"])
        assert held.differs_from(ours) == [], side


@pytest.mark.long
def test_all_sides_are_measured_on_a_file_of_one_goal(bulk_file):
    measured = compare.measure_file("small", bulk_file, ["floor", "pandas", "ours"], rounds=1)
    assert {held.rows for held in measured.contents.values()} == {23_028}
    figures = {one.name: one for one in compare.file_figures(measured, "python -m benchmarks.compare")}
    assert figures["small: ours, unchanged"].median < figures["small: ours"].median
    assert figures["small: ours / bare floor"].target == compare.TO_FLOOR


def test_sides_that_differ_are_named():
    ours = Contents(rows=10, keys=9, numbers=8, total=1e9, logarithms=20.0)
    assert ours.differs_from(Contents(10, 9, 8, 1e9 + 1e-3, 20.0)) == []
    assert ours.differs_from(Contents(10, 9, 7, 1e9, 20.1)) == ["numbers 8 and 7", "logarithms 20.0 and 20.1"]


def test_a_changed_site_differs_from_the_bundle_in_one_value(tmp_path):
    first, second = homes.change_site(tmp_path, 1), homes.change_site(tmp_path, 2)
    bundled = next((homes.BUNDLE / "opensdg").glob(f"{homes.SITE}@*"))
    cells = [_cells(folder) for folder in (bundled, first, second)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert sum(a != b for a, b in zip(cells[one], cells[other], strict=True)) == 1
    assert first.name != second.name and first.name.startswith(f"{homes.SITE}@")


def _cells(folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "all_indicators.zip") as archive:
        texts = [archive.read(name).decode("utf-8-sig") for name in sorted(archive.namelist())]
    return [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]


def test_a_recorded_figure_replaces_its_last_and_leaves_others(tmp_path):
    path = tmp_path / "results.json"
    measure.record(
        "compare", [measure.Figure("a", "s", [3.0, 1.0, 2.0], target=1.5), measure.Figure("b", "GB", [1.0])], path
    )
    measure.record(
        "links", [measure.Figure("texts", "", [9.0], target=5.0, is_at_most=False, command="x --record")], path
    )
    measure.record("compare", [measure.Figure("a", "s", [1.0], target=1.5)], path)
    kept = json.loads(path.read_text())
    assert (kept["compare"]["a"]["median"], kept["compare"]["b"]["median"], kept["links"]["texts"]["reached"]) == (
        1,
        1,
        True,
    )
    text = (tmp_path / "RESULTS.md").read_text()
    assert "| a | 1.00 s | - | 1 | at most 1.50 s | yes |" in text and "`x --record`" in text


def test_a_missed_target_ends_with_1_and_is_printed(capsys):
    assert measure.finish("compare", [measure.Figure("slow", "s", [3.0], target=1.5)], is_recorded=False) == 1
    assert "NOT reached" in capsys.readouterr().out


def test_results_page_is_made_of_the_recorded_figures():
    results = json.loads(measure.RESULTS.read_text(encoding="utf-8"))
    made = report.report(results)
    assert measure.RESULTS.with_name("RESULTS.md").read_text(encoding="utf-8") == made, "python -m benchmarks.report"
    for name, entries in results.items():
        assert (CHECKOUT / "benchmarks" / f"{name}.py").exists(), name
        assert all(entry["command"].startswith("python -m benchmarks.") for entry in entries.values())


def test_every_benchmark_is_in_the_list_of_commands():
    text = (CHECKOUT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    targets = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    shared = {"measure", "report", "homes", "contents", "__init__", "readme_pictures"}
    modules = {path.stem for path in (CHECKOUT / "benchmarks").glob("*.py")} - shared
    missing = {name for name in modules if f"benchmarks.{name}" not in text + targets}
    assert missing == set()


def test_each_benchmark_of_the_documents_takes_the_options_shown():
    """Documents name commands that take minutes; what argparse prints says whether each would start."""
    pages = [*(CHECKOUT / "docs").rglob("*.md"), CHECKOUT / "README.md", CHECKOUT / "benchmarks" / "README.md"]
    shown: dict[str, set[str]] = {}
    for line in "\n".join(page.read_text(encoding="utf-8") for page in pages).splitlines():
        for name, rest in re.findall(r"python -m benchmarks\.(\w+)([^`#|]*)", line):
            shown.setdefault(name, set()).update(re.findall(r"--[a-z-]+", rest))
    assert {"many_sites", "thousand_sites", "growth"} <= set(shown)
    for name, options in shown.items():
        command = [sys.executable, "-m", f"benchmarks.{name}", "--help"]
        asked = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
        assert asked.returncode == 0, asked.stderr
        assert options - set(re.findall(r"--[a-z-]+", asked.stdout)) == set(), name


def test_a_file_that_cannot_be_installed_is_reported_without_an_address():
    refused = compare.install(Path(sys.executable), "--no-index", "localsdg-no-such-package")
    assert refused.startswith("does not install: ERROR: ") and "//" not in refused


def test_copies_of_a_release_are_releases_of_other_days(tmp_path, bulk_file):
    small = tmp_path / f"{growth.RELEASE}.csv.gz"
    duckdb.sql(f"copy (from read_csv('{bulk_file}', all_varchar=true) limit 50) to '{small}' (header)")
    home = growth.grown_home(tmp_path, small, 3, "releases")
    found = [snapshot for snapshot in iter_snapshots(home / "data" / "raw", "unsd") if snapshot.release[:2] == "20"]
    days = {snapshot.release: sum(file.rows or 0 for file in snapshot.files) for snapshot in found}
    assert [days[f"2020-10-{day}"] for day in (19, 20, 21)] == [50, 50, 50]
    assert all(snapshot.changed_files() == [] for snapshot in found)


def test_queries_of_the_benchmark_answer(built):
    times = queries.query_times(built.home)
    assert len(times) == 20 and all(one["rows"] for one in times.values())


def test_growth_is_one_where_time_grows_as_rows_do():
    small, large = measure.Run(10.0, 20.0, 1.0, ""), measure.Run(30.0, 30.0, 2.0, "")
    clock, processor = growth.growth_figures((small, 1_000_000), (large, 3_000_000), "releases", "--sizes 1 3")
    assert (clock.median, processor.median) == (pytest.approx(1.0), pytest.approx(0.5))
    assert clock.target == 1.0 and "--sizes 1 3 --record" in clock.command
