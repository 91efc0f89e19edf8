"""What a run came to, in the words that the terminal, Prefect, an alert and the status share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import LocalsdgError
from localsdg.common.public_text import public_text
from localsdg.pipeline.outcome import SourceStatus
from localsdg.pipeline.run_log import RunStatus, error_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localsdg.pipeline.outcome import SourceOutcome
    from localsdg.pipeline.run import Run
    from localsdg.staging.ledger import SetAside

#: Lines of one section, and characters of one line; the published file and the page of the checks have the rest.
LONGEST_SECTION, LONGEST_LINE = 20, 400
#: Names in one line.
_NAMED = 12
#: Rules of `PULL_RULES` whose item is a whole source, which has a line of its own.
_WHOLE_SOURCE = frozenset({"PULL-U01", "PULL-S01", "PULL-S03", "PULL-T01"})
_NOT_USED = (SourceStatus.FAILED, SourceStatus.HELD)


@dataclass(frozen=True)
class Section:
    """Lines of one subject; the last says how many more there are, where they are too many."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class RunReport:
    """One run in words: a title of one line, what happened (a line each), and the next command.

    `sections` are the same lines below their headings.
    """

    title: str
    lines: tuple[str, ...]
    next_step: str | None = None
    sections: tuple[Section, ...] = ()


def run_report(run: Run) -> RunReport:
    """The report of a run that has ended, however it ended."""
    parts = {
        "What failed": _error_lines(run.error),
        "Sources": _source_lines(run),
        "Set aside": _set_aside_lines(run),
        "What changed": _change_lines(run),
        "Checks": _check_lines(run),
        "Notes": run.notes,
    }
    everything = {"What changed": "localsdg diff", "Sources": "localsdg status"}
    if run.manifest:
        everything["Set aside"] = 'localsdg query "from audit.quarantine"'
    sections = tuple(
        Section(heading, _bounded(lines, everything.get(heading))) for heading, lines in parts.items() if lines
    )
    lines = tuple(line for section in sections for line in section.lines)
    return RunReport(_line(_title(run)), lines, _next_step(run), sections)


def error_report(error: BaseException) -> tuple[str, list[str], str]:
    """Title, lines and next command of a run that ended before it began."""
    return "the run did not begin: nothing was published", _error_lines(error), _after_error(error)


def not_refreshed(run: Run) -> list[SourceOutcome]:
    """The sources that were asked and whose newer data, if any, are not in use."""
    return [source for source in run.sources if source.status in _NOT_USED]


def version_in_use(run: Run) -> str:
    """The version that is published after the run; empty where there is none or it is not known."""
    if run.manifest:
        return run.version
    return run.changes.old.version if run.changes else ""


def release_rows(run: Run) -> list[dict]:
    """Rows in, kept and rejected of each source and release, as a list of dicts."""
    names = ("rows_in", "rows_out", "rows_rejected")
    found: dict[tuple[str, str], Counter[str]] = {}
    for load in run.loads:
        counts = found.setdefault((load["source"], load["release"]), Counter())
        counts.update({name: load[name] for name in names})
    return [
        {"source": source, "release": release, **{name: counts[name] for name in names}}
        for (source, release), counts in found.items()
    ]


def _title(run: Run) -> str:
    behind = not_refreshed(run)
    with_gaps = f", {len(behind)} of {len(run.sources)} sources not refreshed" if behind else ""
    match run.status:
        case RunStatus.PUBLISHED if run.error:
            return f"version {run.version} is published, and then the run failed"
        case RunStatus.PUBLISHED:
            return f"version {run.version} is published{with_gaps}"
        case RunStatus.UNCHANGED:
            return f"nothing changed{with_gaps}: {_stays(run)}"
        case RunStatus.BLOCKED:
            return f"blocked by checks: nothing was published, {_stays(run)}"
    what = "was interrupted" if isinstance(run.error, KeyboardInterrupt) else "failed"
    return f"the run {what}: nothing was published, {_stays(run)}"


def _stays(run: Run) -> str:
    version = version_in_use(run)
    return f"version {version} stays in use" if version else "what was published before stays in use"


