"""The areas that a question names: countries, regions and groups, or all countries of a group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.errors import UsageError
from localsdg.research.areas import Area, find_area, list_areas, listed_area
from localsdg.research.connect import question
from localsdg.research.rows import rows

if TYPE_CHECKING:
    import duckdb

#: A name or a code, several, or none for every area.
AreasAsked = str | int | Iterable[str | int] | None
_RETRY = 'area="{}"'


@dataclass(frozen=True)
class Areas:
    """The areas of a question in their order, each once; none where every area is asked for."""

    areas: tuple[Area, ...] = ()
    group: str = ""

    @property
    def codes(self) -> list[str]:
        """Their codes, [] for every area."""
        return [area.code for area in self.areas]

    @property
    def words(self) -> str:
        """`Kenya, World`; `the countries of Africa`."""
        return f"the countries of {self.group}" if self.group else ", ".join(area.name for area in self.areas)


def read_areas(con: duckdb.DuckDBPyConnection, asked: AreasAsked, within: str | None = None) -> Areas:
    """The areas of names and codes in any language, and the countries of the group `within`.

    Raises `UsageError` for a name that means none or several, with the nearest ones, and for a local government.
    """
    named = [] if asked is None else [asked] if isinstance(asked, str | int) else list(asked)
    if asked is not None and not named:
        raise UsageError("the list of areas is empty", expected='names such as ["Kenya", "LDCs"], or None for all')
    listed = list_areas(con)
    found = {area.code: area for area in (read_area(con, one, listed) for one in named)}
    if within is None:
        return Areas(tuple(found.values()))
    group = read_area(con, within, listed)
    members = [Area(row["area_code"], row["name"], "country") for row in _members(con, group)]
    if not members:
        raise UsageError(
            "the area is no group of countries", got=group.name, expected='a group or region such as "LDCs" or "Africa"'
        )
    return Areas((*found.values(), *(area for area in members if area.code not in found)), group.name)


def read_area(con: duckdb.DuckDBPyConnection, asked: str | int, listed: dict[str, Area]) -> Area:
    """The country, region or group of a name or code; raises `UsageError` for a local government."""
    area = listed_area(listed, str(asked)) or find_area(con, str(asked), _RETRY)
    if area.is_local:
        raise UsageError(
            f"{area.name} is a local government, for which the UN publishes no value",
            got=asked,
            expected=f"its country, {area.country}" if area.country else "a country, a region or a group",
            next_step=f'localsdg.local("{area.code}")',
        )
    return area


def _members(con: duckdb.DuckDBPyConnection, group: Area) -> list[dict]:
    return rows(con, question("group_members", grouping=group.code))
