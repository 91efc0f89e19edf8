"""The code blocks of the documents, and how each kind is run.

A reader's own files (`question.sql`, `register.csv`) are written before; a command that
cannot run in a test is in `NOT_RUN`, with the reason. Printed text is compared line by line; a line
`...` in a page is for any number of lines, and `…` in a line is for any text.
"""

from __future__ import annotations

import contextlib
import doctest
import gzip
import io
import json
import re
import shlex
import shutil
import subprocess
import textwrap
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from record_helpers import workbook, written

from localsdg.cli.app import main
from localsdg.common.settings import RESOURCES

#: Beginning of a command -> why no test of the documents runs it, and what proves it instead.
NOT_RUN = {
    r"make (run|test|test-all|lint|site|answers)\b": "it is CI, or makes an environment: test_docs checks the target",
    r"(\.venv/bin/|python -m )?pip (wheel|install)\b": "it changes the environment: .ci/wheel does it in an empty one",
    r"(sudo|systemctl|cp units/|\(crontab|loginctl)": "it changes the machine",
    r"export LOCALSDG_NOTIFY=|localsdg notify --test": "it sends to addresses of the reader: test_alerts",
    r"export PREFECT_|localsdg schedule(?! --(systemd|cron-line))": "it keeps running: test_prefect_servers",
    r"localsdg lake|PGPASSWORD=|createdb": "it needs PostgreSQL and extensions of DuckDB: test_lake",
    r"dask (scheduler|worker)|export LOCALSDG_(PARTS|DASK_ADDRESS)": "it needs several machines: test_dask",
    r"LOCALSDG_TASK_RUNNER=dask": "it starts worker processes: test_dask",
    r"python -m benchmarks\.": "it takes minutes: test_benchmarks asks each for its options",
    r"localsdg explore": "it keeps running: test_explore",
    r"localsdg run --live": "it asks the network: test_live_run has a server on loopback",
    r"localsdg pull indicators --series": "it asks the network: test_unsd_pull",
    r"localsdg pull site\s*(#|https:|$)": "it asks the network: test_opensdg_pull",
    r"python tests/opensdg_server\.py": "it keeps running: test_add_a_local_site starts it",
    r"(\.venv/bin/)?jupyter lab": "it keeps running: test_notebooks runs the notebooks",
    r"localsdg link train": "it needs labelled texts: test_link_train",
    r"localsdg link --semantic": "it needs the sentence model: test_semantic",
    r"localsdg diff (--last|2026)": "it needs two published versions: test_diff_of_runs",
    r"localsdg build --accept": "it needs a source that lost records: test_held_sources",
    r"localsdg corrections spain-2022": "it needs the entry of the page: test_corrections",
    r"localsdg pin ": "it names a version of the reader: test_eight_weeks",
    r"localsdg (query|cite|archive) --version 2026": "it names a version of the reader: test_versions",
    r"localsdg link review links\.csv": "it needs decisions of a reader: test_decisions",
}
#: What takes more than a few seconds of the machine: `make test-all` runs it.
LONG = re.compile(
    r"localsdg (?:(?:run|build|figures|profile|doctor|link review|archive|explore|mcp"
    r"|export(?! --format hive --table observation))\b"
    r"|query .*evidence\.since_event)"
)
#: Exit code 1 is an answer of these.
MAY_FAIL = re.compile(r"localsdg (doctor|status --check)")

_FENCE = re.compile(r"^( *)```([\w-]*)[^\n]*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of a page; `printed` is the text block right below it."""

    page: str
    line: int
    kind: str
    text: str
    printed: str | None = None

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Of `console`: each command with what the page shows below it."""
        found: list[tuple[str, str]] = []
        for line in self.text.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif found and not found[-1][1] and _is_open(found[-1][0]):
                found[-1] = (found[-1][0] + line, "")
            elif found:
                found[-1] = (found[-1][0], found[-1][1] + line)
        return [(command.strip(), shown) for command, shown in found]

    @property
    def is_long(self) -> bool:
        return self.kind == "console" and any(LONG.match(one) and not_run(one) is None for one, _ in self.commands)


def blocks(path: Path) -> list[Block]:
    """The code blocks of a page, in order."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(RESOURCES).as_posix()
    found, matches = [], list(_FENCE.finditer(text))
    for place, match in enumerate(matches):
        after = matches[place + 1] if place + 1 < len(matches) else None
        shown = None
        if after and after[2] == "text" and not text[match.end() : after.start()].strip():
            shown = textwrap.dedent(after[3])
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(name, line, match[2], textwrap.dedent(match[3]), shown))
    return found


def not_run(command: str) -> str | None:
    """Why a command is not run; None where it is."""
    return next((reason for pattern, reason in NOT_RUN.items() if re.match(pattern, command)), None)


