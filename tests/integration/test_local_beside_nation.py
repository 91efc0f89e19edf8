"""Local values beside the nation's row of their own file, counted again from the raw files with pandas."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

TABLE = "evidence.local_beside_nation_in_file"
#: Site -> column of places, the own place in it, the nation's.
SITES = {"asturias": ("Region", "Asturias", "España"), "canarias-istac": ("general.territorio", "ES70", "ES")}


def pairs_of_files(folder: Path, column: str, own: str, nation: str) -> dict[str, dict[int, tuple]]:
    """Indicator -> year -> (local, national), of the files whose rows differ by year and place alone."""
    found = {}
    for path in sorted(folder.glob("indicator_*.csv")):
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        if not {column, "Year", "Value"} <= set(frame.columns):
            continue
        others = [name for name in frame.columns if name not in ("Year", "Value", column)]
        is_plain = all(frame[name].nunique() == 1 for name in others)
        is_yearly = frame["Year"].str.fullmatch(r"\d{4}").all()
        if not is_plain or not is_yearly or frame.duplicated(["Year", column]).any():
            continue
        frame["number"] = pd.to_numeric(frame["Value"], errors="coerce")
        wide = frame.pivot(index="Year", columns=column, values="number")
        if {own, nation} <= set(wide.columns):
            wide = wide.dropna(subset=[own, nation])
            found[path.stem.removeprefix("indicator_")] = {
                int(year): (row[own], row[nation]) for year, row in wide.iterrows()
            }
    return found


@pytest.mark.parametrize("site", sorted(SITES))
def test_the_pairs_are_those_of_the_raw_files(built, data_root, site: str) -> None:
    counted = pairs_of_files(data_root / "local" / "opensdg" / site / "data", *SITES[site])
    with duckdb.connect(str(built.published), read_only=True) as con:
        used = dict(
            con.execute(
                "select local_indicator_id, n_rows_rejected from core.local_indicator "
                "where site_id = ? and exclusion_rule is null",
                [site],
            ).fetchall()
        )
        rows = con.execute(
            f"select local_indicator_id, year, local_value, national_value from {TABLE} where site_id = ?", [site]
        ).fetchall()
    published: dict[str, dict[int, tuple]] = {}
    for indicator_id, year, local, national in rows:
        published.setdefault(indicator_id, {})[year] = (local, national)
    # files of which a row was rejected are left to the ledger
    expected = {key: pairs for key, pairs in counted.items() if pairs and used.get(key) == 0}
    different = {key: (pairs, published.get(key)) for key, pairs in expected.items() if published.get(key) != pairs}
    assert different == {} and sum(map(len, expected.values())) > 1_000


def test_spain_in_local_files_is_the_uns_value_of_the_year_before(built) -> None:
    with duckdb.connect(str(built.published), read_only=True) as con:
        found = con.execute(
            "select site_id, count(*), count_if(agrees_with_un), min(year - un_year), max(year - un_year) "
            f"from {TABLE} "
            "where un_value is not null and local_indicator_id in ('1-2-1-a', '1-2-1-SERIE-A') group by all order by 1"
        ).fetchall()
        pairs = con.execute(
            "select distinct site_id from evidence.local_vs_national where comparability = 'same definition' order by 1"
        ).fetchall()
    # 2010 to 2021 of local files are 2009 to 2020 of the UN
    assert found == [("asturias", 12, 12, 1, 1), ("canarias-istac", 12, 12, 1, 1)]
    assert [site for (site,) in pairs] == ["asturias", "canarias-istac"]
