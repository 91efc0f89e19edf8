"""The questions and links in the README have the answers that are printed there."""

from __future__ import annotations

import re
import shlex

import pytest
from click.testing import CliRunner

from localsdg.cli.app import main
from localsdg.common.settings import RESOURCES

README = (RESOURCES / "README.md").read_text(encoding="utf-8")
_QUERY = re.compile(r"```console\n\$ (localsdg query \"[^\"]*\")\n(.*?)```", re.DOTALL)
QUESTIONS = _QUERY.findall(README)


def printed(command: str, home: object) -> list[str]:
    result = CliRunner().invoke(main, shlex.split(command)[1:], env={"LOCALSDG_HOME": str(home)})
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.rstrip().splitlines()]


def test_the_readme_has_a_question() -> None:
    assert len(QUESTIONS) == 1


@pytest.mark.parametrize(("command", "answer"), QUESTIONS)
def test_answer(built, command: str, answer: str) -> None:
    assert printed(command, built.home) == answer.rstrip().splitlines()


def test_the_links_that_the_readme_shows_are_those_of_the_shipped_model(tmp_path) -> None:
    ((command, answer),) = re.findall(r"```console\n\$ (localsdg link \".*?\")\n(.*?)```", README, re.DOTALL)
    assert printed(command, tmp_path) == answer.rstrip().splitlines()
