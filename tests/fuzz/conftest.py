"""Prints how many random inputs each parser had."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from tried import SEED, TRIED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line a parser, and the sum."""
    if not TRIED:
        return
    terminalreporter.write_sep("-", f"fuzz: {sum(TRIED.values()):,} inputs tried, seed {SEED or 'fixed'}")
    for name, n in sorted(TRIED.items()):
        terminalreporter.write_line(f"{n:>9,}  {name}")
