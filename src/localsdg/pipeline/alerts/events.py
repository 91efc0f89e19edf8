"""What a run gives cause to report: its end, what it set aside, sources that fail, are held back or work again.

What is as in the last run is a repeat, which only channels with `events=all`
get. A run that failed again is always reported: a mail may be missed, and
nothing else says that the data grow old. So is a source that fails for long:
at its 4th run, 8th, 16th and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.pipeline.alerts.channel import EventKind
from localsdg.pipeline.outcome import SourceStatus
from localsdg.pipeline.run_log import RunStatus, error_text
from localsdg.warehouse.publication_lines import point

if TYPE_CHECKING:
    from localsdg.pipeline.alerts.memory import Memory
    from localsdg.pipeline.outcome import SourceOutcome
    from localsdg.pipeline.run import Run
    from localsdg.staging.ledger import SetAside

#: Runs without newer data after which a source is reported as stale; a month of weekly runs.
STALE_RUNS = 4
#: Sources that one line names.
_NAMED = 5
#: The command under which the run log has a schedule that gave up.
SCHEDULE = "schedule"
#: Headlines that are named; a new release of the UN may move hundreds.
_HEADLINES = 10
#: Longest line of an event, in characters.
_LONGEST_LINE = 600
_RUN = "run"
_NOT_WORKING = (SourceStatus.FAILED, SourceStatus.HELD)


@dataclass(frozen=True)
class Event:
    """One thing to report: `runs` is the number of runs in a row that had it."""

    kind: EventKind
    line: str
    runs: int = 1
    is_new: bool = True

    @property
    def text(self) -> str:
        """The line, with how long it goes on."""
        return self.line if self.runs < 2 else f"{self.line} (for the {ordinal(self.runs)} run in a row)"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def events_of_run(run: Run, memory: Memory) -> tuple[Event, ...]:
    """The events of a run that has ended; the memory is brought up to date."""
    return tuple(
        [
            *_end(run, memory),
            *_moved_headlines(run),
            *_held(run, memory),
            *_long_failing(run, memory),
            *_set_aside(run, memory),
        ]
    )


def event_of_pull(run: Run, command: str) -> Event:
    """The event of a pull outside a run that failed, or did not get everything.

    A schedule that gave up is no such pull: nobody sees it fail, and no run reports it.
    """
    kind = EventKind.FAILED if command == SCHEDULE else EventKind.PULL
    return Event(kind, _short(f"{command}: {_reason(run)}"))


def _end(run: Run, memory: Memory) -> Iterator[Event]:
    """How the run ended, and whether it works again."""
    if run.status in (RunStatus.FAILED, RunStatus.BLOCKED):
        reason = _short(_reason(run))
        kind = EventKind.BLOCKED if run.status == RunStatus.BLOCKED else EventKind.FAILED
        yield Event(kind, reason, memory.note(_RUN, run.started_at, reason).runs)
        return
    if before := memory.problems.pop(_RUN, None):
        times = "1 run" if before.runs == 1 else f"{before.runs} runs in a row"
        yield Event(EventKind.RECOVERED, f"a run ended well again, after {times} that did not, since {before.since}")
    if run.status == RunStatus.PUBLISHED:
        yield Event(EventKind.PUBLISHED, f"version {run.version} was published")
    if run.status == RunStatus.UNCHANGED:
        yield Event(EventKind.UNCHANGED, "nothing changed, and nothing was published")


def _reason(run: Run) -> str:
    """Why it failed, without the next command, which is a part of the alert and not of its event."""
    if run.error is None:
        return "a part of it could not be pulled" if run.set_aside else "no reason is known"
    return getattr(run.error, "reason", None) or error_text(run.error)


def _moved_headlines(run: Run) -> Iterator[Event]:
    """Headline values that the publication changes, where the comparison names them."""
    if run.status != RunStatus.PUBLISHED:
        return
    headlines = list(getattr(run.changes, "headlines", ()) or ())
    # the World's first; those of one kind stay in their order
    headlines.sort(key=lambda one: isinstance(one, dict) and one.get("area_kind") != "world")
    lines = [_headline_line(headline) for headline in headlines]
    for line in lines[:_HEADLINES]:
        yield Event(EventKind.HEADLINE, _short(line))
    if len(lines) > _HEADLINES:
        yield Event(EventKind.HEADLINE, f"{len(lines) - _HEADLINES} more headlines moved; all: localsdg diff --last")


def _headline_line(headline: object) -> str:
    """`Extreme poverty, World: 8.5% (2019) -> 9% (2022)`, of a row of the comparison or of a text."""
    if not isinstance(headline, dict):
        return str(getattr(headline, "line", headline))
    if headline.get("line"):
        return str(headline["line"])
    names = (headline.get("title") or headline.get("metric_id"), headline.get("area"), headline.get("breakdown"))
    before, after = (
        point(headline.get(f"{side}_year"), headline.get(f"{side}_value"), headline.get("unit"))
        for side in ("old", "new")
    )
    return f"{', '.join(str(name) for name in names if name)}: {before} -> {after}"


def _held(run: Run, memory: Memory) -> Iterator[Event]:
    """Sources whose newer data are not used; a source that is used again is no longer one."""
    for outcome in run.sources:
        key = f"held|{_source_key(outcome)}"
        if outcome.status == SourceStatus.HELD:
            line = f"newer data of {_source_name(outcome)} are held back: {outcome.reason or 'no reason is given'}"
            runs = memory.note(key, run.started_at, line).runs
            yield Event(EventKind.HELD, _short(line), runs, is_new=runs == 1)
        elif outcome.status != SourceStatus.FAILED:
            memory.problems.pop(key, None)


def _long_failing(run: Run, memory: Memory) -> Iterator[Event]:
    """Sources that were not refreshed for several runs, and those that are again."""
    stale: dict[tuple[int, str, str], list[str]] = {}
    again: dict[tuple[int, str], list[str]] = {}
    for outcome in run.sources:
        key, name = f"source|{_source_key(outcome)}", _source_name(outcome)
        if outcome.status in _NOT_WORKING:
            problem = memory.note(key, run.started_at, outcome.reason or "")
            if _is_to_be_reported(problem.runs):
                stale.setdefault((problem.runs, problem.since, _short(problem.reason, 300)), []).append(name)
        elif before := memory.problems.pop(key, None):
            again.setdefault((before.runs, before.since), []).append(name)
    for (runs, since, reason), names in stale.items():
        line = f"not refreshed for {runs} runs, since {since}: {_some(names)}"
        yield Event(EventKind.STALE, f"{line}: {reason}" if reason else line)
    for (runs, since), names in again.items():
        times = "1 run" if runs == 1 else f"{runs} runs"
        yield Event(EventKind.RECOVERED, f"refreshed again, after {times} without, since {since}: {_some(names)}")


def _set_aside(run: Run, memory: Memory) -> Iterator[Event]:
    """What was left out, but for values that a rule withholds, which are data and in every run."""
    has_ended_well = run.status in (RunStatus.PUBLISHED, RunStatus.UNCHANGED)
    items = {_item_key(item): item for item in run.set_aside if item.set_aside_kind != "value"}
    for key in [key for key in memory.problems if key.startswith("set-aside|") and key not in items]:
        # a run that failed may not have come as far; one that pulls nothing does not know what cannot be pulled
        if has_ended_well and (run.live or "|PULL-" not in key):
            del memory.problems[key]
    for key, item in items.items():
        runs = memory.note(key, run.started_at).runs
        yield Event(EventKind.SET_ASIDE, _short(item.line), runs, is_new=runs == 1)


def _is_to_be_reported(runs: int) -> bool:
    """At 4 runs, 8, 16, 32 and so on: never forgotten, and not every week."""
    times, rest = divmod(runs, STALE_RUNS)
    return rest == 0 and times > 0 and times & (times - 1) == 0


def _item_key(item: SetAside) -> str:
    return f"set-aside|{item.source}|{item.set_aside_kind}|{item.set_aside_name}|{item.rule_id}"


def _source_key(outcome: SourceOutcome) -> str:
    return f"{outcome.source}|{outcome.name}"


def _source_name(outcome: SourceOutcome) -> str:
    return f"{outcome.source} {outcome.name}"


def _some(names: list[str]) -> str:
    left = len(names) - _NAMED
    return ", ".join(names) if left <= 0 else f"{', '.join(names[:_NAMED])} and {left} more"


def _short(text: str, length: int = _LONGEST_LINE) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
