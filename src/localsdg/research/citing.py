"""How to cite what a frame rests on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.research.connect import Warehouse, opened
from localsdg.research.frames import attributes_of, citation_records, fits, rests_on, to_arrow

if TYPE_CHECKING:
    from localsdg.warehouse.citation import Citation


def cite(frame: Any, format: str = "text", *, home: str | Path | Settings | Warehouse | None = None) -> str:
    """How to cite what is in a frame: the warehouse, and the releases, sites and registers of its rows, no others.

    Parameters
    ----------
    frame : what a function of `localsdg` gave, whole or a part of its rows.
    format : `"text"` (a list of references), `"bibtex"` or `"csl-json"` (for Zotero and pandoc).
    home : where to look up a frame that carries nothing (a merge, a file) but has a column `release`.

    Raises `UsageError` for another format, and for a frame that does not say what it rests on.

    >>> import localsdg as ls
    >>> print(ls.cite(ls.series("SI_POV_DAY1", area="World")))  # doctest: +ELLIPSIS
    Warehouse
      The localsdg team. localsdg warehouse: ...
    <BLANKLINE>
    Sources
      United Nations Statistics Division. UN SDG Global Database, release 2023-12-17...
    """
    from localsdg.warehouse.citation_formats import FORMATS

    if format not in FORMATS:
        raise UsageError("no such form of citations", expected=", ".join(FORMATS), got=format)
    return FORMATS[format](citations_of(frame, home))


def citations_of(frame: Any, home: str | Path | Settings | Warehouse | None = None) -> list[Citation]:
    """The citations of the rows of a frame: those it carries, else those of the warehouse. Raises as `cite`."""
    from localsdg.warehouse.citation import WAREHOUSE, Citation

    wanted = rests_on(frame)
    attributes = attributes_of(frame)
    records = attributes.get("citations") or []
    if not records and not wanted:
        raise UsageError(
            "the frame does not say what it rests on",
            expected="a frame of localsdg, or a column `release`",
            got=", ".join(to_arrow(frame).column_names) or "no columns",
            next_step="localsdg cite, which cites every source of the warehouse",
        )
    if not all(any(fits(one["names"], {pair}) for one in records) for pair in wanted):
        # rows of another frame were added, whose sources it does not carry
        with opened(home) as warehouse:
            carried = {record["key"] for record in records}
            records = records + [one for one in citation_records(warehouse.con, to_arrow(frame))
                                 if one["key"] not in carried]  # fmt: skip
    found = [Citation(**{**record, "names": tuple(record["names"])}) for record in records]
    if attributes.get("cited_by") == "query":  # sources that a join read need not be in a column
        return found
    # rows may have been taken away since; a frame that lost its columns keeps all
    return [one for one in found if one.source == WAREHOUSE or not wanted or fits(one.names, wanted)]
