"""Generated pages are up to date, and every command explains itself."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from localsdg.cli.app import main
from localsdg.common.settings import Settings
from localsdg.maintenance import documents

#: What `--help` must not import: 0.3 s is all it has.
HEAVY = (
    "duckdb",
    "pandas",
    "numpy",
    "pyarrow",
    "prefect",
    "great_expectations",
    "altair",
    "rich",
    "requests",
    "sqlglot",
    "pptx",
    "xlsxwriter",
    "datasette",
)


ORGANISERS = (Settings().resources / "docs" / "how-to" / "use-figures-in-a-talk.md").read_text(encoding="utf-8")

Tree = dict[tuple[str, ...], click.Command]


def commands(command: click.Command = main, path: tuple[str, ...] = ()) -> Tree:
    """Every command of the tree by its words, groups too."""
    found = {path: command}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found |= commands(command.get_command(context, name), (*path, name))
    return found


TREE = commands()


def words(path: tuple[str, ...]) -> str:
    return " ".join(("localsdg", *path))


def examples(epilog: str) -> list[list[str]]:
    """The commands of a help text, each as its words; a quoted text may span lines."""
    body = epilog.partition(":\n")[2]
    return [shlex.split(f"localsdg {one}") for one in body.replace("\n                  ", " ").split("localsdg ")[1:]]


@pytest.mark.parametrize("name", ["dictionary.md", "lineage.md", "records.md", "commands.md", "python.md"])
def test_generated_pages_are_up_to_date(name) -> None:
    settings = Settings()
    pages = documents.pages(settings, main)
    standing = (settings.resources / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert standing == pages[name], f"docs/reference/{name} is not up to date: run `localsdg docs`"


def test_a_page_that_is_not_up_to_date_is_written_anew(tmp_path) -> None:
    (tmp_path / "sql").symlink_to(Settings().sql)
    settings = Settings(resources=tmp_path, home=tmp_path)
    names = [f"docs/reference/{name}" for name in documents.pages(settings, main)]
    assert documents.write(settings, main, only_check=True) == names
    assert not (tmp_path / "docs").exists()
    assert documents.write(settings, main) == names
    (tmp_path / names[0]).write_text("old")
    assert documents.write(settings, main, only_check=True) == names[:1]
    assert documents.write(settings, main) == names[:1]
    assert documents.write(settings, main) == []


@pytest.mark.parametrize("path", TREE, ids=words)
def test_a_command_explains_itself_with_an_example(path) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == 0 and result.stdout.startswith("Usage: ")
    assert TREE[path].help and "Example" in result.stdout and "\n  localsdg " in result.stdout
    undescribed = [
        one.name
        for one in TREE[path].params
        if isinstance(one, click.Option) and not one.help and one.name not in ("kind", "limit", "source")
    ]  # say it themselves
    assert undescribed == []


@pytest.mark.parametrize("path", TREE, ids=words)
def test_the_examples_are_calls_that_the_command_takes(path) -> None:
    found = examples(TREE[path].epilog)
    assert found
    for _, *args in found:
        inner: tuple[str, ...] = ()
        while (*inner, *args[:1]) in TREE and args:
            inner, args = (*inner, args[0]), args[1:]
        if args and (default := getattr(TREE[inner], "default", None)):
            inner = (*inner, default)
        assert inner[: len(path)] == path, "the example is of another command"
        TREE[inner].make_context(words(inner), list(args))  # raises for an option it lacks


def test_an_unknown_option_or_command_is_a_usage_error() -> None:
    for args in (["run", "--no-such"], ["no-such"], ["pull", "no-such"]):
        result = CliRunner().invoke(main, args)
        assert result.exit_code == 2 and "Usage:" in result.stderr


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom localsdg.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "Usage:" in done.stdout
    assert done.stderr.split() == []


def test_the_version_is_told() -> None:
    from localsdg import __version__

    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"localsdg, version {__version__}\n")


def test_the_organisers_sheet_names_every_figure_once() -> None:
    from localsdg.figures.data.catalogue import entries

    named = re.findall(r"`(c\d\d-[\w-]+)`", ORGANISERS)
    assert sorted(set(entries()) ^ set(named)) == [], "a figure says what it may be used for"
    assert sorted({one for one in named if named.count(one) > 1}) == []


WRITTEN = [
    path
    for pattern in ("*.md", "docs/*.md", "docs/how-to/*.md", "docs/methods/*.md", "docs/cookbook/*.md")
    for path in sorted(Settings().resources.glob(pattern))
    if path.name != "CHANGELOG.md"
]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_commands_in_documents_are_calls_that_exist(path) -> None:
    text = path.read_text(encoding="utf-8")
    makefile = (Settings().resources / "Makefile").read_text(encoding="utf-8")
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in re.findall(r"^\$ (.*?)(?:  +#.*)?$", block.replace("\n    ", " "), re.MULTILINE):
            for command in line.split(" && "):
                name, *args = shlex.split(command, comments=True)
                args = args[: args.index(">")] if ">" in args else args
                if name == "make":
                    assert [one for one in args if "=" not in one and f"\n{one}:" not in makefile] == []
                if name != "localsdg":
                    continue
                inner: tuple[str, ...] = ()
                while (*inner, *args[:1]) in TREE and args:
                    inner, args = (*inner, args[0]), args[1:]
                if args and (default := getattr(TREE[inner], "default", None)):
                    inner = (*inner, default)
                TREE[inner].make_context(words(inner), list(args))  # raises for an option it lacks


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_files_that_documents_link_exist(path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_the_readme_is_short() -> None:
    assert len((Settings().resources / "README.md").read_text(encoding="utf-8").splitlines()) < 200


def test_the_citation_has_the_version_of_the_package() -> None:
    from localsdg import __version__

    citation = (Settings().resources / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation


def test_the_python_page_has_every_public_name_with_its_parameters() -> None:
    import inspect

    import localsdg

    page = (Settings().resources / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `ls\.(\w+)`\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    assert sorted(sections) == sorted(localsdg.__all__)
    for name, text in sections.items():
        member = getattr(localsdg, name)
        if inspect.isfunction(member):
            assert [one for one in inspect.signature(member).parameters if one not in text] == []


def test_the_page_of_commands_has_every_command_with_its_options() -> None:
    page = (Settings().resources / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^#+ `(localsdg [^`]+)`\n(.*?)(?=^#+ `|\Z)", page, re.DOTALL | re.MULTILINE))
    assert sorted(sections) == sorted(words(path) for path, one in TREE.items() if path and not one.hidden)
    lost = [
        (words(path), option)
        for path, command in TREE.items()
        for one in command.params
        if words(path) in sections and isinstance(one, click.Option) and not one.hidden
        for option in one.opts
        if option not in sections[words(path)]
    ]
    assert lost == []
