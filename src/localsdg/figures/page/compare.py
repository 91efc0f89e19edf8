"""Charts of several areas on one plot: specifications with a place for each area's name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart import palette
from localsdg.figures.chart.spec import page_spec

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure
    from localsdg.figures.messages.messages import Words

#: Areas on one chart at most: so many series are told apart by colour, dash and point.
MOST = len(palette.SERIES)


def mark(place: int) -> str:
    """Stands for the name of an area in a specification until the script puts it in."""
    return f"@area{place}@"


def compare_specs(figure: Figure, w: Words) -> list[dict[str, Any] | None]:
    """Specifications of lines of two areas, of three, and so on to `MOST`; `figure` is any line."""
    heads = ("label", "series", "shown")
    headers = tuple(w.say(f"column.{head}") for head in ("label", "area", "value"))
    return [
        page_spec(
            replace(
                figure,
                columns=heads,
                headers=headers,
                encoding=replace(
                    figure.encoding, styles=palette.series([mark(place) for place in range(n)]), series="series"
                ),
            )
        )
        for n in range(2, MOST + 1)
    ]
