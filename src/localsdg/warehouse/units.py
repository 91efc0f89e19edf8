"""What models read of units: `unit_text`, the description of every text in a column `unit`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.registry.units import describe_unit

if TYPE_CHECKING:
    import duckdb

#: Staging tables whose values have a unit.
_MEASURED = ("observation", "local_observation", "local_indicator", "local_target")


def insert_units(con: duckdb.DuckDBPyConnection) -> None:
    """Make `unit_text` from the staging tables that are there; a text that is no known unit has nulls."""
    con.execute(
        "create temp table unit_text (unit varchar, unit_code varchar, unit_name varchar, unit_symbol varchar, "
        "quantity varchar, base_unit varchar, factor double)"
    )
    texts = " union ".join(f"select unit from staging.{name}" for name in _MEASURED)
    rows = []
    for (text,) in con.execute(f"select unit from ({texts}) where unit is not null order by unit").fetchall():
        described = describe_unit(text)
        facts = asdict(described) if described else {}
        rows.append(
            {
                "unit": text,
                "unit_code": facts.get("unit_code"),
                "unit_name": facts.get("name"),
                "unit_symbol": facts.get("symbol"),
                "quantity": facts.get("quantity"),
                "base_unit": facts.get("base_unit"),
                "factor": facts.get("factor"),
            }
        )
    insert_rows(con, "unit_text", rows)
