"""Who leads an action, of what kind, and whether it is a local or regional government.

Registers put ministries and organisations into the column of the local government; only what is
one may become a row of `core.local_government`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.registry.actor_kinds import LOCAL, Actor, actor_kind, stated_kind
from localsdg.registry.actor_leads import file_leads

if TYPE_CHECKING:
    import pandas as pd


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
    named, stated = frame["local_government"].tolist(), frame["lead_kind"].tolist()
    names = [own or lead for own, lead in zip(named, frame["lead"], strict=True)]
    read = file_leads(names, frame["country"].tolist(), stated, list(map(bool, named)))
    leads = Leads([], [], [], [], [], sum(map(bool, named)))
    for number, name, own, lead, said, (actor, local) in zip(
        frame.index, names, named, frame["lead"], stated, read, strict=True
    ):
        leading = actor_kind(lead, said or None) if lead and lead != name else actor
        kind, basis = _kind(leading, said, local)
        leads.names.append(leading.name if leading else "")
        leads.local_governments.append(actor.name if actor and local else "")
        leads.kinds.append(kind)
        leads.bases.append(basis)
        if own and not local:
            leads.moved.append(int(number))
    return leads


def _kind(lead: Actor | None, said: str, is_local: bool) -> tuple[str | None, str | None]:
    """Kind of the lead, and on what it rests; None where the record names nobody and states no kind."""
    if lead is None:
        kind = stated_kind(said) if said else None
        return kind, "stated" if kind else None
    if is_local and lead.kind not in LOCAL:
        return "local government", "stated"
    return lead.kind, lead.basis
