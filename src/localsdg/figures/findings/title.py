"""The title of a figure: its values from its rows, its sentence from the messages.

No title is typed: each is a sentence of `messages/` with the numbers of the
rows in it, and which sentence it is depends on the numbers too. A figure may
have its own sentence, `title.<figure_id>-<key>`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings import compare, counts, local, maps, over_time, pairs, places, strength
from localsdg.figures.findings.message import Finding, Row

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words

#: Name in `catalogue.toml` -> how the sentence is found. One name has one function.
MESSAGES = {
    "change": over_time.change,
    "peak": over_time.peak,
    "newest": over_time.change,
    "latest": over_time.latest,
    "leaders": over_time.leaders,
    "ranking": places.ranking,
    "breakdowns": places.breakdowns,
    "most": places.most,
    "signs": places.signs,
    "ratio": places.ratio,
    "gap": pairs.gap,
    "exceeds": pairs.exceeds,
    "beside_nation": pairs.beside_nation,
    "lists": counts.lists,
    "countries": maps.countries,
    "parts": counts.parts,
    "pairs": counts.pairs_together,
    "presence": counts.presence,
    "spread": counts.spread,
    "rows": counts.listed,
    "share": counts.share,
    "progress": counts.progress,
    "goals_progress": counts.goals_progress,
    "own_targets": counts.own_targets,
    "own_target_ends": counts.own_targets,
    "own_reviews": local.own_reviews,
    "governments": local.governments,
    "own_by_goal": local.own_by_goal,
    "own_values": local.own_values,
    "beside_counts": local.beside_counts,
    "beside_peers": local.beside_peers,
    "poverty_years": local.poverty_years,
    "own_actions": local.own_actions,
    "compare": compare.compared,
}
FINDINGS = tuple(MESSAGES)


def most_words(lang: str) -> int:
    """How many words a title has at most; the Romance languages need a few more for the same."""
    return 14 if lang == "en" else 18


def fitting(sentence: str, values: Row, w: Words) -> str:
    """A sentence with its values; where it is too long, without the whole of a share, which the subtitle has."""
    text = sentence.format(**values).replace("  ", " ").replace(" ,", ",").rstrip(" ,")
    if "%" in text and values.get("whole") and len(text.split(" ")) > most_words(w.lang):
        return fitting(sentence, values | {"whole": ""}, w)
    return text


def find(entry: Entry, rows: list[Row], w: Words, area: Area) -> tuple[str, Finding]:
    """The title of a figure and what it says, from at least one row with a value, as `compose` makes them.

    Raises `KeyError` when the catalogue of words lacks the sentence.
    """
    message = MESSAGES[entry.finding](entry, rows, w, area)
    shared = {"area": w.area(area.code, area.name), "subject": w.say(f"subject.{entry.figure_id}")}
    sentence = w.say(f"title.{entry.figure_id}-{message.key}", "") or w.say(f"title.{message.key}")
    text = fitting(sentence, shared | message.values, w)
    level, why = strength.judge(entry, rows, message)
    about = message.about or max(rows, key=lambda row: row.get("year") or 0)
    return text[:1].upper() + text[1:], Finding(
        message.key,
        level,
        w.say(f"strength.{why}") if why else "",
        message.number or about.get("shown", ""),
        about.get("year"),
        message.values,
    )
