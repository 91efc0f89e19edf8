"""What a signal does to a process that watches, tried on small real ones."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

WATCHING = """
import sys, time
from localsdg.common import interrupts
interrupts.watch()
interrupts.at_interrupt(lambda: print("cleaned up", flush=True))
{expect}
print("ready", flush=True)
time.sleep(30)
"""


def end(number: int, expect: str = "", ignored: bool = False) -> tuple[int | None, str, str]:
    """Exit code and what is printed after the signal; code None where it goes on."""
    call = [sys.executable, "-c", WATCHING.format(expect=expect)]
    process = subprocess.Popen(
        ["nohup", *call] if ignored else call,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        code = process.wait(timeout=1 if ignored else 20)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        process.kill()
        out, err = process.communicate()
    return code, out, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["ctrl-c", "term", "hang-up"])
def test_a_signal_cleans_up_and_ends_with_130(number) -> None:
    code, out, err = end(number)
    assert (code, out) == (130, "cleaned up\n") and err.startswith("error: interrupted | next: ")


def test_a_command_that_is_ended_by_a_signal_has_an_end_of_its_own() -> None:
    assert end(signal.SIGTERM, "interrupts.expect('stopped')") == (0, "cleaned up\n", "stopped\n")


def test_nohup_is_obeyed() -> None:
    assert end(signal.SIGHUP, ignored=True)[:2] == (None, "")
