"""A finding: which sentence, the values in it, the number it is about, and how strong it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
#: How far a finding carries. `strong`: published, or computed here over enough countries. `fair`: true with its
#: caveat beside it. `weak`: for a table, never for a slide of the short deck.
STRENGTHS = ("strong", "fair", "weak")


@dataclass(frozen=True)
class Message:
    """Which sentence of the messages, what goes into it, and the row or the number that it is about."""

    key: str
    values: Row
    about: Row | None = None  # the row whose value the finding is about; None: the first of the newest year
    number: str = ""  # the number in words where no single row has it, such as "10 of 31"
    strength: str = "strong"  # what the sentence itself knows; `strength.judge` may lower it
    why: str = ""  # key in `strength` of the messages: why it is not strong


@dataclass(frozen=True)
class Finding:
    """What a figure says, ready to be shown in a language."""

    key: str = ""  # the sentence: fell, turned_up, ranking, …
    strength: str = "strong"  # one of STRENGTHS
    why: str = ""  # why it is not strong, in the figure's language; '' where it is
    number: str = ""  # the one number, as shown: "8.5%", "10 of 31"
    year: int | None = None  # of that number
    values: Row = field(default_factory=dict)  # what went into the sentence


def height(row: Row) -> tuple[float, str]:
    """Sorts rows by value, equal ones by label."""
    return row["value"], row["label"]
