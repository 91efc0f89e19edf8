"""Which events a run gives, which of them are repeats, and what each channel gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from localsdg.common.errors import BlockedByChecks, LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline.alerts.alert import Alert, for_channel
from localsdg.pipeline.alerts.channel import Channel, ChannelForm, EventKind
from localsdg.pipeline.alerts.events import Event, events_of_run, ordinal
from localsdg.pipeline.alerts.forms import html_text, plain_text, slack_body, teams_body
from localsdg.pipeline.alerts.memory import Memory, remembered
from localsdg.pipeline.outcome import SourceOutcome, SourceStatus
from localsdg.pipeline.run import Run
from localsdg.pipeline.run_log import RunStatus
from localsdg.staging.ledger import SetAside

DOWN = SetAside("opensdg", "site", "narnia", "PULL-S01", "the site could not be pulled", detail="status 503")
FILE = SetAside("records", "file", "a.csv", "REC-01", "it has no header")
VALUE = SetAside("unsd", "value", "XX 2011", "VAL-01", "it cannot be true")


def week(
    number: int,
    status: RunStatus = RunStatus.PUBLISHED,
    *,
    aside: tuple[SetAside, ...] = (),
    sources: dict[str, SourceStatus] | None = None,
    error: Exception | None = None,
    live: bool = True,
    changes: object = None,
) -> Run:
    run = Run(
        Settings(), f"run{number}", f"2026-11-{number:02}T06:00:00", Path("none"), live=live, version=f"v{number}"
    )
    run.status, run.error, run.set_aside, run.changes = status, error, list(aside), changes
    run.sources = [SourceOutcome("opensdg", name, one, reason="status 503") for name, one in (sources or {}).items()]
    return run


def kinds(events: tuple[Event, ...], *, new: bool = True) -> list[str]:
    return sorted(event.kind for event in events if event.is_new is new)


def test_a_site_that_fails_for_weeks_is_news_once_then_stale_then_recovered() -> None:
    memory, news = Memory(), []
    for number in range(1, 10):
        events = events_of_run(week(number, aside=(DOWN,), sources={"narnia": SourceStatus.FAILED}), memory)
        news.append(kinds(events))
    assert news[0] == ["published", "set-aside"]
    assert [number for number, found in enumerate(news, start=1) if "stale" in found] == [4, 8]
    assert all(found == ["published"] for found in (news[1], news[2], news[4], news[8]))
    assert [event.text for event in events if not event.is_new] == [f"{DOWN.line} (for the 9th run in a row)"]
    back = events_of_run(week(10, sources={"narnia": SourceStatus.REFRESHED}), memory)
    assert [event.line for event in back if event.kind == "recovered"] == [
        "refreshed again, after 9 runs without, since 2026-11-01T06:00:00: opensdg narnia"
    ]
    assert memory.problems == {}


def test_many_sites_that_fail_together_are_one_line() -> None:
    memory, sites = Memory(), [f"site{number}" for number in range(20)]
    for number in range(1, 5):
        events = events_of_run(week(number, sources=dict.fromkeys(sites, SourceStatus.FAILED)), memory)
    stale = [event for event in events if event.kind == "stale"]
    assert len(stale) == 1 and stale[0].line.endswith("and 15 more: status 503")
    back = events_of_run(week(5, sources=dict.fromkeys(sites, SourceStatus.UNCHANGED)), memory)
    assert kinds(back) == ["published", "recovered"]


def test_a_run_that_fails_again_is_always_news_and_its_end_is_too() -> None:
    memory = Memory()
    error = LocalsdgError("the disk is full")
    for number in (1, 2):
        (event,) = events_of_run(week(number, RunStatus.FAILED, error=error), memory)
    assert event.is_new and event.text == "the disk is full (for the 2nd run in a row)"
    (event,) = events_of_run(week(3, RunStatus.BLOCKED, error=BlockedByChecks("rows were lost")), memory)
    assert (event.kind, event.runs) == (EventKind.BLOCKED, 3)
    assert kinds(events_of_run(week(4, RunStatus.UNCHANGED), memory)) == ["recovered", "unchanged"]
    quiet = events_of_run(week(5, RunStatus.UNCHANGED), memory)
    assert kinds(quiet) == ["unchanged"]
    alert = Alert("r", "unchanged", "t")
    assert for_channel(alert, quiet, Channel(1, ChannelForm.FILE, "")) is None


def test_what_a_run_does_not_ask_stays_known() -> None:
    memory = Memory()
    events_of_run(week(1, aside=(DOWN, FILE), sources={"narnia": SourceStatus.FAILED}), memory)
    # a build asks no site; a failed run may not have come as far as the file
    assert kinds(events_of_run(week(2, aside=(FILE,), live=False), memory), new=False) == ["set-aside"]
    events_of_run(week(3, RunStatus.FAILED, error=LocalsdgError("no space")), memory)
    events = events_of_run(week(4, aside=(DOWN, FILE), sources={"narnia": SourceStatus.FAILED}), memory)
    assert kinds(events, new=False) == ["set-aside", "set-aside"]
    events_of_run(week(5), memory)
    assert kinds(events_of_run(week(6, aside=(FILE,)), memory)) == ["published", "set-aside"]


def test_held_data_are_news_once_and_withheld_values_never() -> None:
    memory = Memory()
    first = events_of_run(week(1, aside=(VALUE,), sources={"narnia": SourceStatus.HELD}), memory)
    assert kinds(first) == ["held", "published"]
    assert kinds(events_of_run(week(2, sources={"narnia": SourceStatus.HELD}), memory)) == ["published"]


def test_moved_headlines_are_events_in_each_form_that_a_comparison_may_have() -> None:
    @dataclass
    class Moved:
        line: str

    @dataclass
    class Changes:
        headlines: tuple = field(default_factory=tuple)

    row = {
        "title": "Extreme poverty",
        "metric_id": "x",
        "area": "World",
        "area_kind": "world",
        "breakdown": None,
        "old_year": 2019,
        "old_value": 8.5,
        "new_year": 2022,
        "new_value": 9.0,
        "unit": "PERCENT",
    }
    changes = Changes(
        (
            {"line": "last", "area_kind": "region"},
            "a moved",
            Moved("b moved"),
            "c moved",
            row,
            *[f"{n} moved" for n in range(20)],
        )
    )
    lines = [event.line for event in events_of_run(week(1, changes=changes), Memory()) if event.kind == "headline"]
    assert lines[:3] == ["a moved", "b moved", "c moved"]
    assert lines[3].startswith("Extreme poverty, World: 8.5") and "2022" in lines[3] and " -> 9" in lines[3]
    assert len(lines) == 11 and lines[-1].startswith("15 more headlines moved")
    assert kinds(events_of_run(week(2, changes=object()), Memory())) == ["published"]


def test_a_channel_gets_what_it_wants() -> None:
    new, again = Event(EventKind.FAILED, "x"), Event(EventKind.SET_ASIDE, "y", 3, is_new=False)
    alert = Alert("r", "failed", "t", report=("x", "more"))
    some = Channel(1, ChannelForm.FILE, "", frozenset({EventKind.SET_ASIDE}))
    everything = Channel(2, ChannelForm.FILE, "", repeats=True)
    assert for_channel(alert, [new, again], some) is None
    default = for_channel(alert, [new, again], Channel(3, ChannelForm.FILE, ""))
    assert default and default.lines == (
        "failed: x",
        "more",
        "1 known problem is as in the last run; all: localsdg status",
    )
    both = for_channel(alert, [again], everything)
    assert both and both.lines[0] == "set-aside: y (for the 3rd run in a row)"
    late = for_channel(alert, [again], some, ["t (run q)"])
    assert late and late.lines[-1] == "an earlier alert was not delivered: t (run q)"


def test_a_long_alert_is_bounded_and_says_so() -> None:
    alert = Alert(
        "r", "published", "t" * 500 + "\r\nBcc: x", report=tuple(f"line {n} {'é' * 2000}" for n in range(500))
    )
    assert len(alert.lines) == 60 and alert.lines[-1] == "and 441 more lines; all: localsdg status"
    assert len(alert.subject) == 140 and "\n" not in alert.subject
    slack = slack_body(alert)
    assert all(len(block["text"]["text"]) <= 3000 for block in slack["blocks"]) and len(slack["blocks"]) <= 50
    assert sum(len(block["text"]["text"]) for block in slack["blocks"]) < 13_000
    assert len(str(teams_body(alert)).encode()) < 28_000


def test_markup_is_text_in_every_form() -> None:
    bad = '<!channel> <a href="x">&amp;</a> SI_POV_DAY1 [t](u)'
    alert = Alert("r", "failed", bad, events=(Event(EventKind.FAILED, bad),), next_step="a < b")
    slack = slack_body(alert)
    for text in (slack["text"], *(block["text"]["text"] for block in slack["blocks"])):
        assert "<" not in text and ">" not in text
    assert "&lt;!channel&gt;" in slack["text"] and "&amp;amp;" in slack["text"]
    card = teams_body(alert)["attachments"][0]["content"]
    # text runs are not read as Markdown
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["body"][0]["inlines"][0]["text"] == bad
    assert "<!channel>" not in html_text(alert) and "&lt;a href=" in html_text(alert)
    assert bad in plain_text(alert)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"problems": {"run": 3}}', '{"problems": {"run": {"runs": "x"}}}'])
def test_a_broken_memory_is_begun_anew(tmp_path, content) -> None:
    settings = Settings(home=tmp_path)
    settings.warehouse.mkdir(parents=True)
    (settings.warehouse / "alerts.json").write_text(content)
    with remembered(settings) as memory:
        assert memory.problems == {}
        memory.note("run", "2026-11-01T06:00:00")
    with remembered(settings) as memory:
        assert memory.note("run", "2026-11-08T06:00:00").runs == 2


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "102nd",
        "111th",
    ]
