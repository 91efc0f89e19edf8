"""Manual review decides on links: from the sheet to the links that stand, whatever the model says later."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.registry.sdg_codes import parse_declared
from localsdg.sources.records.contract import BrokenRecords
from localsdg.sources.records.decisions import take_decisions
from localsdg.sources.snapshot import iter_snapshots
from localsdg.staging import ledger
from localsdg.staging.records import decisions
from localsdg.warehouse.decisions import decided_texts, declared_codes, to_review

A, B = "barcelona:1", "barcelona:2"
DECLARED = {A: frozenset({"7", "7.2"}), B: frozenset()}


# ---- sheets


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=2, memory_limit="500MB")


ROW = {
    "action_id": B,
    "code": "SDG 7.2",
    "decision": "accept",
    "decided_by": "Ana",
    "decided_at": "",
    "model_version": "m1",
    "note": "",
}


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    """A CSV with the columns of its rows."""
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(settings: Settings, path: Path, **options):
    return take_decisions(settings, path, **{"declared": DECLARED, **options})


def staged(settings: Settings) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    ledger.create_ledger(con)
    decisions.prepare(con)
    for snapshot in iter_snapshots(settings.raw):
        decisions.stage_decisions(RunContext(con, settings, "run"), snapshot)
    return con


def test_a_sheet_is_kept_with_who_and_when(home: Settings, tmp_path: Path) -> None:
    now = datetime.fromisoformat("2026-11-23T11:00+01:00")
    taken = take(
        home,
        written(
            tmp_path / "links.csv",
            [
                {**ROW, "note": "pilot"},
                {
                    **ROW,
                    "code": "1",
                    "decision": "NO",
                    "decided_by": "",
                    "model_version": "",
                    "decided_at": "2026-11-01T08:00+02:00",
                },
                {**ROW, "code": "13", "decision": " ", "decided_by": ""},
            ],
        ),
        by="Bo",
        now=now,
    )
    assert (taken.accepted, taken.refused, taken.undecided, taken.rows_rejected) == (1, 1, 1, 0)
    con = staged(home)
    assert con.execute(
        "select row_number, action_id, goal_code, target_code, decision, decided_by, "
        "decided_at, model_version, note from staging.link_decision order by 1"
    ).fetchall() == [
        (2, B, "7", "7.2", "accepted", "Ana", datetime(2026, 11, 23, 10), "m1", "pilot"),
        (3, B, "1", None, "refused", "Bo", datetime(2026, 11, 1, 6), None, None),
    ]
    assert con.execute("select source, rows_in, rows_out, rows_rejected from audit.source_load").fetchall() == [
        ("decisions", 2, 2, 0)
    ]


def test_a_row_of_your_own_needs_three_cells(home: Settings, tmp_path: Path) -> None:
    row = {"action_id": B, "code": "11.5", "decision": "yes"}
    taken = take(home, written(tmp_path / "own.csv", [row]), by="Ana", now=datetime.now(UTC))
    assert taken.accepted == 1
    assert staged(home).execute("select decided_by, target_code from staging.link_decision").fetchall() == [
        ("Ana", "11.5")
    ]


BAD = [
    ROW,
    {**ROW, "action_id": "gone:1"},
    {**ROW, "code": "99"},
    {**ROW, "code": "13", "decided_by": ""},
    {**ROW, "action_id": A, "code": "7", "decision": "refuse"},
    {**ROW, "code": "1", "decision": "perhaps"},
    {**ROW, "code": "11"},
    {**ROW, "code": "11", "decision": "no"},
]
RULES = [(3, "DEC-R13"), (4, "DEC-R07"), (5, "DEC-R01"), (6, "DEC-R14"), (7, "DEC-R03"), (8, "DEC-R16"), (9, "DEC-R16")]


def test_every_fault_is_told_and_nothing_is_kept(home: Settings, tmp_path: Path) -> None:
    with pytest.raises(BrokenRecords, match="got 7 faults, the first: row 3, action_id: no such") as caught:
        take(home, written(tmp_path / "links.csv", BAD))
    assert [(one.row, one.rule_id) for one in caught.value.faults] == RULES
    assert not home.raw.exists()


def test_or_the_good_rows_count_and_the_others_are_rejects(home: Settings, tmp_path: Path) -> None:
    taken = take(home, written(tmp_path / "links.csv", BAD), accept_partial=True)
    assert (taken.accepted, taken.refused, taken.rows_rejected) == (1, 0, 7)
    con = staged(home)
    assert con.execute("select rows_in, rows_out, rows_rejected from audit.source_load").fetchall() == [(8, 1, 7)]
    assert con.execute("select row_key, rule_id from audit.reject order by 1").fetchall() == [
        (f"row {row}", rule) for row, rule in RULES
    ]


def test_a_declared_link_may_be_confirmed(home: Settings, tmp_path: Path) -> None:
    assert take(home, written(tmp_path / "a.csv", [{**ROW, "action_id": A, "code": "7"}])).accepted == 1


def test_a_sheet_without_a_decision_or_a_column_is_refused(home: Settings, tmp_path: Path) -> None:
    with pytest.raises(LocalsdgError, match="no row of the sheet is decided .* got 1 rows without"):
        take(home, written(tmp_path / "a.csv", [{**ROW, "decision": ""}]))
    with pytest.raises(BrokenRecords, match="row 1, decision: the column is missing"):
        take(home, written(tmp_path / "b.csv", [{"action_id": B, "code": "7"}]), accept_partial=True)
    assert not home.raw.exists()


def test_a_sheet_is_filled_in_and_read_in_parts(home: Settings, tmp_path: Path) -> None:
    path = written(tmp_path / "links.csv", [ROW, {**ROW, "code": "13", "decision": ""}])
    first, again = take(home, path), take(home, path)
    assert (first.is_new, again.is_new, first.undecided) == (True, False, 1)
    more = take(home, written(path, [ROW, {**ROW, "code": "13", "decision": "no"}]))
    assert more.is_new and more.file_name != first.file_name
    assert staged(home).execute("select count(*) from staging.link_decision").fetchone() == (3,)


def test_the_same_sheet_by_another_name_must_be_taken_back_first(home: Settings, tmp_path: Path) -> None:
    path = written(tmp_path / "links.csv", [{**ROW, "decided_by": ""}])
    take(home, path, by="Ana")
    with pytest.raises(UsageError, match=r"then --by 'Ana' \| next: localsdg pull forget"):
        take(home, path, by="Bo")


# ---- the whole way

ACTIONS = [
    {
        "action_id": "1",
        "title": "Solar roofs",
        "description": "- panels for 40 houses.",
        "local_government": "Barcelona",
        "country": "ESP",
        "sdgs": "",
        "language": "en",
    },
    {
        "action_id": "2",
        "title": "Soup kitchen",
        "description": "Soup kitchen for all",
        "language": "en",
        "local_government": "Barcelona",
        "country": "ESP",
        "sdgs": "2",
    },
]


def parts(code: str) -> dict[str, str | None]:
    """The codes of an element by name."""
    one = parse_declared(code)[0][0]
    return {"goal_code": one.goal_code, "target_code": one.target_code, "indicator_code": one.indicator_code}


@pytest.fixture
def suggest(monkeypatch):
    """Puts suggestions beside the staged actions of every build, as the linking stage would."""
    said: dict = {"rows": [], "version": "m1"}

    def hooked(run):
        con = run.connection()
        con.execute("delete from staging.action_suggestion")
        for row in said["rows"]:
            con.execute(
                "insert into staging.action_suggestion by name select release, snapshot_sha256, row_number, "
                "action_id, 'learned' as method, ? as goal_code, ? as target_code, ? as indicator_code, "
                "? as confidence, 1 as rank, 'solar' as evidence, ? as is_accepted, ? as model_version "
                "from staging.action where action_id = ?",
                [*parts(row[1]).values(), row[2], row[2] >= 0.7, said["version"], row[0]],
            )

    stages = [replace(one, action=hooked) if one.name == "link" else one for one in pipeline.STAGES]
    monkeypatch.setattr(pipeline, "STAGES", tuple(stages))
    return said


def ask(settings: Settings, sql: str) -> list[tuple]:
    con = duckdb.connect(str(settings.published), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def done(result) -> str:
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.output


def fill_in(path: Path, said: dict[tuple[str, str], str], more: list[dict] = ()) -> list[dict]:
    """Write decisions into a sheet as a person would; returns its rows as they were."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    before = [dict(row) for row in rows]
    for row in rows:
        row["decision"] = said.get((row["action_id"], row["code"]), "")
    written(path, [*rows, *more])
    return before


