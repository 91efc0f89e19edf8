"""Copies of bundled sites under other names, as `benchmarks/thousand_sites.py` makes and stages them."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging import ledger
from localsdg.staging.local.rules import COPY
from localsdg.staging.opensdg import stage as opensdg
from localsdg.staging.raw_folder import read_raw

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.thousand_sites import BUNDLE, make_copies  # noqa: E402

SMALL = ("thunder-bay", "san-diego")


def test_copies_are_sites_of_their_own_and_no_row_is_lost(tmp_path: Path) -> None:
    bundled, _ = read_raw(BUNDLE)
    originals = [one for one in bundled if one.extra.get("site_id") in SMALL]
    make_copies(tmp_path, originals, 6, None)
    copies, aside = read_raw(tmp_path)
    assert aside == []
    assert len({one.extra["local_government"] for one in copies}) == 6
    con = duckdb.connect()
    ledger.create_ledger(con)
    opensdg.prepare(con)
    used = opensdg.stage_newest_of_each(RunContext(con, Settings(home=tmp_path), "test"), [[one] for one in copies])
    opensdg.finish(con, known=[])
    assert [one and one.release for one in used] == [one.release for one in copies]
    loads = con.execute("select rows_in, rows_out + rows_rejected from audit.source_load").fetchall()
    assert loads and all(rows_in == accounted for rows_in, accounted in loads)
    per_site = con.execute(
        "select site_id, count(*), sum(value) from staging.local_observation group by site_id"
    ).fetchall()
    # every copy of the site with figures has all of its rows, and values that no other copy has
    assert len({n_rows for _, n_rows, _ in per_site}) <= len(originals)
    assert len({total for _, _, total in per_site}) == len(per_site) >= 3
    copied = con.execute(
        f"select count(*) from staging.local_indicator where exclusion_rule like '%-{COPY}'"
    ).fetchone()
    assert copied == (0,)
