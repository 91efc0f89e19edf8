"""Every code block of the documents does what its page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from code_blocks import NOT_RUN, Block, Workspace, blocks, compare, not_run

from localsdg.common.settings import RESOURCES

#: Generated from help texts, whose examples tests/conventions/test_docs.py calls.
GENERATED = ("docs/reference/",)
PAGES = [
    path
    for path in (RESOURCES / "README.md", RESOURCES / "CONTRIBUTING.md", *sorted((RESOURCES / "docs").rglob("*.md")))
    if not path.relative_to(RESOURCES).as_posix().startswith(GENERATED)
]
#: test_cookbook runs each SELECT of the cookbook and compares the whole page with its answers.
BLOCKS = [
    block
    for path in PAGES
    for block in blocks(path)
    if not (block.kind == "sql" and block.page.startswith("docs/cookbook/"))
]
KINDS = {"console", "sql", "python", "toml", "json", "bibtex", "text", "sh"}


@pytest.fixture(scope="module")
def workspace(built, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(built.home, tmp_path_factory.mktemp("reader") / "home")


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(one, id=f"{one.page}:{one.line}", marks=[pytest.mark.long] if one.is_long else [])
        for one in BLOCKS
        if one.kind not in ("text", "sh")
    ],
)
def test_block(block: Block, workspace: Workspace) -> None:
    workspace.run(block)


def test_every_block_is_of_a_kind_that_is_run() -> None:
    assert [(one.page, one.line, one.kind) for one in BLOCKS if one.kind not in KINDS] == []


def test_blocks_to_run_in_a_tree_have_a_test() -> None:
    """`sh` blocks change the tree or a home; the test of their page runs them in order."""
    tests = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    running = [text for text in tests if "run_block(" in text or "PAGE" in text]
    names = {Path(one.page).name for one in BLOCKS if one.kind == "sh"} - {"README.md"}
    assert [name for name in names if not any(name in text for text in running)] == []


def test_what_is_not_run_is_on_the_list_and_the_list_is_no_longer_than_it_must_be() -> None:
    listed = {pattern: 0 for pattern in NOT_RUN}
    n_run = 0
    for command in (command for one in BLOCKS if one.kind == "console" for command, _ in one.commands):
        pattern = next((pattern for pattern in NOT_RUN if re.match(pattern, command)), None)
        if pattern:
            listed[pattern] += 1
        else:
            n_run += 1
    assert [pattern for pattern, n in listed.items() if n == 0] == []
    assert n_run > sum(listed.values()), "most commands of the documents are run"
    assert [one.page for one in BLOCKS if one.page.startswith("docs/tutorial") and _left_out(one)] == []


def _left_out(block: Block) -> bool:
    """A command of the block is not run, other than the installation."""
    commands = block.commands if block.kind == "console" else []
    return any(not_run(command) and not command.startswith("pip ") for command, _ in commands)


def test_the_reasons_name_tests_that_are_there() -> None:
    tests = {path.stem for path in (RESOURCES / "tests").rglob("test_*.py")}
    named = {name for reason in NOT_RUN.values() for name in re.findall(r"\btest_\w+", reason)}
    assert named - tests == set()


def test_other_text_than_the_page_shows_fails() -> None:
    compare("a\nb\nc\n", "a\n...\nc\n", "x")
    compare("year  value\n2019  8.5\n", "year  value\n2019  8…\n", "x")
    for shown in ("a\nc\n", "a\nb\n", "...\nd\n", "a\nb\nc\nd"):
        with pytest.raises(AssertionError, match="the page shows"):
            compare("a\nb\nc\n", shown, "x")


def test_a_failing_block_fails(workspace: Workspace) -> None:
    for kind, text in (
        ("console", "$ localsdg query 'select no_such_column'\n"),
        ("sql", "select no_such_column"),
        ("python", "assert 1 == 2"),
        ("python", ">>> 1 + 1\n3\n"),
        ("toml", "a = "),
    ):
        with pytest.raises(Exception):  # noqa: B017, PT011 - each kind in its own way
            workspace.run(Block("page.md", 1, kind, text))


def test_a_block_in_a_list_and_a_command_of_several_lines_are_read(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("code_blocks.RESOURCES", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        '- a\n\n  ```console\n  $ localsdg query "select 1\n      as n"\n  n\n  1\n  $ localsdg status\n  ```\n'
    )
    (block,) = blocks(page)
    assert (block.line, block.kind) == (3, "console")
    assert block.commands == [('localsdg query "select 1\n    as n"', "n\n1\n"), ("localsdg status", "")]
