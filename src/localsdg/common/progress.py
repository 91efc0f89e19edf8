"""What a run says while it works: a bar on a terminal, nothing in a log.

Stages are timed here, so that the last lines of a run can say where the time
went.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from localsdg.common.terminal import safe_console

if TYPE_CHECKING:
    import rich.progress

#: Called with what is done, the total, and a word on what is being done.
ShowStep = Callable[[int, int, str], None]


class Progress:
    """Timed stages, shown as a bar when standard error is a terminal."""

    def __init__(self, total: int | None = None, *, show: bool | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self.on_stage: Callable[[str], None] | None = None  # called with the name of each stage that begins
        self._under_way: dict[str, float] = {}  # when each stage began that has not ended
        self._show = sys.stderr.isatty() if show is None else show
        self._total = total
        self._bar: rich.progress.Progress | None = None

    def __enter__(self) -> Progress:
        if self._show:
            self._bar = _bar()
            self._bar.start()
            self._bar.add_task("starting", total=self._total or 1)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage; a stage entered twice adds up."""
        started = self._under_way[name] = time.perf_counter()
        if self.on_stage:
            self.on_stage(name)
        if self._bar:
            self._bar.update(self._bar.task_ids[0], description=name)
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            self._under_way.pop(name, None)
            self.seconds[name] = self.seconds.get(name, 0.0) + spent
            if self._bar and self._total:
                self._bar.advance(self._bar.task_ids[0])

    def so_far(self) -> dict[str, float]:
        """Seconds by stage, with those of a stage that has not ended, for a run that ends within one."""
        now = time.perf_counter()
        spent = dict(self.seconds)
        for name, started in tuple(self._under_way.items()):
            spent[name] = spent.get(name, 0.0) + now - started
        return spent

    def step(self, done: int, total: int, text: str) -> None:
        """Show `done` of `total` within a pull."""
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total, description=text or "pull")


def _bar() -> rich.progress.Progress:
    """A bar on standard error that leaves nothing behind."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeElapsedColumn(),
        console=safe_console(stderr=True),
        transient=True,
    )


def silent() -> Progress:
    """Stages are timed, nothing is shown."""
    return Progress(show=False)
