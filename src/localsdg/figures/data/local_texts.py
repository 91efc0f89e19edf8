"""Words for the cells of a local government's figures: its reviews, its indicators, its records."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localsdg.registry.official_titles import official_titles

if TYPE_CHECKING:
    from localsdg.figures.messages.messages import Words

Row = dict[str, Any]
#: Characters of an official title that a subtitle has room for.
_MOST = 90


def own_words(w: Words, table: str, figure_id: str, is_local: bool) -> str:
    """A message of one figure, for a local government the one of its own where there is one; '' where there is none."""
    return (w.say(f"{table}.local-{figure_id}", "") if is_local else "") or w.say(f"{table}.{figure_id}", "")


def official_indicator(one: Row, w: Words) -> str:
    """Code and official title of an indicator, cut at a word; in English where the language has no list."""
    code = one["indicator_code"]
    title = official_titles().get(w.lang, official_titles()["en"]).get(code) or official_titles()["en"].get(code, "")
    if len(title) > _MOST:
        title = title[:_MOST].rpartition(" ")[0].rstrip(",;: ") + " …"
    return f"{code} {title}".strip()


def _own_indicator(one: Row, w: Words) -> str:
    """Code of an indicator and the government's own title, which is in its own language."""
    title = one["detail"] or ""
    return f"{one['indicator_code']} {title if len(title) <= _MOST else title[:_MOST].rpartition(' ')[0] + ' …'}"


def _own_value_title(one: Row, w: Words) -> str:
    """A government's own title, with the unit behind it where the value does not show it."""
    is_shown = one["unit"] == "PERCENT" or w.has(f"amount.{one['unit']}")
    return one["detail"] if is_shown else f"{one['detail']} ({w.say('unit.' + one['unit'], one['unit'])})"


def _review(one: Row, w: Words) -> str:
    """The kind of a review, and its own title where the register has it."""
    kind = w.say(f"review.{one['kind']}", one["kind"])
    return f"{kind}: {one['detail']}" if one["detail"] else kind


def _languages(one: Row, w: Words) -> str:
    return ", ".join(w.language(language) for language in one["languages"] or ())


def _reviews(one: Row, w: Words) -> str:
    """How many reviews, and of which years: `5 (2019–2023)`."""
    if not one["n_reviews"]:
        return w.number(0)
    first, last = one["first_review"], one["last_review"]
    years = "" if not first else f" ({first})" if first == last else f" ({first}–{last})"
    return w.number(one["n_reviews"]) + years


def _register(one: Row, w: Words) -> str:
    return w.say(f"register.{one['dataset_id']}", one["dataset"])


#: Name of a column in `catalogue.toml` -> its words.
LOCAL_TEXTS: dict[str, Callable[[Row, Words], str]] = {
    "official_indicator": official_indicator,
    "own_indicator": _own_indicator,
    "own_value_title": _own_value_title,
    "review": _review,
    "review_languages": _languages,
    "reviews": _reviews,
    "register_name": _register,
    "side": lambda one, w: (
        w.government(one["name"]) if one["dimensions"]["place"] == "own" else w.area(one["area_code"], one["country"])
    ),
    "indicators": lambda one, w: w.number(one["n_indicators"]),
    "action_goals": lambda one, w: one["goals"] or "–",
}
