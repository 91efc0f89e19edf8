"""Reviews and actions from file to core tables: taken in, staged, joined, checked."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from pathlib import Path

import duckdb
import pytest
from samples import ACTION, REVIEW

from localsdg.checks.runner import run_checks
from localsdg.checks.suites import load_suites
from localsdg.common.context import RunContext
from localsdg.common.database import model, text
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.maintenance.bundle.reviews import make_bundle
from localsdg.registry.local_governments import LOCAL_GOVERNMENTS_CSV, identities
from localsdg.registry.tables import create_table_sql, schema_tables, tables
from localsdg.sources.records.contract import ACTIONS, REVIEWS, BrokenRecords
from localsdg.sources.records.intake import take_actions, take_inbox, take_reviews
from localsdg.sources.snapshot import iter_snapshots
from localsdg.staging import ledger
from localsdg.staging.records import stage as records

MODELS = (
    "review",
    "review_conflict",
    "local_government",
    "action",
    "action_suggestion",
    "link_decision",
    "action_link",
)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=2, memory_limit="500MB")


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    """A CSV with the columns of its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def workbook(path: Path, rows: list[list[object]]) -> Path:
    """A minimal xlsx: numbers as numbers, all else as text."""

    def cell(value: object) -> str:
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    lines = "".join("<row>" + "".join(map(cell, row)) + "</row>" for row in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="data" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
        }.items():
            archive.writestr(name, body)
    path.write_bytes(out.getvalue())
    return path


def staged(settings: Settings, *, bundled: bool = False) -> duckdb.DuckDBPyConnection:
    """A work database with everything that was taken in, and the core tables."""
    con = duckdb.connect()
    con.execute("set preserve_insertion_order = false")
    ledger.create_ledger(con)
    records.prepare(con)
    for table in schema_tables("staging"):  # models read tables of other sources too
        if table.name.split(".")[1] not in (*records.TABLES, "local_cleaned"):
            con.execute(create_table_sql(table))
    roots = [settings.raw, *([settings.bundled] if bundled else [])]
    for snapshot in [one for root in roots for one in iter_snapshots(root)]:
        records.stage_records(RunContext(con, settings, "run"), snapshot)
    con.execute(
        "create temp table registry_local_governments as select * from "
        f"read_csv({text(LOCAL_GOVERNMENTS_CSV)}, all_varchar = true, header = true)"
    )
    con.execute("create schema core")
    con.execute(create_table_sql(tables()["core.area"]))
    con.execute("insert into core.area by name select distinct area_code from registry_local_governments")
    for name in MODELS:
        con.execute(create_table_sql(tables()[f"core.{name}"]))
        con.execute(f"insert into core.{name} by name {model(settings.sql / 'core' / f'{name}.sql')}")
    return con


def broken(settings: Settings, path: Path, take=take_actions, **options) -> BrokenRecords:
    with pytest.raises(BrokenRecords) as caught:
        take(settings, path, **options)
    assert not settings.raw.exists() or not list(iter_snapshots(settings.raw)), "nothing is kept"
    assert "\n" not in str(caught.value)
    return caught.value


# ---- reviews


def test_a_review_in_two_listings_is_one_review_with_two_sources(home: Settings, tmp_path: Path) -> None:
    take_reviews(home, written(tmp_path / "a.csv", [{**REVIEW, "languages": "es"}]), release="2024-01")
    taken = take_reviews(
        home,
        written(
            tmp_path / "b.csv",
            [
                {
                    **REVIEW,
                    "local_government": "Malaga",
                    "source": "B + A",
                    "languages": "en",
                    "level": "city",
                    "url": "https://other.org/m",
                    "country_basis": "inferred",
                },
                {**REVIEW, "review_year": "2023", "url": ""},
            ],
        ),
        release="2024-02",
    )
    assert (taken.rows, taken.reviews, taken.new_reviews, taken.conflicts) == (2, 2, 1, ())
    con = staged(home)
    assert con.execute("select * exclude (release, snapshot_sha256) from core.review").fetchall() == [
        (
            "malaga-2021-vlr",
            "malaga",
            2021,
            "VLR",
            ["en", "es"],
            "https://example.org/malaga",
            ["A", "B"],
            ["https://other.org/m"],
            "city",
            [],
            "stated",
            "stated",
            [],
        ),
        ("malaga-2023-vlr", "malaga", 2023, "VLR", [], None, ["A"], [], None, [], "stated", "stated", []),
    ]


