"""Two releases compared: by totals, with what became new, gone, renamed or redefined, and what it does to metrics."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.registry.tables import create_table_sql, schema_tables
from localsdg.warehouse.release_diff import Question, diff_releases

OLD, BETWEEN, NEW = "2020-10-19", "2022-07-10", "2023.Q4.G.01"
LINES = ("$1.90 a day (2011 PPP)", "$2.15 a day (2017 PPP)")
AREAS = (("001", "World", "world"), ("202", "Sub-Saharan Africa", "region"), ("404", "Kenya", "country"))


def observation(series: str, release: str, area: str, year: int, value: float, breakdown: str = "", **more) -> dict:
    return {
        "dataset_id": "unsd",
        "series_code": series,
        "published_series_code": series,
        "release": release,
        "area_code": area,
        "year": year,
        "breakdown": breakdown,
        "is_total": True,
        "value": value,
        "value_raw": str(value),
        "value_status": "number",
        "unit": "PERCENT",
        "definition": (LINES[release == NEW] if series == "SI_POV_DAY1" else None),
    } | more


#: A series that gains a dimension, one that is renamed and has another unit, one that is new, one that is gone.
ROWS = [
    observation("SI_POV_DAY1", OLD, "001", 2014, 11.0),
    observation("SI_POV_DAY1", OLD, "001", 2015, 10.0),
    observation("SI_POV_DAY1", OLD, "404", 2015, 0.01),
    observation("SI_POV_DAY1", BETWEEN, "001", 2015, 9.9),
    observation("SI_POV_DAY1", NEW, "001", 2015, 10.8, "sex=total", sex="total"),
    observation("SI_POV_DAY1", NEW, "001", 2015, 12.0, "sex=FEMALE", sex="FEMALE", is_total=False),
    observation("SI_POV_DAY1", NEW, "001", 2019, 8.5, "sex=total", sex="total"),
    observation("SI_POV_DAY1", NEW, "404", 2015, 0.05, "sex=total", sex="total"),
    observation("EG_ACS_ELEC", OLD, "202", 2015, 40.0, published_series_code="EG_ELC_ACCS"),
    observation("EG_ACS_ELEC", NEW, "202", 2015, 60.0, unit="NUMBER"),
    observation("GONE", OLD, "001", 2015, 1.0),
    observation("ARRIVED", NEW, "001", 2015, 1.0),
    observation("EXCERPT", OLD, "001", 2015, 1.0),
    observation("EXCERPT", OLD, "001", 2016, 1.0),
    observation("EXCERPT", NEW, "001", 2016, 2.0),
]


def insert(con: duckdb.DuckDBPyConnection, table: str, row: dict) -> None:
    marks = ", ".join("?" for _ in row)
    con.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A published file with three releases."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    settings.published.parent.mkdir(parents=True)
    con = duckdb.connect(str(settings.published))
    for schema in ("core", "evidence", "audit", "meta"):
        con.execute(f"create schema {schema}")
    for table in schema_tables("core", "evidence", "audit", "meta"):
        if table.name != "core.latest_observation":
            con.execute(create_table_sql(table))
    for code, name, kind in AREAS:
        insert(con, "core.area", {"area_code": code, "name": name, "kind": kind})
    for row in ROWS:
        insert(con, "core.observation", row)
    con.execute(
        "insert into core.series (series_code, description) select distinct series_code, series_code || ' (%)' "
        "from core.observation"
    )
    con.execute(
        "insert into core.series_release (dataset_id, series_code, release, release_rank, n_rows, unit, is_partial) "
        "select dataset_id, series_code, release, rank() over (partition by series_code order by release), count(*), "
        "min(unit), series_code = 'EXCERPT' and release = '2023.Q4.G.01' "
        "from core.observation group by dataset_id, series_code, release"
    )
    con.close()
    return settings


def diff(settings: Settings, **limits: object):
    return diff_releases(settings, Question(OLD, NEW, **limits))


def test_releases_that_do_not_follow_one_another_are_compared_by_total(settings) -> None:
    found = diff(settings)
    values = [
        (row["area_code"], row["year"], row["old_value"], row["new_value"], row["change"])
        for row in found.tables["values"].to_pylist()
        if row["series_code"] == "SI_POV_DAY1" and row["breakdown"] != "sex=FEMALE"
    ]
    assert values == [
        ("001", 2014, 11.0, None, "removed"),
        ("001", 2015, 10.0, 10.8, "changed"),
        ("001", 2019, None, 8.5, "added"),
        ("404", 2015, 0.01, 0.05, "changed"),
    ]
    by_code = {row["series_code"]: row for row in found.tables["series"].to_pylist()}
    poverty = by_code["SI_POV_DAY1"]
    assert [poverty[name] for name in ("added", "removed", "changed")] == [2, 1, 2]
    assert (poverty["old_definition"], poverty["new_definition"]) == LINES and poverty["notes"] == ["new definition"]
    assert by_code["GONE"]["presence"] == f"only in {OLD}" and by_code["ARRIVED"]["presence"] == f"only in {NEW}"
    assert by_code["GONE"]["removed"] is None
    renamed = by_code["EG_ACS_ELEC"]
    assert renamed["renamed_from"] == "EG_ELC_ACCS" and renamed["notes"] == ["renamed", "new unit"]
    # what a partial release leaves out was not removed
    excerpt = by_code["EXCERPT"]
    assert (excerpt["removed"], excerpt["changed"], excerpt["notes"]) == (None, 1, [f"{NEW} is partial"])


def test_the_world_leads_the_movers_and_a_tiny_value_does_not(settings) -> None:
    movers = diff(settings).tables["movers"].to_pylist()
    assert [(row["area_name"], row["series_code"], row["year"]) for row in movers] == [
        ("World", "EXCERPT", 2016),
        ("World", "SI_POV_DAY1", 2015),
        ("Sub-Saharan Africa", "EG_ACS_ELEC", 2015),
        ("Kenya", "SI_POV_DAY1", 2015),
    ]
    world, kenya = movers[1], movers[3]
    assert world["change_pct"] == pytest.approx(8) and world["is_total"] and not world["is_small"]
    assert world["is_other_definition"] and not movers[0]["is_other_definition"]
    # 0.01 to 0.05 is measured by a tenth of the median of the series (1.0), and is no 400 %
    assert kenya["is_small"] and kenya["change_pct"] == pytest.approx(4)
    assert [row["series_code"] for row in diff(settings, limit=1).tables["movers"].to_pylist()] == [
        "EXCERPT",
        "EG_ACS_ELEC",
        "SI_POV_DAY1",
    ]


def test_each_metric_has_its_values_by_both_releases(settings) -> None:
    rows = [row for row in diff(settings).tables["metrics"].to_pylist() if row["metric_id"] == "c01_extreme_poverty"]
    assert [(row["year"], row["old_value"], row["new_value"], row["change"]) for row in rows] == [
        (2014, 11.0, None, "removed"),
        (2015, 10.0, 10.8, "changed"),
        (2019, None, 8.5, "added"),
    ]
    assert [row["year"] for row in rows if row["is_old_newest"]] == [2015]
    assert [row["year"] for row in rows if row["is_new_newest"]] == [2019]
    kenya = diff(settings, areas=("404",), metric_ids=("c01_extreme_poverty",))
    assert {
        row["area_code"] for table in (kenya.tables["metrics"], kenya.tables["values"]) for row in table.to_pylist()
    } == {"404"}
    assert {row["series_code"] for row in kenya.tables["values"].to_pylist()} == {"SI_POV_DAY1"}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question("2020-10", NEW), f"expected one of {OLD}, {BETWEEN}, {NEW} .* next: localsdg diff {BETWEEN} {NEW}"),
        (Question(NEW, OLD), f"wrong order .* next: localsdg diff {OLD} {NEW}"),
        (Question(OLD, OLD), "the same"),
        (Question(OLD, NEW, series=("SI_POV_DAY",)), "unknown series .* expected SI_POV_DAY1"),
        (Question(OLD, NEW, metric_ids=("c01_extreme",)), "unknown metric .* expected c01_extreme_poverty"),
    ],
)
def test_a_wrong_name_is_an_error_with_the_right_ones(settings, question, words) -> None:
    with pytest.raises(UsageError, match=words):
        diff_releases(settings, question)


def test_a_release_may_be_spelled_as_the_archive_does(settings) -> None:
    assert diff_releases(settings, Question(OLD, "2023_Q4.1_AllData")).new_release == NEW


def test_the_command_prints_parts_as_tables_csv_or_json(settings, cli, tmp_path: Path) -> None:
    table = cli(settings.home, "diff", OLD, NEW)
    assert table.exit_code == 0, table.stderr
    for words in (
        "only in 2020-10-19, of the series that are loaded: GONE",
        "EG_ACS_ELEC: renamed from EG_ELC_ACCS",
        "EG_ACS_ELEC: unit changed from PERCENT to NUMBER",
        "SI_POV_DAY1: definition changed from $1.90 a day (2011 PPP) to $2.15 a day (2017 PPP)",
        "another definition",
        "2015: 10",
        "2019: 8.5",
    ):
        assert words in table.stdout
    body = json.loads(cli(settings.home, "diff", OLD, NEW, "--json").stdout)
    assert set(body) == {"old_release", "new_release", "series", "movers", "metrics"}
    file = tmp_path / "changes.csv"
    done = cli(settings.home, "diff", OLD, NEW, "--part", "values", "--output", file)
    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert {row["change"] for row in rows} == {"added", "removed", "changed"}
    one = cli(settings.home, "diff", OLD)
    assert one.exit_code == 2 and f"localsdg diff {BETWEEN} {NEW}" in one.stderr
    assert cli(settings.home, "diff", "--json").exit_code == 0
