"""Two published files compared: metrics, values, records, sources, columns and rows, with what each part rests on."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from publication_helpers import AFTER, BEFORE, NEW, OLD, insert, local, make_file, next_release, seal

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.warehouse.publication_diff import Wanted, compare_publications
from localsdg.warehouse.publication_diff_text import as_json
from localsdg.warehouse.publication_parts import COMMON, NAMES, PARTS

ALL = Wanted(limit=0, parts=NAMES)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_file(tmp_path_factory.mktemp("first") / "localsdg.duckdb", OLD)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def change(first: Path, tmp_path: Path):
    """A copy of the first file, as the next version, after these statements or calls."""

    def make(*steps: object, path: Path = tmp_path / "new.duckdb") -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(first, path)
        with closing(duckdb.connect(str(path))) as con:
            con.execute(f"update meta.release set version = '{NEW}'")
            for step in steps:
                con.execute(step) if isinstance(step, str) else step(con)
        return seal(path)

    return make


def test_a_new_release_moves_the_headline_and_says_why(first, change, settings) -> None:
    diff = compare_publications(first, change(next_release), settings, ALL)
    assert not diff.not_compared and (diff.old.version, diff.new.version) == (OLD, NEW)
    assert diff.lines == (
        f"Extreme poverty, World: 8.5% (2019) -> 9% (2022); release {AFTER} instead of {BEFORE}",
        "1 more headline of 1 metric went",
        "1 value of the UN series SI_POV_DAY1 changed, 1 went, 1 added",
        f"sources: unsd {AFTER} is new",
    )
    world, kenya = diff.headlines
    assert {name: world[name] for name in ("area", "old_year", "old_value", "new_year", "new_value", "unit")} == {
        "area": "World",
        "old_year": 2019,
        "old_value": 8.5,
        "new_year": 2022,
        "new_value": 9.0,
        "unit": "PERCENT",
    }
    assert world["reasons"] == ["new year", "new release"] and (kenya["area"], kenya["new_value"]) == ("Kenya", None)
    # the total is compared with the total, though its breakdown has another label
    values = [(row["area_code"], row["year"], row["change"]) for row in diff.rows("values")]
    assert values == [("001", 2018, "changed"), ("001", 2022, "added"), ("404", 2015, "removed")]
    (mover,) = diff.rows("movers")
    assert (mover["area_name"], mover["year"], mover["old_release"], mover["new_release"]) == (
        "World",
        2018,
        BEFORE,
        AFTER,
    )
    assert mover["change_pct"] == pytest.approx(100 * 0.2 / 9)
    counts = {row["table_name"]: row for row in diff.rows("tables")}
    assert [counts["core.observation"][name] for name in ("old_rows", "new_rows", "added", "removed", "changed")] == [
        3,
        6,
        3,
        0,
        0,
    ]
    assert counts["evidence.metric_value"]["removed"] == 2 and counts["evidence.metric_value"]["added"] == 1


@pytest.mark.parametrize(
    ("step", "reasons", "change_name"),
    [
        ("value = 8.6", ["corrected value"], "changed"),
        (f"value = 8.6, release = '{AFTER}'", ["new release", "revised value"], "changed"),
        ("definition = '$3.00 a day'", ["other definition"], "changed"),
        ("year = 2020", ["new year"], "other year"),
        ("value = 8.500000000000002", None, None),  # the order of a sum
        (f"release = '{AFTER}'", None, None),
    ],
)
def test_why_a_headline_differs(first, change, settings, step, reasons, change_name) -> None:
    diff = compare_publications(
        first, change(f"update evidence.metric_value set {step} where area_code = '001'"), settings
    )
    rows = diff.rows("metrics")
    assert [(row["reasons"], row["change"]) for row in rows] == ([(reasons, change_name)] if reasons else [])
    assert bool(diff.headlines) == (change_name == "changed")


def test_local_rows_are_matched_by_what_they_are_about_and_not_by_their_number(first, change, settings) -> None:
    new = change(
        "update core.local_observation set row_number = row_number + 1",
        lambda con: local(con, 0, 2018, 9.0),
        "update core.local_observation set value = 99.5, value_raw = '99.5' where year = 2021",
    )
    diff = compare_publications(first, new, settings, ALL)
    assert diff.lines == ("Barcelona: 1 value changed, 1 added",)
    assert [(row["year"], row["change"]) for row in diff.rows("local_values")] == [(2018, "added"), (2021, "changed")]
    (mover,) = diff.rows("movers")
    assert (mover["area_name"], mover["code"], mover["old_value"], mover["new_value"]) == (
        "Barcelona",
        "barcelona/1-1-1",
        12.0,
        99.5,
    )
    for named, n_values in ((("724",), 2), (("barcelona",), 2), (("404",), 0)):
        limited = compare_publications(first, new, settings, Wanted(areas=named, parts=("local_values",)))
        assert len(limited.rows("local_values")) == n_values


def test_records_sources_and_columns_that_came_and_went(first, change, settings) -> None:
    new = change(
        "delete from core.action where action_id = 'trees'",
        "update core.action set title = 'More roofs', release = 'later'",
        lambda con: insert(con, "core.action", action_id="bikes", dataset_id="register", title="Bikes"),
        "delete from core.review",
        "update meta.dataset set release = 'barcelona@2026-11-20' where source = 'opensdg'",
        "alter table core.series add column extra varchar",
        "drop table audit.cell_blanked",
        "create table core.brand_new (a integer)",
    )
    diff = compare_publications(first, new, settings)
    assert [(row["action_id"], row["change"]) for row in diff.rows("actions")] == [
        ("bikes", "added"),
        ("roofs", "changed"),
        ("trees", "removed"),
    ]
    assert [(row["table_name"], row["column_name"], row["change"]) for row in diff.rows("schema")] == [
        ("audit.cell_blanked", None, "table removed"),
        ("core.brand_new", None, "table added"),
        ("core.series", "extra", "column added"),
    ]
    assert diff.lines == (
        "1 action changed, 1 went, 1 added",
        "1 review went",
        "sources: opensdg barcelona@2026-11-20 instead of barcelona@2024-10-24",
        "table added: core.brand_new; table removed: audit.cell_blanked; column added: core.series.extra",
    )


def test_a_release_and_a_day_of_arrival_are_no_change_of_a_row(first, change, settings) -> None:
    new = change("update core.action set release = 'later'", "update core.goal set list_release = 'x'")
    diff = compare_publications(first, new, settings)
    assert [row for row in diff.rows("tables") if row["changed"]] == [] and diff.rows("actions") == []


def test_equal_content_compares_no_rows(first, change, settings) -> None:
    diff = compare_publications(first, change("update core.release set retrieved_on = '2026-01-01'"), settings)
    assert diff.same_data and diff.lines == (f"the data are the same as in version {OLD}",)
    assert set(diff.tables) == set(COMMON) and diff.tables["metrics"].num_columns == 0
    assert json.loads(as_json(diff))["parts"]["metrics"] == []
    assert {row["added"] for row in diff.rows("tables") if row["table_name"].startswith("core.a")} == {0}


def test_a_file_of_an_older_program_is_compared_as_far_as_both_have_it(first, change, settings) -> None:
    path = settings.home / "old.duckdb"
    path.parent.mkdir(parents=True)
    shutil.copyfile(first, path)
    with closing(duckdb.connect(str(path))) as con:
        for statement in (
            "alter table evidence.metric_value drop column is_headline_year",
            "alter table core.action drop column end_year",
            "alter table core.review alter review_year type varchar",
            "alter table core.population alter year type varchar[] using [year]",
            "insert into core.population (year) values (['2020'])",
            "drop table core.local_indicator",
            "alter table meta.release drop column content_hash",
        ):
            con.execute(statement)
    diff = compare_publications(path, change(next_release), settings)
    said = " | ".join(diff.not_compared)
    assert "Headlines of the metrics: the older file has no is_headline_year in evidence.metric_value" in said
    assert "Biggest movers: the older file has no core.local_indicator" in said
    assert "core.action.end_year" in said and diff.lines[-1].startswith("not compared: ")
    population = next(row for row in diff.rows("tables") if row["table_name"] == "core.population")
    assert (population["old_rows"], population["removed"]) == (1, 1)
    assert diff.lines[0] == "1 value of the UN series SI_POV_DAY1 changed, 1 went, 1 added"
    assert diff.rows("actions") == [] and diff.rows("reviews") == []
    assert {(row["column_name"], row["change"]) for row in diff.rows("schema") if row["column_name"]} == {
        ("is_headline_year", "column added"),
        ("end_year", "column added"),
        ("review_year", "type changed"),
        ("year", "type changed"),
        ("content_hash", "column added"),
    }


def test_neither_file_is_written_to_and_one_in_use_is_read(first, change, settings) -> None:
    new = change(next_release)
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, new)]
    hold = f"import duckdb, sys; c = duckdb.connect({str(new)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(duckdb.IOException):
            duckdb.connect(str(new), read_only=True)
        diff = compare_publications(first, new, settings)
        holder.stdin.close()
    assert diff.lines[0].startswith("Extreme poverty, World")
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, new)] == hashes
    assert sorted(path.name for path in new.parent.iterdir() if path.is_file()) == ["new.duckdb"]


def test_what_is_no_published_file_is_an_error(first, settings, tmp_path) -> None:
    words, empty = tmp_path / "words.duckdb", tmp_path / "empty.duckdb"
    words.write_text("no database at all, but long enough to look at" * 200)
    duckdb.connect(str(empty)).close()
    for path in (words, empty, tmp_path / "none.duckdb"):
        with pytest.raises(LocalsdgError, match=path.name):
            compare_publications(first, path, settings)


def test_twelve_lines_at_most(first, change, settings) -> None:
    def many(con: duckdb.DuckDBPyConnection) -> None:
        next_release(con)
        for number in range(30):
            insert(con, "evidence.metric", metric_id=f"m{number}", title=f"Metric {number}", unit="PERCENT")
            insert(con, "core.local_government", local_government_id=f"g{number}", name=f"Town {number}")
            con.execute(
                "insert into core.local_observation by name select * replace (? as site_id, ? as local_government_id) "
                "from core.local_observation where site_id = 'barcelona'",
                [f"g{number}", f"g{number}"],
            )
            insert(con, "core.action", action_id=f"a{number}", dataset_id="register", title="x")
        con.execute("delete from core.review")
        con.execute("create table core.brand_new (a integer)")

    lines = compare_publications(first, change(many), settings).lines
    assert len(lines) <= 12 and "28 more local governments: 84 values added" in lines


def test_a_metric_has_its_series_and_a_series_its_metrics(first, change, settings) -> None:
    def more(con: duckdb.DuckDBPyConnection) -> None:
        next_release(con)
        insert(
            con, "evidence.metric_value", metric_id="c13_homicide", area_code="001", breakdown="", year=2020, value=5
        )
        con.execute("update evidence.metric_value set is_headline_year = true")

    new = change(more)
    for wanted, n_metrics, n_values in (
        (Wanted(metric_ids=("c13_homicide",), parts=("metrics", "values")), 1, 0),
        (Wanted(series=("SI_POV_DAY1",), parts=("metrics", "values")), 2, 3),
        (Wanted(parts=("metrics", "values")), 3, 3),
    ):
        diff = compare_publications(first, new, settings, wanted)
        assert (len(diff.rows("metrics")), len(diff.rows("values"))) == (n_metrics, n_values), wanted
    for unknown in (Wanted(series=("SI_POV_DAY2",)), Wanted(metric_ids=("c01_extreme_povert",))):
        with pytest.raises(UsageError, match="SI_POV_DAY1|c01_extreme_poverty"):
            compare_publications(first, new, settings, unknown)


def test_json_holds_all_parts(first, change, settings) -> None:
    body = json.loads(as_json(compare_publications(first, change(next_release), settings, ALL)))
    assert set(body["parts"]) == set(NAMES) and body["new"]["version"] == NEW
    assert body["headlines"][0]["new_value"] == 9.0 and body["parts"]["values"][0]["change"] == "changed"


def test_a_part_names_all_tables_that_its_sql_reads() -> None:
    """Of a table that is unchanged nothing is read: a part that reads one more would show less than differs."""
    folder = Settings().sql / "diff" / "publications"
    of_file = re.compile(r"\b(?:old|new)\.((?:core|evidence|audit|meta)\.\w+)")
    assert len(PARTS) > 8
    for part in PARTS:
        texts = [(folder / f"{name}.sql").read_text() for name in (part.name, *part.reads) if name != "columns"]
        read = {name for text in texts for name in of_file.findall(re.sub(r"--.*", "", text))}
        assert read <= set(part.needs), part.name