def test_two_listings_that_contradict_each_other_are_both_kept(home: Settings, tmp_path: Path) -> None:
    take_reviews(home, written(tmp_path / "a.csv", [REVIEW]), release="2024-01")
    taken = take_reviews(
        home,
        written(
            tmp_path / "b.csv",
            [
                {**REVIEW, "review_year": "2020"},
                {**REVIEW, "local_government": "Malaga", "iso3": "BRA", "url": "http://www.example.org/malaga/"},
            ],
        ),
        release="2024-02",
    )
    assert len(taken.conflicts) == 4
    con = staged(home)
    assert con.execute(
        "select review_id, other_review_id, conflict_field, stated_value, other_value from core.review_conflict"
    ).fetchall() == [
        ("malaga-2020-vlr", "malaga-2021-vlr", "review_year", "2020", "2021"),
        ("malaga-2020-vlr", "malaga-bra-2021-vlr", "country", "ESP", "BRA"),
        ("malaga-2020-vlr", "malaga-bra-2021-vlr", "review_year", "2020", "2021"),
        ("malaga-2021-vlr", "malaga-bra-2021-vlr", "country", "ESP", "BRA"),
    ]
    told = con.execute("select conflicts from core.review where review_id = 'malaga-2021-vlr'")
    assert told.fetchone()[0] == [
        "country: malaga-bra-2021-vlr has the same address",
        "review_year: malaga-2020-vlr has the same address",
    ]


def test_an_unknown_government_is_kept_and_named(home: Settings, tmp_path: Path) -> None:
    taken = take_reviews(
        home,
        written(tmp_path / "a.csv", [{**REVIEW, "local_government": "Girona", "level": "city"}, {**REVIEW, "url": ""}]),
    )
    assert taken.provisional == ("Girona (ESP)",)
    con = staged(home)
    assert con.execute(
        "select local_government_id, name, level, iso3, is_provisional from core.local_government where is_provisional"
    ).fetchall() == [("girona-esp", "Girona", "city", "ESP", True)]
    assert con.execute("select count(*) from core.local_government").fetchone()[0] == len(identities()) + 1
    assert (
        con.execute(
            "select count(*) from core.review as r anti join core.local_government as g using (local_government_id)"
        ).fetchone()[0]
        == 0
    )


def test_blanks_stay_blank(home: Settings, tmp_path: Path) -> None:
    take_reviews(
        home,
        written(tmp_path / "a.csv", [{"local_government": "Córdoba", "kind": "VLR", "source": "A"}]),
    )
    row = (
        staged(home)
        .execute("select review_id, review_year, url, level, country_basis, year_basis, languages from core.review")
        .fetchone()
    )
    assert row == ("cordoba-unresolved-undated-vlr", None, None, None, None, None, [])


def test_one_action_under_two_ids_in_one_file_declares_once(home: Settings, tmp_path: Path) -> None:
    take_actions(home, written(tmp_path / "a.csv", [ACTION, {**ACTION, "action_id": "barcelona:1"}]))
    assert staged(home).execute("select action_id, goal_code from core.action_link order by all").fetchall() == [
        ("barcelona:1", "1"),
        ("barcelona:1", "11"),
    ]


def test_the_same_file_again_changes_nothing(home: Settings, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [REVIEW, REVIEW])
    first = take_reviews(home, path, release="2024-01")
    again = take_reviews(home, path)
    assert first.is_new and not again.is_new and len(list(iter_snapshots(home.raw))) == 1
    other = take_reviews(home, path, release="2024-02")
    assert other.is_new and staged(home).execute("select count(*) from core.review").fetchone()[0] == 1


# ---- actions


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


BAD = [
    {**ACTION, "year": "MMXX"},
    {**ACTION, "action_id": "2", "country": "Atlantis"},
    {**ACTION, "action_id": "3", "title": "=1+1"},
    {**ACTION, "action_id": "4"},
    {**ACTION, "action_id": "5", "title": "<script>alert(1)</script>", "sdgs": "18"},
]


def test_a_broken_file_is_refused_whole_with_every_fault(home: Settings, tmp_path: Path) -> None:
    error = broken(home, written(tmp_path / "a.csv", BAD))
    assert [(f.row, f.column, f.rule_id) for f in error.faults] == [
        (2, "year", "ACT-R02"),
        (3, "country", "ACT-R04"),
        (4, "title", "ACT-R08"),
        (6, "title", "ACT-R08"),
        (6, "sdgs", "ACT-R07"),
    ]
    assert "in a.csv" in str(error) and "got 5 faults, the first: row 2, year:" in str(error)
    assert "--accept-partial" in str(error)


