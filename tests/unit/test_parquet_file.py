"""Bulk files in Parquet: any column type becomes text, and what is damaged or miscounted is refused."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.sources.unsd.parquet_file import is_parquet, read_parquet
from localsdg.sources.unsd.user_files import take_files

ROWS = (
    "select '1' as \"Goal\", '1.1' as \"Target\", '1.1.1' as \"Indicator\", 'SI_POV_DAY1' as \"SeriesCode\", "
    '\'Poverty\' as "SeriesDescription", n as "GeoAreaCode", \'A\' as "GeoAreaName", 2015 as "TimePeriod", '
    'n + 0.5 as "Value", \'\' as "Source", \'PERCENT\' as "[Units]" from range(3) as r (n)'
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2024-02.parquet"
    duckdb.execute(f"copy ({ROWS}) to '{path}' (format parquet)")
    return path


def test_cells_are_text_and_blanks_are_null(file: Path) -> None:
    found = read_parquet(file, where=file.name)
    assert is_parquet(file) and found.n_records == 3 and found.header[:2] == ["Goal", "Target"]
    cells = duckdb.execute(f'select "GeoAreaCode", "TimePeriod", "Value", "Source" from {found.relation}').fetchall()
    assert sorted(cells) == [(str(n), "2015", f"{n}.5", None) for n in range(3)]


def test_a_file_is_taken_with_its_number_of_records(file: Path, tmp_path: Path) -> None:
    taken = take_files(Settings(home=tmp_path / "home"), [file])
    ((kept,),) = [one.files for one in taken.snapshots]
    assert taken.refused == [] and (kept.role, kept.rows) == ("bulk_parquet", 3)
    assert taken.snapshots[0].release == "2024-02"


@pytest.mark.parametrize("cut", [12, 200])
def test_a_file_that_is_cut_off_is_refused_and_named(file: Path, tmp_path: Path, cut: int) -> None:
    file.write_bytes(file.read_bytes()[:-cut])
    taken = take_files(Settings(home=tmp_path / "home"), [file])
    ((name, error),) = taken.refused
    assert name == file.name and "cut off or damaged" in str(error) and str(tmp_path) not in error.got
    assert taken.snapshots == []


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "2024-02.parquet"
    duckdb.execute(f"copy (select 1 as a) to '{path}' (format parquet)")
    ((_, error),) = take_files(Settings(home=tmp_path / "home"), [path]).refused
    assert isinstance(error, LocalsdgError)
