"""What is printed holds nothing that a terminal obeys, and JSON holds no number that no reader takes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from localsdg.common import terminal
from localsdg.common.json_text import json_text
from localsdg.common.terminal import SafeStream, log_text, terminal_text

HOSTILE = {
    "colour": ("\x1b[31mred\x1b[0m", "red"),
    "screen cleared": ("a\x1b[2J\x1b[Hb", "ab"),
    "title of the window": ("\x1b]0;owned\x07x", "x"),
    "link": ("\x1b]8;;https://evil.example/\x1b\\text\x1b]8;;\x1b\\", "text"),
    "clipboard": ("\x1b]52;c;cm0gLXJm\x07x", "x"),
    "sequence without an end": ("\x1b]8;;x and more", "8;;x and more"),
    "of eight bits": ("a\x9b31mb\x9d0;t\x9cc", "abc"),
    "device control": ("\x1bPq#0\x1b\\x", "x"),
    "line written over": ("all good\rBAD", "all goodBAD"),
    "backspace": ("safe\b\b\b\bevil", "safeevil"),
    "lone surrogate": ("a\udc80b", "ab"),
    "override of direction": ("file\u202egpj.exe", "filegpj.exe"),
    "isolates": ("a\u2066b\u2069c", "abc"),
}
KEPT = ("Bogotá D.C.\tpobreza\r\n", "مؤشر \u200f٢٠٢٠", "संकेतक", "\U0001f642 a‍b")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("name", HOSTILE)
def test_a_terminal_gets_nothing_that_it_obeys(name: str) -> None:
    given, shown = HOSTILE[name]
    assert terminal_text(given) == shown
    screen = Screen()
    SafeStream(screen).write(given)
    assert screen.getvalue() == shown


@pytest.mark.parametrize("words", KEPT)
def test_words_of_any_script_are_kept(words: str) -> None:
    assert terminal_text(words) == words == log_text(words)


def test_a_log_keeps_the_direction_of_its_data() -> None:
    assert log_text("a\u202eb\x1b[1m") == "a\u202eb"


def test_bytes_are_cleaned_for_a_terminal_alone() -> None:
    body = b"a,\x1b[31mb\r\n"
    screen, file = Screen(), io.TextIOWrapper(io.BytesIO(), "utf-8")
    SafeStream(screen).buffer.write(body)
    SafeStream(file).buffer.write(body)
    assert screen.getvalue() == "a,b\r\n"
    assert file.buffer.getvalue() == body


def test_a_console_keeps_its_own_colours_and_none_of_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.table import Table

    screen = Screen()
    monkeypatch.setattr(sys, "stdout", SafeStream(screen))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    table = Table()
    table.add_column("\x1b[2Jname")
    table.add_row("\x1b]8;;https://evil.example\x07x\u202ey")
    terminal.safe_console(color_system="standard").print(table, "\x1b[5mblink", style="green")
    shown = screen.getvalue()
    assert "\x1b[32m" in shown, "rich's own colour"
    assert not any(mark in shown for mark in ("\x1b[2J", "\x1b]", "\x1b[5m", "\u202e"))


def test_the_commands_print_through_it_on_a_terminal() -> None:
    """The real command on a pseudo terminal: an option that is not there is echoed in the error."""
    primary, secondary = os.openpty()
    name = "--\x1b]0;owned\x07\u202ex"
    child = subprocess.Popen(
        [sys.executable, "-m", "localsdg", "status", name], stdout=secondary, stderr=secondary, stdin=secondary
    )
    assert child.wait(60) == 2
    os.close(secondary)
    shown = b""
    while True:
        try:
            piece = os.read(primary, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(primary)
    text = shown.decode()
    assert "No such option" in text and "\x1b" not in text and "\x07" not in text and "\u202e" not in text


def test_json_has_no_number_that_json_does_not_have() -> None:
    value = {"a": float("nan"), "b": [float("inf"), -1.5, {"c": -float("inf")}], "é": "NaN"}
    text = json_text(value, indent=1)
    assert json.loads(text, parse_constant=pytest.fail) == {"a": None, "b": [None, -1.5, {"c": None}], "é": "NaN"}
    assert "é" in text and json_text({"é": 1.0}) == '{"é": 1.0}'
