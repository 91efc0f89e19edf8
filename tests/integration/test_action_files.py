"""Actions from file to core tables: taken in, staged, what is wrong costs itself alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from record_helpers import broken, staged, workbook, written
from samples import ACTION, REVIEW

from localsdg.checks.runner import run_checks
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.sources.records.intake import take_actions, take_inbox, take_reviews
from localsdg.sources.snapshot import iter_snapshots
from localsdg.staging import ledger
from localsdg.staging.records import actions as action_staging
from localsdg.staging.records import files as record_files


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=2, memory_limit="500MB")


def test_actions_with_what_they_declare(home: Settings, tmp_path: Path) -> None:
    take_actions(
        home,
        written(
            tmp_path / "a.csv",
            [ACTION, {**ACTION, "action_id": "", "sdgs": "", "local_government": "City of Barcelona"}],
        ),
        release="2024-01",
    )
    take_actions(
        home,
        written(
            tmp_path / "b.csv",
            [
                {**ACTION, "title": "Solar roofs, renewed", "sdgs": "7", "kind": "project"},
                {**ACTION, "local_government": "Madrid"},
            ],
        ),
        release="2024-02",
    )
    con = staged(home)
    assert con.execute(
        "select action_id, local_government_id, title, kind, year, partners "
        "from core.action where given_action_id is not null"
    ).fetchall() == [
        ("barcelona:1", "barcelona", "Solar roofs, renewed", "project", 2023, ["A university", "B"]),
        ("madrid:1", "madrid", "Solar roofs", None, 2023, ["A university", "B"]),
    ]
    assert (
        con.execute(
            "select count(*) from core.action where given_action_id is null and local_government_id = 'barcelona'"
        ).fetchone()[0]
        == 1
    )
    assert con.execute("select * from core.action_link").fetchall() == [
        ("barcelona:1", "7", None, None, "declared", 1.0, 1, "7", None, None),
        ("madrid:1", "1", "1.4", None, "declared", 1.0, 1, "1.4; SDG 11", None, None),
        ("madrid:1", "11", None, None, "declared", 1.0, 2, "1.4; SDG 11", None, None),
    ]


def test_xlsx_csv_and_json_lines_give_the_same(home: Settings, tmp_path: Path) -> None:
    names = list(ACTION)
    body = [[int(value) if value.isdigit() else value for value in ACTION.values()]]
    lines = json.dumps(
        {**ACTION, "sdgs": ["1.4", "SDG 11"], "year": 2023, "partners": ["A university", "B"]}, ensure_ascii=False
    )
    (tmp_path / "a.jsonl").write_text(lines + "\n", encoding="utf-8")
    take_actions(home, workbook(tmp_path / "a.xlsx", [names, *body]), release="2024-01")
    take_actions(home, written(tmp_path / "a.csv", [ACTION]), release="2024-02")
    take_actions(home, tmp_path / "a.jsonl", release="2024-03")
    con = staged(home)
    columns = "exclude (release, snapshot_sha256, row_number, declared_sdgs)"
    assert len(con.execute(f"select distinct * {columns} from staging.action").fetchall()) == 1
    assert con.execute(
        "select count(*), count(distinct (action_id, sdg_code, rank)) from staging.action_declared"
    ).fetchone() == (6, 2)


MIXED = [
    {**ACTION, "year": "MMXX"},
    {**ACTION, "action_id": "2", "country": "Atlantis"},
    {**ACTION, "action_id": "3", "title": "=1+1"},
    {**ACTION, "action_id": "4"},
    {**ACTION, "action_id": "5", "title": "<script>alert(1)</script>", "sdgs": "18"},
]


def test_a_file_with_records_that_have_no_title_is_refused_with_a_command_for_the_others(
    home: Settings, tmp_path: Path, cli
) -> None:
    path = written(tmp_path / "a.csv", MIXED)
    error = broken(home, path)
    assert [(f.row, f.column, f.rule_id) for f in error.faults] == [(4, "title", "ACT-R01"), (6, "title", "ACT-R01")]
    refused = cli(home.home, "pull", "actions", path)
    assert refused.exit_code == 1
    assert (
        "a.csv: 2 faults of title (ACT-R01): no title and no description that can be used: row 4 '=1+1', row 6"
        in refused.output
    )
    command = refused.output.rsplit("localsdg pull", 1)[1].split()
    again = cli(home.home, "pull", *command)
    assert again.exit_code == 0 and "5 rows in" in again.output and "2 left out" in again.output
    assert "year: 1 cell blanked, no year, or not all: row 2 'MMXX'" in again.output


def test_a_cell_that_may_be_blank_never_costs_its_record(home: Settings, tmp_path: Path) -> None:
    taken = take_actions(home, written(tmp_path / "a.csv", MIXED), accept_partial=True)
    assert (taken.rows, taken.rows_rejected) == (5, 2)
    con = staged(home)
    assert con.execute("select action_id, year, iso3 from staging.action order by 1").fetchall() == [
        ("barcelona-unknown:2", 2023, None),
        ("barcelona:1", None, "ESP"),
        ("barcelona:4", 2023, "ESP"),
    ]
    load = con.execute("select rows_in, rows_out, rows_rejected from audit.source_load")
    assert load.fetchall() == [(5, 3, 2)]
    rejects = con.execute("select run_id, file_name, rule_id, row_key from audit.reject order by row_key").fetchall()
    assert rejects == [("run", "a.csv", "ACT-R01", "row 4"), ("run", "a.csv", "ACT-R01", "row 6")]
    assert {one[2] for one in rejects} <= set(record_files.REJECT_RULES)
    blanked = "select column_name, rule_id, n_cells, examples from audit.cell_blanked order by 1"
    assert con.execute(blanked).fetchall() == [
        ("country", "ACT-R04", 1, "row 3 'Atlantis'"),
        ("title", "ACT-R08", 1, "row 4 '=1+1'"),
        ("year", "ACT-R02", 1, "row 2 'MMXX'"),
    ]


def test_a_json_line_that_is_broken_is_a_fault_of_its_line(home: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ACTION) + '\n{"title": "cut\n', encoding="utf-8")
    assert [(f.row, f.rule_id) for f in broken(home, path).faults] == [(2, "ACT-R09")]
    take_actions(home, path, accept_partial=True)
    assert staged(home).execute("select rows_in, rows_rejected from audit.source_load").fetchall() == [(2, 1)]


def test_a_file_in_other_columns_is_refused_with_a_mapping_that_works(home: Settings, tmp_path: Path, cli) -> None:
    path = written(tmp_path / "a.csv", [{"Titel": "Dächer", "Gemeinde": "Berlin", "Jahr": "2021", "Budget": "1"}])
    error = broken(home, path, accept_partial=True)
    assert [f.column for f in error.faults] == ["title"]
    command = error.next_step.removeprefix("localsdg ").split()
    assert command[3:] == ["--map", "title=Titel", "--map", "local_government=Gemeinde", "--map", "year=Jahr"]
    taken = cli(home.home, *command)
    assert taken.exit_code == 0 and "1 other column is left out: Budget" in taken.output
    assert staged(home).execute("select title, year, local_government_id from core.action").fetchall() == [
        ("Dächer", 2021, "berlin-unknown")
    ]


def test_a_refused_file_does_not_stop_the_others(home: Settings, tmp_path: Path, cli) -> None:
    bad = written(tmp_path / "a.csv", [{"x": "1"}])
    good = written(tmp_path / "b.csv", [ACTION])
    result = cli(home.home, "pull", "actions", bad, good)
    assert result.exit_code == 1 and "b.csv: 1 rows in" in result.stdout
    assert "refused: 1 of 2 files; the others were taken" in result.stderr
    assert result.stderr.rstrip().endswith("next: localsdg build")


def test_two_files_of_one_name_on_a_day_are_two_files(home: Settings, tmp_path: Path) -> None:
    for folder, action in (("a", ACTION), ("b", {**ACTION, "action_id": "2"})):
        taken = take_actions(home, written(tmp_path / folder / "records.csv", [action]))
        assert taken.is_renamed == (folder == "b")
    again = take_actions(home, tmp_path / "b" / "records.csv")
    assert (again.is_new, again.file_name) == (False, taken.file_name)
    assert taken.file_name.startswith("records-") and taken.file_name.endswith(".csv")
    assert staged(home).execute("select count(*) from core.action").fetchone() == (2,)


@pytest.mark.parametrize("body", [b"", b"title,local_government\n", b"title\n\xd0\xd1\xd2\xd3\n"])
def test_no_data_is_refused_and_leaves_nothing(home: Settings, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(body)
    with pytest.raises(LocalsdgError, match="in a.csv"):
        take_actions(home, tmp_path / "a.csv", accept_partial=True)
    assert not home.raw.exists()


def test_a_country_is_not_guessed_and_a_release_must_be_one(home: Settings, tmp_path: Path) -> None:
    plain = take_actions(home, written(tmp_path / "b.csv", [{**ACTION, "country": ""}]))
    assert plain.provisional == ("Barcelona (no country)",)
    with pytest.raises(UsageError, match="no release name"):
        take_actions(home, written(tmp_path / "a.csv", [ACTION]), release="../../etc")


def test_the_inbox_takes_what_it_can(home: Settings, tmp_path: Path) -> None:
    inbox = home.raw / "inbox"
    written(inbox / "actions.csv", [ACTION])
    written(inbox / "broken.csv", MIXED)
    written(inbox / "reviews.csv", [REVIEW])
    written(inbox / "reviews_with_more.csv", [REVIEW | {"a": "1", "b": "2", "c": "3"}])
    written(inbox / "sheet.csv", [{"action_id": "barcelona:1", "code": "SDG 1", "decision": "accept"}])
    (inbox / ".gitkeep").write_bytes(b"")
    results = take_inbox(home)
    assert [(one.path.name, one.taken is not None) for one in results] == [
        ("actions.csv", True),
        ("broken.csv", False),
        ("reviews.csv", True),
        ("reviews_with_more.csv", False),
        ("sheet.csv", False),
    ]
    assert "localsdg pull reviews" in str(results[3].error)
    assert "localsdg link review" in str(results[4].error)
    assert len(results[1].error.faults) == 2
    assert [one.taken.is_new for one in take_inbox(home) if one.taken] == [False, False]
    assert {one.source for one in iter_snapshots(home.raw)} == {"actions", "reviews"}
    assert take_inbox(Settings(home=tmp_path / "none")) == []


def test_ten_thousand_rows_are_all_taken(home: Settings, tmp_path: Path) -> None:
    rows = [
        {
            **ACTION,
            "action_id": str(n),
            "title": f"Action {n}",
            "sdgs": f"{n % 17 + 1}; 1.4",
            "url": f"https://example.org/{n}",
        }
        for n in range(10_000)
    ]
    reviews = [
        {**REVIEW, "local_government": f"Town {n % 5000}", "url": f"https://example.org/{n}", "source": f"L{n // 5000}"}
        for n in range(10_000)
    ]
    take_actions(home, written(tmp_path / "a.csv", rows))
    taken = take_reviews(home, written(tmp_path / "r.csv", reviews))
    con = staged(home)
    assert taken.reviews == 5000
    assert con.execute("select count(*) from core.action").fetchone()[0] == 10_000
    assert con.execute("select count(*) from core.review").fetchone()[0] == 5000


# ---- what is wrong costs itself alone

CONTROL = "\x02\x1b\x7f\x85\ufffe"


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_control_characters_are_taken_out_and_counted(home: Settings, tmp_path: Path, ending: str) -> None:
    row = {**ACTION, "title": f"Ro{CONTROL}ofs", "local_government": "Barce\x1elona"}
    path = tmp_path / f"a.{ending}"
    if ending == "csv":
        written(path, [row])
    else:
        path.write_text(json.dumps({**row, "description": "a\ud800b\x00"}), encoding="utf-8")
    take_actions(home, path)
    con = staged(home)
    assert con.execute("select title, local_government_id from staging.action").fetchall() == [("Roofs", "barcelona")]
    assert con.execute("select source, file_name, n_characters from staging.local_cleaned").fetchall() == [
        ("actions", path.name, len(CONTROL) + (3 if ending == "jsonl" else 1))
    ]
    warned = [one for one in run_checks(Path("in memory"), home, connection=con) if one.rule_id == "LOC-TXT-001"]
    assert [(one.outcome, one.severity) for one in warned] == [("failed", "warning")]


@pytest.mark.parametrize("fault", ["changed", "gone", "an error half way"])
def test_a_file_that_cannot_be_read_is_set_aside_with_its_rows(
    home: Settings, tmp_path: Path, monkeypatch, fault: str
) -> None:
    bad = written(tmp_path / "b.csv", [{**ACTION, "action_id": one} for one in "xyz"])
    take_actions(home, written(tmp_path / "a.csv", [ACTION]), release="2024-01")
    kept = take_actions(home, bad, release="2024-01").snapshot.path / "b.csv"
    if fault == "changed":
        kept.write_bytes(kept.read_bytes().replace(b"xyz", b"abc") + b"\n")
    elif fault == "gone":
        kept.unlink()
    else:
        true = action_staging._insert_lists

        def failing(context, rows, partners, snapshot, file):
            true(context, rows, partners, snapshot, file)
            if file.name == "b.csv":
                raise ZeroDivisionError("odd")

        monkeypatch.setattr(action_staging, "_insert_lists", failing)
    con = staged(home)
    assert con.execute("select count(*) from staging.action").fetchone() == (1,)
    assert con.execute("select count(distinct action_id) from staging.action_declared").fetchone() == (1,)
    assert con.execute(
        "select file_name, rows_in, rows_out, rows_rejected from audit.source_load order by 1"
    ).fetchall() == [("a.csv", 1, 1, 0), ("b.csv", 3, 0, 3)]
    assert con.execute("select rule_id, count(*) from audit.reject group by 1").fetchall() == [("ACT-F01", 3)]
    (only,) = ledger.read_set_aside(con)
    assert (only.set_aside_kind, only.set_aside_name, only.rule_id) == ("file", "b.csv", "ACT-F01")
    assert "ZeroDivisionError: odd" == only.detail if "half" in fault else fault in only.detail


def test_real_actions(home: Settings, tmp_path: Path, data_root: Path) -> None:
    def rows(name: str) -> list[dict]:
        with (data_root / "linking" / name).open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))

    targets = [
        {
            "action_id": one["record_id"],
            "title": one["title"],
            "description": one["text"],
            "local_government": one["local_government"],
            "country": one["iso3"],
            "url": "",
            "sdgs": one["sdg_target"] or one["sdg_goal"],
            "language": one["language"],
        }
        for one in rows("local_targets_and_goals.csv")
    ]
    projects = [
        {
            "action_id": one["id"],
            "title": one["name"],
            "description": one["description"],
            "sdgs": one["sdgs"],
            "url": one["homepage"],
            "local_government": "Berlin",
            "country": "Germany",
        }
        for one in rows("local_projects_goal_de.csv")
    ]
    for name, body in (("targets.csv", targets), ("projects.csv", projects)):
        taken = take_actions(home, written(tmp_path / name, body), accept_partial=True)
        assert taken.rows == len(body) and taken.rows_rejected <= 3 and not taken.provisional
    con = staged(home)
    found = dict(con.execute("select local_government_id, count(*) from core.action group by 1").fetchall())
    assert found["barcelona"] == 3 * 251 and found["ingolstadt"] == 134 and found["berlin"] >= 204
    assert con.execute("select count(distinct action_id) from core.action_link").fetchone()[0] > 500
    rows_in = con.execute("select sum(rows_in) from audit.source_load").fetchone()[0]
    assert rows_in == len(targets) + len(projects)
