"""The questions and links in the documents have the answers that are printed there."""

from __future__ import annotations

import re
import shlex

import pytest
from click.testing import CliRunner

from localsdg.cli.app import main
from localsdg.common.settings import RESOURCES

TEXTS = {name: (RESOURCES / name).read_text(encoding="utf-8") for name in ("README.md", "docs/questions.md")}
_QUERY = re.compile(r"```console\n\$ (localsdg query \"[^\"]*\")\n(.*?)```", re.DOTALL)
QUESTIONS = [
    pytest.param(*question, id=f"{name}-{number}")
    for name, text in TEXTS.items()
    for number, question in enumerate(_QUERY.findall(text), 1)
]


def printed(command: str, home: object) -> list[str]:
    result = CliRunner().invoke(main, shlex.split(command)[1:], env={"LOCALSDG_HOME": str(home)})
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.rstrip().splitlines()]


def test_there_are_eight_questions_and_one_in_the_readme() -> None:
    assert [len(_QUERY.findall(text)) for text in TEXTS.values()] == [1, 8]


@pytest.mark.parametrize(("command", "answer"), QUESTIONS)
def test_answer(built, command: str, answer: str) -> None:
    assert printed(command, built.home) == answer.rstrip().splitlines()


def test_the_links_that_the_readme_shows_are_those_of_the_shipped_model(tmp_path) -> None:
    ((command, answer),) = re.findall(
        r"```console\n\$ (localsdg link \".*?\")\n(.*?)```", TEXTS["README.md"], re.DOTALL
    )
    assert printed(command, tmp_path) == answer.rstrip().splitlines()
