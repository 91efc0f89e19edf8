"""Which links are beside what manual review decided, on a tiny warehouse; and the rules of both staging tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from localsdg.checks.runner import run_checks
from localsdg.checks.suites import load_suites
from localsdg.common.database import insert_rows, model
from localsdg.common.settings import Settings
from localsdg.registry.sdg_codes import parse_declared
from localsdg.registry.tables import create_table_sql, tables

SQL = Settings().sql
KEY = {"release": "2026-11", "snapshot_sha256": "s"}
MODELS = ("action_suggestion", "link_decision", "action_link")
A, B = "barcelona:1", "barcelona:2"


def parts(code: str) -> dict[str, str | None]:
    """The codes of an element by name."""
    one = parse_declared(code)[0][0]
    return {"goal_code": one.goal_code, "target_code": one.target_code, "indicator_code": one.indicator_code}


def suggestion(code: str, confidence: float, row: int = 1, **changes) -> dict:
    """A row of `staging.action_suggestion` about the action of a row."""
    return {
        **KEY,
        "row_number": row,
        "action_id": f"barcelona:{row}",
        "method": "learned",
        **parts(code),
        "confidence": confidence,
        "rank": 1,
        "evidence": "solar 0.9",
        "is_accepted": confidence >= 0.7,
        "model_version": "m1",
        **changes,
    }


def decision(code: str, said: str, at: str = "2026-11-20 10:00", action: str = A, **changes) -> dict:
    """A row of `staging.link_decision`."""
    return {
        "release": "2026-11",
        "snapshot_sha256": "d",
        "row_number": 2,
        "action_id": action,
        **parts(code),
        "decision": said,
        "decided_by": "Ana",
        "decided_at": datetime.fromisoformat(at),
        "model_version": "m1",
        "note": None,
        **changes,
    }


def links(suggested: list[dict], decided: list[dict], declared: tuple[str, ...] = ()) -> set[tuple]:
    """Links of two actions on a tiny warehouse: action, code, method, confidence, decision."""
    return set(
        tiny(suggested, decided, declared)
        .execute(
            "select action_id, coalesce(indicator_code, target_code, goal_code), method, confidence, decision "
            "from core.action_link"
        )
        .fetchall()
    )


def tiny(suggested: list[dict], decided: list[dict], declared: tuple[str, ...] = ()):
    """A work database of two action records, with the models of links run on it."""
    con = duckdb.connect()
    con.execute("create schema staging; create schema core")
    for name in ("action", "action_declared", "local_target", "action_suggestion", "link_decision"):
        con.execute(create_table_sql(tables()[f"staging.{name}"]))
    con.execute(create_table_sql(tables()["core.action"]))
    for row in (1, 2):
        one = {**KEY, "action_id": f"barcelona:{row}", "local_government_id": "barcelona", "title": "T"}
        insert_rows(con, "core.action", [one])
        insert_rows(con, "staging.action", [{**one, "row_number": row}])
    insert_rows(
        con,
        "staging.action_declared",
        [
            {**KEY, "row_number": 1, "action_id": A, "sdg_code": code, **parts(code), "rank": n, "evidence": code}
            for n, code in enumerate(declared, start=1)
        ],
    )
    insert_rows(con, "staging.action_suggestion", suggested)
    insert_rows(con, "staging.link_decision", decided)
    for name in MODELS:
        con.execute(create_table_sql(tables()[f"core.{name}"]))
        con.execute(f"insert into core.{name} by name {model(SQL / 'core' / f'{name}.sql')}")
    return con


# ---- which links stand


def test_without_decisions_the_threshold_decides() -> None:
    cited = suggestion("11.5", 1, method="cited", model_version=None)
    assert links([suggestion("7", 0.9), suggestion("7.2", 0.4), cited], [], ("1.4",)) == {
        (A, "1.4", "declared", 1, None),
        (A, "7", "learned", 0.9, None),
        (A, "11.5", "cited", 1, None),
    }


SOLAR = [
    suggestion("7", 0.9),
    suggestion("7.2", 0.8),
    suggestion("7.2.1", 0.8),
    suggestion("13", 0.8),
    suggestion("7", 0.9, row=2),
]
OTHERS = {(A, "13", "learned", 0.8, None), (B, "7", "learned", 0.9, None)}


@pytest.mark.parametrize(
    ("decided", "left"),
    [
        ([decision("7", "refused")], set()),
        ([decision("7.2", "refused")], {(A, "7", "learned", 0.9, None)}),
        ([decision("7.2.1", "refused")], {(A, "7", "learned", 0.9, None), (A, "7.2", "learned", 0.8, None)}),
        (
            [decision("7", "accepted")],
            {(A, "7", "learned", 1, "accepted"), (A, "7.2", "learned", 0.8, None), (A, "7.2.1", "learned", 0.8, None)},
        ),
        # the latest of two on one link
        (
            [decision("7", "refused"), decision("7", "accepted", "2026-11-21", decided_by="Bo", row_number=3)],
            {(A, "7", "learned", 1, "accepted"), (A, "7.2", "learned", 0.8, None), (A, "7.2.1", "learned", 0.8, None)},
        ),
        ([decision("7", "accepted"), decision("7", "refused", "2026-11-21", row_number=3)], set()),
        # at the same moment the refusal stands, whoever comes first
        ([decision("7", "accepted"), decision("7", "refused", snapshot_sha256="c", decided_by="Bo")], set()),
        ([decision("7", "refused"), decision("7.2", "accepted", row_number=3)], set()),
        # a target that was accepted after its goal was refused, and the other way round
        ([decision("7", "refused"), decision("7.2", "accepted", "2026-11-21")], {(A, "7.2", "learned", 1, "accepted")}),
        ([decision("7.2", "accepted"), decision("7", "refused", "2026-11-21")], set()),
    ],
)
def test_what_a_person_decides_stands(decided: list[dict], left: set[tuple]) -> None:
    assert links(SOLAR, decided) == left | OTHERS


def test_what_a_person_accepts_stands_below_the_threshold_and_without_a_suggestion() -> None:
    con = tiny(
        [suggestion("7.2", 0.4, rank=3)],
        [decision("7.2", "accepted"), decision("1.4.1", "accepted", decided_by="Bo", row_number=3)],
    )
    assert con.execute(
        "select coalesce(indicator_code, target_code), method, confidence, rank, evidence, "
        "model_version, decision from core.action_link order by 1"
    ).fetchall() == [
        ("1.4.1", "learned", 1, 4, "accepted by Bo, 2026-11-20 10:00 UTC", "m1", "accepted"),
        ("7.2", "learned", 1, 3, "solar 0.9; accepted by Ana, 2026-11-20 10:00 UTC", "m1", "accepted"),
    ]


def test_a_citation_can_be_refused_or_confirmed_and_stays_a_citation() -> None:
    cited = [suggestion(code, 1, method="cited", model_version=None) for code in ("11", "11.5")]
    assert links(cited, [decision("11", "refused")]) == set()
    assert links(cited[1:], [decision("11.5", "accepted")]) == {(A, "11.5", "cited", 1, "accepted")}


def test_what_the_record_declares_stands_whatever_was_decided() -> None:
    assert links([suggestion("7.2", 0.9)], [decision("7", "refused"), decision("7.2", "refused")], ("7.2",)) == {
        (A, "7.2", "declared", 1, None)
    }
    assert links([], [decision("7.2", "accepted")], ("7.2",)) == {(A, "7.2", "declared", 1, None)}


def test_only_the_record_that_stands_speaks_and_an_unknown_action_has_no_link() -> None:
    older = suggestion("13", 0.9, snapshot_sha256="older")
    second = suggestion("13", 0.9, row=2, action_id=B, row_number=9)
    assert links([older, second], [decision("1", "accepted", action="gone:1")]) == set()


# ---- the suites: each rule has a case that fails it


def of_indicator(row: dict) -> dict:
    """A row of `staging.local_indicator_decision` that decides as a row of `staging.link_decision` does."""
    row = dict(row)
    row["site_id"], row["local_indicator_id"] = row.pop("action_id").split(":")
    return row


GOOD = {
    "link_decision": [
        decision("7", "refused"),
        decision("7", "accepted", "2026-11-21", row_number=3),
        decision("7", "accepted", action=B, row_number=4),
    ],
}
CASES = [
    ("link_decision", "LDEC-003", decision("7", "accepted", row_number=9)),
    ("link_decision", "GEN-link_decision-primary_key", decision("13", "accepted", row_number=3)),
    ("link_decision", "LDEC-005", decision("7", "refused", "2026-11-22", row_number=9, decided_by="Bo")),
]
GOOD["local_indicator_decision"] = [of_indicator(row) for row in GOOD["link_decision"]]
CASES += [
    ("local_indicator_decision", rule.replace("LDEC", "IDEC").replace("-link", "-local_indicator"), of_indicator(row))
    for _, rule, row in CASES
]


def failing(table: str, *more: dict) -> set[str]:
    with duckdb.connect() as con:
        con.execute("create schema staging")
        con.execute(create_table_sql(tables()[f"staging.{table}"]))
        insert_rows(con, f"staging.{table}", [*GOOD[table], *more])
        results = run_checks(Path("in memory"), Settings(threads=2, memory_limit="500MB"), connection=con)
    assert results
    return {one.rule_id for one in results if one.outcome != "passed"}


@pytest.mark.parametrize("table", GOOD)
def test_good_rows_pass_every_rule(table: str) -> None:
    assert failing(table) == set()


@pytest.mark.parametrize(("table", "rule", "row"), CASES, ids=[rule for _, rule, _ in CASES])
def test_bad_rows_fail_exactly_their_rule(table: str, rule: str, row: dict) -> None:
    assert failing(table, row) == {rule}


def test_every_rule_has_a_case() -> None:
    suites = {one.name: one for one in load_suites(Settings().expectations)}
    assert {rule.rule_id for name in GOOD for rule in suites[name].rules} == {rule for _, rule, _ in CASES}
