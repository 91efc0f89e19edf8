"""How strong a finding is: whether an organiser may show it from a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry


def judge(entry: Entry, rows: list[Row], message: Message) -> tuple[str, str]:
    """The strength of a finding (`STRENGTHS`) and the key of the sentence that says why; '' where it is strong.

    `rows` are those that the finding was made of, at least one.
    """
    if message.strength != "strong":
        return message.strength, message.why
    if len(rows) == 1:
        return "weak", "single"
    return "strong", ""