def test_or_its_good_rows_are_loaded_and_the_bad_ones_kept_as_rejects(home: Settings, tmp_path: Path) -> None:
    taken = take_actions(home, written(tmp_path / "a.csv", BAD), accept_partial=True)
    assert (taken.rows, taken.rows_rejected, len(taken.rejected)) == (5, 4, 5)
    con = staged(home)
    assert con.execute("select action_id from core.action").fetchall() == [("barcelona:4",)]
    load = con.execute("select rows_in, rows_out, rows_rejected from audit.source_load")
    assert load.fetchall() == [(5, 1, 4)]
    rejects = con.execute(
        "select run_id, file_name, rule_id, row_key, detail from audit.reject order by row_key"
    ).fetchall()
    assert [one[:4] for one in rejects] == [
        ("run", "a.csv", rule, f"row {n}")
        for n, rule in ((2, "ACT-R02"), (3, "ACT-R04"), (4, "ACT-R08"), (6, "ACT-R08"))
    ]
    assert "markup" in rejects[3][4] and "18" in rejects[3][4]
    assert {one[2] for one in rejects} <= set(records.REJECT_RULES)


def test_a_json_line_that_is_broken_is_a_fault_of_its_line(home: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ACTION) + '\n{"title": "cut\n', encoding="utf-8")
    assert [(f.row, f.rule_id) for f in broken(home, path).faults] == [(2, "ACT-R09")]
    take_actions(home, path, accept_partial=True)
    assert staged(home).execute("select rows_in, rows_rejected from audit.source_load").fetchall() == [(2, 1)]


def test_columns_of_another_kind(home: Settings, tmp_path: Path) -> None:
    missing = written(tmp_path / "a.csv", [{"local_government": "A", "budget": "1"}])
    for options in ({}, {"accept_partial": True}):  # without the column no row can be used
        error = broken(home, missing, **options)
        assert [f.column for f in error.faults] == ["title", "budget"]
    unknown = written(tmp_path / "b.csv", [{**ACTION, "budget": "1"}])
    assert "unknown column" in str(broken(home, unknown))
    assert take_actions(home, unknown, accept_partial=True).rows_rejected == 0


@pytest.mark.parametrize(
    "change",
    [
        {"review_year": "1999"},
        {"iso3": "XXX"},
        {"kind": "report"},
        {"local_government": ""},
        {"url": "javascript:alert(1)"},
        {"source": "=HYPERLINK(1)"},
        {"local_government": "<script>x</script>"},
    ],
)
def test_a_review_file_with_a_fault_is_refused(home: Settings, tmp_path: Path, change: dict) -> None:
    error = broken(home, written(tmp_path / "a.csv", [REVIEW, {**REVIEW, **change}]), take_reviews)
    assert [(f.row, f.column) for f in error.faults] == [(3, next(iter(change)))]


@pytest.mark.parametrize("body", [b"", b"title,local_government\n", "title\nMálaga\n".encode("latin-1")])
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
    written(inbox / "broken.csv", BAD)
    written(inbox / "reviews.csv", [REVIEW])
    written(inbox / "sheet.csv", [{"action_id": "barcelona:1", "code": "SDG 1", "decision": "accept"}])
    (inbox / ".gitkeep").write_bytes(b"")
    results = take_inbox(home)
    assert [(one.path.name, one.taken is not None) for one in results] == [
        ("actions.csv", True),
        ("broken.csv", False),
        ("reviews.csv", True),
        ("sheet.csv", False),
    ]
    assert "localsdg link review" in str(results[3].error)
    assert len(results[1].error.faults) == 5
    assert [one.taken.is_new for one in take_inbox(home) if one.taken] == [False, False]
    assert {one.source for one in iter_snapshots(home.raw)} == {"actions", "reviews"}
    assert take_inbox(Settings(home=tmp_path / "none")) == []


def test_ten_thousand_rows_take_seconds(home: Settings, tmp_path: Path) -> None:
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
    started = time.perf_counter()
    take_actions(home, written(tmp_path / "a.csv", rows))
    taken = take_reviews(home, written(tmp_path / "r.csv", reviews))
    con = staged(home)
    assert time.perf_counter() - started < 20
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
        true = records._insert_declared

        def failing(con, rows, snapshot, file):
            true(con, rows, snapshot, file)
            if file.name == "b.csv":
                raise ZeroDivisionError("odd")

        monkeypatch.setattr(records, "_insert_declared", failing)
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


# ---- the bundle and real records


def test_the_bundled_register(home: Settings) -> None:
    con = staged(home, bundled=True)
    rows, reviews, governments = con.execute(
        "select (select count(*) from staging.review), count(*), count(distinct local_government_id) from core.review"
    ).fetchone()
    assert (rows, reviews, governments) == (384, 384, 279)
    assert con.execute("select count(*) from core.local_government where is_provisional").fetchone()[0] == 0
    assert con.execute("select count(*) from core.review_conflict").fetchone()[0] == 0
    assert con.execute("select review_id from core.review where conflicts <> [] order by 1").fetchall() == [
        ("kelowna-2021-vlr",),
        ("kitakyushu-2018-vlr",),
    ]
    assert con.execute("select count(*) from core.review where review_year is null").fetchone()[0] == 11
    failed = [
        one
        for one in run_checks(Path("in memory"), home, connection=con)
        if one.suite == "review" and one.outcome != "passed"
    ]
    assert not failed


