"""The README's questions have the answers that it prints."""

from __future__ import annotations

import re
import shlex

import pytest
from click.testing import CliRunner

from localsdg.cli.app import main
from localsdg.common.settings import RESOURCES

README = (RESOURCES / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```console\n\$ (localsdg query .*?\")\n(.*?)```", re.DOTALL)
QUESTIONS = _BLOCK.findall(README)


def test_there_are_eight_questions() -> None:
    assert len(QUESTIONS) == 8


@pytest.mark.parametrize(("command", "answer"), QUESTIONS, ids=range(1, len(QUESTIONS) + 1))
def test_answer(built, command: str, answer: str) -> None:
    result = CliRunner().invoke(main, shlex.split(command)[1:], env={"LOCALSDG_HOME": str(built.home)})
    assert result.exit_code == 0, result.output
    printed = [line.rstrip() for line in result.output.rstrip().splitlines()]
    assert printed == answer.rstrip().splitlines()


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (RESOURCES / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^\$ make (\w+)", README, re.MULTILINE):
        assert f"\n{target}:" in makefile


def test_files_that_the_readme_links_exist() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links and [link for link in links if not (RESOURCES / link).exists()] == []


def test_the_links_that_the_readme_shows_are_those_of_the_shipped_model(tmp_path) -> None:
    ((command, answer),) = re.findall(r"```console\n\$ (localsdg link \".*?\")\n(.*?)```", README, re.DOTALL)
    result = CliRunner().invoke(main, shlex.split(command)[1:], env={"LOCALSDG_HOME": str(tmp_path)})
    assert result.exit_code == 0, result.output
    printed = [line.rstrip() for line in result.stdout.rstrip().splitlines()]
    assert printed == answer.rstrip().splitlines()
