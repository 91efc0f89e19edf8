"""The one local government that a question names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import UsageError
from localsdg.research.areas import list_areas, listed_area
from localsdg.research.governments import Government, find_governments

if TYPE_CHECKING:
    import duckdb


def find_government(con: duckdb.DuckDBPyConnection, asked: str) -> Government:
    """The one local government of a name or id; raises `UsageError` for none, with the nearest, and for several."""
    found = find_governments(con, asked)
    if len(found.meant) == 1:
        return found.meant[0]
    if found.meant:
        raise UsageError(
            "the name means several local governments",
            got=asked,
            expected=" or ".join(one.label for one in found.meant),
            next_step=f'localsdg.local("{found.meant[0].government_id}")',
        )
    if (place := listed_area(list_areas(con), asked)) is not None:
        raise UsageError(
            f"{place.name} is no local government",
            got=asked,
            expected='a city, a province, …: its name or id, such as "Barcelona" or "barcelona"',
            next_step=f'localsdg.series("SI_POV_DAY1", area="{place.name}")',
        )
    raise UsageError(
        "no local government has this name",
        got=clean_text(asked),
        expected=" or ".join(one.label for one in found.near) or 'a name or an id, such as "Barcelona" or "barcelona"',
        next_step='localsdg query "select local_government_id, name from local_government order by name" --limit 0',
    )
