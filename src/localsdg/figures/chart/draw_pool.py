"""Processes that draw figures: one that dies costs the figure that it was drawing, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from localsdg.common.clean_text import clean_text
from localsdg.common.public_text import public_text

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from localsdg.figures.data.figure import Figure

T = TypeVar("T")


@dataclass(frozen=True)
class NotDrawn:
    """A figure that could not be drawn, and why."""

    figure_id: str
    reason: str


@dataclass(frozen=True)
class Drawing:
    """Figures that are being drawn; calling it waits for the paths of each, in order."""

    wait: Callable[[], list[list[Path] | NotDrawn]]
    pool: ProcessPoolExecutor | None = None

    def __call__(self) -> list[list[Path] | NotDrawn]:
        """The paths of each figure, or why it could not be drawn."""
        return self.wait()

    def beside(self, write: Callable[..., T], *given: Any) -> Callable[[], T]:
        """Do something else in the processes that draw, behind the figures; what it gives waits for the result.

        Without such processes, and where it fails in one, it is done here when it is asked for.
        """
        job = self.pool.submit(write, *given) if self.pool else None
        return lambda: job.result() if job and not job.exception() else write(*given)


def new_pool(workers: int) -> ProcessPoolExecutor:
    """A pool of fresh processes."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # spawn: the renderer has threads of its own, which a fork would not bring along
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def paths_or_reason(figure_id: str, draw: Callable[[], list[Path]]) -> list[Path] | NotDrawn:
    """The paths that `draw` gives, or why it gives none."""
    try:
        return draw()
    except Exception as error:  # whatever one figure does, the others are drawn
        return NotDrawn(figure_id, public_text(clean_text(f"{type(error).__name__}: {error}")))


def results_of(
    drawings: list[Future[list[Path]]],
    figures: tuple[Figure, ...],
    submit: Callable[[ProcessPoolExecutor, Figure], Future[list[Path]]],
) -> list[list[Path] | NotDrawn]:
    """The paths of each figure, or why it has none; those that a dead process left behind are drawn one by one.

    A process that dies takes with it all figures that were not done, and does
    not say whose fault it was: `submit` draws them again, each alone.
    """
    from concurrent.futures.process import BrokenProcessPool

    results: list[list[Path] | NotDrawn] = []
    pool = None
    try:
        for figure, drawing in zip(figures, drawings, strict=True):
            if isinstance(drawing.exception(), BrokenProcessPool):
                pool = pool or new_pool(1)
                drawing = submit(pool, figure)
                if isinstance(drawing.exception(), BrokenProcessPool):
                    pool.shutdown()
                    pool = None
                    results.append(NotDrawn(figure.figure_id, "the process that drew it died"))
                    continue
            results.append(paths_or_reason(figure.figure_id, drawing.result))
    finally:
        if pool:
            pool.shutdown()
    return results
