"""Who leads an action, of what kind, and whether it is a local or regional government.

Registers put ministries and organisations into the column of the local government; only what is
one may become a row of `core.local_government`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.csv_files import read_rows
from localsdg.registry import local_governments
from localsdg.registry.actor_kinds import NOT_CLASSIFIED, Actor, actor_kind, stated_kind
from localsdg.registry.local_governments import normal, resolve
from localsdg.registry.places import country_iso3

if TYPE_CHECKING:
    import pandas as pd

LOCAL_KINDS = frozenset({"local government", "region"})
#: word, language: what no name of a local government has; a star is any letters.
WORDS_CSV = Path(local_governments.__file__).with_name("no_government_words.csv")
#: A column of local governments that holds more of others is none.
_MOST_OTHERS = 0.2


@dataclass
class Leads:
    """Columns for every record: the lead, the local government that it is, its kind and on what that rests.

    `moved` are the numbers of rows whose name in `local_government` is none; `n_named` is the
    number of rows that have one.
    """

    names: list[str]
    local_governments: list[str]
    kinds: list[str | None]
    bases: list[str | None]
    moved: list[int]
    n_named: int


def read_leads(frame: pd.DataFrame) -> Leads:
    """Read the columns lead, lead_kind, local_government and country of clean records."""
    named = frame["local_government"].tolist()
    names = [own or lead for own, lead in zip(named, frame["lead"], strict=True)]
    stated = frame["lead_kind"].tolist()
    actors = {pair: actor_kind(pair[0], pair[1] or None) for pair in set(zip(names, stated, strict=True)) if pair[0]}
    others = {name for (name, _), actor in actors.items() if _is_other(name, actor)}
    is_trusted = len(others) <= _MOST_OTHERS * len({name for name, _ in actors})
    leads = Leads([], [], [], [], [], sum(map(bool, named)))
    for number, name, own, lead, said, country in zip(
        frame.index, names, named, frame["lead"], stated, frame["country"], strict=True
    ):
        actor = actors.get((name, said))
        local = actor is not None and (
            resolve(name, country_iso3(country)) is not None
            or (bool(own) and is_trusted and name not in others)
            or (actor.kind in LOCAL_KINDS and (is_trusted or actor.basis != "stated") and not _has_other_words(name))
        )
        leading = actor_kind(lead, said or None) if lead and lead != name else actor
        kind, basis = _kind(leading, said, local)
        leads.names.append(leading.name if leading else "")
        leads.local_governments.append(actor.name if actor and local else "")
        leads.kinds.append(kind)
        leads.bases.append(basis)
        if own and not local:
            leads.moved.append(int(number))
    return leads


def _is_other(name: str, actor: Actor) -> bool:
    """Whether a name is surely no local government: its kind is stated, or words in it leave no doubt.

    Phrases alone do not decide: `Denver, CO` and `Noda Village` are local governments in a column of such.
    """
    if actor.kind in LOCAL_KINDS or actor.kind == NOT_CLASSIFIED:
        return False
    return actor.basis == "stated" or _has_other_words(name)


def _has_other_words(name: str) -> bool:
    return _other_words().search(normal(name)) is not None


@cache
def _other_words() -> re.Pattern[str]:
    words = [row["word"] for row in read_rows(WORDS_CSV)]
    parts = [re.escape(word.rstrip("*")) + ("" if word.endswith("*") else r"\b") for word in words]
    return re.compile(rf"\b(?:{'|'.join(parts)})")


def _kind(lead: Actor | None, said: str, is_local: bool) -> tuple[str | None, str | None]:
    """Kind of the lead, and on what it rests; None where the record names nobody and states no kind."""
    if lead is None:
        kind = stated_kind(said) if said else None
        return kind, "stated" if kind else None
    if is_local and lead.kind not in LOCAL_KINDS:
        return "local government", "stated"
    return lead.kind, lead.basis
