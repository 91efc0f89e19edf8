"""The reference page of all commands, from what `--help` prints.

The command line is the top layer, so the page is given the command; nothing is imported from it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

_INTRODUCTION = (
    "What `localsdg COMMAND --help` prints, for all commands. In a checkout the command is `.venv/bin/localsdg`. Exit "
    "codes: 0 done, 1 failed, 2 wrong call, 3 blocked by a check. Every command has `--help`; what prints data has "
    "`--json`."
)


def command_reference(root: click.Command, made_by: str) -> str:
    """Markdown of a command and all below it: usage, purpose, arguments, options, examples.

    `made_by` is the comment that says how the page is made.
    """
    parts = ["# Commands", "", made_by, "", _INTRODUCTION]
    for names, command in _commands(root, ("localsdg",)):
        if len(names) > 1:
            parts += ["", f"{'#' * min(len(names), 4)} `{' '.join(names)}`", "", *_section(names, command)]
    return "\n".join(parts) + "\n"


def _commands(command: click.Command, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    import click

    yield names, command
    if not isinstance(command, click.Group):
        return
    context = click.Context(command)
    for name in command.list_commands(context):  # in the order of the alphabet
        inner = command.get_command(context, name)
        if inner is not None and not inner.hidden:
            yield from _commands(inner, (*names, name))


def _section(names: tuple[str, ...], command: click.Command) -> list[str]:
    import click

    context = click.Context(command, info_name=" ".join(names))
    usage = " ".join([*names, *command.collect_usage_pieces(context)])
    lines = [*_prose(command.help or ""), "", "```text", usage, "```"]
    records = [record for one in command.params if (record := one.get_help_record(context)) and record[1]]
    if records:
        lines += ["", *(f"- `{option}`: {escaped(text)}" for option, text in records)]
    if command.epilog:
        before, _, examples = re.split(r"(Examples?:\n)", f"{command.epilog}\n", maxsplit=1)
        lines += ["", *_prose(before)] if before.strip() else []
        lines += ["", "```text", inspect.cleandoc(f"\n{examples}"), "```"]
    return lines


def _prose(text: str) -> list[str]:
    """Paragraphs as they are; what keeps its line breaks (`\\b` of click, indented lines) as a block of text."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text).strip("\n")):
        kept = paragraph.startswith("\b") or "\n  " in paragraph
        body = paragraph.removeprefix("\b\n")
        lines += ["", "```text", body, "```"] if kept else ["", escaped(" ".join(body.split()))]
    return lines[1:]


def escaped(text: str) -> str:
    """Text that Markdown shows as it is; code in backticks stays code."""
    pieces = re.split(r"(`[^`]*`)", " ".join(text.split()))
    pieces[::2] = [re.sub(r"([*\\|])", r"\\\1", one).replace("<", "&lt;") for one in pieces[::2]]
    return "".join(pieces)
