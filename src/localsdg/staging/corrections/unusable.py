"""Corrections that the staged data show to be wrong: they are set aside, and nothing is changed by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.registry.corrections import Correction
from localsdg.staging.corrections.judge import Verdict

if TYPE_CHECKING:
    import duckdb

UNUSABLE = "CORR-002"
#: What a correction of the user may name, from the lists of the publishers and from the data themselves.
_KNOWN = {
    "series": "select series_code from staging.series union select series_code from staging.observation",
    "area": "select area_code from staging.area union select area_code from staging.m49_area "
    "union select area_code from staging.observation",
    "site": "select site_id from staging.local_site union select site_id from staging.local_indicator",
    "local_government": "select local_government_id from staging.local_indicator",
    "indicator": "select local_indicator_id from staging.local_indicator",
}


def unusable(
    con: duckdb.DuckDBPyConnection, one: Correction, verdict: Verdict, known: dict[str, set[str]]
) -> str | None:
    """Why a correction cannot be used with these data; None where it can.

    `known` keeps the names that the data have from one correction to the next; it begins empty.

    What the project's own file names need not be in every run's data: a test holds that it exists.
    """
    if one.declared_in == "user" and not verdict.applied_in and (reason := _names_unknown(con, one, known)):
        return reason
    if not verdict.applied_in:
        return None
    return _shares_rows(con, one, verdict) or _divides_unit(con, one, verdict)


def _names_unknown(con: duckdb.DuckDBPyConnection, one: Correction, known: dict[str, set[str]]) -> str | None:
    """A series, area, site or indicator that no list and no data have."""
    named = {
        "series": one.series,
        "area": one.areas,
        "site": one.sites,
        "local_government": one.governments,
        "indicator": one.indicators,
    }
    for key, names in named.items():
        if names and key not in known:  # a scan of all observations, which 10,000 corrections need once
            known[key] = {name for (name,) in con.execute(_KNOWN[key]).fetchall()}
        if unknown := sorted(set(names) - known.get(key, set())):
            return f"where.{key} of data/corrections.toml does not exist: " + ", ".join(unknown)
    return None


def _shares_rows(con: duckdb.DuckDBPyConnection, one: Correction, verdict: Verdict) -> str | None:
    """Two corrections of one row: the first holds."""
    if one.is_local:
        rows = (
            "staging.local_observation as o join correction_local_row as r "
            "using (dataset_id, release, site_id, local_indicator_id, row_number)"
        )
    else:
        rows = "staging.observation as o join correction_row as r on r.staged_row = o.rowid"
    found = con.execute(
        f"select min(o.correction_id) from {rows} where r.is_meant and r.correction_id = ? "
        "and list_contains(?, r.release)",
        [one.correction_id, list(verdict.applied_in)],
    ).fetchall()
    return f"rows that it names are corrected by {found[0][0]} already" if found[0][0] else None


def _divides_unit(con: duckdb.DuckDBPyConnection, one: Correction, verdict: Verdict) -> str | None:
    """A series has one unit in a release: a unit is corrected for all of its rows or for none."""
    if one.unit is None:
        return None
    found = con.execute(
        "select series_code, release, count(*) filter (not is_meant) from correction_row "
        "where correction_id = ? and list_contains(?, release) and series_code in "
        "(select series_code from correction_row where correction_id = ? and is_meant) "
        "group by all having count(*) filter (not is_meant) > 0 order by all limit 1",
        [one.correction_id, list(verdict.applied_in), one.correction_id],
    ).fetchall()
    if not found:
        return None
    series, release, n = found[0]
    return f"it changes the unit of some rows of {series} in {release} and not of {n:,} others: a series has one unit"
