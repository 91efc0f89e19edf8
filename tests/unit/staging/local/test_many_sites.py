"""The steps on all sites fit into a small memory, however many sites there are: they look at some at a time."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging import ledger
from localsdg.staging.local import copies, match_sites, repeats
from localsdg.staging.local import stage as local

SITES, INDICATORS, YEARS = 2000, 60, 5
#: Less than the notes of all sites take.
LIMIT = "120MB"


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    """Staged rows of many sites, as a run has them before the steps on all sites; what does not fit is on disk."""
    con = duckdb.connect(config={"memory_limit": LIMIT, "temp_directory": str(tmp_path), "threads": 2})
    con.execute("set preserve_insertion_order = false")
    ledger.create_ledger(con)
    local.prepare(con)
    sites = f"from range({SITES}) as s (site), range({INDICATORS}) as i (indicator)"
    key = "format('municipality-of-a-long-name-{:05}', site) as site_id, site_id || '@2026-01-01' as release, "
    key += "format('{}-{}-1', indicator // 10 + 1, indicator % 10 + 1) as local_indicator_id"
    con.execute(
        f"insert into staging.local_indicator by name select {key}, 'opensdg' as dataset_id, "
        f"site_id as local_government_id, 'PERCENT' as unit, {YEARS} as n_rows, {YEARS} as n_headline {sites}"
    )
    con.execute(
        f"insert into local_note by name select {key}, 'opensdg' as source, 'OSDG' as rule_prefix, "
        "false as has_template_title, '{\"en\": \"' || repeat('A long title of an indicator ', 20) || '\"}' as titles, "
        "'{}' as goals, false as is_target_in_words, ['PERCENT'] as row_units "
        f"{sites}"
    )
    con.execute(
        f"insert into staging.local_observation by name select {key}, 'opensdg' as dataset_id, 2010 + y as year, "
        "2010 + y as end_year, (2010 + y)::varchar as year_text, y + 1 as row_number, "
        "hash(site, indicator, y) / 1e10 as value, 'own' as reference_area_kind, 'assumed' as reference_area_basis, "
        f"true as is_headline, 'number' as value_status {sites}, range({YEARS}) as r (y)"
    )
    return RunContext(con, Settings(), "run")


def test_the_steps_on_many_sites_fit_into_a_small_memory(context: RunContext) -> None:
    con = context.con
    match_sites.match_all(con, [])
    copies.mark_shared(con)
    copies.reject_marked(con)
    repeats.mark_repeats(con, [])
    counted = con.execute("select count(*), count(match), count(shared_with) from staging.local_indicator").fetchall()
    assert counted == [(SITES * INDICATORS, SITES * INDICATORS, 0)]
