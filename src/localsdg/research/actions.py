"""Local actions: who does what for which goal, where, with whom."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from localsdg.common.clean_text import comparable
from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.research.asked_areas import AreasAsked, read_areas
from localsdg.research.asked_government import find_government
from localsdg.research.connect import Warehouse, opened, question
from localsdg.research.frames import check_kind, finished
from localsdg.research.rows import rows
from localsdg.research.years import YearsAsked, read_years

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Names = str | Iterable[str] | None
_SELF_SELECTED = (
    "The registers hold what was registered, by those who chose to: a count is none of what is done in the world."
)


class ActionOptions(TypedDict, total=False):
    """What `actions` takes beside the goal."""

    partner_kind: Names
    lead_kind: Names
    country: AreasAsked
    government: str | None
    register: Names
    years: YearsAsked
    text: str | None
    home: str | Path | Settings | Warehouse | None


@overload
def actions(
    goal: int | str | Iterable[int | str] | None = ...,
    *,
    frame: Literal["pandas"] = ...,
    **options: Unpack[ActionOptions],
) -> pd.DataFrame: ...
@overload
def actions(
    goal: int | str | Iterable[int | str] | None = ..., *, frame: Literal["polars"], **options: Unpack[ActionOptions]
) -> pl.DataFrame: ...
@overload
def actions(
    goal: int | str | Iterable[int | str] | None = ..., *, frame: Literal["arrow"], **options: Unpack[ActionOptions]
) -> pa.Table: ...
def actions(
    goal: int | str | Iterable[int | str] | None = None,
    *,
    partner_kind: Names = None,
    lead_kind: Names = None,
    country: AreasAsked = None,
    government: str | None = None,
    register: Names = None,
    years: YearsAsked = None,
    text: str | None = None,
    home: str | Path | Settings | Warehouse | None = None,
    frame: str = "pandas",
) -> Any:
    """Actions of the registers, a row each; every condition narrows the list.

    Parameters
    ----------
    goal : a goal (`1`), or several, any of which the action serves.
    partner_kind, lead_kind : kinds of actors (`"business"`, `"civil society"`, …) among its partners, or of its lead.
    country : countries in which it takes place, by name or code.
    government : the local government that it belongs to, by name or id.
    register : a register (`"un-partnerships"`), or several.
    years : the years in which it runs: a year, a pair from and to, or a list of years in which it begins.
    text : words that its title, description, lead or partners have, all of them.
    home : a home folder or an open warehouse.
    frame : `"pandas"`, `"polars"` or `"arrow"`.

    Returns
    -------
    A frame with `action_id`, `title`, `lead`, `lead_kind`, `year`, `end_year`, `goals` (all), `declared_goals`
    (those that the action names itself; others were found in its text), `countries`, `n_partners`,
    `partner_kinds`, `kind`, `local_government_id`, `local_government`, `url`, `language`, `description`,
    `register`, `register_title`, `is_self_selected`, `release`, `dataset`, `source`.

    Source: `core.action` and what belongs to it.

    >>> import localsdg as ls
    >>> with_business = ls.actions(goal=14, partner_kind="business")
    >>> bool(with_business.partner_kinds.str.contains("business").all())
    True
    """
    check_kind(frame)
    span = read_years(years)
    with opened(home) as warehouse:
        con = warehouse.con
        query = question(
            "action_rows",
            goals=_known(warehouse, "goal", goal, "select goal_code from core.goal"),
            partner_kinds=_known(
                warehouse, "partner_kind", partner_kind, "select distinct partner_kind from core.action_partner"
            ),
            lead_kinds=_known(warehouse, "lead_kind", lead_kind, "select distinct lead_kind from core.action"),
            registers=_known(warehouse, "register", register, "select dataset_id from core.action_dataset"),
            countries=read_areas(con, country).codes,
            governments=[find_government(con, government).government_id] if government else [],
            first_year=span.first,
            last_year=span.last,
            years=[str(year) for year in span.single],
            words=comparable(text or "").split(),
        )
        table = con.sql(query).to_arrow_table()
        asked = {"goal": goal, "partner_kind": partner_kind, "lead_kind": lead_kind, "country": country}
        asked |= {"government": government, "register": register, "years": span.words, "text": text}
        named = ", ".join(f"{name} {_words(value)}" for name, value in asked.items() if value)
        return finished(
            warehouse,
            table,
            query,
            frame=frame,
            notes=[] if table.num_rows else [f"no action in the registers has {named}"],
            caveats=[_SELF_SELECTED] if table.num_rows else [],
            title=f"Actions{': ' if named else ''}{named}",
        )


def _words(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else ", ".join(map(str, value))


def _known(warehouse: Warehouse, name: str, asked: Any, sql: str) -> list[str]:
    """The values that are asked for in the spelling of the warehouse; raises `UsageError` for one it lacks."""
    if asked is None:
        return []
    known = {str(value).casefold(): str(value) for row in rows(warehouse.con, sql) for value in row.values() if value}
    found = []
    for value in [asked] if isinstance(asked, str | int) else asked:
        key = str(value).strip().casefold()
        if key not in known:
            near = close_matches(key, known.values()) or sorted(known.values())
            raise UsageError(f"no such {name}", expected=" or ".join(near), got=value)
        found.append(known[key])
    return found
