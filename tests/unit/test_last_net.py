"""Whatever a command raises ends as one line; the traceback is in a file that the line names."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner, Result

from localsdg.cli.base import Group
from localsdg.common.error_files import KEPT, keep_traceback
from localsdg.common.errors import BlockedByChecks, LocalsdgError, UsageError


class PanicException(BaseException):
    """As a library in Rust gives up."""


def deep(n: int = 0) -> int:
    """Call itself until Python gives up."""
    return deep(n + 1) + 1


def no_text() -> None:
    """Raise an error whose message cannot be made."""

    class Odd(Exception):
        def __str__(self) -> str:
            raise KeyError("no text")

    raise Odd


def raised(error: BaseException) -> Callable[[], None]:
    """A function that raises the error."""

    def call() -> None:
        raise error

    return call


UNFORESEEN = {
    "recursion": deep,
    "key": lambda: {}["a\nb"],
    "unicode": lambda: b"\xff".decode(),
    "surrogate": lambda: "\ud800".encode(),
    "type": lambda: "a" + 1,  # type: ignore[operator]
    "memory": raised(MemoryError()),
    "assertion": raised(AssertionError("a\x1b[31mb")),
    "index": lambda: [][0],
    "digits": lambda: int("9" * 5_000),
    "no text": no_text,
    "panic": raised(PanicException("index out of range")),
    "file": lambda: open("/no/such/file"),
    "database": lambda: duckdb.sql("select * from nothing_of_this_name"),
    "group": raised(ExceptionGroup("several", [KeyError("a"), ValueError("b")])),
    "pool": raised(TimeoutError()),
}


def called(home: Path, act: Callable[[], object], **env: str) -> Result:
    """A command of a group within a group that does the act."""
    inner = Group("inner")
    outer = Group("outer", commands={"inner": inner})
    inner.command("act")(lambda: act() and None)
    return CliRunner().invoke(outer, ["inner", "act"], env={"LOCALSDG_HOME": str(home), **env})


@pytest.mark.parametrize("name", UNFORESEEN)
def test_one_line_and_a_file(name: str, tmp_path: Path) -> None:
    result = called(tmp_path, UNFORESEEN[name])
    assert (result.exit_code, result.stdout) == (1, "")
    line = result.stderr.removesuffix("\n")
    assert re.fullmatch(r"error: [^\n\x1b]+ \| next: [^\n\x1b]+", line), line
    path = Path(re.search(r"the traceback is in (\S+\.txt)", line)[1])
    assert path.parent == tmp_path / "data" / "errors"
    text = path.read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in text and "\x1b" not in text and len(text) < 250_000


def test_what_click_and_we_end_with_is_as_it_was(tmp_path: Path) -> None:
    for error, code in (
        (LocalsdgError("a", next_step="b"), 1),
        (UsageError("a"), 2),
        (BlockedByChecks("a"), 3),
        (click.UsageError("a"), 2),
        (click.exceptions.Exit(7), 7),
        (click.Abort(), 1),
        (KeyboardInterrupt(), 1),
    ):
        result = called(tmp_path, raised(error))
        assert result.exit_code == code, error
        assert "traceback" not in result.stderr
    assert not (tmp_path / "data").exists()


def test_debug_raises(tmp_path: Path) -> None:
    result = called(tmp_path, raised(KeyError("a")), LOCALSDG_DEBUG="1")
    assert isinstance(result.exception, KeyError)
    assert not (tmp_path / "data").exists()


def test_no_secret_is_written(tmp_path: Path) -> None:
    result = called(tmp_path, raised(ValueError("https://ann:pass1234@a.org/x?token=tok5678 is refused")))
    (path,) = (tmp_path / "data" / "errors").iterdir()
    for text in (result.stderr, path.read_text(encoding="utf-8")):
        assert "a.org/x" in text
        assert "pass1234" not in text and "tok5678" not in text


def test_the_newest_files_are_kept(tmp_path: Path) -> None:
    written = [keep_traceback(tmp_path, KeyError(str(number))) for number in range(KEPT + 5)]
    assert sorted(tmp_path.iterdir()) == sorted(written)[5:]
    assert "KeyError: '24'" in written[-1].read_text(encoding="utf-8")


def test_where_no_file_can_be_written_the_line_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    result = called(tmp_path, raised(KeyError("a")))
    assert result.exit_code == 1
    assert re.search(r"could not be written \(\w+: .+\), LOCALSDG_DEBUG=1 prints it", result.stderr)
    assert os.linesep not in result.stderr.removesuffix("\n")
