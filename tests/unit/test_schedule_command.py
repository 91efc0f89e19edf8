"""`localsdg schedule` before anything starts: its options, the line for cron and the units of systemd."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from localsdg.cli.app import main
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline.schedule_state import (
    ScheduleState,
    only_schedule,
    read_state,
    remove_state,
    write_state,
)


@pytest.fixture
def schedule(tmp_path, monkeypatch):
    """Calls the command with a home whose name has a blank and a per cent sign."""
    home = tmp_path / "my 5% home"
    for name in [name for name in os.environ if name.startswith("LOCALSDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOCALSDG_HOME", str(home))
    monkeypatch.setenv("LOCALSDG_NOTIFY", "https://user:secret@example.org/hook")
    return lambda *args: CliRunner().invoke(main, ["schedule", *args])


@pytest.mark.parametrize(
    "args",
    [
        ["--cron", "0 6 * *"],
        ["--timezone", "Madrid"],
        ["--cron-line", "--systemd", "timer"],
        ["--output", "x"],
        ["--time-limit", "0"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_starts_nothing(args, schedule, tmp_path) -> None:
    result = schedule(*args)
    assert result.exit_code == 2, result.output
    assert not list(tmp_path.iterdir())


def test_the_line_for_cron_runs_in_an_empty_environment(schedule, tmp_path) -> None:
    """As cron runs it: by sh, with next to no environment, % unescaped."""
    line = schedule("--cron-line", "--series", "SI_POV_DAY1").stdout.splitlines()[1]
    assert line.startswith("0 6 * * 1 ") and "secret" not in line
    assert "\\%" in line and "%" not in line.replace("\\%", "")
    command = line.removeprefix("0 6 * * 1 ").replace("\\%", "%")
    tried = command.replace("run --live --plain --patience 30 --series", "run --series")
    assert tried != command and sys.executable in command
    done = subprocess.run(["sh", "-c", tried], env={"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60)
    log = tmp_path / "my 5% home" / "data" / "warehouse" / "cron.log"
    # a wrong call: it is that of this installation, in that home, and its error is in the log
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")
    assert log.read_text().startswith("error: --series and --area say what to pull")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(schedule, tmp_path) -> None:
    for kind in ("timer", "scheduler"):
        result = schedule("--systemd", kind, "--cron", "0 6 13 * 5", "--output", str(tmp_path / "units"))
        assert result.exit_code == 0, result.output
    units = sorted((tmp_path / "units").iterdir())
    assert [unit.name for unit in units] == ["localsdg-run.service", "localsdg-run.timer", "localsdg-schedule.service"]
    text = "\n".join(unit.read_text() for unit in units)
    assert "secret" not in text and "Persistent=true" in text and text.count("OnCalendar=") == 2
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_units_are_printed_with_their_names(schedule) -> None:
    printed = schedule("--systemd", "timer").stdout
    assert printed.startswith("# localsdg-run.service\n[Unit]") and "\n# localsdg-run.timer\n[Unit]" in printed


def _state(**changes: object) -> ScheduleState:
    given = {"cron": "0 6 * * 1", "timezone": "UTC", "server": "http://127.0.0.1:4200/api", "pid": os.getpid()}
    times = {"process": None, "started_at": "2026-11-02T05:00:00", "next_run": None}
    return ScheduleState(**{**given, **times, **changes})


def test_the_state_is_written_whole_and_removed(tmp_path) -> None:
    settings = Settings(home=tmp_path)
    assert read_state(settings) is None
    for state in (_state(), _state(next_run="2026-11-09T05:00:00")):
        write_state(settings, state)
        assert read_state(settings) == state
    assert [path.name for path in settings.warehouse.iterdir()] == ["schedule.json"]
    (settings.warehouse / "schedule.json").write_text("[cut off")
    assert read_state(settings) is None
    remove_state(settings)
    remove_state(settings)
    assert not list(settings.warehouse.iterdir())


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="reads the processes from /proc")
def test_a_schedule_runs_while_its_own_process_does() -> None:
    from localsdg.common import processes

    own = processes.identity(os.getpid())
    assert _state(process=own).is_running
    assert not _state(process=f"{os.getpid()}:1").is_running  # the number is used again


def test_a_second_schedule_names_the_process_of_the_first(tmp_path) -> None:
    settings = Settings(home=tmp_path)
    with only_schedule(settings):
        write_state(settings, _state(pid=4711))
        with pytest.raises(LocalsdgError, match="running already .* process 4711.* next: kill 4711"):
            with only_schedule(settings):
                pass
    with only_schedule(settings):
        pass


@pytest.mark.parametrize("options", [["--cron-line"], ["--systemd", "timer"], ["--systemd", "scheduler"]])
def test_a_line_break_in_a_setting_begins_no_line_of_its_own(schedule, monkeypatch, options) -> None:
    monkeypatch.setenv("LOCALSDG_CONTACT", "me\n* * * * * reboot")
    result = schedule(*options)
    assert result.exit_code == 2 and not result.stdout and "in LOCALSDG_CONTACT" in result.stderr


def test_a_limit_that_is_no_number_is_refused(schedule) -> None:
    result = schedule("--cron-line", "--time-limit", "nan")
    assert result.exit_code == 2 and "is no number" in result.stderr
    result = CliRunner().invoke(main, ["status", "--check", "--older-than", "nan"])
    assert result.exit_code == 2 and "is no number" in result.stderr
