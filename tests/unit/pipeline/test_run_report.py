"""The report of a run: its words however the run ended, and markdown in which text of others does nothing."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from localsdg.checks.blocking import CheckResult, raise_if_blocked
from localsdg.common.errors import BlockedByChecks, LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline.outcome import SourceOutcome, SourceStatus
from localsdg.pipeline.report import LONGEST_LINE, LONGEST_SECTION, run_report
from localsdg.pipeline.report_text import (
    failure_before_run,
    html_report,
    markdown_report,
    markdown_table,
    markdown_text,
    write_last_run,
)
from localsdg.pipeline.run import Run
from localsdg.pipeline.run_log import RunStatus
from localsdg.staging.ledger import SetAside
from localsdg.warehouse.publication_diff import Publication, PublicationDiff

DIFF = PublicationDiff(Publication("2026.1.1", "a", "1"), Publication("2026.1.8", "b", "1"), lines=("Spain: 3 values",))
HOSTILE = (
    "[click](javascript:alert(1))",
    "![image](http://evil.example/x.png)",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a | b | c \\| d",
    "see https://evil.example/path?a=b and www.evil.example or mail x@evil.example, mailto:y@evil.example",
    "<https://evil.example> [ref]: https://evil.example",
    "`code` ``two`` **bold** _slanted_ __fat__ ~~struck~~ &lt; &amp; $x$",
    "# heading",
    "- list",
    "1. list",
    "2) list",
    "> quotation",
    "---",
    "===",
    "line\nbreak\n\n# heading\n| a |\n|---|",
    "\x1b[31mred\x00",
)


def ended(tmp_path: Path, status: RunStatus, error: BaseException | None = None, **facts: object) -> Run:
    run = Run(Settings(home=tmp_path), "20260108T060000-abcdef", "2026-01-08T06:00:00", tmp_path / "run", **facts)
    run.version, run.status, run.error, run.ended = "2026.1.8", status, error, True
    if status == RunStatus.PUBLISHED:
        run.manifest = {"version": run.version}
    run.loads = [{"source": "unsd", "release": "2025.Q4", "rows_in": 1200, "rows_out": 1190, "rows_rejected": 10}] * 2
    return run


def outcomes(*statuses: SourceStatus) -> list[SourceOutcome]:
    return [
        SourceOutcome("opensdg", f"site{n}", status, f"release{n}", None, "HTTP 503" if status == "failed" else None)
        for n, status in enumerate(statuses)
    ]


# ------------------------------------------------------------------ the words


def test_a_run_with_gaps_is_published_and_says_how_many(tmp_path) -> None:
    run = ended(tmp_path, RunStatus.PUBLISHED, changes=DIFF)
    run.sources = outcomes(SourceStatus.REFRESHED, SourceStatus.UNCHANGED, SourceStatus.FAILED)
    run.set_aside = [
        SetAside("opensdg", "site", "site2", "PULL-S01", "the site could not be pulled", detail="HTTP 503"),
        SetAside("unsd", "file", "a.csv", "UN-1", "it cannot be read"),
    ]
    report = run_report(run)
    assert report.title == "version 2026.1.8 is published, 1 of 3 sources not refreshed"
    sections = {section.heading: section.lines for section in report.sections}
    assert sections["Sources"] == (
        "3 sources asked: 1 refreshed, 1 unchanged, 1 failed",
        "refreshed: site0",
        "unchanged: site1",
        "failed: site2: HTTP 503; in use: release2",
    )
    assert sections["Set aside"] == ("file a.csv (unsd): it cannot be read",)  # the site has its line above
    assert sections["What changed"] == ("Spain: 3 values",)
    assert report.lines == tuple(line for section in report.sections for line in section.lines)
    assert "localsdg status" in report.next_step


def test_a_run_without_change_says_which_version_stays(tmp_path) -> None:
    run = ended(tmp_path, RunStatus.UNCHANGED)
    run.version, run.manifest = "2026.1.1", {"version": "2026.1.1"}  # those of the file that stays
    report = run_report(run)
    assert report.title == "nothing changed: version 2026.1.1 stays in use"
    assert "nothing: the data are those of version 2026.1.1" in report.lines and report.next_step is None


def test_a_blocked_run_names_the_check_and_the_page_of_all(tmp_path) -> None:
    result = CheckResult("audit", "WH-1", "rows", "critical", "failed", 7, "rows in are rows out", '[{"a": 1}]')
    page = tmp_path / "data" / "warehouse" / "reports" / "validation.html"
    with pytest.raises(BlockedByChecks) as blocked:
        raise_if_blocked([result], page, rule="audit")
    run = ended(tmp_path, RunStatus.BLOCKED, blocked.value, changes=DIFF)
    run.validation = [vars(result)]
    report = run_report(run)
    assert report.title == "blocked by checks: nothing was published, version 2026.1.1 stays in use"
    assert report.lines[0] == "publication blocked: audit WH-1 failed"
    assert "expected: rows in are rows out" in report.lines and "critical WH-1 failed (7 found)" in " ".join(
        report.lines
    )
    assert str(page) in report.next_step and str(page) in markdown_report(run)


def test_a_failure_says_what_where_expected_found_and_next(tmp_path) -> None:
    error = LocalsdgError("no answer", where="https://un.example", expected="200", got="503", next_step="localsdg run")
    report = run_report(ended(tmp_path, RunStatus.FAILED, error))
    assert report.sections[0].heading == "What failed" and report.next_step == "localsdg run"
    assert report.lines[:4] == ("no answer", "where: https://un.example", "expected: 200", "found: 503")
    assert run_report(ended(tmp_path, RunStatus.FAILED, OSError("disk"))).lines[0] == "OSError: disk"
    assert run_report(ended(tmp_path, RunStatus.FAILED, KeyboardInterrupt())).title.startswith(
        "the run was interrupted"
    )
    before = failure_before_run(error)
    assert before.startswith("# The run did not begin") and "**Next:** localsdg run" in before


def test_long_lists_and_lines_are_cut_and_say_so(tmp_path) -> None:
    run = ended(tmp_path, RunStatus.PUBLISHED)
    run.set_aside = [SetAside("unsd", "file", f"{n}.csv", "UN-1", "bad " * 500) for n in range(100)]
    run.set_aside += [SetAside("unsd", "value", f"XX {n}", "WH-9", "too high") for n in range(50)]
    (lines,) = [section.lines for section in run_report(run).sections if section.heading == "Set aside"]
    assert len(lines) == LONGEST_SECTION + 1 and max(map(len, lines)) <= LONGEST_LINE
    assert lines[-1] == 'and 81 more: localsdg query "from audit.quarantine"'


# ------------------------------------------------------------------ as markdown and HTML


class Shown(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_others_is_shown_and_does_nothing(text) -> None:
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    plain = " ".join("".join(sign for sign in text if sign.isprintable() or sign == "\n").split())
    item = Shown(markdown.render(f"- {markdown_text(text)}"))
    assert item.tags == {"ul", "li"} and item.text.strip() == plain
    cells = Shown(markdown.render("\n".join(markdown_table(["a", "b"], [[text, 1200]]))))
    assert cells.tags == {"table", "thead", "tbody", "tr", "th", "td"}
    assert cells.text.split() == ["a", "b", *plain.split(), "1,200"]


@pytest.mark.parametrize("text", ["see https://a.example", "www.a.example", "x@a.example", "mailto:x@a.example"])
def test_nothing_is_left_of_which_a_renderer_makes_a_link_by_itself(text) -> None:
    assert not any(sign in markdown_text(text) for sign in ("s://", "www.", "mailto:", "x@"))


def test_names_and_versions_stay_readable() -> None:
    for text in ("SI_POV_DAY1", "2022.Q2.G.02", "/data/raw/unsd/a_b.csv", "3.5 % of 12", "localsdg run --live"):
        assert markdown_text(text) == text


def test_secrets_are_in_no_form_of_the_report(tmp_path) -> None:
    secret = "https://me:hunter2@un.example/x?token=hunter2&a=1"
    run = ended(tmp_path, RunStatus.FAILED, OSError(f"no route to {secret}"))
    run.sources = [SourceOutcome("opensdg", "site", SourceStatus.FAILED, None, None, f"GET {secret}")]
    run.set_aside = [SetAside("unsd", "file", secret, "UN-1", "bad")]
    write_last_run(run)
    texts = [path.read_text() for path in run.settings.reports.glob("last_run.*")]
    assert len(texts) == 2
    for text in (*texts, markdown_report(run), html_report(run), str(run_report(run)), failure_before_run(run.error)):
        assert "hunter2" not in text and "un.example" in text


def test_the_page_escapes_and_adds_up_rows_by_release(tmp_path) -> None:
    run = ended(tmp_path, RunStatus.PUBLISHED)
    run.set_aside = [SetAside("unsd", "file", "<img src=x>", "UN-1", "bad")]
    run.seconds = {"stage": 1.25}
    assert "| unsd | 2025.Q4 | 2,400 | 2,380 | 20 |" in markdown_report(run)
    assert "| stage | 1.2 |" in markdown_report(run)
    page = html_report(run)
    assert "&lt;img src=x&gt;" in page and "<img" not in page and "2,380" in page
