"""The same with `dlt`: a typed resource of Arrow batches, merged on its key into DuckDB.

    python dlt_script.py FILE.csv.gz OUTPUT.duckdb

Runs in an environment of its own, which `benchmarks/compare.py` makes. A key of `dlt` may hold no null,
so that the dimensions are joined into one text. No sorting: `dlt` has none.
"""

from __future__ import annotations

import json
import sys
import tempfile

import dlt
import duckdb

#: Columns in brackets that describe a value; all others tell values apart.
ATTRIBUTES = {"[Nature]", "[Units]", "[Observation Status]", "[UnitMultiplier]", "[Freq]"}

READ = "read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '')"
NUMBER = "try_cast(replace(ltrim(\"Value\", '<>=≤≥ '), ',', '') as double)"
KEY = ("SeriesCode", "GeoAreaCode", "TimePeriod")
BATCH = 200_000


@dlt.resource(
    name="observation",
    write_disposition="merge",
    primary_key=["series_code", "geo_area_code", "time_period", "breakdown"],
)
def observations(source: str, counts: list[int]):
    """Typed rows of a bulk file, as Arrow batches; their sizes go into `counts`."""
    con = duckdb.connect()
    columns = [row[0] for row in con.execute(f"describe from {READ}", [source]).fetchall()]
    dimensions = [name for name in columns if name.startswith("[") and name not in ATTRIBUTES]
    parts = ", ".join(f"'{name}=' || \"{name}\"" for name in dimensions)
    rest = ", ".join(f'"{name}"' for name in columns if name not in (*KEY, "Value", *dimensions))
    rows = con.execute(
        f'select "SeriesCode" as series_code, "GeoAreaCode"::integer as geo_area_code, '
        f"\"TimePeriod\"::integer as time_period, concat_ws('; ', {parts}) as breakdown, "
        f'if(isfinite({NUMBER}), {NUMBER}, null) as "value", '
        f"{rest} from {READ}",
        [source],
    )
    for batch in rows.to_arrow_reader(BATCH):
        counts.append(batch.num_rows)
        yield batch


def main(source: str, output: str) -> None:
    """Load the file into the table `observation` of the schema `un`."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "bench", pipelines_dir=folder, destination=dlt.destinations.duckdb(output), dataset_name="un"
        )
        counts: list[int] = []
        pipeline.run(observations(source, counts))
    print(json.dumps({"rows": sum(counts)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
