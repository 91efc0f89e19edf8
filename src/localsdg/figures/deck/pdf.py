"""A deck as PDF, by LibreOffice: for printing, and for whoever has no office.

LibreOffice runs without a window and with a profile of its own, so that neither a running
one nor its settings are touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.common.scratch import scratch_folder

#: Seconds: the start of LibreOffice, and each deck.
_START, _DECK = 90.0, 60.0
_COMMANDS = ("soffice", "libreoffice")
ABSENT = "LibreOffice (soffice) is not installed; install it, or open the deck and save it as PDF"


def office() -> str | None:
    """The command that starts LibreOffice, None where it is not installed."""
    return next((found for name in _COMMANDS if (found := shutil.which(name))), None)


def to_pdf(deck: Path) -> Path | None:
    """Write a deck as `<name>.pdf` beside it; None where LibreOffice is not installed (`ABSENT` says so)."""
    written = to_pdfs([deck])
    return written[0] if written else None


def to_pdfs(decks: list[Path], *, environment: dict[str, str] | None = None) -> list[Path]:
    """Write decks as PDF beside them, in one start of LibreOffice; nothing where it is not installed.

    Raises `LocalsdgError` when LibreOffice fails, takes too long or writes nothing.
    """
    command = office()
    if command is None or not decks:
        return []
    with scratch_folder() as folder:
        profile, out = folder / "profile", folder / "out"
        arguments = [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", "pdf"]
        arguments += ["--outdir", str(out), *map(str, decks)]
        said = _run([command, *arguments], _START + _DECK * len(decks), environment or {}, decks[0])
        lacking = [deck for deck in decks if not (out / f"{deck.stem}.pdf").is_file()]
        if lacking:
            raise _failure(lacking[0], said.strip() or "no file")
        targets = [deck.with_suffix(".pdf") for deck in decks]
        for target in targets:
            shutil.move(out / target.name, target)
    return targets


def _run(command: list[str], seconds: float, environment: dict[str, str], deck: Path) -> str:
    """What the command prints; all that it started ends with it, also when it takes too long."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired as error:
        raise _failure(deck, f"no end after {seconds:.0f} s") from error
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _failure(deck: Path, got: str) -> LocalsdgError:
    return LocalsdgError(
        "the deck was not written as PDF",
        where=deck,
        expected="a PDF by LibreOffice",
        got=got,
        next_step="localsdg figures --format pptx",
    )
