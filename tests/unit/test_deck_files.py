"""A deck that a person has changed, opened or made is never replaced."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from deck_helpers import STAMP, figure, row
from pptx import Presentation

from localsdg.figures.data.figure import Result
from localsdg.figures.deck.deck import remove_deck, write_deck
from localsdg.figures.deck.file_mark import why_kept
from localsdg.figures.deck.sql_appendix import appendix_path

RESULT = Result((figure("bar", [row("a", 1.0)]),), ())


def write(folder: Path, title: str = "World: it fell") -> Path:
    return write_deck(Result((figure("bar", [row("a", 1.0)], title=title),), ()), folder / "localsdg.pptx", "en", STAMP)


def edit(path: Path) -> bytes:
    deck = Presentation(path)
    deck.slides[0].shapes.title.text_frame.text = "Mine"
    deck.save(path)
    return path.read_bytes()


def test_a_deck_that_nobody_changed_is_replaced(tmp_path) -> None:
    first = write(tmp_path)
    assert why_kept(first) == ""
    before = first.read_bytes()
    assert write(tmp_path, "It rose") == first and first.read_bytes() != before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["localsdg-sql.md", "localsdg.pptx"]


def test_an_edited_deck_stays_and_the_new_one_is_beside_it(tmp_path) -> None:
    kept = edit(write(tmp_path))
    second = write(tmp_path)
    assert second.name == "localsdg-2.pptx" and (tmp_path / "localsdg.pptx").read_bytes() == kept
    assert why_kept(tmp_path / "localsdg.pptx") == "it was changed after localsdg wrote it"
    assert write(tmp_path) == second, "that one is still ours"
    edit(second)
    assert write(tmp_path).name == "localsdg-3.pptx"
    assert appendix_path(second).exists()


def test_a_changed_property_is_a_change(tmp_path) -> None:
    path = write(tmp_path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["docProps/custom.xml"] = files["docProps/custom.xml"].replace(b"</Properties>", b"<!-- mine --></Properties>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    assert why_kept(path) == "it was changed after localsdg wrote it"


@pytest.mark.parametrize("content", [b"", b"not a presentation", b"PK\x03\x04 cut off"])
def test_a_file_of_others_is_never_replaced(tmp_path, content) -> None:
    path = tmp_path / "localsdg.pptx"
    path.write_bytes(content)
    assert write(tmp_path).name == "localsdg-2.pptx" and path.read_bytes() == content
    assert not remove_deck(path) and path.exists()


def test_a_deck_of_others_is_never_replaced(tmp_path) -> None:
    path = tmp_path / "localsdg.pptx"
    Presentation().save(path)
    assert why_kept(path) == "localsdg did not write it"
    assert write(tmp_path).name == "localsdg-2.pptx"


@pytest.mark.parametrize("lock", ["~$localsdg.pptx", ".~lock.localsdg.pptx#"])
def test_an_open_deck_is_not_replaced(tmp_path, lock) -> None:
    path = write(tmp_path)
    (tmp_path / lock).touch()
    assert write(tmp_path).name == "localsdg-2.pptx"
    assert not remove_deck(path) and path.exists()


def test_only_a_deck_that_nobody_changed_is_deleted(tmp_path) -> None:
    path = write(tmp_path)
    kept = edit(path)
    assert not remove_deck(path) and path.read_bytes() == kept
    path.unlink()
    assert remove_deck(write(tmp_path)) and list(tmp_path.iterdir()) == []


def test_a_changed_file_of_queries_stays(tmp_path) -> None:
    path = appendix_path(write(tmp_path))
    mine = path.read_text(encoding="utf-8").replace("select 1", "select 2")
    path.write_text(mine, encoding="utf-8")
    write(tmp_path)
    assert path.read_text(encoding="utf-8") == mine
    assert "select 1" in (tmp_path / "localsdg-sql-2.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_deck_that_libreoffice_saved_again_stays(tmp_path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice here (soffice): a deck was changed by python-pptx alone")
    path, folder = write(tmp_path), tmp_path / "saved"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pptx", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    kept = (folder / "localsdg.pptx").read_bytes()
    assert why_kept(folder / "localsdg.pptx") == "it was changed after localsdg wrote it"
    assert write(folder).name == "localsdg-2.pptx" and (folder / "localsdg.pptx").read_bytes() == kept
