"""What is suggested and linked for a local indicator, beside what its site declares and people decided."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from localsdg.common.database import insert_rows, model
from localsdg.common.settings import Settings
from localsdg.registry.sdg_codes import parse_declared
from localsdg.registry.tables import ensure_tables

SQL = Settings().sql
SNAPSHOT = {"dataset_id": "opensdg", "release": "hill@2026"}
KEY = {"site_id": "hill", "local_indicator_id": "5-4-1-a"}
MODELS = ("core.local_indicator_decision", "core.local_indicator_suggestion", "core.local_indicator_link")
TABLES = ("staging.local_indicator_suggestion", "staging.local_indicator_decision", "core.local_indicator", *MODELS)


def parts(code: str) -> dict[str, str | None]:
    """The codes of an element by name."""
    one = parse_declared(code)[0][0]
    return {"goal_code": one.goal_code, "target_code": one.target_code, "indicator_code": one.indicator_code}


def suggestion(code: str, **changes) -> dict:
    facts = {"method": "learned", "confidence": 0.6, "rank": 1, "evidence": "care 5.10", "is_accepted": False}
    return {**SNAPSHOT, **KEY, **parts(code), **facts, "model_version": "m1", **changes}


def decision(code: str, said: str, at: str = "2026-11-20", **changes) -> dict:
    who = {"decided_by": "Ana", "decided_at": datetime.fromisoformat(at), "model_version": "m1", "note": None}
    place = {"release": "2026-11", "snapshot_sha256": "d", "row_number": 2}
    return {**place, **KEY, **parts(code), "decision": said, **who, **changes}


def built(suggested: list[dict], decided: list[dict]) -> duckdb.DuckDBPyConnection:
    """A database of one local indicator that declares 5.4.1, with the models run on it."""
    con = duckdb.connect()
    ensure_tables(con, TABLES)
    declared = {**parts("5.4.1"), "match": "proxy", "match_reason": "the id 5-4-1-a extends 5.4.1"}
    insert_rows(con, "core.local_indicator", [{**SNAPSHOT, **KEY, "local_government_id": "hill", **declared}])
    insert_rows(con, "staging.local_indicator_suggestion", suggested)
    insert_rows(con, "staging.local_indicator_decision", decided)
    for name in MODELS:
        con.execute(f"insert into {name} by name {model(SQL / (name.replace('.', '/') + '.sql'))}")
    return con


def tables_of(suggested: list[dict], decided: list[dict]) -> tuple[set[str], set[tuple]]:
    """Codes that are suggested, and (code, method, decision) of the links."""
    con = built(suggested, decided)
    code = "coalesce(indicator_code, target_code, goal_code)"
    shown = con.execute(f"select {code} from core.local_indicator_suggestion").fetchall()
    links = con.execute(f"select {code}, method, decision from core.local_indicator_link").fetchall()
    return {name for (name,) in shown}, set(links)


DECLARED = ("5.4.1", "declared", None)
SUGGESTED = [suggestion("5"), suggestion("5.4"), suggestion("8.5"), suggestion("8")]
ALL = {"5", "5.4", "8.5", "8"}


@pytest.mark.parametrize(
    ("decided", "shown", "links"),
    [
        ([], ALL, {DECLARED}),
        ([decision("8.5", "accepted")], ALL, {DECLARED, ("8.5", "reviewed", "accepted")}),
        ([decision("8.5", "refused")], ALL - {"8.5"}, {DECLARED}),
        ([decision("8", "refused")], ALL - {"8", "8.5"}, {DECLARED}),
        # the later one counts, whichever sheet it is in; at the same moment the refusal
        (
            [decision("8", "refused"), decision("8.5", "accepted", "2026-11-21")],
            ALL - {"8"},
            {DECLARED, ("8.5", "reviewed", "accepted")},
        ),
        ([decision("8", "refused"), decision("8.5", "accepted")], ALL - {"8", "8.5"}, {DECLARED}),
        ([decision("8.5", "accepted"), decision("8.5", "refused", "2026-11-21")], ALL - {"8.5"}, {DECLARED}),
        ([decision("3.1", "accepted")], ALL, {DECLARED, ("3.1", "reviewed", "accepted")}),
        ([decision("5.4.1", "accepted")], ALL, {("5.4.1", "declared", "accepted")}),
        ([decision("8.5", "accepted", site_id="gone")], ALL, {DECLARED}),
    ],
)
def test_a_decision_counts_and_what_is_declared_stays(decided: list, shown: set, links: set) -> None:
    assert tables_of(SUGGESTED, decided) == (shown, links)


def test_a_decision_on_an_indicator_that_is_gone_is_reported() -> None:
    con = built([], [decision("8.5", "accepted"), decision("8.5", "accepted", site_id="gone", row_number=3)])
    ensure_tables(con, ("core.action", "core.link_decision"))
    assert con.execute(model(SQL / "audits" / "decisions_wait.sql")).fetchall() == [("gone:5-4-1-a", 1, "Ana")]
