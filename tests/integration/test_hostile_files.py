"""Bombs of their real size against the real commands: one line, little memory, nothing left behind."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

resource = pytest.importorskip("resource")
SITE = ("--name", "S", "--country", "USA", "--level", "city")
_ZEROS = bytes(1_000_000)
MAP = (
    '[dataset]\nid = "toy"\nlanguage = "en"\nlicence = "CC0"\n[government]\nname = "S"\ncountry = "USA"\n'
    'level = "city"\n[columns]\nindicator = "code"\nyear = "year"\nvalue = "value"\n'
)


class _Zeros(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        return bytes(size)


def _gzip(path: Path) -> None:
    with gzip.open(path, "wb", 1) as file:
        file.write(b"SeriesCode,GeoAreaCode,TimePeriod,Value\n")
        for _ in range(1_000):
            file.write(_ZEROS)


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("data/indicator_1-1-1.csv", "w", force_zip64=True) as file:
            for _ in range(1_500):
                file.write(_ZEROS)


def _tar(path: Path) -> None:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        member = tarfile.TarInfo("data/a.csv")
        member.size = 1_000_000_000
        archive.addfile(member, _Zeros())


def _brackets(path: Path) -> None:
    with path.open("wb") as file:  # in parts: a child's memory is counted from its parent's on
        for _ in range(400):
            file.write(b"[" * 1_000_000)


@pytest.mark.parametrize(
    ("name", "make", "before", "after"),
    [
        ("2024-02.csv.gz", _gzip, ("pull", "indicators"), ()),
        ("actions.csv.gz", _gzip, ("pull", "actions"), ()),
        ("2024-03.zip", _zip, ("pull", "indicators"), ()),
        ("repo.zip", _zip, ("pull", "site"), SITE),
        ("repo.tar.gz", _tar, ("pull", "site"), SITE),
        ("tables.zip", _zip, ("pull", "table"), ("--map", "map.toml")),
        ("deep.json", lambda path: path.write_bytes(b"[" * 200_000), ("pull", "actions"), ()),
        ("large.json", _brackets, ("pull", "actions"), ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bomb_of_its_real_size(tmp_path: Path, name: str, make, before: tuple, after: tuple) -> None:
    make(tmp_path / name)
    (tmp_path / "map.toml").write_text(MAP)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "localsdg", *before, name, *after],
        cwd=tmp_path,
        env={**os.environ, "LOCALSDG_HOME": str(tmp_path / "home"), "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 1 and "Traceback" not in said and "error: " in said, said
    assert usage.ru_maxrss < 300_000, "kilobytes of memory"
    left = [path for folder in (temporary, tmp_path / "home" / "data" / "tmp") for path in folder.rglob("*")]
    assert left == [] and not list((tmp_path / "home").rglob("manifest.json"))
