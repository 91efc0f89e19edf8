"""Sizes of pictures: names such as `4:3`, and pixels such as `1200x630`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from localsdg.common.errors import UsageError
from localsdg.figures.chart.layout import HEIGHT, SCALE, WIDTH

#: Pixels of a side of a PNG, and how many times one side may be the other.
LEAST, MOST, LONGEST = 300, 8000, 2.5
_PIXELS = re.compile(r"(\d{1,5})\s*[x×X]\s*(\d{1,5})")


@dataclass(frozen=True)
class Size:
    """What a picture is laid out in, in the pixels that text sizes count in, and how much larger a PNG is.

    The shorter side is always laid out in as many pixels: text takes the same part of it in any picture.
    """

    width: float = WIDTH
    height: float = HEIGHT
    scale: float = SCALE
    tag: str = ""  # in file names: '' for 16:9

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of a PNG."""
        return round(self.width * self.scale), round(self.height * self.scale)


WIDE = Size()
NAMED = {
    "16:9": WIDE,
    "4:3": Size(720, 540, SCALE, "4x3"),
    "square": Size(540, 540, SCALE, "square"),
}
CHOICE = f"{', '.join(NAMED)} or pixels such as 1200x630"


def size_of(text: str) -> Size:
    """The size of a name or of width x height in pixels; raises `UsageError`."""
    asked = text.strip().lower()
    if asked in NAMED:
        return NAMED[asked]
    match = _PIXELS.fullmatch(asked)
    if not match:
        raise UsageError("no such size of a picture", where="--size", got=text, expected=CHOICE)
    width, height = int(match[1]), int(match[2])
    short, long = sorted((width, height))
    if short < LEAST or long > MOST or long > short * LONGEST:
        raise UsageError(
            "a picture of this size cannot be drawn so that it is readable",
            where="--size",
            got=text,
            expected=f"sides of {LEAST} to {MOST} pixels, the longer at most {LONGEST} times the shorter",
        )
    named = next((size for size in NAMED.values() if size.pixels == (width, height)), None)
    # a quarter of a pixel more: the renderer cuts off fractions
    scale = short / HEIGHT
    return named or Size((width + 0.25) / scale, (height + 0.25) / scale, scale, f"{width}x{height}")