def _error_lines(error: BaseException | None) -> list[str]:
    """What failed, where, what was expected and what was found, a line each."""
    if error is None:
        return []
    if not isinstance(error, LocalsdgError):
        return [error_text(error) if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"]
    parts = {"where": error.where, "expected": error.expected, "found": error.got}
    return [error.what, *(f"{name}: {part}" for name, part in parts.items() if part is not None)]


def _source_lines(run: Run) -> list[str]:
    """What was asked, what came, what did not."""
    if not run.sources:
        return ["no source was asked: the run used the snapshots that were there"] if run.loads else []
    by_status = {status: [source for source in run.sources if source.status == status] for status in SourceStatus}
    refreshed, unchanged = by_status[SourceStatus.REFRESHED], by_status[SourceStatus.UNCHANGED]
    counts = ", ".join(f"{len(found)} {status}" for status, found in by_status.items() if found)
    lines = [f"{_count(len(run.sources), 'source')} asked: {counts}"]
    lines += [f"refreshed: {_names(refreshed)}"] if refreshed else []
    lines += [f"unchanged: {_names(unchanged)}"] if unchanged else []
    for source in not_refreshed(run):
        in_use = f"; in use: {source.release}" if source.release else ""
        lines.append(f"{source.status}: {source.name}: {source.reason or 'no reason given'}{in_use}")
    return lines


def _names(sources: list[SourceOutcome]) -> str:
    names = [f"{one.name} ({one.release})" if one.source == "unsd" and one.release else one.name for one in sources]
    left = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {left} more" if left > 0 else "")


def _set_aside_lines(run: Run) -> list[str]:
    """One line each, but one for all values of a rule; whole sources are in the section of the sources."""
    asked = bool(not_refreshed(run))
    items = [item for item in run.set_aside if not (asked and item.rule_id in _WHOLE_SOURCE)]
    lines = [item.line for item in items if item.set_aside_kind != "value"]
    values: dict[str, list[SetAside]] = {}
    for item in items:
        if item.set_aside_kind == "value":
            values.setdefault(item.rule_id, []).append(item)
    for rule_id, of_rule in values.items():
        more = f" (and {len(of_rule) - 1} more by rule {rule_id})" if len(of_rule) > 1 else ""
        lines.append(f"{of_rule[0].line}{more}")
    return lines


def _change_lines(run: Run) -> list[str]:
    if run.status == RunStatus.UNCHANGED:
        return [f"nothing: the data are those of version {version_in_use(run)}"]
    if run.changes is None:
        return ["the first publication: there is none to compare with"] if run.manifest else []
    old, new = run.changes.old, run.changes.new
    if run.changes.same_data:
        return [f"nothing: the data are those of version {old.version}"]
    return list(run.changes.lines) or [f"the data differ from those of version {old.version}: localsdg diff"] * (
        old != new
    )


def _check_lines(run: Run) -> list[str]:
    if not run.validation:
        return []
    counts = Counter(result["outcome"] for result in run.validation)
    failed = [result for result in run.validation if result["outcome"] != "passed"]
    failed.sort(key=lambda result: (result["severity"] != "critical", result["rule_id"]))
    first = f"{counts['passed']} passed, {len(failed)} did not; all of them: {run.settings.reports / 'validation.html'}"
    return [first, *(_check_line(result) for result in failed)]


def _check_line(result: dict) -> str:
    found = "" if result["n_unexpected"] is None else f" ({result['n_unexpected']:,} found)"
    return f"{result['severity']} {result['rule_id']} {result['outcome']}{found}: {result['reason']}"


def _next_step(run: Run) -> str | None:
    """A command that works; None where nothing is to be done."""
    if run.error is not None:
        return _after_error(run.error)
    if any(source.status == SourceStatus.HELD for source in run.sources):
        return "localsdg status"
    return "localsdg status, if the next run does not get them either" if not_refreshed(run) else None


def _after_error(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "localsdg run"
    return getattr(error, "next_step", None) or "localsdg doctor"


def _bounded(lines: Iterable[str], all_of_them: str | None) -> tuple[str, ...]:
    lines = [_line(line) for line in lines]
    left = len(lines) - LONGEST_SECTION
    if left <= 0:
        return tuple(lines)
    return (*lines[:LONGEST_SECTION], f"and {left} more" + (f": {all_of_them}" if all_of_them else ""))


def _line(text: str) -> str:
    """One line without secrets and control characters, of bounded length."""
    text = " ".join(public_text(clean_text(text)).split())
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
