"""The status on one screen, readable at 80 columns: facts with their labels, and a table of the sources."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from localsdg.common.public_text import public_text
from localsdg.common.terminal import raw_stream, safe_console

if TYPE_CHECKING:
    from datetime import timedelta

    from rich.table import Table

#: Longest reason on the screen, in characters; `--json` and the run log have all of it.
LONGEST_REASON = 160
#: Longest reason in the table of the sources.
LONGEST_IN_TABLE = 100
#: Lines on what was set aside.
N_LINES = 4
#: How the run log begins a reason that lists what was not pulled.
_NOT_PULLED = re.compile(r"(?:[a-z ]+: )?([0-9]+ not pulled)(?=: )")
#: Where something failed; the run log has it.
_ADDRESS = re.compile(r" in https?://\S+")
#: From this width on the table has what each site holds.
WIDE = 100


def print_status(state: dict) -> None:
    """Print it; a log, which has no width, gets 120 columns."""
    console = safe_console(log_width=None if "COLUMNS" in os.environ else 120, highlight=False)
    with console.capture() as text:
        console.print(_facts(state))
        if state["sources"]:
            console.print()
            console.print(_sources(state, console.width >= WIDE))
    shown = "\n".join(line.rstrip() for line in text.get().rstrip("\n").split("\n"))
    click.echo(shown, file=raw_stream(sys.stdout))  # the colours are rich's own


def _facts(state: dict) -> Table:
    from rich.markup import escape
    from rich.table import Table

    now = _moment(state["checked_at"])
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    lines = [
        *_last_lines(state, now),
        ("Published", _published_words(state["published"], now)),
        *(("Under way", _under_way_words(one, state["writer"], now)) for one in state["under_way"]),
        *_lock_lines(state),
        ("Next run", _schedule_words(state["schedule"], now)),
        *_set_aside_lines(state["set_aside"], (state["last_run"] or {}).get("detail") or ""),
        *(("Unreadable", _cut(line)) for line in state["unreadable"]),
    ]
    label = ""
    for name, words in lines:
        table.add_row("" if name == label else name, escape(words))
        label = name
    return table


def _last_lines(state: dict, now: datetime) -> list[tuple[str, str]]:
    """The last run, a pull after it, and the runs and pulls before."""
    last_run, last = state["last_run"], state["last"]
    none = "none yet; next: localsdg run"
    if state["run_log_problem"]:
        none = f"not known, as the run log cannot be read: {state['run_log_problem']}; next: localsdg doctor"
    lines = [("Last run", _run_words(last_run, now) if last_run else none)]
    lines += [("Note", _cut(note)) for note in (last_run["notes"] if last_run else [])]
    named = [last_run]
    if last and last is not last_run:
        lines.append(("Last pull", _run_words(last, now)))
        named.append(last)
    before = [row for row in reversed(state["runs"]) if row not in named]
    return [*lines, *(("Before", _run_in_short(row)) for row in before)]


def _run_words(row: dict, now: datetime) -> str:
    words = f"{_command(row)}, {_ago(row['started_at'], now)} ({_minute(row['started_at'])} UTC): {row['status']}"
    if row["version"]:
        words += f" {row['version']}"
    if row["finished_at"]:
        words += f" after {_duration(_moment(row['finished_at']) - _moment(row['started_at']))}"
    return words + _detail(row, LONGEST_REASON)


def _detail(row: dict, longest: int) -> str:
    """Why it ended so; of what was not pulled the number alone, because the sources have the reasons."""
    detail = row["detail"] or ""
    counted = _NOT_PULLED.match(detail)
    return f": {counted[1] if counted else _cut(detail, longest)}" if detail else ""


def _run_in_short(row: dict) -> str:
    return f"{_minute(row['started_at'])} {_command(row)}: {row['status']}{_detail(row, LONGEST_IN_TABLE)}"


def _command(row: dict) -> str:
    return (row["command"] or "run") + (" --live" if row["live"] else "")


def _published_words(published: dict | None, now: datetime) -> str:
    if not published:
        return "nothing yet; next: localsdg run"
    version = f"version {published['version'] or 'not known'}"
    age = f", {_ago(str(published['built_at']), now)}" if published["built_at"] else ""
    if published.get("problem"):
        return f"{version}{age}; the file cannot be read: {_cut(published['problem'])}; next: localsdg run"
    confirmed = _ago(published["confirmed_at"], now) if published["confirmed_at"] else ""
    if confirmed and confirmed not in age:
        age += f", confirmed {confirmed}"
    return f"{version}{age}; {published['file']}"


def _under_way_words(one: dict, writer: dict | None, now: datetime) -> str:
    words = f"{_command(one)}, began {_ago(one['started_at'], now)}, process {one['pid']}"
    if one.get("stage"):
        words += f", in the stage {one['stage']} for {_duration(now - _moment(one['stage_since']))}"
    if writer and writer.get("run_id") == one["run_id"]:
        words += f", writes the warehouse since {_minute(writer['since'])} UTC"
    return words


def _lock_lines(state: dict) -> list[tuple[str, str]]:
    """Who writes the warehouse, where it is no run that is listed as under way."""
    writer = state["writer"]
    if not writer or any(one["run_id"] == writer.get("run_id") for one in state["under_way"]):
        return []
    who = f"run {writer['run_id']}" if writer.get("run_id") else "a command"
    return [("Lock", f"held by {who}, process {writer.get('pid')}, since {writer.get('since')} UTC")]


def _schedule_words(schedule: dict | None, now: datetime) -> str:
    if schedule is None:
        return "no schedule runs here; next: localsdg schedule"
    words = f"cron {schedule['cron']!r} {schedule['timezone'] or 'UTC'}"
    if schedule["is_running"] and schedule["next_runs"]:
        first, *more = schedule["next_runs"]
        then = f", then {', '.join(_minute(one) for one in more)}" if more else ""
        words = f"{_minute(first)} UTC, {_ago(first, now)}{then}; {words}"
    if schedule["missed"]:
        words += f"; the run of {_minute(schedule['missed'])} UTC did not begin"
    return words + (f"; {schedule['problem']}" if schedule["problem"] else "")


def _set_aside_lines(aside: dict | None, detail: str) -> list[tuple[str, str]]:
    """How many of each kind in the last run, and the first lines; single values and failed pulls are counted alone."""
    if not aside or not aside["n"]:
        return []
    kinds = ", ".join(
        f"{int(n):,} {kind}{'' if n == 1 else 's'}"
        for kind, n in sorted(aside["kinds"].items(), key=lambda one: one[0])
    )
    lines = [line for line in aside["lines"] if not line.startswith("value ") and line.rstrip("…") not in detail]
    shown = [("Set aside", _cut(line)) for line in lines[:N_LINES]]
    return [
        ("Set aside", f'{kinds or aside["n"]} in the last run: localsdg query "from audit.quarantine"'),
        *shown,
    ]


def _sources(state: dict, is_wide: bool) -> Table:
    from rich.markup import escape
    from rich.table import Table

    now = _moment(state["checked_at"])
    sites = {one["site_id"]: one for one in state["sites"]}
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Source", overflow="fold", max_width=24)
    if is_wide:
        table.add_column("With data", justify="right")
        table.add_column("Years", no_wrap=True)
    table.add_column("Fetched", no_wrap=True)
    table.add_column("State", overflow="fold")
    for one in state["sources"]:
        site = sites.get(one["name"])
        held = [str(site["n_with_data"]) if site else "", _years(site)] if is_wide else []
        table.add_row(
            escape(_name(one)),
            *held,
            (one["fetched_at"] or "never")[:10],
            escape(_state_words(one, now)),
        )
    return table


def _name(one: dict) -> str:
    return "UN indicators" if one["source"] == "unsd" else one["name"]


def _years(site: dict | None) -> str:
    return f"{site['first_year']}-{site['last_year']}" if site and site["first_year"] else ""


def _state_words(one: dict, now: datetime) -> str:
    """How old the data in use are, and why there are no newer ones."""
    release = f"release {one['release']}, " if one["source"] == "unsd" and one["release"] else ""
    age = _ago(one["confirmed_at"], now) if one["confirmed_at"] else "no data"
    if one["status"] in ("failed", "held"):
        what = "could not be refreshed" if one["status"] == "failed" else "held"
        runs = f"{one['n_runs']} run{'' if one['n_runs'] == 1 else 's'}"
        reason = f": {_cut(one['reason'], LONGEST_IN_TABLE)}" if one["reason"] else ""
        words = f"{release}{what} since {one['since'][:10]} ({runs}){reason}"
    elif one["status"]:
        words = f"{release}{one['status']} {age}"
    else:
        words = (
            f"{release}{age}{', in the bundle' if one['bundled'] else ''}{', never asked' if one['is_asked'] else ''}"
        )
    if one["newer_at"]:
        words += f"; newer data of {one['newer_at'][:10]} wait: localsdg build"
    return words


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _minute(text: str) -> str:
    return f"{_moment(text):%Y-%m-%d %H:%M}"


def _ago(text: str, now: datetime) -> str:
    """The time between in words: 3 days ago, in 2 hours."""
    from babel.dates import format_timedelta

    if abs(_moment(text) - now).total_seconds() < 1:
        return "just now"
    return format_timedelta(_moment(text) - now, add_direction=True, threshold=1.5, locale="en")


def _duration(spent: timedelta) -> str:
    minutes, seconds = divmod(round(spent.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _cut(text: str, longest: int = LONGEST_REASON) -> str:
    """A reason in short: what failed and what was found, without addresses and what was expected."""
    first, *parts = public_text(" ".join(text.split())).split(" | ")
    found = [part for part in parts if part.startswith("got ")]
    short = ", ".join(_ADDRESS.sub("", part) for part in (first, *found))
    return short if len(short) <= longest else short[: longest - 1] + "…"