def test_the_whole_way(small_home: Path, cli, tmp_path: Path, suggest) -> None:
    settings, path = Settings(home=small_home), tmp_path / "links.csv"
    build = partial(cli, small_home, "build", "--no-bundled")
    done(cli(small_home, "pull", "actions", written(tmp_path / "a.csv", ACTIONS)))
    suggest["rows"] = [(A, "7", 0.85), (A, "7.2", 0.75), (A, "13", 0.52), (A, "11", 0.1), (B, "2", 0.6), (B, "1", 0.45)]
    done(build())
    standing = "select action_id, coalesce(target_code, goal_code), method, decision from core.action_link"
    assert set(ask(settings, standing)) == {
        (B, "2", "declared", None),
        (A, "7", "learned", None),
        (A, "7.2", "learned", None),
    }

    # the most uncertain first; not what the record declares, not what is out of range
    assert "4 of 4 uncertain links" in done(cli(small_home, "link", "review", "--output", path))
    before = fill_in(
        path,
        {(A, "SDG 7"): "Refuse", (A, "SDG 13"): "accept"},
        [{"action_id": B, "code": "SDG 1.4", "decision": "yes"}],
    )
    assert [(one["action_id"], one["code"], one["code_title"][:15]) for one in before] == [
        (A, "SDG 13", "Take urgent act"),
        (B, "SDG 1", "End poverty in "),
        (A, "SDG 7.2", "By 2030, increa"),
        (A, "SDG 7", "Ensure access t"),
    ]
    assert before[0]["description"].startswith("'- panels") and before[0]["model_version"] == "m1"
    assert cli(small_home, "link", "review", "--output", path).exit_code == 2, "a sheet is never replaced"
    said = done(cli(small_home, "link", "review", path, "--by", "Ana"))
    assert "2 accepted, 1 refused, 2 not decided, 0 rejected" in said

    done(build())
    decided = {(B, "2", "declared", None), (A, "13", "learned", "accepted"), (B, "1.4", "learned", "accepted")}
    assert set(ask(settings, standing)) == decided
    assert ask(
        settings,
        "select goal_code, decision, decided_by, model_version from core.link_decision "
        "where target_code is null order by 1",
    ) == [("13", "accepted", "Ana", "m1"), ("7", "refused", "Ana", "m1")]
    assert ask(
        settings, "select rows_in, rows_out, rows_rejected from audit.source_load where source = 'decisions'"
    ) == [(3, 3, 0)]
    assert to_review(settings).column("code").to_pylist() == ["SDG 1"], "nobody is asked twice"
    assert decided_texts(settings).to_pylist() == [
        {
            "text": f"Solar roofs. {ACTIONS[0]['description']}",
            "language": "en",
            "goal_code": "13",
            "target_code": None,
            "label": True,
        },
        {
            "text": f"Solar roofs. {ACTIONS[0]['description']}",
            "language": "en",
            "goal_code": "7",
            "target_code": None,
            "label": False,
        },
        {"text": "Soup kitchen for all", "language": "en", "goal_code": "1", "target_code": "1.4", "label": True},
    ]
    assert declared_codes(settings) == {A: frozenset(), B: frozenset({"2"})}

    # a retrained model brings nothing back that was refused, and takes nothing away that was accepted
    suggest.update(version="m2", rows=[(A, "7", 0.99), (A, "7.2", 0.99)])
    done(build())
    assert set(ask(settings, standing)) == decided

    # a later decision wins
    written(path, [{"action_id": A, "code": "7.2", "decision": "yes", "decided_by": "Bo"}])
    done(cli(small_home, "link", "review", path))
    done(build())
    assert set(ask(settings, standing)) == decided | {(A, "7.2", "learned", "accepted")}
    assert ask(
        settings, "select evidence like 'solar; accepted by Bo, 20%UTC' from core.action_link where target_code = '7.2'"
    ) == [(True,)]


