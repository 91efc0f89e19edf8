"""What every command shares: errors as one line, examples in the help, options, JSON."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TextIO

import click

from localsdg.cli import last_net
from localsdg.cli.arguments import FreeText, OptionsOnce, split_codes, split_places
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.json_text import json_text
from localsdg.common.terminal import guard_streams

if TYPE_CHECKING:
    from localsdg.common.settings import Settings


class Group(OptionsOnce, click.Group):
    """Prints our errors as one line and returns their exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """As click's, with signals taken where this is the process's own command line."""
        if not args and extra.get("args") is None:
            import logging

            from localsdg.common import interrupts

            interrupts.watch()
            guard_streams()
            # what is logged is in the summary too; without a handler Python prints it twice
            logging.getLogger("localsdg").addHandler(logging.NullHandler())
        try:
            return super().main(*args, **extra)
        except SystemExit as end:
            # click ends with 1 where the reader of a pipe has gone, which is no failure of ours
            if "PacifyFlush" in type(sys.stdout).__name__:
                end.code = 0
            raise
        except BrokenPipeError:  # while an error was being printed
            raise SystemExit(0) from None
        finally:
            _flush()

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # `| head` has read enough
            _silence()
            ctx.exit(0)
        except SystemExit as end:
            if isinstance(end.__context__, BrokenPipeError):  # the same, as rich reports it
                ctx.exit(0)
            raise
        except LocalsdgError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(error.exit_code)
        except BaseException as error:
            if last_net.passes(error):
                raise
            click.echo(f"error: {last_net.line_of(error)}", err=True)
            ctx.exit(1)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Keep the line breaks of the examples."""
        if self.epilog:
            formatter.write("\n" + self.epilog + "\n")


class LazyGroup(Group):
    """A group that imports the module of a command when it is called, or when the help lists all.

    `modules` names the module below `localsdg.cli` by command; the command is its variable of that name.
    """

    def __init__(self, *args: Any, modules: dict[str, str], **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, without an import."""
        return sorted({*super().list_commands(ctx), *self.modules})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported where it has not been; None where there is none."""
        if cmd_name in self.modules and cmd_name not in self.commands:
            module = import_module(f"localsdg.cli.{self.modules[cmd_name]}")
            self.add_command(getattr(module, cmd_name))
        return super().get_command(ctx, cmd_name)


def _flush() -> None:
    """Write what is buffered; Python would print a traceback of its own where the reader has gone."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        _silence()
    except (OSError, ValueError, AttributeError):
        return


def _silence() -> None:
    """Send what is still to be written nowhere."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            if stream is sys.stdout or _is_broken(stream):
                os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _is_broken(stream: TextIO) -> bool:
    try:
        stream.flush()
    except BrokenPipeError:
        return True
    return False


class Command(FreeText):
    """A command whose examples keep their line breaks."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Keep the line breaks of the examples."""
        if self.epilog:
            formatter.write("\n" + self.epilog + "\n")


Group.command_class = Command
Group.group_class = Group

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
STRICT = click.option("--strict", is_flag=True, help="Publish nothing where anything was set aside; exit code 1.")

FORCE = click.option(
    "--force", is_flag=True, help="Build, and publish a new version also where nothing changed since the last one."
)
FRESH = click.option(
    "--fresh", is_flag=True, help="Compute everything again: what earlier runs kept is neither read nor written."
)
ACCEPT = click.option(
    "--accept",
    multiple=True,
    metavar="SOURCE[/NAME]",
    help="Use the newest snapshot of a source although it lost much of what is published; again for more.",
)
#: Of commands that write one file by `--output`.
REPLACE = click.option("--force", is_flag=True, help="Replace the file of --output where there is one.")
REASON = click.option("--reason", metavar="TEXT", help="Why what is accepted is right; kept in data/accepted.toml.")


def _series(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """`--series A --series B`, `--series A,B`: both are meant by people."""
    return split_codes(value)


SERIES = click.option(
    "--series",
    multiple=True,
    callback=_series,
    metavar="CODE",
    help="UN series, such as SI_POV_DAY1; again, or with commas, for more.",
)


def _areas(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """M49 codes of the named areas; an unknown code goes on to the service, which may know it."""
    from localsdg.registry.places import find_place

    codes = []
    for text in split_places(value):
        match = find_place(text)
        if match.place is None and not text.isdecimal():
            raise UsageError(match.problem, where="--area", got=text, expected=match.expected)
        if match.place and not match.place.area_code:
            raise UsageError("the UN has no area code for it", where="--area", got=text, expected="another area")
        codes.append(match.place.area_code if match.place else text)
    return tuple(dict.fromkeys(codes))


AREA = click.option(
    "--area",
    "areas",
    multiple=True,
    callback=_areas,
    metavar="AREA",
    help="M49 or ISO code or name (724, ESP, Spain); again, or with commas, for more.",
)


def note_citation(settings: Settings, by: str, output: Path | None = None) -> None:
    """Note that an output states the published version, so that no policy removes it; a failure is one line."""
    from localsdg.warehouse.keeping import note_cited

    if problem := note_cited(settings, by, output):
        click.echo(f"note: {problem}", err=True)


def print_json(facts: object) -> None:
    """Print facts as JSON; what JSON has no form for becomes text, NaN and infinity null."""
    click.echo(json_text(facts, indent=1, default=str))


def flow_module(name: str) -> ModuleType:
    """A module of the Prefect flows: `localsdg.flows` of a wheel, else `flows/` of the checkout."""
    package = "localsdg.flows" if find_spec("localsdg.flows") else "flows"
    return import_module(f"{package}.{name}")
