"""The benchmarks: that their sides do the same work, that a changed site is changed, and that results are whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from benchmarks import compare, homes, measure  # noqa: E402
from benchmarks.contents import contents  # noqa: E402

RELEASE = "2020-10-19"


@pytest.fixture(scope="module")
def bulk_file(tmp_path_factory) -> Path:
    """The bundle's series of October 2020 as a CSV, as the UN serves it."""
    path = tmp_path_factory.mktemp("bulk") / f"{RELEASE}.csv.gz"
    source = homes.BUNDLE / "unsd" / RELEASE / "evidence_series.parquet"
    duckdb.sql(f"copy (from '{source}') to '{path}' (header, compression gzip)")
    return path


@pytest.mark.slow
def test_floor_pandas_and_the_warehouse_hold_the_same_observations(built, bulk_file, tmp_path):
    ours = contents(built.published, release=RELEASE)
    assert ours.keys > 100_000
    for side, suffix in (("floor", "duckdb"), ("pandas", "parquet")):
        output = tmp_path / f"{side}.{suffix}"
        done = measure.run([sys.executable, compare.SIDE_SCRIPTS / f"{side}_script.py", bulk_file, output])
        held = contents(output, json.loads(done.output)["rows"])
        assert held.differs_from(ours) == [], side


@pytest.mark.long
def test_all_sides_are_measured_on_20_000_rows(bulk_file, tmp_path):
    small = tmp_path / "2020-10-19.csv.gz"
    duckdb.sql(f"copy (from read_csv('{bulk_file}', all_varchar=true) limit 20000) to '{small}' (header)")
    measured = compare.measure_file("small", small, ["floor", "pandas", "ours"], rounds=1)
    assert {held.rows for held in measured.contents.values()} == {20_000}
    figures = {one.name: one for one in compare.file_figures(measured, "python -m benchmarks.compare")}
    assert figures["small: ours, unchanged"].median < figures["small: ours"].median
    assert figures["small: ours / bare floor"].target == compare.TO_FLOOR
