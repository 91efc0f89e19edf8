"""An alert: all events of one run in one message, the same for every form."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.common.public_text import public_text
from localsdg.pipeline.alerts.channel import Channel
from localsdg.pipeline.alerts.events import Event

if TYPE_CHECKING:
    from localsdg.pipeline.report import RunReport
    from localsdg.pipeline.run import Run

#: Most lines of an alert, and the longest of them, in characters; all of it is in the published file.
MOST_LINES, LONGEST_LINE = 60, 1000
#: Longest title, in characters: Slack and mail programs cut longer ones.
LONGEST_TITLE = 140
#: Sections of a report whose lines are events.
_IN_EVENTS = ("What failed", "Set aside")


@dataclass(frozen=True)
class Alert:
    """One message: what happened in a line, each event, the report of the run, and the next command."""

    run_id: str
    status: str
    title: str
    version: str = ""
    events: tuple[Event, ...] = ()
    known: int = 0  # problems that are as in the last run and not among the events
    report: tuple[str, ...] = ()
    next_step: str | None = None
    links: dict[str, str] = field(default_factory=dict)
    unsent: tuple[str, ...] = ()  # titles of earlier alerts that did not reach the channel

    @property
    def lines(self) -> tuple[str, ...]:
        """The alert as lines: events, the report without what is in them already, known problems, what was missed."""
        events = [f"{event.kind}: {event.text}" for event in self.events]
        stated = [event.line for event in self.events]
        report = [line for line in self.report if not any(_one_line(line) in line_of_event for line_of_event in stated)]
        if self.known:
            problems = "1 known problem is" if self.known == 1 else f"{self.known} known problems are"
            report.append(f"{problems} as in the last run; all: localsdg status")
        missed = [f"an earlier alert was not delivered: {title}" for title in self.unsent]
        return tuple(_bounded([*events, *report, *missed]))

    @property
    def subject(self) -> str:
        """The title in one line, with how often in a row a run has not worked."""
        runs = max((event.runs for event in self.events if event.kind in ("failed", "blocked")), default=1)
        title = _one_line(self.title, LONGEST_TITLE)
        return title if runs < 2 else f"{title} ({runs} runs in a row)"

    def as_json(self) -> dict[str, Any]:
        """What a file or a webhook gets: every value text, a number, a list or an object."""
        return {
            "run_id": self.run_id,
            "status": self.status,
            "version": self.version or None,
            "title": self.subject,
            "lines": list(self.lines),
            "events": [
                {"kind": event.kind.value, "line": event.line, "runs": event.runs, "is_new": event.is_new}
                for event in self.events
            ],
            "known_problems": self.known,
            "next_step": self.next_step,
            "links": self.links,
            "host": platform.node(),
        }


def alert_of(run: Run, report: RunReport) -> Alert:
    """The alert of a run without its events.

    What was set aside is left out of its report: events name it once, when it is new.
    """
    settings = run.settings
    return Alert(
        run.run_id,
        str(run.status),
        f"localsdg: {public_text(report.title)}",
        run.version if run.manifest else "",
        report=tuple(public_text(clean_text(line)) for line in _report_lines(run, report)),
        next_step=report.next_step,
        links={
            "report": str(settings.reports / "validation.html"),
            "file": str(settings.published),
            **dict(getattr(report, "links", None) or {}),
        },
    )


def _report_lines(run: Run, report: RunReport) -> list[str]:
    """The lines of a report but those that events state."""
    set_aside = {item.line for item in run.set_aside}
    sections = [one for one in getattr(report, "sections", ()) if one.heading not in _IN_EVENTS]
    lines = [line for one in sections for line in one.lines] if sections else report.lines
    return [line for line in lines if line not in set_aside]


def for_channel(alert: Alert, events: Iterable[Event], channel: Channel, unsent: Iterable[str] = ()) -> Alert | None:
    """The alert with the events that a channel wants; None where nothing of it is news there."""
    wanted = [event for event in events if event.kind in channel.events]
    named = tuple(event for event in wanted if event.is_new or channel.repeats)
    missed = tuple(unsent)
    if not named and not missed:
        return None
    return replace(alert, events=named, known=len(wanted) - len(named), unsent=missed)


def _bounded(lines: list[str]) -> list[str]:
    shown = [_one_line(line, LONGEST_LINE) for line in dict.fromkeys(lines)]
    if len(shown) <= MOST_LINES:
        return shown
    return [*shown[: MOST_LINES - 1], f"and {len(shown) - MOST_LINES + 1} more lines; all: localsdg status"]


def _one_line(text: str, length: int = LONGEST_LINE) -> str:
    text = " ".join(clean_text(text).split())
    return text if len(text) <= length else text[: length - 1] + "…"
