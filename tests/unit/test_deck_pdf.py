"""Decks as PDF by a LibreOffice that is absent, fails or does not end."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from localsdg.cli import figures_write
from localsdg.common.errors import LocalsdgError
from localsdg.figures.deck import pdf


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Puts a script in the place of LibreOffice."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def put(script: str) -> None:
        command = folder / "soffice"
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)

    return put


OUT = 'while [ "$1" != --outdir ]; do shift; done; out=$2; shift 2; mkdir -p "$out"\n'


def deck(folder: Path, name: str = "a deck.pptx") -> Path:
    path = folder / name
    path.write_bytes(b"deck")
    return path


def test_without_libreoffice_there_is_no_pdf_and_a_reason(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf.to_pdf(deck(tmp_path)) is None and "soffice" in pdf.ABSENT


def test_all_decks_are_written_beside_them_in_one_start(tmp_path, office) -> None:
    office(OUT + f'echo x >> {tmp_path}/starts; for one; do cp "$one" "$out/$(basename "$one" .pptx).pdf"; done')
    decks = [deck(tmp_path), deck(tmp_path, "b.pptx")]
    assert pdf.to_pdfs(decks) == [tmp_path / "a deck.pdf", tmp_path / "b.pdf"]
    assert (tmp_path / "b.pdf").read_bytes() == b"deck" and (tmp_path / "starts").read_text() == "x\n"


def test_an_office_that_writes_nothing_is_an_error_with_its_words(tmp_path, office) -> None:
    office("echo no such filter; exit 0")
    with pytest.raises(LocalsdgError, match="no such filter"):
        pdf.to_pdf(deck(tmp_path))
    assert not (tmp_path / "a deck.pdf").exists()


def test_an_office_that_does_not_end_is_ended_with_all_it_started(tmp_path, office, monkeypatch) -> None:
    monkeypatch.setattr(pdf, "_START", 0.4)
    monkeypatch.setattr(pdf, "_DECK", 0.0)
    office(f"sleep 60 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(LocalsdgError, match="no end after"):
        pdf.to_pdf(deck(tmp_path))
    child = int((tmp_path / "child").read_text())
    for _ in range(50):  # a killed process is there until its parent has heard of it
        if not _runs(child):
            break
        time.sleep(0.05)
    assert not _runs(child)


@pytest.mark.parametrize(
    ("script", "told"),
    [(OUT + ': > "$out/a deck.pdf"', "pdf: .*a deck.pdf"), ("echo broken", "no PDF of the deck: .*broken")],
)
def test_the_command_says_what_became_of_the_pdf(tmp_path, office, script, told) -> None:
    office(script)
    assert re.fullmatch(told, figures_write._pdf_note(deck(tmp_path)))


def test_the_command_says_that_libreoffice_is_absent(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert figures_write._pdf_note(deck(tmp_path)) == f"no PDF of the deck: {pdf.ABSENT}"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
