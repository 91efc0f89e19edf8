"""Every command that an error advises is one of ours, with options that it has."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import click
import pytest

from localsdg.cli.app import main

CHECKOUT = Path(__file__).resolve().parents[2]
#: What stands for a value that is put in when the error is raised.
_VALUE = "VALUE"


def advice(path: Path) -> list[tuple[int, str]]:
    """The texts of `next_step` in a module, with `VALUE` for what is put in."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for word in getattr(node, "keywords", ()):
            if word.arg == "next_step":
                found += [(word.value.lineno, text) for text in texts(word.value)]
    return found


def texts(node: ast.expr) -> list[str]:
    """All texts that an expression can be; choices are all taken."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else _VALUE for part in node.values)]
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.BinOp):
        return [a + b for a in texts(node.left) or [_VALUE] for b in texts(node.right) or [_VALUE]]
    return []


def commands(text: str) -> list[list[str]]:
    """The calls of `localsdg` in an advice: each ends at a comma, a semicolon or the end."""
    return [shlex.split(one) for one in re.findall(r"\blocalsdg ((?:'[^']*'|\"[^\"]*\"|[^,;])+)", text)]


def fault(call: list[str]) -> str | None:
    """Why the command line would not take a call, or None."""
    command: click.Command = main
    words = list(call)
    while isinstance(command, click.Group) and words and (known := command.get_command(click.Context(main), words[0])):
        command = known
        words.pop(0)
    if command is main:
        return f"no such command: {call[0]}"
    options = {
        name: one for one in command.params for name in (*one.opts, *one.secondary_opts) if name.startswith("--")
    }
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    most = float("inf") if any(one.nargs == -1 for one in arguments) else len(arguments)
    given = 0
    while words:
        word = words.pop(0)
        if word in ("--help", "-h"):
            continue
        if word.startswith("--"):
            if word not in options:
                return f"{' '.join(call)}: no option {word}"
            if not getattr(options[word], "is_flag", False):
                if not words:
                    return f"{' '.join(call)}: {word} without a value"
                words.pop(0)
        else:
            given += 1
    return f"{' '.join(call)}: {given} arguments, at most {most}" if given > most else None


def modules() -> list[Path]:
    return [*sorted((CHECKOUT / "src").rglob("*.py")), *sorted((CHECKOUT / "flows").glob("*.py"))]


def test_every_advised_command_exists_with_its_options() -> None:
    faults = [
        f"{path.relative_to(CHECKOUT)}:{line}: {why}"
        for path in modules()
        for line, text in advice(path)
        for call in commands(text)
        if (why := fault(call))
    ]
    assert faults == []


def test_no_advice_asks_to_edit_the_source() -> None:
    faults = [
        f"{path.relative_to(CHECKOUT)}:{line}: {text}"
        for path in modules()
        for line, text in advice(path)
        if re.search(r"src/|\.py\b|…", text)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("localsdg pull indicator X", "no such|arguments"),
        ("localsdg build --nonsense", "no option --nonsense"),
        ("localsdg status lists them", "2 arguments, at most 0"),
        ("localsdg query --example", "without a value"),
    ],
)
def test_an_advice_that_does_not_work_is_found(text: str, words: str) -> None:
    (call,) = commands(text)
    assert re.search(words, fault(call) or "")
