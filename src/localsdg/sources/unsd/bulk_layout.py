"""The column layout that bulk CSV files and portal xlsx files share.

Seventeen fixed columns, then one column a dimension or attribute: bracketed
in the bulk CSV (`[Sex]`), bare in the portal's xlsx (`Sex`), with stray
spaces, underscores and slashes in either. The portal leaves out fixed columns
that are empty throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from localsdg.common.errors import LocalsdgError
from localsdg.registry.dimensions import ATTRIBUTES, KNOWN_DIMENSIONS, column_key

#: Fixed column -> must it be there.
FIXED: dict[str, bool] = {
    "Goal": False,
    "Target": False,
    "Indicator": False,
    "SeriesCode": True,
    "SeriesDescription": False,
    "GeoAreaCode": True,
    "GeoAreaName": False,
    "TimePeriod": True,
    "Value": True,
    "Time_Detail": False,
    "TimeCoverage": False,
    "UpperBound": False,
    "LowerBound": False,
    "BasePeriod": False,
    "Source": False,
    "GeoInfoUrl": False,
    "FootNote": False,
}
_FIXED_BY_KEY = {column_key(name).replace("_", ""): name for name in FIXED}


@dataclass(frozen=True)
class Layout:
    """Which header cell holds what.

    `fixed`, `attributes` and `dimensions` map our name to the header cell as
    it is in the file; `header` is all cells in the file's order. `unknown`
    maps the `column_key` of every further column to its header cell: the
    rows show whether it is a dimension or an attribute.
    """

    header: tuple[str, ...]
    fixed: dict[str, str]
    attributes: dict[str, str]
    dimensions: dict[str, str]
    unknown: dict[str, str] = field(default_factory=dict)


def fixed_name(cell: str) -> str | None:
    """The fixed column that a header cell names (`Time Detail` -> `Time_Detail`), else None."""
    if cell.strip().startswith("["):
        return None
    return _FIXED_BY_KEY.get(column_key(cell).replace("_", ""))


def layout_key(cell: str) -> str:
    """`column_key`, and one key for all spellings of a fixed column: `Geo Area Code` -> `geoareacode`."""
    name = fixed_name(cell)
    return column_key(name or cell)


def read_layout(header: list[str], *, where: object, accept: frozenset[str] = frozenset()) -> Layout:
    """Sort the header cells of a bulk file into fixed columns, attributes and dimensions.

    `accept` names further dimensions (by `column_key`) that the user has
    accepted; what is in no list goes to `Layout.unknown`. Raises
    `LocalsdgError` for a missing, doubled or nameless column.
    """
    fixed: dict[str, str] = {}
    attributes: dict[str, str] = {}
    dimensions: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for number, cell in enumerate(header, 1):
        key = column_key(cell)
        if not key:
            raise LocalsdgError(
                "a column has no name",
                where=where,
                expected="a name in every header cell",
                got=f"none in column {number} of {len(header)}",
                next_step="remove the column or name it, and pull the file again",
            )
        if column := fixed_name(cell):
            place, name = fixed, column
        elif key in ATTRIBUTES:
            place, name = attributes, key
        elif key in KNOWN_DIMENSIONS or key in accept:
            place, name = dimensions, key
        else:
            place, name = unknown, key
        if name in place:
            raise LocalsdgError(
                "a column is there twice",
                where=where,
                expected=f"one {name}",
                got=cell.strip(),
                next_step="remove one of the two and pull the file again",
            )
        place[name] = cell
    _require_fixed(fixed, header, where)
    return Layout(tuple(header), fixed, attributes, dimensions, unknown)


def _require_fixed(fixed: dict[str, str], header: list[str], where: object) -> None:
    missing = [name for name, needed in FIXED.items() if needed and name not in fixed]
    if missing:
        shown = [cell.strip() for cell in header]
        raise LocalsdgError(
            f"column {', '.join(missing)} is missing",
            where=where,
            expected="the bulk layout of the UN SDG database",
            got=", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else ""),
            next_step="download the file again from the data portal, or pull it from the service",
        )
