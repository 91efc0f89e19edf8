"""A local value that a correction flags stays in core, and nothing that is shown reads it."""

from __future__ import annotations

from evidence_helpers import empty_warehouse, insert, run_model, warehouse_with_areas
from local_evidence_helpers import POOR, government, indicator
from staged_flags import flags

from localsdg.common.settings import Settings
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse import withheld


def test_the_flag_of_a_correction_goes_before_that_of_a_rule() -> None:
    def correct(con) -> None:
        insert(
            con, "staging.correction", [{"correction_id": "one", "reason": "why", "quality_flag": "outside its parts"}]
        )
        con.execute("update staging.observation set correction_id = 'one' where series_code = 'SG_DSR_SILS'")

    share = ("SG_DSR_SILS", "PERCENT", 152.63158)
    columns = "quality_flag, rule_id, detail, correction_id"
    assert flags(share, columns=columns) == [("out of bounds", "WH-009", "expected 0 to 100: a part of a whole", None)]
    assert flags(share, columns=columns, before=correct) == [
        ("outside its parts", "WH-013", "why (correction one)", "one")
    ]


def test_a_flagged_value_is_no_evidence() -> None:
    con = warehouse_with_areas()
    government(con, "town")
    flagged = {"year": 2016, "value": 99, "quality_flag": "known fault", "correction_id": "one", **POOR}
    indicator(con, "town", "1.2.1", {"year": 2015, "value": 12.5, **POOR}, flagged)
    assert run_model(con, "c03_local_poverty", "year, value") == [(2015, 12.5)]


def test_a_flagged_value_is_set_aside_by_name() -> None:
    con = empty_warehouse()
    con.execute("create schema if not exists audit")
    for name in ("audit.correction", "core.observation_flag", "core.series_release"):
        con.execute(create_table_sql(tables()[name]).replace("create table", "create table if not exists"))
    withheld.make_list(con)
    insert(con, "audit.correction", [{"correction_id": "one", "reason": "the file has per mille"}])
    row = {"site_id": "town", "local_indicator_id": "1-2-1", "row_number": 3, "year": 2016, "value_raw": "99"}
    flag = {
        "release": "town@2026-11-01",
        "dataset_id": "opensdg",
        "quality_flag": "known fault",
        "correction_id": "one",
    }
    insert(con, "core.local_observation", [row | flag, row | {"row_number": 4}])
    assert [item.line for item in withheld.items(con)] == [
        "value town 1-2-1 2016 row 3 (opensdg town@2026-11-01): a correction names the value as wrong: "
        "99, the file has per mille (correction one)"
    ]


def test_every_query_of_local_values_leaves_flagged_ones_out() -> None:
    sql = Settings().sql
    reads = [
        path
        for folder in ("core", "evidence", "figures")
        for path in (sql / folder).glob("*.sql")
        if "from core.local_observation" in path.read_text() or "join core.local_observation" in path.read_text()
    ]
    assert len(reads) >= 7
    assert [path.name for path in reads if "o.quality_flag is null" not in path.read_text()] == []
