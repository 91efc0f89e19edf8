"""Bare floor: the least that any database does with a bulk file of the UN, in DuckDB alone.

    python benchmarks/sides/floor_script.py FILE.csv.gz OUTPUT.duckdb

Reads, types (year a whole number, value a number; `<2.5` as 2.5, `24,644` as 24644, markers such as NA
as null), keeps one row of each key, and writes them sorted. No check, no codes, no names, no releases.
One row of a key is taken by the hash of the key: faster than `distinct on` over 30 columns.
"""

from __future__ import annotations

import json
import sys

import duckdb

#: Columns in brackets that describe a value; all others tell values apart.
ATTRIBUTES = {"[Nature]", "[Units]", "[Observation Status]", "[UnitMultiplier]", "[Freq]"}

READ = "read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '')"
NUMBER = "try_cast(replace(ltrim(\"Value\", '<>=≤≥ '), ',', '') as double)"


def main(source: str, output: str) -> None:
    """Write the table `observation` into a new file."""
    con = duckdb.connect(output)
    con.execute("set preserve_insertion_order = false")
    con.execute("set enable_progress_bar = false")
    columns = [row[0] for row in con.execute(f"describe from {READ}", [source]).fetchall()]
    dimensions = [name for name in columns if name.startswith("[") and name not in ATTRIBUTES]
    key = ", ".join(f'"{name}"' for name in ("SeriesCode", "GeoAreaCode", "TimePeriod", *dimensions))
    con.execute(
        "create temp table typed as select * replace ("
        'cast("TimePeriod" as integer) as "TimePeriod", cast("GeoAreaCode" as integer) as "GeoAreaCode", '
        f'if(isfinite({NUMBER}), {NUMBER}, null) as "Value") from {READ}',
        [source],
    )
    n_rows = con.execute("select count(*) from typed").fetchone()[0]
    con.execute(
        "create table observation as from typed "
        f"where rowid in (select min(rowid) from typed group by hash({key})) "
        "order by SeriesCode, GeoAreaCode, TimePeriod"
    )
    con.close()
    print(json.dumps({"rows": n_rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
