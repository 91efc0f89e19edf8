"""The project's corrections of series that the bundle leaves out, over the whole releases."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from unsd_helpers import File, balances, staged

from localsdg.common.context import RunContext
from localsdg.common.database import text
from localsdg.common.settings import Settings
from localsdg.registry.corrections import declared_corrections
from localsdg.registry.tables import ensure_tables
from localsdg.staging.corrections.apply import apply_corrections
from localsdg.staging.local.stage import CONTRACT
from localsdg.staging.official import observations as official

SERIES = {"EN_MAT_DOMCMPC", "EN_MAT_DOMCMPG", "EN_MAT_DOMCMPT"}
WHOLE = {
    "2020-10-19": "bulk/2020-10-19.csv.gz",
    "2022-07-10": "newer/2022-07-10/2022-07-10.csv.gz",
    "2023-12-17": "newer/2023-12-17/2023-12-17.csv.gz",
}
#: Of all materials together; the corrections are of these alone.
ALL_MATERIALS = "ALP"


@pytest.mark.slow
def test_each_correction_of_other_series_is_met_in_the_whole_releases(data_root, tmp_path) -> None:
    project, _ = Settings().corrections
    named = [
        one.correction_id for one in declared_corrections(project, project).corrections if set(one.series) & SERIES
    ]
    con = staged(tmp_path, {release: [_of_all_materials(data_root / "un" / path)] for release, path in WHOLE.items()})
    ensure_tables(con, CONTRACT)
    context = RunContext(con, Settings(home=tmp_path), "run")
    apply_corrections(context, lambda: official.decode(context))
    found = dict(con.execute("select correction_id, status from staging.correction").fetchall())
    assert {found[name] for name in named} == {"applied"}
    assert con.execute("select count(*) from staging.correction where status = 'no longer fits'").fetchall() == [(0,)]
    # no country is left that consumes less than nothing of all materials; each row is under two indicators
    assert con.execute(
        "select count(*) filter (value < 0), count(*) filter (value < 0 and correction_id is null) "
        "from staging.observation"
    ).fetchall() == [(48, 0)]
    assert balances(con)


def _of_all_materials(path: Path) -> File:
    """The rows of a bulk file that are of the series that the bundle leaves out, as a bulk file."""
    series = ", ".join(text(one) for one in sorted(SERIES))
    rows = duckdb.sql(
        f"select * from read_csv({text(path)}, all_varchar = true, header = true) "
        f"where SeriesCode in ({series}) and trim(\"[Type of product]\") = '{ALL_MATERIALS}'"
    )
    return File(
        path.name.removesuffix(".gz"),
        "bulk_csv",
        rows.df().to_csv(index=False).encode(),
        {"rows": len(rows), "extra": {}},
    )
