"""Files of reviews and actions -> staging tables: what is looked up, what is rejected, what is joined."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest
from samples import ACTION, REVIEW

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.sources.snapshot import Snapshot, SnapshotWriter
from localsdg.staging import ledger
from localsdg.staging.records import actions
from localsdg.staging.records import stage as records


@pytest.fixture
def context() -> RunContext:
    con = duckdb.connect()
    ledger.create_ledger(con)
    records.prepare(con)
    return RunContext(con, Settings(), "run")


def snapshot(tmp_path: Path, role: str, *files: list[dict[str, str]], release: str = "2026-01-01") -> Snapshot:
    """A snapshot with a CSV for each list of rows."""
    writer = SnapshotWriter(tmp_path, role, release, origin="", licence="", attribution="")
    with writer:
        for number, rows in enumerate(files, 1):
            body = io.StringIO()
            lines = csv.DictWriter(body, list(dict.fromkeys(name for row in rows for name in row)))
            lines.writeheader()
            lines.writerows(rows)
            writer.add(f"{number}.csv", role, body.getvalue().encode(), rows=len(rows))
    return writer.commit()


def balance(loads: list[ledger.Load]) -> list[tuple[int, int, int]]:
    return [(load.rows_in, load.rows_out, load.rows_rejected) for load in loads]


def test_a_review_is_looked_up_and_a_row_with_a_fault_is_a_reject(context, tmp_path) -> None:
    faulty = REVIEW | {"review_year": "soon", "kind": "letter"}
    loads = records.stage_records(context, snapshot(tmp_path, "reviews", [REVIEW, faulty]))
    assert balance(loads) == [(2, 1, 1)]
    query = "select local_government_id, is_provisional, review_year, review_id from staging.review"
    ((government, is_provisional, year, review_id),) = context.con.execute(query).fetchall()
    assert (government, is_provisional, year) == ("malaga", False, 2021) and review_id
    ((rule, row, detail),) = context.con.execute("select rule_id, row_key, detail from audit.reject").fetchall()
    assert rule.startswith("REV-") and row == "row 3" and "soon" in detail and "letter" in detail


def test_the_same_review_of_two_listings_is_one_and_their_difference_is_reported(context, tmp_path) -> None:
    other = REVIEW | {"local_government": "Malaga", "source": "B", "review_year": "2022"}
    loads = records.stage_records(context, snapshot(tmp_path, "reviews", [REVIEW], [other]))
    assert balance(loads) == [(1, 1, 0), (1, 1, 0)]
    con = context.con
    assert con.execute("select count(distinct local_government_id) from staging.review").fetchone() == (1,)
    conflicts = con.execute("select conflict_field, stated_value, other_value from staging.review_conflict").fetchall()
    assert conflicts == [("review_year", "2021", "2022")]


def test_an_action_has_its_own_id_below_its_government_and_what_it_declares(context, tmp_path) -> None:
    without_id = ACTION | {"action_id": "", "local_government": "Weirford", "country": "GBR", "sdgs": ""}
    loads = records.stage_records(context, snapshot(tmp_path, "actions", [ACTION, without_id]))
    assert balance(loads) == [(2, 2, 0)]
    con = context.con
    ids = [key for (key,) in con.execute("select action_id from staging.action order by row_number").fetchall()]
    assert ids[0] == "barcelona:1" and ids[1].startswith("weirford-gbr:") and len(ids[1]) == len("weirford-gbr:") + 12
    declared = con.execute("select action_id, sdg_code, rank from staging.action_declared order by rank").fetchall()
    assert declared == [("barcelona:1", "1.4", 1), ("barcelona:1", "11", 2)]


def test_a_file_that_cannot_be_used_costs_itself_with_all_its_rows(context, tmp_path) -> None:
    no_title = [{"local_government": "Weirford", "country": "GBR"}] * 3
    loads = records.stage_records(context, snapshot(tmp_path, "actions", no_title, [ACTION]))
    assert balance(loads) == [(3, 0, 3), (1, 1, 0)]
    (aside,) = ledger.read_set_aside(context.con)
    assert (aside.set_aside_name, aside.rule_id) == ("1.csv", "ACT-F01")
    assert "localsdg pull actions" in str(aside.detail)


def test_what_was_staged_of_a_file_is_taken_back_where_it_fails_later(context, tmp_path, monkeypatch) -> None:
    def failing(*_) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(actions, "reject_rows", failing)
    assert balance(records.stage_records(context, snapshot(tmp_path, "actions", [ACTION]))) == [(1, 0, 1)]
    for table in ("staging.action", "staging.action_declared"):
        assert context.con.execute(f"select count(*) from {table}").fetchone() == (0,)
