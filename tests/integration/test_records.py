"""Reviews and actions from file to core tables: taken in, staged, joined, checked."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from record_helpers import broken, staged, written
from samples import ACTION, REVIEW

from localsdg.checks.runner import run_checks
from localsdg.checks.suites import load_suites
from localsdg.common.database import text
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.maintenance.bundle.reviews import make_bundle
from localsdg.registry.local_governments import identities
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.records.contract import ACTIONS, REVIEWS
from localsdg.sources.records.intake import take_actions, take_reviews
from localsdg.sources.snapshot import iter_snapshots


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=2, memory_limit="500MB")


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
    assert con.execute("select * exclude (release, snapshot_sha256, title) from core.review").fetchall() == [
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


def test_the_same_file_again_changes_nothing(home: Settings, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [REVIEW, REVIEW])
    first = take_reviews(home, path, release="2024-01")
    again = take_reviews(home, path)
    assert first.is_new and not again.is_new and len(list(iter_snapshots(home.raw))) == 1
    other = take_reviews(home, path, release="2024-02")
    assert other.is_new and staged(home).execute("select count(*) from core.review").fetchone()[0] == 1


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


# ---- the bundle and real records


def test_the_bundled_register(home: Settings) -> None:
    con = staged(home, bundled=True)
    rows, reviews, governments = con.execute(
        "select (select count(*) from staging.review), count(*), count(distinct local_government_id) from core.review"
    ).fetchone()
    assert (rows, reviews, governments) == (389, 389, 283)
    assert (
        con.execute(
            "select count(*) from core.review semi join core.local_government as g "
            "on g.local_government_id = review.local_government_id and g.is_provisional"
        ).fetchone()[0]
        == 0
    )
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
    (kept,) = (one for one in iter_snapshots(Settings().bundled, "reviews") if one.release == "2026-11")
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
    assert staged(home, bundled=True).execute("select count(*) from core.review").fetchone()[0] == 389


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
