"""Files that a user names as output: nothing that the project keeps is ever replaced."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import UsageError
from localsdg.common.output_files import check_output, check_output_folder, write_text, write_whole
from localsdg.common.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", resources=tmp_path / "checkout")
    for folder in (
        settings.raw / "unsd" / "x",
        settings.reports,
        settings.warehouse / "releases" / "1",
        settings.bundled,
        settings.sql,
        settings.expectations,
    ):
        folder.mkdir(parents=True)
    duckdb.connect(str(settings.published)).close()
    os.link(settings.published, settings.warehouse / "releases" / "1" / "localsdg.duckdb")
    return settings


def test_no_name_of_the_published_file_is_an_output(home: Settings, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "soft.csv").symlink_to(home.published)
    (tmp_path / "chain.csv").symlink_to(tmp_path / "soft.csv")
    os.link(home.published, tmp_path / "hard.csv")
    (tmp_path / "folder").symlink_to(home.warehouse)
    duckdb.connect(str(tmp_path / "other.csv")).close()
    body = home.published.read_bytes()
    for name in (
        home.published,
        "home/data/warehouse/localsdg.duckdb",
        "soft.csv",
        "chain.csv",
        "hard.csv",
        "folder/localsdg.duckdb",
        "folder/../warehouse/localsdg.duckdb",
        "other.csv",
        "folder/localsdg.duckdb.wal",
        "folder/releases/1/localsdg.duckdb",
    ):
        with pytest.raises(UsageError):
            check_output(home, Path(name))
    assert home.published.read_bytes() == body
    home.published.unlink()
    with pytest.raises(UsageError, match="published"):  # nor before there is one
        check_output(home, home.published)


@pytest.mark.parametrize(
    "name",
    [
        "data/raw/a.csv",
        "data/raw/unsd/x/manifest.json",
        "data/warehouse/releases/1/a.csv",
        "data/warehouse/reports/runs.jsonl",
        "data/warehouse/runs.jsonl",
        "data/warehouse/parts/abc/part.json",
        "data/cited.json",
        "data/accepted.toml",
        "data/errors/a.csv",
        "data/tmp/a.csv",
        "localsdg.toml",
        "../checkout/sql/a.sql",
        "../checkout/data/raw/bundled/a.csv",
        "../checkout/expectations/a.json",
        "data/warehouse",
        "no/such/folder/a.csv",
    ],
)
def test_neither_snapshots_nor_logs_nor_folders_are_outputs(home: Settings, name: str) -> None:
    with pytest.raises(UsageError):
        check_output(home, home.home / name)


@pytest.mark.parametrize(
    "name",
    [
        "data/raw",
        "data/raw/figures",
        "data/warehouse/releases/1",
        "a.txt",
        "a.txt/b",
    ],
)
def test_folders_that_the_project_keeps_take_no_figures(home: Settings, name: str) -> None:
    (home.home / "a.txt").write_text("a")
    with pytest.raises(UsageError):
        check_output_folder(home, home.home / name)
    assert check_output_folder(home, home.home / "new" / "figures") == home.home / "new" / "figures"


def test_endings_and_inputs(home: Settings, tmp_path: Path) -> None:
    assert check_output(home, tmp_path / "A.CSV", endings=[".csv"]) == tmp_path / "A.CSV"
    with pytest.raises(UsageError, match=r"\.csv, \.json.*got \.txt"):
        check_output(home, tmp_path / "a.txt", endings=[".csv", ".json"])
    (tmp_path / "in.csv").write_text("a")
    (tmp_path / "link.csv").symlink_to(tmp_path / "in.csv")
    with pytest.raises(UsageError, match="--card is the file that is read"):
        check_output(home, tmp_path / "link.csv", inputs=[tmp_path / "in.csv"], option="--card")


def test_a_failure_leaves_the_old_file_and_no_trace(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    write_text(target, "old\r\n")
    target.chmod(0o600)

    def fail(draft: Path) -> None:
        draft.write_text("half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_whole(target, fail)
    assert target.read_bytes() == b"old\r\n" and os.listdir(tmp_path) == ["a.csv"]
    write_text(target, "new")
    assert target.read_text() == "new" and target.stat().st_mode & 0o777 == 0o600


def test_a_device_gets_the_bytes_and_stays(tmp_path: Path) -> None:
    write_text(Path("/dev/null"), "gone")
    assert Path("/dev/null").is_char_device()


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "there.csv")
    for name in ("there.csv", "link.csv"):
        with pytest.raises(UsageError, match="--force to replace it"):
            check_output(home, tmp_path / name, replace=False)
        assert check_output(home, tmp_path / name, replace=True) == tmp_path / "there.csv"
    assert check_output(home, tmp_path / "new.csv", replace=False) == tmp_path / "new.csv"
