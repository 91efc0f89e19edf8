"""The data sets that an archive leaves out, and the rows of each table that rest on none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localsdg.common.database import identifier, scalar, text
from localsdg.registry.provenance import DATASET, provenance, texts_of_source
from localsdg.registry.redistribution import redistribution
from localsdg.registry.tables import tables
from localsdg.warehouse.citation import Citation
from localsdg.warehouse.export.selection import ExportTable

if TYPE_CHECKING:
    import duckdb

#: Rows that keep what localsdg states itself: its list of governments, of which sources are one reason.
_OWN_LISTS = frozenset({"core.local_government"})


@dataclass(frozen=True)
class LeftOut:
    """Data sets whose terms do not permit redistribution, and the ids of all sources of the file."""

    citations: tuple[Citation, ...]
    sources: tuple[str, ...]

    def keeps(self, table: str) -> str | None:
        """The SQL condition of rows that rest on none of them; None where a table's rows cannot be told apart."""
        declared = tables().get(table)
        rule = provenance(table, declared.column_names) if declared else None
        if not self.citations or table in _OWN_LISTS or (declared and rule is None):
            return "true"
        if rule is None or rule.is_empty or {one.source for one in self.citations} & set(rule.sources):
            return None
        conditions = [self._releases(name, rule.has_dataset) for name in rule.releases]
        for key, parents in rule.keys.items():
            for parent in parents:
                kept = self.keeps(parent) or "false"
                conditions.append(f"{identifier(key)} in (select {identifier(key)} from {parent} where {kept})")
        return " and ".join(f"coalesce({one}, true)" for one in conditions) or "true"

    def _releases(self, column: str, has_dataset: bool) -> str:
        releases = _listed({one.version for one in self.citations})
        name = identifier(column)
        parts = f"string_split({name}, '; ')"
        if has_dataset:
            # the releases of a source beside its id; a register is no source, and its release is enough
            pairs = _listed({f"{one.source} {one.version}" for one in self.citations})
            pair = f"{identifier(DATASET)} || ' ' || {name}"
            is_source = f"list_contains({_listed(set(self.sources))}, {identifier(DATASET)})"
            return f"not (list_contains({pairs}, {pair}) or (not {is_source} and list_has_any({parts}, {releases})))"
        conditions = [f"not list_has_any({parts}, {releases})"]
        for source in sorted({one.source for one in self.citations}):
            conditions += [f"not contains({name}, {text(part)})" for part in texts_of_source(source)]
        return " and ".join(conditions)


def left_out(datasets: Sequence[Citation]) -> LeftOut:
    """What an archive leaves out of these data sets, by what their terms say."""
    refused = tuple(one for one in datasets if not redistribution(one.licence).is_allowed)
    return LeftOut(refused, tuple(sorted({one.source for one in datasets})))


def without(con: duckdb.DuckDBPyConnection, chosen: Sequence[ExportTable], out: LeftOut) -> list[ExportTable]:
    """The tables with the rows that remain; a table whose rows cannot be told apart is left out."""
    found = []
    for table in chosen:
        kept = out.keeps(table.rows_of)
        if kept is None:
            continue
        where = f"({table.where}) and ({kept})"
        n_rows = scalar(con, f"select count(*) from {table.name} where {where}")
        found.append(replace(table, where=where, n_rows=n_rows))
    return found


def _listed(values: set[str]) -> str:
    return f"[{', '.join(map(text, sorted(values)))}]::varchar[]"
