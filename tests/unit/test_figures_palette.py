"""Colours are told apart in grey and by colour-blind readers; text has the contrast of WCAG AA."""

from __future__ import annotations

import pytest

from localsdg.figures.chart import palette
from localsdg.figures.chart.palette import GOALS, GREY, INK, PAPER, QUIET, SERIES

#: Severe protanomaly and deuteranomaly and tritanomaly on linear RGB: G. Machado, M. Oliveira,
#: L. Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009.
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
#: Contrast of normal text, and of large text and of marks (WCAG 2.1, 1.4.3 and 1.4.11).
TEXT, LARGE = 4.5, 3.0
#: Least ratio of luminance between neighbouring series in grey.
APART = 1.5


def linear(colour: str) -> list[float]:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(rgb: list[float]) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), rgb, strict=True))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.1."""
    high, low = sorted((luminance(linear(one)), luminance(linear(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def alike_in_grey(colours: list[str]) -> list[tuple[str, str]]:
    return [pair for pair in zip(colours, colours[1:], strict=False) if contrast(*pair) < APART]


def alike_when_blind(colours: list[str]) -> list[tuple[str, str, str]]:
    """Neighbours whose simulated colours lie close together in linear RGB."""
    found = []
    for kind, matrix in BLINDNESS.items():
        seen = [[sum(m * c for m, c in zip(row, linear(one), strict=True)) for row in matrix] for one in colours]
        for n, (one, other) in enumerate(zip(seen, seen[1:], strict=False)):
            if sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 < 0.2:
                found.append((kind, colours[n], colours[n + 1]))
    return found


COLOURS = [colour for colour, _, _ in SERIES]


def test_series_are_told_apart_in_grey_and_by_colour_blind_readers() -> None:
    assert alike_in_grey(COLOURS) == [] and alike_when_blind(COLOURS) == []


def test_colours_that_are_alike_are_found() -> None:
    assert alike_in_grey(["#0072b2", "#d55e00"]) and alike_when_blind(["#009e73", "#998f3d"])


def test_each_series_has_its_own_dash_and_point() -> None:
    assert len({dash for _, dash, _ in SERIES}) == len({shape for _, _, shape in SERIES}) == len(SERIES)


@pytest.mark.parametrize("colour", [INK, GREY])
def test_text_has_contrast(colour) -> None:
    assert contrast(colour, PAPER) >= TEXT


def test_text_without_contrast_is_found() -> None:
    assert contrast("#999999", PAPER) < TEXT and contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_asked_area_stands_out_from_the_others() -> None:
    assert contrast(COLOURS[0], QUIET) >= APART and contrast(QUIET, palette.WHOLE) >= APART


def test_more_series_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="6 series"):
        palette.series(list("abcdef"))


def test_goals_have_the_colours_of_the_un() -> None:
    assert list(GOALS) == [str(n) for n in range(1, 18)] and len(set(GOALS.values())) == 17
    (one,) = palette.goals({"1 No poverty": "1"})
    assert (one.label, one.colour) == ("1 No poverty", "#e5243b")
