"""Derives `registry/sdmx_codes.csv`, the official SDMX code of each code of the warehouse, from what the UN publishes.

Two sources state them: the service's lists of dimensions and attributes, which
give each code with its SDMX code, and the bulk file 2019.Q3.G.01, which uses
SDMX codes where other releases have the service's. What neither states has no row.

    python -m localsdg.maintenance.sdmx_codes DATA
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from localsdg.common.csv_files import read_rows
from localsdg.common.database import text
from localsdg.registry.dimensions import CODES_CSV, column_key
from localsdg.registry.sdmx import COMPONENTS, SDMX_CSV

_LISTS = (
    "un/payloads/2021.Q2.G.03/SI_POV_DAY1_dimensions.json",
    "un/payloads/2021.Q2.G.03/SI_POV_DAY1_attributes.json",
    "un/payloads/2026.Q1.G.01/Series_Data_excerpt.json",
)
_CODED = "un/bulk/2019.Q3.G.01.csv.gz"
#: Files with the service's codes, beside which the values of the SDMX-coded file are laid.
_OTHERS = (
    "un/bulk/2019.Q2.G.01.csv.gz",
    "un/bulk/2020-10-19.csv.gz",
    "un/newer/2022-07-10/2022-07-10.csv.gz",
    "un/newer/2023-12-17/2023-12-17.csv.gz",
)
#: What a list or a file states of a code: dimension, code of the warehouse, SDMX code, where it is stated.
Stated = tuple[str, str, str, str]
#: The later releases correct what the coded file calls CON_USD: another unit, and no other name of it.
_CORRECTED = frozenset({"CON_PPP_USD"})
#: Units of two files for one series, area and year whose values are alike: one unit, two names. A tenth of a per
#: cent is room for rounding, and too little for a revision.
_UNITS = """
select o."[Units]" as old_unit, n."[Units]" as new_unit, count(*) as n_rows
from read_csv({old}, all_varchar = true) as o
join read_csv({new}, all_varchar = true) as n using ("SeriesCode", "GeoAreaCode", "TimePeriod")
where abs(try_cast(n."Value" as double) / nullif(try_cast(o."Value" as double), 0) - 1) < 0.001
group by all order by all
"""


def derive(data: Path) -> list[Stated]:
    """All codes that a source states, each once, the lists before the bulk files; `data` holds the UN's files."""
    stated: dict[tuple[str, str], Stated] = {}
    for one in (*_from_lists(data), *_from_bulk(data), *_from_units(data)):
        if one[0] in COMPONENTS and one[1] not in ("total", ""):
            stated.setdefault(one[:2], one)
    return sorted(stated.values())


def _from_lists(data: Path) -> Iterator[Stated]:
    canonical = _canonical()
    for name in _LISTS:
        body = json.loads((data / name).read_text(encoding="utf-8"))
        parts = body if isinstance(body, list) else [*body["dimensions"], *body["attributes"]]
        for part in parts:
            dimension = column_key(part["id"])
            for code in part["codes"]:
                ours = canonical.get((dimension, code["code"]), code["code"])
                yield dimension, ours, code["sdmx"], f"list of the service, {Path(name).parent.name}"


def _from_bulk(data: Path) -> Iterator[Stated]:
    """The codes that 2019.Q3.G.01 uses, which are SDMX's, by the spelling of the warehouse."""
    import duckdb

    canonical = _canonical()
    path = text(data / _CODED)
    names = [column for column, *_ in duckdb.execute(f"describe select * from read_csv({path})").fetchall()]
    for name in names:
        dimension = column_key(name)
        if not name.startswith("[") or dimension == "units" or dimension not in COMPONENTS:
            continue
        query = f'select distinct trim("{name}") from read_csv({path}, all_varchar = true) order by 1'
        for (code,) in duckdb.execute(query).fetchall():
            if code:
                yield dimension, canonical.get((dimension, code), code), code, "bulk file 2019.Q3.G.01"


def _from_units(data: Path) -> Iterator[Stated]:
    """The unit of the SDMX-coded file for each unit of the others: the same code, else the commonest."""
    import duckdb

    canonical = _canonical()
    counts: dict[str, Counter[str]] = {}
    for name in _OTHERS:
        query = _UNITS.format(old=text(data / name), new=text(data / _CODED))
        for old, new, n_rows in duckdb.execute(query).fetchall():
            if old and old not in _CORRECTED and new and new != "NA":  # its code for a unit that it does not state
                counts.setdefault(old, Counter())[new] += n_rows
    for old, new_units in sorted(counts.items()):
        best = old if old in new_units else max(sorted(new_units), key=new_units.__getitem__)
        ours = canonical.get(("units", old), old)
        yield "units", ours, best, "bulk file 2019.Q3.G.01, beside the same values of another release"


def _canonical() -> dict[tuple[str, str], str]:
    return {(row["dimension"], row["code"]): row["canonical"] for row in read_rows(CODES_CSV)}


def main(data: Path) -> None:
    """Write the registry's file anew."""
    rows = derive(data)
    with SDMX_CSV.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("dimension", "code", "sdmx", "basis"))
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