def test_the_bundle_is_made_from_the_facts(tmp_path: Path, data_root: Path) -> None:
    facts = data_root / "local" / "vlr_facts.csv"
    made, merged = make_bundle(facts, tmp_path / "out", release="2026-11", made_on="2026-11-23")
    kept = next(iter_snapshots(Settings().bundled, "reviews"))
    assert [one.sha256 for one in made.files] == [one.sha256 for one in kept.files]
    assert (merged.n_reviews, merged.conflicts) == (384, [])


def test_a_remark_on_a_contradiction_must_be_a_fact_before_it_is_bundled(tmp_path: Path) -> None:
    facts = written(tmp_path / "f.csv", [{**REVIEW, "note": "CONFLICT: another page says 2020"}])
    with pytest.raises(LocalsdgError, match="an entry in CONFLICTS"):
        make_bundle(facts, tmp_path / "out", release="2026-11", made_on="2026-11-23")


def test_the_register_that_people_hand_over_joins_the_bundle(home: Settings, data_root: Path) -> None:
    taken = take_reviews(home, data_root / "local" / "vlr_facts.csv")
    assert (taken.rows, taken.reviews, taken.new_reviews) == (384, 384, 0)
    assert (taken.rejected, taken.conflicts, taken.provisional) == ((), (), ())
    assert staged(home, bundled=True).execute("select count(*) from core.review").fetchone()[0] == 384


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


# ---- the suites: each rule has a case that fails it

GOOD = {
    "review": [REVIEW, {**REVIEW, "review_year": "2023", "url": "https://example.org/b"}],
    "action": [ACTION, {**ACTION, "local_government": "Madrid"}],
}
CASES = [
    ("review", "REV-003", "update {t} set year_basis = null where review_year = 2021"),
    ("review", "REV-003", "update {t} set country_basis = null where review_year = 2021"),
    ("review", "REV-004", "update {t} set is_provisional = true where review_year = 2021"),
    ("review", "REV-005", "update {t} set other_urls = ['https://example.org/b'] where review_year = 2021"),
    ("action", "ACT-002", "insert into {t} select * replace (9 as row_number) from {t} limit 1"),
    ("action", "GEN-action-primary_key", "insert into {t} select * replace ('x:1' as action_id) from {t} limit 1"),
    ("action_declared", "GEN-action_declared-primary_key", "insert into {t} from {t} limit 1"),
    ("review", "GEN-review-primary_key", "insert into {t} from {t} limit 1"),
    ("action", "ACT-004", "update {t} set is_provisional = true where row_number = 2"),
]


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> dict[str, str]:
    """Good staged tables as Parquet files, to be altered by each case."""
    folder = tmp_path_factory.mktemp("good")
    settings = Settings(home=folder / "home")
    take_reviews(settings, written(folder / "r.csv", GOOD["review"]))
    take_actions(settings, written(folder / "a.csv", GOOD["action"]))
    con = staged(settings)
    for name in ("review", "action", "action_declared"):
        con.execute(f"copy staging.{name} to {text(folder / name)} (format parquet)")
    return {name: str(folder / name) for name in ("review", "action", "action_declared")}


def failing(checked: dict[str, str], table: str, sql: str) -> set[str]:
    with duckdb.connect() as con:
        con.execute("create schema staging")
        con.execute(create_table_sql(tables()[f"staging.{table}"]))
        con.execute(f"insert into staging.{table} by name from read_parquet({text(checked[table])})")
        con.execute(sql.format(t=f"staging.{table}"))
        results = run_checks(Path("in memory"), Settings(threads=2, memory_limit="500MB"), connection=con)
    assert results
    return {one.rule_id for one in results if one.outcome != "passed"}


@pytest.mark.parametrize("table", ["review", "action", "action_declared"])
def test_good_records_pass_every_rule(checked: dict[str, str], table: str) -> None:
    assert failing(checked, table, "select 1") == set()


@pytest.mark.parametrize(("table", "rule", "sql"), CASES, ids=lambda one: one if "-" in one else "")
def test_bad_records_fail_exactly_their_rule(checked: dict[str, str], table: str, rule: str, sql: str) -> None:
    assert failing(checked, table, sql) == {rule}


def test_every_rule_has_a_case() -> None:
    suites = {one.name: one for one in load_suites(Settings().expectations)}
    written_rules = {rule.rule_id for name in ("review", "action", "action_declared") for rule in suites[name].rules}
    assert written_rules == {rule for _, rule, _ in CASES}
    assert {contract.prefix for contract in (REVIEWS, ACTIONS)} == {"REV", "ACT"}
