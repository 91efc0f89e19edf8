"""Progress towards 2030 in words: a status, and the number that decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localsdg.figures.messages.messages import Words

Row = dict[str, Any]
#: The least share of the way to its target that puts a series on track (`sql/evidence/progress.sql`).
ON_TRACK = 0.95


def progress_words(one: Row, w: Words) -> str:
    """A row of `evidence.progress` in words: the status beside the number that decides it.

    That is the share of the way to the target that the present growth covers by 2030, and the
    yearly growth where the series has no target.
    """
    unit, way, target = one["unit"], one["way_covered"], one["target_2030"]
    ahead = "progress.before_2030" if one["is_projection_clipped"] else "progress.in_2030"
    if one["annual_change"] is None:
        key = "from"
    elif target is None or way is None:
        key = "growth"
    elif way < 0:
        key = "away"
    else:
        # a latest value within one point of the target counts as met, whatever the way covered
        key = "near" if one["status"].startswith("on track") and way < ON_TRACK else "way"
    return w.say(f"progress.{key}").format(
        status=w.say(f"progress.{one['status']}"),
        first=w.amount(one["baseline_value"], unit),
        y0=one["baseline_year"],
        change=w.amount(100 * (one["annual_change"] or 0), "PERCENT"),
        share=w.amount(100 * min(way or 0, 1), "PERCENT"),
        target=w.amount(target, unit),
        ahead=w.say(ahead).format(value=w.amount(one["projected_2030"], unit)),
    )
