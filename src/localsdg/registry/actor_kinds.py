"""What kind of actor a name means: a local government, a ministry, a company, and others.

`partner_kinds.csv` is written and reviewed by people: phrases by language,
each with its kind and place. Of the phrases in a name the one with the lowest
place decides, whole words of it, without accents; a star means any letters, a
dollar sign the end. A name without any is not classified, never guessed.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from localsdg.registry.local_governments import normal

KINDS_CSV = Path(__file__).parent / "partner_kinds.csv"
ACTOR_KINDS = (
    "local government",
    "region",
    "nation",
    "UN or intergovernmental",
    "civil society",
    "business",
    "academia",
    "philanthropy",
    "community",
    "network of cities",
    "parliament",
    "other",
)
NOT_CLASSIFIED = "not classified"


@dataclass(frozen=True)
class Actor:
    """A name, the kind of actor it means, and on what that rests: stated, known, words or none."""

    name: str
    kind: str
    basis: str


def split_actors(text: str) -> list[str]:
    """The names in a cell of partners, each once, in their order."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;|\n]", text) if part.strip()))


def stated_kind(text: str) -> str | None:
    """The kind that a register's own words state, or None."""
    return text.strip().casefold() if text.strip().casefold() in ACTOR_KINDS else None


@cache
def actor_kind(text: str) -> Actor:
    """The kind of an actor by its name."""
    name = text.strip()
    words = " " + " ".join(re.findall(r"[a-z0-9]+", normal(name))) + " $"
    found = [(place, -len(part), part, kind) for place, part, kind in _phrases() if part in words]
    return Actor(name, min(found)[3], "words") if found else Actor(name, NOT_CLASSIFIED, "none")


@cache
def _phrases() -> list[tuple[int, str, str]]:
    """Place, phrase with the blanks that bound it, and kind."""
    with KINDS_CSV.open(encoding="utf-8", newline="") as handle:
        return [(int(row["place"]), _bounded(row["phrase"]), row["partner_kind"]) for row in csv.DictReader(handle)]


def _bounded(phrase: str) -> str:
    start = "" if phrase.startswith("*") else " "
    return start + phrase.strip("*") + ("" if phrase.endswith(("*", "$")) else " ")
