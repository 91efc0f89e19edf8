"""The size of a slide, and rectangles on it; all in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localsdg.common.errors import LocalsdgError

#: English Metric Units, the unit of the file, in a point.
EMU = 12700


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """The same in the units of the file."""
        left, top, width, height = (round(side * EMU) for side in (self.left, self.top, self.width, self.height))
        return left, top, width, height


@dataclass(frozen=True)
class Frame:
    """A slide's size and margins: every place on a slide is counted from these."""

    width: float
    height: float
    margin: float = 36.0
    #: from the foot of the slide to the line of its number
    foot: float = 26.0

    @property
    def inner(self) -> float:
        """Points between the margins."""
        return self.width - 2 * self.margin

    @property
    def bottom(self) -> float:
        """Where the line of the slide's number begins."""
        return self.height - self.foot

    def across(self, top: float, height: float, *, inset: float = 0.0) -> Box:
        """A box from margin to margin; `inset` is the room left free on both sides."""
        return Box(self.margin + inset, top, self.inner - 2 * inset, height)


#: The sizes that are offered: those of PowerPoint's own blank decks.
SIZES = {"16:9": Frame(960, 540), "4:3": Frame(720, 540)}


def frame(size: str) -> Frame:
    """The frame of a size that is offered; raises `LocalsdgError` for another."""
    if size not in SIZES:
        raise LocalsdgError(
            "no such size of a slide",
            expected=" or ".join(SIZES),
            got=size,
            next_step="localsdg figures --format pptx",
        )
    return SIZES[size]


def frame_of(part: Any) -> Frame:
    """The frame of a presentation of python-pptx, or of the one that a slide is in.

    A template has set its own, with room for what its master holds (`template.open_template`).
    """
    holder = part.part if hasattr(part, "slide_width") else part.part.package.presentation_part
    own = getattr(holder, "frame", None)
    return own or Frame(holder.presentation.slide_width / EMU, holder.presentation.slide_height / EMU)
