"""Hostile files, given to the real commands: no file is written outside, nothing runs, nothing is lost in silence."""

from __future__ import annotations

import json
import re

import pytest
from attack_tools import Home
from hostile_files import ACTIONS, MAP, TABLES

pytestmark = pytest.mark.long
#: Attacks that must not end well: a part of the records is gone, or the file is a bomb.
REFUSED = {
    "null bytes in the middle lose nothing",
    "a bomb of gzip is not unpacked",
    "a bomb of zip is not unpacked",
    "JSON may be 200,000 deep",
    "a table 200,000 deep is refused",
    "a pickle is not run",
    "a pickle is no workbook",
    "an empty file is no traceback",
    "a file that is cut off is noticed",
}
#: Limits of the settings, so that a bomb need not be large.
LIMITS = {"LOCALSDG_MAX_BODY_MB": "50", "LOCALSDG_MAX_UNPACKED_MB": "60"}
#: Seconds within which a bomb is refused on a slow machine that does other work too.
SOON = 90


@pytest.mark.parametrize("promise", ACTIONS)
def test_actions(promise: str, home: Home, harmless, tmp_path) -> None:
    name, made = ACTIONS[promise]
    (tmp_path / name).write_bytes(made(home.outside))
    ended = home.run("pull", "actions", tmp_path / name, "--accept-partial", **LIMITS)
    _judge(promise, home, ended, harmless)


@pytest.mark.parametrize("promise", TABLES)
def test_tables(promise: str, home: Home, harmless, tmp_path) -> None:
    name, made = TABLES[promise]
    (tmp_path / name).write_bytes(made(home.outside))
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    ended = home.run("pull", "table", tmp_path / name, "--map", tmp_path / "map.toml", **LIMITS)
    _judge(promise, home, ended, harmless)


def _judge(promise: str, home: Home, ended, harmless) -> None:
    harmless(home, ended)
    assert ended.code in (0, 1, 2), ended
    assert ended.code == 0 or re.search(r"\| (got|next)|error: ", ended.stderr), ended
    assert ended.seconds < SOON, ended.seconds
    if promise in REFUSED:
        assert ended.code != 0, ended
    if promise == "an open quote swallows nothing" and ended.code == 0:
        rows = sum(
            json.loads(path.read_text())["extra"].get("rows", 0)
            for path in home.settings.raw.rglob("manifest.json")
        )  # fmt: skip
        assert rows == 0 or rows >= 40, ended
    left = [path for path in home.written() if path.stat().st_size > 60_000_000]
    assert not left, left
