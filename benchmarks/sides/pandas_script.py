"""The same as the bare floor, as an analyst writes it in pandas: read, type, one row a key, sort, save.

python benchmarks/sides/pandas_script.py FILE.csv.gz OUTPUT.parquet
"""

from __future__ import annotations

import json
import sys

import pandas as pd

#: Columns in brackets that describe a value; all others tell values apart.
ATTRIBUTES = {"[Nature]", "[Units]", "[Observation Status]", "[UnitMultiplier]", "[Freq]"}


def main(source: str, output: str) -> None:
    """Write the observations as Parquet."""
    # NA and N are codes of the UN, not gaps
    data = pd.read_csv(source, dtype="str", keep_default_na=False, na_values=[""])
    n_rows = len(data)
    data["TimePeriod"] = data["TimePeriod"].astype("int32")
    data["GeoAreaCode"] = data["GeoAreaCode"].astype("int32")
    numbers = data["Value"].str.lstrip("<>=≤≥ ").str.replace(",", "", regex=False)
    data["Value"] = pd.to_numeric(numbers, errors="coerce")
    dimensions = [name for name in data.columns if name.startswith("[") and name not in ATTRIBUTES]
    data = data.drop_duplicates(subset=["SeriesCode", "GeoAreaCode", "TimePeriod", *dimensions])
    data = data.sort_values(["SeriesCode", "GeoAreaCode", "TimePeriod"])
    data.to_parquet(output, index=False)
    print(json.dumps({"rows": n_rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
