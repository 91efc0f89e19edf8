"""What a run says while it works: a bar on a terminal, nothing in a log.

Stages are timed here, so that the last lines of a run can say where the time
went.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Timed stages, shown as a bar when standard error is a terminal."""

    def __init__(self, total: int | None = None, *, show: bool | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._show = sys.stderr.isatty() if show is None else show
        self._total, self._bar, self._task = total, None, None

    def __enter__(self) -> Progress:
        _ACTIVE.append(self)
        if self._show:
            from rich.console import Console
            from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed:.0f}/{task.total:.0f}"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("starting", total=self._total or 1)
        return self

    def __exit__(self, *_: object) -> None:
        _ACTIVE.remove(self)
        if self._bar:
            self._bar.stop()
            self._bar = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage; a stage entered twice adds up."""
        started = time.perf_counter()
        if self._bar:
            self._bar.update(self._task, description=name)
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            self.seconds[name] = self.seconds.get(name, 0.0) + spent
            if self._bar and self._total:
                self._bar.advance(self._task)

    def step(self, done: int, total: int, text: str) -> None:
        """Show `done` of `total` within a pull."""
        if self._bar:
            self._bar.update(self._task, completed=done, total=total, description=text or "pull")


_ACTIVE: list[Progress] = []


def current() -> Progress:
    """The progress that the command opened, for flows that it starts; else a silent one."""
    if not _ACTIVE:
        _ACTIVE.append(silent())
    return _ACTIVE[-1]


def silent() -> Progress:
    """Stages are timed, nothing is shown."""
    return Progress(show=False)
