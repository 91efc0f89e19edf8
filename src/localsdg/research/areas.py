"""Areas by the names that people write: countries, regions, groups, the World and local governments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localsdg.common.errors import UsageError
from localsdg.registry.places import Place, find_place, listed_places
from localsdg.research.governments import Government, find_governments
from localsdg.research.rows import rows

if TYPE_CHECKING:
    import duckdb

#: The kind of an asked area that is a local or regional government.
LOCAL_GOVERNMENT = "local_government"


@dataclass(frozen=True)
class Area:
    """The asked area; kind as in `core.area`, or `LOCAL_GOVERNMENT`, whose code is its id.

    `note` says what else the name means, and how to get that.
    """

    code: str
    name: str
    kind: str
    country_code: str = ""  # of a local government, '' where it is not known
    country: str = ""
    note: str = ""
    iso3: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it is a local or regional government."""
        return self.kind == LOCAL_GOVERNMENT

    @property
    def place(self) -> Place:
        """The area among those that names are looked up in."""
        return Place(self.code, self.name, self.kind, self.iso3)


def list_areas(con: duckdb.DuckDBPyConnection) -> dict[str, Area]:
    """The areas of the published file by code: countries, regions, groups and the World."""
    found = rows(
        con,
        "select area_code as code, name, kind, coalesce(iso3, '') as iso3 from core.area "
        "where kind is not null order by area_code",
    )
    return {row["code"]: Area(**row) for row in found}


def listed_area(listed: dict[str, Area], asked: str) -> Area | None:
    """The one of the areas that a code or a name of the lists means; None where `find_area` has to look further.

    It reads no names of local governments, of which there are thousands.
    """
    places = listed_places(asked, more=[area.place for area in listed.values()])
    return listed.get(places[0].area_code) if len(places) == 1 else None


def find_area(con: duckdb.DuckDBPyConnection, asked: str, retry: str = "localsdg figures --area {}") -> Area:
    """The area of a code or a name: a country, a region or the World, else a local government.

    Names are in any language; a country's name comes before that of a local government, and the area's `note`
    says how to get the other. Raises `UsageError` with what may be meant; `retry` is its next step, with `{}` for
    the code.
    """
    listed = list_areas(con)
    more = [area.place for area in listed.values()]
    governments = find_governments(con, asked)
    places = listed_places(asked, more=more)
    if not places and len(governments.meant) == 1:
        return _local(governments.meant[0])
    if not places and governments.meant:
        raise UsageError(
            "the name means several local governments",
            got=asked,
            expected=" or ".join(government.label for government in governments.meant),
            next_step=retry.format(governments.meant[0].government_id),
        )
    match = find_place(asked, more=more)
    if match.place and (row := listed.get(match.place.area_code)):
        return replace(row, note=_other(governments.meant))
    if governments.meant and not match.problem:  # a country of the lists that the warehouse lacks
        return _local(governments.meant[0])
    near = [government.label for government in governments.near] if match.reason == "unknown" else []
    problem = match.problem if match.reason != "unknown" else "no area or local government has this name or code"
    raise UsageError(
        problem if match.problem else f"the warehouse has no area {match.place.label if match.place else asked}",
        got=asked,
        expected=" or ".join([*near, *([match.expected] if match.candidates or not near else [])])
        if match.problem
        else "an area of core.area",
        next_step='localsdg query "select area_code, iso3, name from core.area order by name" --limit 0',
    )


def _local(government: Government) -> Area:
    return Area(government.government_id, government.name, LOCAL_GOVERNMENT, government.area_code, government.country)


def _other(governments: tuple[Government, ...]) -> str:
    """How to get a local government that has the name of a country or region; '' where none has."""
    return "; ".join(f"also a local government: --area {one.government_id} for {one.name}" for one in governments)
