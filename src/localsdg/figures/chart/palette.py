"""Colours that are told apart by colour-blind readers and in grey, and the UN's colours of the goals.

Series: five of the Okabe–Ito set (M. Okabe, K. Ito, "Color Universal Design",
2008) in an order in which neighbours differ in lightness, each with its own
dash and point. Goals: the 17 colours of the UN's guidelines for the SDG logo.
"""

from __future__ import annotations

from localsdg.figures.data.figure import Style

INK, GREY, RULE, PAPER = "#1b1b1b", "#555555", "#d9d9d9", "#ffffff"

#: Blue, orange, black, sky blue, vermilion: with dash and shape, readable without any colour.
SERIES = (
    ("#0072b2", (), "circle"),
    ("#e69f00", (10, 4), "square"),
    ("#000000", (3, 3), "triangle-up"),
    ("#56b4e9", (12, 4, 3, 4), "diamond"),
    ("#d55e00", (2, 5), "cross"),
)
#: What is beside the asked area.
QUIET = "#8fa9b8"
#: What a report prints beside the data of a release: the one series that a chart with such a mark never has.
PRINTED = "#b3123f"
#: The whole behind a count.
WHOLE = "#e4e8eb"

#: Light to dark, one hue: ColorBrewer's "Blues", which the three kinds of colour blindness and grey keep in order.
#: Even the lightest differs visibly from the paper and from its neighbours' edges.
SEQUENCE = ("#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b")

#: What is no finding: categories such as "not classified", and what is absent.
RESIDUAL = "#c3c8cc"

#: How much of its colour the column of an incomplete year has.
INCOMPLETE = 0.35

#: From reached to away from it: blues and oranges of the Okabe–Ito set, whose lightness tells neighbours apart.
STATUSES = {
    "on track or target met": "#0072b2",
    "moderate progress, acceleration needed": "#56b4e9",
    "marginal progress, significant acceleration needed": "#f5d9a0",
    "stagnation": "#e69f00",
    "regression": "#b34700",
    "not assessed": WHOLE,
}

#: https://www.un.org/sustainabledevelopment/news/communications-material/ (hex values)
GOALS = {
    "1": "#e5243b",
    "2": "#dda63a",
    "3": "#4c9f38",
    "4": "#c5192d",
    "5": "#ff3a21",
    "6": "#26bde2",
    "7": "#fcc30b",
    "8": "#a21942",
    "9": "#fd6925",
    "10": "#dd1367",
    "11": "#fd9d24",
    "12": "#bf8b2e",
    "13": "#3f7e44",
    "14": "#0a97d9",
    "15": "#56c02b",
    "16": "#00689d",
    "17": "#19486a",
}


def lighter(colour: str) -> str:
    """The colour as it is on paper with the opacity of an incomplete year."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - INCOMPLETE * (255 - part)):02x}" for part in parts)


def sequential(share: float) -> tuple[str, str]:
    """Fill and text colour of a cell by its share (0 to 1) of the highest value, with a contrast of 4.5 or more."""
    fill = SEQUENCE[min(int(max(share, 0.0) * len(SEQUENCE)), len(SEQUENCE) - 1)]
    return fill, ink_on(fill)


def ink_on(fill: str) -> str:
    """The colour of a text on a fill, dark or light: whichever has the higher contrast."""
    return max((INK, PAPER), key=lambda colour: contrast(colour, fill))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def series(names: list[str]) -> tuple[Style, ...]:
    """One style a series, in order; raises `ValueError` when there are more than can be told apart."""
    if len(names) > len(SERIES):
        raise ValueError(f"{len(names)} series in one chart, at most {len(SERIES)} are told apart")
    return tuple(Style(name, *look) for name, look in zip(names, SERIES, strict=False))


def classes(names: list[str]) -> tuple[Style, ...]:
    """Looks of classes of values, the lowest first, from light to dark; a name may be given again."""
    different = list(dict.fromkeys(names))
    last = max(len(different) - 1, 1)
    return tuple(Style(name, sequential(place / last)[0]) for place, name in enumerate(different))


def goals(codes: dict[str, str]) -> tuple[Style, ...]:
    """The UN's colour for each label, given its goal code."""
    return tuple(Style(label, GOALS[code]) for label, code in codes.items())


def statuses(labels: dict[str, str]) -> tuple[Style, ...]:
    """The colour of each status of progress, by its label, in the order of the labels."""
    return tuple(Style(label, STATUSES[status]) for status, label in labels.items())
