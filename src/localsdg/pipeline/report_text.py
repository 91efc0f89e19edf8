"""The report of a run as markdown and HTML, for Prefect's page of the run and for `reports/last_run.md`.

Reasons and titles come from servers and files of others: none of them may
become a link, an image, a tag or a cell of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from localsdg.common.clean_text import clean_text
from localsdg.common.output_files import write_text
from localsdg.common.public_text import public_text
from localsdg.pipeline.report import error_report, release_rows, run_report
from localsdg.pipeline.run_log import code_version

if TYPE_CHECKING:
    from localsdg.pipeline.run import Run

_TEMPLATE = Path(__file__).with_name("report.html.j2")
#: What markdown reads as a sign wherever it is, and an underscore or a tilde at the edge of a word.
_SIGNS = re.compile(r"[\\`*<>\[\]|!&$]|(?<![A-Za-z0-9])[_~]|[_~](?![A-Za-z0-9])|~~|__")
#: What renderers make a link of without any sign: an address with a scheme, `www.`, an e-mail address.
_LINKS = re.compile(r"(:)(?=//)|(?<=www)(\.)|(?<=mailto)(:)|(?<=xmpp)(:)|(@)", re.IGNORECASE)
#: What begins a heading, a list, a quotation, a rule or a block of code at the start of a line.
_START = re.compile(r"^(\s*)([#+\-=]|\d+(?=[.)](?:\s|$)))")


class Table(NamedTuple):
    """Rows below a heading; the first `labels` columns are text, the others numbers."""

    heading: str
    header: tuple[str, ...]
    rows: list[tuple]
    labels: int


def markdown_text(text: object) -> str:
    """Text of others as markdown that shows these characters and does nothing."""
    line = " ".join(public_text(clean_text(str(text))).split())
    line = _SIGNS.sub(lambda match: "".join(f"\\{sign}" for sign in match[0]), line)
    line = _LINKS.sub(lambda match: f"\\{match[0]}", line)
    return _START.sub(lambda match: f"{match[1]}\\{match[2]}" if not match[2].isdigit() else f"{match[0]}\\", line)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]], *, numbers_from: int = 1) -> list[str]:
    """Lines of a table; columns from `numbers_from` on are right-aligned."""
    rule = ["---" if place < numbers_from else "---:" for place in range(len(header))]
    cells = [[f"{cell:,}" if isinstance(cell, (int, float)) else markdown_text(cell) for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (list(header), rule, *cells)]


def markdown_report(run: Run) -> str:
    """The whole report: what happened, the next command, rows by release, seconds by stage, and the files."""
    report = run_report(run)
    parts = [[f"# {markdown_text(_sentence(report.title))}"]]
    parts += [[f"**Next:** {markdown_text(report.next_step)}"]] if report.next_step else []
    for section in report.sections:
        parts.append([f"## {section.heading}", "", *(f"- {markdown_text(line)}" for line in section.lines)])
    for table in _tables(run):
        parts.append([f"## {table.heading}", "", *markdown_table(table.header, table.rows, numbers_from=table.labels)])
    parts.append(["## Run", "", *(f"- {name}: `{value.replace('`', '')}`" for name, value in _facts(run).items())])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def failure_before_run(error: BaseException) -> str:
    """The report of a run that ended before it began."""
    title, lines, next_step = error_report(error)
    text = [f"# {markdown_text(_sentence(title))}", f"**Next:** {markdown_text(next_step)}"]
    return "\n\n".join([*text, "\n".join(f"- {markdown_text(line)}" for line in lines)]) + "\n"


def html_report(run: Run) -> str:
    """The same as one offline page; whatever comes from data is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    report = run_report(run)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        title=_sentence(report.title),
        tone="failed" if run.error else "done",
        next_step=report.next_step,
        sections=report.sections,
        tables=_tables(run),
        facts=_facts(run),
    )


def write_last_run(run: Run) -> None:
    """Write `last_run.md` and `last_run.html` beside the page of the checks; raises `OSError`."""
    run.settings.reports.mkdir(parents=True, exist_ok=True)
    write_text(run.settings.reports / "last_run.md", markdown_report(run))
    write_text(run.settings.reports / "last_run.html", html_report(run))


def _sentence(title: str) -> str:
    return title[:1].upper() + title[1:]


def _tables(run: Run) -> list[Table]:
    """The tables of the report that have rows."""
    releases = [tuple(row.values()) for row in release_rows(run)]
    seconds = [(stage, round(spent, 1)) for stage, spent in (run.seconds or run.progress.seconds).items()]
    return [
        table
        for table in (
            Table("Rows by release", ("source", "release", "rows in", "kept", "rejected"), releases, 2),
            Table("Seconds by stage", ("stage", "seconds"), seconds, 1),
        )
        if table.rows
    ]


def _facts(run: Run) -> dict[str, str]:
    """What identifies the run, and the files that it left, as names and values."""
    files = {
        "warehouse": run.settings.published,
        "page of the checks": run.settings.reports / "validation.html",
        "this report": run.settings.reports / "last_run.html",
        "run log": run.settings.warehouse / "runs.jsonl",
    }
    facts = {
        "run": run.run_id,
        "version": run.version if run.manifest else "",
        "data": "pulled first (--live)" if run.live else "snapshots that were there",
        "began": f"{run.started_at} UTC",
        "code": code_version(run.settings),
    }
    there = {name: str(path) for name, path in files.items() if path.exists() or name == "this report"}
    return {name: value for name, value in {**facts, **there}.items() if value}
