"""Which headlines of a warehouse are those that the sites' own builds publish.

usage: python -m benchmarks.headlines [WAREHOUSE] [--built FOLDER] [--ids] [--record]

FOLDER holds `<site>/<language>/headline/<id>.json` of built Open SDG sites (default
`local/opensdg_built` below LOCALSDG_TEST_DATA). WAREHOUSE is a DuckDB file, else the
published one. An indicator counts once, by series, year and value of its headline rows:

    agree      each of ours is one of the site's, and each year and series of the site's has one
    partly     each of ours is one of the site's, which has more years or series
    differ     one of ours is not among the site's
    lost       the site has a headline and the warehouse has none, though it uses the file
    found      the warehouse has a headline and the site has none
    left out   the site has a headline of a file that the warehouse leaves out (placeholders)
    neither    both have none

The site's build takes all units of a year, so ours may be any of them. Ids are listed for
partly, differ, lost and found; `--ids` lists all.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import load_settings
from localsdg.warehouse.query import open_published

CHECKOUT = Path(__file__).resolve().parents[1]
OUTCOMES = ("agree", "partly", "differ", "lost", "found", "left out", "neither")
LISTED = ("partly", "differ", "lost", "found")
#: Series (None where the file has none) and the year as the file writes it.
Key = tuple[str | None, str]


def compare(built: dict[Key, set[float]], ours: dict[Key, float], is_used: bool) -> str:
    """The outcome for one indicator; `is_used` says that the warehouse does not leave its file out."""
    if not ours:
        return ("lost" if is_used else "left out") if built else "neither"
    if not built:
        return "found"
    if any(not _is_among(value, built.get(key, set())) for key, value in ours.items()):
        return "differ"
    return "agree" if built.keys() <= ours.keys() else "partly"


def _is_among(value: float, values: set[float]) -> bool:
    # the build rounds to ten decimals
    return any(math.isclose(value, other, rel_tol=1e-6, abs_tol=1e-9) for other in values)


def read_built(file: Path) -> dict[Key, set[float]]:
    """The headline rows of one file of a built site: (series, year) -> values, one a unit."""
    rows: dict[Key, set[float]] = {}
    for row in json.loads(file.read_text(encoding="utf-8")):
        if isinstance(value := row.get("Value"), int | float):
            rows.setdefault((row.get("Series"), _year(row["Year"])), set()).add(float(value))
    return rows


def outcomes(con: duckdb.DuckDBPyConnection, built: Path, schema: str = "core") -> Iterator[tuple[str, str, str, str]]:
    """(site, indicator, outcome, why there is no headline) of every built headline file; `schema` core or staging."""
    for site in sorted(path for path in built.iterdir() if path.is_dir()):
        used = _indicators(con, schema, site.name)
        if not used:
            continue
        for file in sorted(file for file in site.glob("*/headline/*.json") if file.stem != "all"):
            rule, reason = used.get(file.stem, ("no such indicator", ""))
            theirs = read_built(file)
            ours = _headlines(con, schema, site.name, file.stem, has_series=any(series for series, _ in theirs))
            yield site.name, file.stem, compare(theirs, ours, rule is None), reason or rule or ""


def _indicators(con: duckdb.DuckDBPyConnection, schema: str, site_id: str) -> dict[str, tuple[str | None, str | None]]:
    rows = con.execute(
        "select local_indicator_id, coalesce(exclusion_rule, if(n_rows = 0, 'no rows', null)), no_headline_reason "
        f"from {schema}.local_indicator where site_id = ?",
        [site_id],
    ).fetchall()
    return {indicator_id: (rule, reason) for indicator_id, rule, reason in rows}


def _headlines(
    con: duckdb.DuckDBPyConnection, schema: str, site_id: str, indicator_id: str, *, has_series: bool
) -> dict[Key, float]:
    rows = con.execute(
        f"select series, year_text, value from {schema}.local_observation "
        "where site_id = ? and local_indicator_id = ? and is_headline",
        [site_id, indicator_id],
    ).fetchall()
    return {(series if has_series else None, _year(year)): value for series, year, value in rows}


def _year(text: object) -> str:
    return str(text).strip().removesuffix(".0")


def main() -> None:
    """Print a table of outcomes by site, then the indicators behind them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(os.environ.get("LOCALSDG_TEST_DATA") or CHECKOUT.parent / "shared" / "data")
    parser.add_argument("warehouse", nargs="?", type=Path, help="a DuckDB file; the published one without")
    parser.add_argument("--built", type=Path, default=data / "local" / "opensdg_built", help="built sites")
    parser.add_argument("--ids", action="store_true", help="list the ids of every outcome")
    parser.add_argument("--record", action="store_true", help="write the counts into results.json and RESULTS.md")
    given = parser.parse_args()
    if not given.built.is_dir():
        sys.exit(f"error: no built sites | looked in {given.built} | next: give --built FOLDER or LOCALSDG_TEST_DATA")
    try:
        con = (
            duckdb.connect(str(given.warehouse), read_only=True) if given.warehouse else open_published(load_settings())
        )
        found = list(outcomes(con, given.built))
    except (LocalsdgError, duckdb.Error) as error:
        sys.exit(f"error: {error}")
    print(f"{'site':24}" + "".join(f"{outcome:>10}" for outcome in OUTCOMES))
    for site in dict.fromkeys(site for site, *_ in found):
        counts = [sum(one[0] == site and one[2] == outcome for one in found) for outcome in OUTCOMES]
        print(f"{site:24}" + "".join(f"{count:>10}" for count in counts))
    for outcome in OUTCOMES if given.ids else LISTED:
        for site, indicator_id, _, reason in (one for one in found if one[2] == outcome):
            print(f"{outcome:10}{site} {indicator_id}  {reason}".rstrip())
    if given.record:
        from benchmarks.measure import Figure, record

        counted = {outcome: sum(one[2] == outcome for one in found) for outcome in OUTCOMES}
        record("headlines", [Figure(f"indicators, {outcome}", "", [count]) for outcome, count in counted.items()])


if __name__ == "__main__":
    main()
