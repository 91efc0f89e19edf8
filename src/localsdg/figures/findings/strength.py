"""How strong a finding is: whether an organiser may show it from a stage.

What a finding function knows of its own sentence it says itself (`Message.strength`, `Message.why`);
the rules here are those that every finding shares. The first rule that fits decides, the weak ones first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row
from localsdg.figures.messages.messages import rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry

#: Findings that are about a single row by their nature: a share of a whole, a status of many series, a list.
_OF_ONE_ROW = frozenset({"share", "progress", "own_targets", "own_target_ends", "rows"})
#: Signs of a limit; `≈` is a value.
_LIMITS = frozenset("<>≤≥")
#: The least records that a finding of a register rests on.
_FEW_RECORDS = 30
#: The most series of a goal that are few.
_FEW_SERIES = 2
#: Queries of the registers of actions, in which partners list what they choose to list.
_REGISTER_QUERIES = frozenset({"register", "register_leads", "register_pairs"})


def judge(entry: Entry, rows: list[Row], message: Message) -> tuple[str, str]:
    """The strength of a finding (`STRENGTHS`) and the key of the sentence that says why; '' where it is strong.

    `rows` are those that the finding was made of, at least one, without the years that rest on too few.
    """
    if message.strength != "strong":
        return message.strength, message.why
    for level, rules in (("weak", WEAK), ("fair", FAIR)):
        for why, applies in rules.items():
            if applies(entry, rows, message):
                return level, why
    return "strong", ""


def _is_single(entry: Entry, rows: list[Row], message: Message) -> bool:
    return len(rows) == 1 and entry.finding not in _OF_ONE_ROW


def _is_tautology(entry: Entry, rows: list[Row], message: Message) -> bool:
    """Each count is all of its whole: 50 of 50."""
    return len(rows) > 1 and all(row.get("n_whole") and row["value"] == row["n_whole"] for row in rows)


def _is_limit_alone(entry: Entry, rows: list[Row], message: Message) -> bool:
    """The source gives limits and no value: a line along `< 2.5%`."""
    return all(row.get("censoring") in _LIMITS for row in rows)


def _is_own_count(entry: Entry, rows: list[Row], message: Message) -> bool:
    return entry.counts_collection


def _is_below_rounding(entry: Entry, rows: list[Row], message: Message) -> bool:
    """The values of several years or places are one as they are printed."""
    is_compared = len(rows) > 1 and not (entry.series or entry.total)
    return is_compared and len({rounded(row["value"]) for row in rows}) == 1


def _is_tie(entry: Entry, rows: list[Row], message: Message) -> bool:
    """The sentence names ends that several share; such sentences have keys like `most_tied`."""
    return message.key.endswith("_tied")


def _has_few_records(entry: Entry, rows: list[Row], message: Message) -> bool:
    """Of fewer than thirty records one is more than three points; those of a year have their own limit in the SQL."""
    wholes = [row["n_whole"] for row in rows if row.get("n_whole")]
    return bool(entry.register and entry.label != "year" and wholes and max(wholes) < _FEW_RECORDS)


def _is_flagged(entry: Entry, rows: list[Row], message: Message) -> bool:
    """The row that the finding is about has a quality flag; most flagged values are withheld from figures."""
    return bool(message.about and message.about.get("quality_flag"))


def _is_judgement(entry: Entry, rows: list[Row], message: Message) -> bool:
    return entry.query == "published_counts"


def _has_few_reporters(entry: Entry, rows: list[Row], message: Message) -> bool:
    """The newest value is computed here over fewer than half of the countries (`sql/evidence/headline.sql`)."""
    newest = max(row.get("year") or 0 for row in rows)
    return any(
        row.get("strength") == "fair" and not row.get("censoring") for row in rows if (row.get("year") or 0) == newest
    )


def _has_few_series(entry: Entry, rows: list[Row], message: Message) -> bool:
    """Of the goals of the asked area, more than half have a status that rests on one or two series."""
    if entry.finding != "goals_progress" or message.about is None:
        return False
    counts = [row["record"]["n_series"] for row in rows if row["code"] == message.about["code"]]
    return 2 * sum(n <= _FEW_SERIES for n in counts) > len(counts)


def _has_moving_whole(entry: Entry, rows: list[Row], message: Message) -> bool:
    """A share over time of a whole that is not the same from year to year."""
    return entry.label == "year" and bool(entry.draw)


def _is_register(entry: Entry, rows: list[Row], message: Message) -> bool:
    return entry.query in _REGISTER_QUERIES


def _is_incomplete(entry: Entry, rows: list[Row], message: Message) -> bool:
    """The register of reviews, whose last years still grow."""
    return entry.metrics[0].startswith("c04_") and entry.query != "published_counts"


def _is_about_limit(entry: Entry, rows: list[Row], message: Message) -> bool:
    return bool(message.about and message.about.get("censoring") in _LIMITS)


#: Key in `strength` of the messages -> when it applies: for a table, never for the short deck.
WEAK = {
    "single": _is_single,
    "tautology": _is_tautology,
    "limit_alone": _is_limit_alone,
    "own_count": _is_own_count,
    "tie": _is_tie,
    "below_rounding": _is_below_rounding,
    "few_records": _has_few_records,
    "flagged": _is_flagged,
}
#: The same for what is true with its caveat beside it.
FAIR = {
    "judgement": _is_judgement,
    "few_report": _has_few_reporters,
    "few_series": _has_few_series,
    "moving_whole": _has_moving_whole,
    "register": _is_register,
    "incomplete": _is_incomplete,
    "about_limit": _is_about_limit,
}