class Workspace:
    """A copy of a home, with the files of a reader: the folder in which the blocks of a page run."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(home, folder, symlinks=True, ignore=shutil.ignore_patterns("*.lock", "reports", "exports"))
        self._known: set[str] = set()
        self.names: dict[str, object] = {"__name__": "__main__"}
        _write_reader_files(folder)

    def run(self, block: Block) -> None:
        """Run a block; raises `AssertionError` where it fails, or prints other text than the page shows."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setenv("LOCALSDG_HOME", str(self.folder))
            getattr(self, f"_run_{block.kind or 'text'}")(block)

    def _run_console(self, block: Block) -> None:
        for command, shown in block.commands:
            if not_run(command) is None and (shown.strip() or command not in self._known):
                self._known.add(command)  # the same line on many pages: `localsdg cite --source unsd`
                if output := re.search(r" --output (\S+\.\w+)", command):  # of another page
                    (self.folder / output[1]).unlink(missing_ok=True)
                compare(self._call(command), shown, command)

    def _run_sql(self, block: Block) -> None:
        printed = self._localsdg(["query", block.text])
        compare(printed, block.printed or "", block.text)

    def _run_python(self, block: Block) -> None:
        if block.text.lstrip().startswith(">>>"):
            test = doctest.DocTestParser().get_doctest(block.text, self.names, block.page, block.page, block.line)
            report = io.StringIO()
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
            assert runner.run(test, out=report.write, clear_globs=False).failed == 0, report.getvalue()
            self.names.update(test.globs)
            return
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(block.text, f"{block.page}:{block.line}", "exec"), self.names)
        compare(out.getvalue(), block.printed or "", block.text)

    def _run_toml(self, block: Block) -> None:
        assert tomllib.loads(block.text)

    def _run_json(self, block: Block) -> None:
        json.loads(block.text)

    def _run_bibtex(self, block: Block) -> None:
        assert block.text.startswith("@")

    def _run_text(self, block: Block) -> None:
        """What a command prints: compared where it is run."""

    def _run_sh(self, block: Block) -> None:
        """Run by the test of its page, in a copy of the tree: test_blocks_to_run_in_a_tree_have_a_test."""

    def _call(self, command: str) -> str:
        """Run a line as a shell does: `a && b`, `a > file`, comments; localsdg in this process."""
        printed = ""
        for part in re.split(r" && ", command):
            words = shlex.split(part, comments=True)
            if words[0] != "localsdg":
                done = subprocess.run(["bash", "-euc", part], capture_output=True, text=True, timeout=300)
                assert done.returncode == 0, f"{part}\n{done.stdout}\n{done.stderr}"
                printed += done.stdout
            elif ">" in words:
                target = words.index(">")
                Path(words[target + 1]).write_text(self._localsdg(words[1:target]), encoding="utf-8")
            else:
                printed += self._localsdg(words[1:])
        return printed

    def _localsdg(self, words: list[str]) -> str:
        result = CliRunner().invoke(main, words, env={"LOCALSDG_HOME": str(self.folder), "COLUMNS": "120"})
        line = shlex.join(["localsdg", *words])
        allowed = {0, 1} if MAY_FAIL.match(line) else {0}
        assert result.exit_code in allowed, f"{line}\n{result.output}\n{result.exception!r}"
        return result.stdout


def compare(printed: str, shown: str, what: str) -> None:
    """What was printed is what the page shows; `...` and `…` of the page stand for more."""
    if not shown.strip():
        return
    pattern = []
    for line in (line.rstrip() for line in shown.rstrip().splitlines()):
        if line in ("...", "…"):
            pattern.append(r"(?:.*\n)*?")
        else:
            pattern.append(".*".join(re.escape(piece) for piece in line.split("…")) + r"\n")
    actual = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines())
    assert re.fullmatch("".join(pattern), actual), f"{what}\n--- the page shows\n{shown}\n--- printed\n{actual}"


def _is_open(command: str) -> bool:
    """Whether a quotation of the command goes on in the next line."""
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return True
    return command.rstrip().endswith("\\")


def _write_reader_files(folder: Path) -> None:
    """The files that the pages name as the reader's own."""
    (folder / "question.sql").write_text("select series_code, description from series order by 1 limit 3\n")
    written(folder / "actions.csv", [{"title": "Solar roofs for social housing"}, {"title": "Wells for two villages"}])
    written(folder / "reviews.csv", [{"local_government": "Málaga", "country": "Spain", "kind": "VLR", "source": "us"}])
    register = [{"Titel": "Solardächer", "Partner": "Eine Hochschule", "Ziele": "7;11"}]
    written(folder / "register.csv", register)
    (folder / "register.csv.gz").write_bytes(gzip.compress((folder / "register.csv").read_bytes()))
    workbook(folder / "projects.xlsx", [["title", "year"], ["Solar roofs for social housing", 2023]])
    written(folder / "figures.csv", [{"code": "1-2-1", "year": "2020", "value": "9.1", "name": "Poor", "unit": "%"}])
    example = CliRunner().invoke(main, ["pull", "table", "--example"]).stdout
    (folder / "map.toml").write_text(example, encoding="utf-8")
    bulk = (RESOURCES / "tests" / "fixtures" / "unsd" / "bulk_excerpt.csv").read_text(encoding="utf-8")
    import csv

    workbook(folder / "Goal1.xlsx", [_for_xml(row) for row in csv.reader(io.StringIO(bulk))])


def _for_xml(row: list[str]) -> list[object]:
    return [cell.replace("&", "&amp;").replace("<", "&lt;") for cell in row]
