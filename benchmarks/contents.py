"""What a side of the comparison has written: rows that it read, keys, numbers, and two sums of the values.

    python -m benchmarks.contents OUTPUT [RELEASE]

prints them as JSON; of a warehouse with several releases that of one. The second sum is of logarithms: the first
is ruled by a few amounts of money, and would not show a wrong percentage. A value that a correction changed counts
as the file has it.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import run

#: Sums of floating-point numbers depend on their order.
_TOLERANCE = 1e-9
_AS_IN_THE_FILE = """(
    select if(
        correction_id is null, value, try_cast(replace(ltrim(value_raw, '<>=≤≥ '), ',', '') as double)
    ) as value
    from core.observation where $release is null or release = $release
)"""
_OURS_READ = (
    "select sum(rows_in)::bigint from audit.source_load "
    "where source = 'unsd' and not ends_with(file_name, '.json') and ($release is null or release = $release)"
)
_FIELDS = "count(*) as keys, count(value) as numbers, sum(value) as total, sum(ln(1 + abs(value))) as logarithms"


@dataclass(frozen=True)
class Contents:
    """What one side read and wrote."""

    rows: int
    keys: int
    numbers: int
    total: float
    logarithms: float

    def differs_from(self, other: Contents) -> list[str]:
        """The fields in which two sides differ, with both values."""
        pairs = ((name, value, getattr(other, name)) for name, value in asdict(self).items())
        return [
            f"{name} {ours:,} and {theirs:,}"
            for name, ours, theirs in pairs
            if not math.isclose(ours, theirs, rel_tol=_TOLERANCE)
        ]


def contents(output: Path, rows: int | None = None, release: str | None = None) -> Contents:
    """Read an output in a process of its own; `rows` are those of the source, where the side itself states them."""
    named = [release] if release else []
    done = json.loads(run([sys.executable, "-m", "benchmarks.contents", output, *named]).output)
    return Contents(**{"rows": rows, **done})


def _read(output: Path, release: str | None = None) -> dict[str, float]:
    import duckdb

    con = duckdb.connect()
    rows, asked = {}, {}
    if output.suffix == ".parquet":
        source = f"read_parquet('{output}')"
    else:
        con.execute(f"attach '{output}' as output (read_only)")
        con.execute("use output")
        named = con.execute("select schema, name from (show all tables)").fetchall()
        schema = next(schema for schema in ("core", "un", "main") if (schema, "observation") in named)
        source = f"{schema}.observation"
        if schema == "core":
            asked = {"release": release}
            rows = {"rows": con.execute(_OURS_READ, asked).fetchall()[0][0]}
            source = _AS_IN_THE_FILE
    found = con.execute(f"select {_FIELDS} from {source}", asked)
    names = [column[0] for column in found.description]
    return {**rows, **dict(zip(names, found.fetchall()[0], strict=True))}


if __name__ == "__main__":
    print(json.dumps(_read(Path(sys.argv[1]), *sys.argv[2:])))
