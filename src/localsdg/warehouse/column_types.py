"""A model's columns have the types that its table declares, or ones that convert without loss.

The build converts where it inserts, so a model casts only where the type really
changes. DuckDB would insert 1.7 into an INTEGER as 2 and the text '12' as 12:
such a model is stopped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError

if TYPE_CHECKING:
    import duckdb

    from localsdg.registry.tables import Column

_WHOLE = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?")
_FRACTION = re.compile(r"FLOAT|DOUBLE|DECIMAL\(.*\)")


def fits(given: str, declared: str) -> bool:
    """Whether values of a type convert to the declared one without loss, or with an error where they do not.

    A whole number may become another size of whole number (DuckDB refuses one that
    is too large), and every number a DOUBLE. Nothing else changes its type by itself.
    """
    if given == declared:
        return True
    if declared == "DOUBLE":
        return bool(_WHOLE.fullmatch(given) or _FRACTION.fullmatch(given))
    return bool(_WHOLE.fullmatch(given) and _WHOLE.fullmatch(declared))


def check_types(con: duckdb.DuckDBPyConnection, select: str, columns: Iterable[Column], where: str) -> list[str]:
    """The names of the columns that a SELECT gives; `where` is the file to fix.

    Raises `LocalsdgError` when a declared column has a type that does not fit. Names that
    are not declared are left to the caller.
    """
    relation = con.sql(select)
    given = dict(zip(relation.columns, map(str, relation.types), strict=True))
    wrong = [column for column in columns if column.name in given and not fits(given[column.name], column.type)]
    if wrong:
        raise LocalsdgError(
            "a model gives a column of another type than its table declares",
            where=where,
            expected=", ".join(f"{one.name} {one.type}" for one in wrong),
            got=", ".join(f"{one.name} {given[one.name]}" for one in wrong),
            next_step=f"cast it in {where} (a bare null or [] counts as INTEGER), then localsdg build",
        )
    return list(given)
