"""How commands read their arguments: text that looks like an option, repeated options, lists of names."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from localsdg.cli import base as cli_base
from localsdg.cli.app import main
from localsdg.cli.arguments import split_codes, split_places


@click.command(cls=cli_base.Command)
@click.argument("text", required=False)
@click.option("--file", "-f", "file")
@click.option("--between", nargs=2)
@click.option("--again", multiple=True)
@click.option("--json", "as_json", is_flag=True)
def probe(**given) -> None:
    """Print what was read."""
    click.echo(repr({key: value for key, value in given.items() if value}))


def read(*args: str):
    return CliRunner().invoke(probe, list(args))


@pytest.mark.parametrize(
    ("args", "given"),
    [
        (["-- poverty\nselect 1"], {"text": "-- poverty\nselect 1"}),
        (["-5% emissions by 2030"], {"text": "-5% emissions by 2030"}),
        (["-5%"], {"text": "-5%"}),
        (["--emissions by half", "--json"], {"text": "--emissions by half", "as_json": True}),
        (["-", "--json"], {"text": "-", "as_json": True}),
        (["--", "-f"], {"text": "-f"}),
        (["-- a", "-f", "-b c"], {"text": "-- a", "file": "-b c"}),
        (["-fx", "-1 a"], {"text": "-1 a", "file": "x"}),
        (["--between", "-1", "-2", "- a"], {"text": "- a", "between": ("-1", "-2")}),
        (["--file=-- x", "a"], {"text": "a", "file": "-- x"}),
        (["--again", "a", "--again", "b"], {"again": ("a", "b")}),
    ],
)
def test_text_that_begins_with_a_hyphen_is_text(args: list[str], given: dict) -> None:
    result = read(*args)
    assert result.exit_code == 0 and eval(result.stdout) == given


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--fil", "x"], "--file"),
        (["--no-such"], "--no-such"),
        (["-x"], "-x"),
        (["--file", "a", "-f", "b"], "--file may be given once"),
        (["--json", "--json"], "--json may be given once"),
        (["--between", "1", "2", "--between", "3", "4"], "--between may be given once"),
    ],
)
def test_unknown_and_repeated_options_are_usage_errors(args: list[str], words: str) -> None:
    result = read(*args)
    assert result.exit_code == 2 and words in result.stderr


def test_every_command_refuses_an_option_given_twice() -> None:
    """One class reads the arguments of all commands, groups and their subcommands included."""

    def commands(group: click.Group):
        context = click.Context(group)
        for one in [group.get_command(context, name) for name in group.list_commands(context)]:
            yield one
            if isinstance(one, click.Group):
                yield from commands(one)

    found = list(commands(main))
    assert len(found) > 15
    assert [one.name for one in found if not isinstance(one, cli_base.Command | cli_base.Group)] == []


def test_options_that_name_things_repeat_and_take_commas() -> None:
    assert split_codes(["C04,C05", "C04", "C06 C07"]) == ("C04", "C05", "C06", "C07")
    assert split_places(["KEN,TZA", "Spain", "724 404"]) == ("KEN", "TZA", "Spain", "724", "404")
    # a name with a comma or blanks is one name
    assert split_places(["Congo, Dem. Rep.", "Bonaire, Sint Eustatius and Saba", "South Korea"]) == (
        "Congo, Dem. Rep.",
        "Bonaire, Sint Eustatius and Saba",
        "South Korea",
    )
    assert split_places(["South Korea, DR Congo,,Bolivia"]) == ("South Korea", "DR Congo", "Bolivia")


def test_json_has_no_nan(capsys) -> None:
    cli_base.print_json({"a": float("nan"), "b": [float("inf"), 1.5], "c": "é\x01"})
    assert capsys.readouterr().out == '{\n "a": null,\n "b": [\n  null,\n  1.5\n ],\n "c": "é\\u0001"\n}\n'


def test_an_end_that_a_library_asks_for_keeps_its_code() -> None:
    """Only the end that follows a closed pipe, as rich reports it, is no failure."""

    @click.command(cls=cli_base.Command)
    @click.option("--pipe", is_flag=True)
    def ends(pipe: bool) -> None:
        """End as a library may."""
        try:
            if pipe:
                raise BrokenPipeError
        except BrokenPipeError:
            raise SystemExit(1) from None
        raise SystemExit(3)

    group = cli_base.Group("probe", commands=[ends])
    assert CliRunner().invoke(group, ["ends"]).exit_code == 3
    assert CliRunner().invoke(group, ["ends", "--pipe"]).exit_code == 0