def test_faults_are_told_by_line_and_nothing_is_kept(small_home: Path, cli, tmp_path: Path) -> None:
    done(cli(small_home, "pull", "actions", written(tmp_path / "a.csv", ACTIONS)))
    path = written(
        tmp_path / "links.csv",
        [{**ROW, "decided_by": ""}, {**ROW, "code": "2", "decision": "refuse"}, {**ROW, "action_id": "x"}],
    )
    missing = cli(small_home, "link", "review", path)
    assert missing.exit_code == 1 and "there is no warehouse yet" in missing.stderr
    done(cli(small_home, "build", "--no-bundled"))
    result = cli(small_home, "link", "review", path)
    assert result.exit_code == 1 and [line.split(",")[0] for line in result.stderr.splitlines()[:3]] == [
        "links.csv: row 2",
        "links.csv: row 3",
        "links.csv: row 4",
    ]
    assert "give --by NAME" in result.stderr and "declares this itself" in result.stderr
    assert not (small_home / "data" / "raw" / "decisions").exists()
    done(cli(small_home, "link", "review", path, "--accept-partial", "--by", "Ana"))
    done(cli(small_home, "build", "--no-bundled"))
    assert ask(Settings(home=small_home), "select rule_id from audit.reject order by row_key") == [
        ("DEC-R14",),
        ("DEC-R13",),
    ]


@pytest.mark.parametrize(
    "args",
    [
        ("a.csv", "--output", "b.csv"),
        ("a.csv", "--limit", "0"),
        ("--by", "Ana"),
        ("--accept-partial",),
        ("--between", "0.9", "0.3"),
        ("--between", "0", "2"),
        ("--method", "declared"),
        ("none.csv",),
    ],
)
def test_a_wrong_call_is_a_usage_error(built: Settings, cli, args: tuple[str, ...]) -> None:
    result = cli(built.home, "link", "review", *args)
    assert result.exit_code == 2 and result.stdout == ""


def test_nothing_to_decide_is_said_and_an_older_warehouse_too(small_home: Path, cli, tmp_path: Path) -> None:
    done(cli(small_home, "build", "--no-bundled"))
    result = cli(small_home, "link", "review", "--output", tmp_path / "links.csv")
    assert result.exit_code == 0 and "nothing to decide" in result.stderr
    assert not (tmp_path / "links.csv").exists()
    published = Settings(home=small_home).published
    with duckdb.connect(str(published)) as con:
        con.execute("drop table core.action_suggestion")
    older = cli(small_home, "link", "review")
    assert older.exit_code == 1 and "older version" in older.stderr and "localsdg build" in older.stderr
