"""The schedule for machines without Prefect: a line for crontab, and units of systemd."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from localsdg.common.cron_text import CronTimes
from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings

#: How long systemd lets a run work, as `localsdg schedule` does by default.
_LIMIT = "6h"


def pull_words(series: tuple[str, ...], areas: tuple[str, ...], no_bundled: bool, strict: bool) -> list[str]:
    """The options of a run that `localsdg run` and `localsdg schedule` share."""
    words = [word for code in series for word in ("--series", code)]
    words += [word for code in areas for word in ("--area", code)]
    return [*words, *(["--no-bundled"] if no_bundled else []), *(["--strict"] if strict else [])]


def run_words(settings: Settings, options: list[str]) -> list[str]:
    """The command of one run without Prefect, with the Python of this installation and the patience of a schedule."""
    patience = ["--patience", str(settings.patience_minutes)]
    return [sys.executable, "-m", "localsdg", "run", "--live", "--plain", *patience, *options]


def cron_lines(settings: Settings, times: CronTimes, zone: str, words: list[str]) -> str:
    """A comment and the line for `crontab -e`; a run that finds another at work ends by itself."""
    folder, log = settings.warehouse, settings.warehouse / "cron.log"
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in _environment(settings).items())
    call = f"mkdir -p {shlex.quote(str(folder))} && {given} {shlex.join(words)} >>{shlex.quote(str(log))} 2>&1"
    # cron takes a bare % for the end of the line
    return f"# localsdg; cron reads the times in the zone of this machine, not in {zone}\n{times.text} " + (
        call.replace("%", r"\%") + "\n"
    )


def timer_units(settings: Settings, times: CronTimes, zone: str, words: list[str]) -> dict[str, str]:
    """A service that runs once and its timer, by file name; a run missed while the machine was off comes at its start.

    `TimeoutStartSec` ends a run that hangs.
    """
    service = f"""[Unit]
Description=Pull the SDG data and publish the warehouse
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{_service(settings, words)}
TimeoutStartSec={_LIMIT}
"""
    events = "\n".join(f"OnCalendar={event}" for event in times.calendar_events(zone))
    timer = f"""[Unit]
Description=When the SDG data are pulled and published

[Timer]
{events}
Persistent=true
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target
"""
    return {"localsdg-run.service": service, "localsdg-run.timer": timer}


def scheduler_unit(settings: Settings, times: CronTimes, zone: str, options: list[str]) -> dict[str, str]:
    """A service that keeps `localsdg schedule` running, with Prefect's server and page."""
    words = [sys.executable, "-m", "localsdg", "schedule", "--cron", times.text, "--timezone", zone, *options]
    service = f"""[Unit]
Description=Schedule of the SDG data, with Prefect's server
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
{_service(settings, words)}
Restart=on-failure
RestartSec=60
TimeoutStopSec=20

[Install]
WantedBy=default.target
"""
    return {"localsdg-schedule.service": service}


def _service(settings: Settings, words: list[str]) -> str:
    lines = [f"Environment={_quoted(f'{name}={value}')}" for name, value in _environment(settings).items()]
    # what must not be read by everyone, such as the password of a database; the file may be absent
    lines.append(f"EnvironmentFile=-{str(settings.home / 'localsdg.env').replace('%', '%%')}")
    return "\n".join([*lines, "ExecStart=" + " ".join(_quoted(word).replace("$", "$$") for word in words)])


def _environment(settings: Settings) -> dict[str, str]:
    """What the commands need of this shell: cron and systemd start with next to nothing."""
    path = dict.fromkeys([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
    own = {name: value for name, value in sorted(os.environ.items()) if name.startswith("LOCALSDG_") and value}
    own = {name: str(Path(value).resolve()) if Path(value).exists() else value for name, value in own.items()}
    # the owner of this process's children; and addresses of alerts may hold passwords, which belong in localsdg.toml
    for name in ("LOCALSDG_OWNER", "LOCALSDG_NOTIFY"):
        own.pop(name, None)
    environment = {"PATH": ":".join(path), **own, "LOCALSDG_HOME": str(settings.home)}
    for name, value in environment.items():
        if not value.isprintable():  # a line break would begin another line of cron, which runs it
            raise UsageError(
                "a setting with a line break or another control character fits no line of cron or systemd",
                where=name,
                expected="printable characters",
                got=ascii(value),
            )
    return environment


def _quoted(word: str) -> str:
    """A word as systemd reads it (systemd.syntax(7)); % begins a specifier there."""
    word = word.replace("%", "%%")
    if word and all(char.isalnum() or char in "-_./:=@,+%" for char in word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
