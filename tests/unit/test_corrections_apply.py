"""Corrections on staged rows: each action, and that rows in are rows out and rejects."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from replay_server import record
from unsd_helpers import aside, balances, csv_file, staged

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows
from localsdg.common.settings import Settings
from localsdg.registry.corrections import declared_corrections
from localsdg.registry.tables import ensure_tables
from localsdg.staging.corrections.apply import apply_corrections
from localsdg.staging.corrections.judge import UNMET, Verdict
from localsdg.staging.corrections.unusable import unusable
from localsdg.staging.ledger import Load, read_loads, read_set_aside
from localsdg.staging.ledger import record as record_load
from localsdg.staging.local.stage import CONTRACT
from localsdg.staging.official import observations as official

OLD, NEW = "2023-12-17", "2024-02-01"
SHARE = 'series = "SG_DSR_SILS", area = "048", year = 2021'
LOCAL = 'site = "bristol", indicator = "1-1-1", year = 2020'
SAID = '{ rows = 1, values = ["152.6"] }'


def entry(action: str, where: str = SHARE, said: str = SAID, name: str = "one", source: str = "unsd") -> str:
    return f"""
[[correction]]
id = "{name}"
what = "What is wrong."
action = {action}
reason = "29 of 19"
who = "who"
since = 2026-11-27
where = {{ source = "{source}", {where} }}
source_said = {said}
"""


def rows(value: str = "152.6", unit: str = "PERCENT") -> list[dict]:
    """Bahrain in two years, the latter under two indicators, and Belgium."""
    said = {"attributes": {"Nature": "C", "Units": unit}, "dimensions": {"Reporting Type": "G"}}
    both = ("1.5.4", "13.1.3")
    return [
        record("SG_DSR_SILS", 48, 2019, "50", indicators=both, **said),
        record("SG_DSR_SILS", 48, 2021, value, indicators=both, lowerBound="100", upperBound="200", **said),
        record("SG_DSR_SILS", 56, 2021, "40", indicators=both, **said),
    ]


def corrected(con: duckdb.DuckDBPyConnection, home: Path, text: str) -> None:
    """Apply the entries of a user, and none of the project."""
    (folder := home / "data").mkdir(parents=True)
    (folder / "corrections.toml").write_text(text, encoding="utf-8")
    ensure_tables(con, CONTRACT)
    context = RunContext(con, _Settings(home=home), "run")
    apply_corrections(context, lambda: official.decode(context))


class _Settings(Settings):
    """Settings whose project declares no corrections."""

    @property
    def corrections(self) -> tuple[Path, Path]:
        return self.home / "none.toml", self.home / "data" / "corrections.toml"


def of_bahrain(con: duckdb.DuckDBPyConnection, columns: str, release: str = OLD) -> list[tuple]:
    return con.execute(
        f"select distinct {columns} from staging.observation where area_code = '048' and year = 2021 and release = ?",
        [release],
    ).fetchall()


def outcome(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute(
        "select status, n_corrected, rows_by_release, source_says from staging.correction order by correction_id"
    ).fetchall()


@pytest.mark.parametrize(
    ("action", "after"),
    [
        ('"override"\nvalue = 100', (100.0, "152.6", "PERCENT", None, None, "one")),
        ('"scale"\nfactor = 0.5', (76.3, "152.6", "PERCENT", 50.0, 100.0, "one")),
        ('"flag"\nflag = "out of bounds"', (152.6, "152.6", "PERCENT", 100.0, 200.0, "one")),
    ],
)
def test_a_value_is_changed_and_keeps_its_published_text(tmp_path, action, after) -> None:
    con = staged(tmp_path, {OLD: [csv_file("a.csv", rows())]})
    others = "select * from staging.observation where not (area_code = '048' and year = 2021) order by all"
    before = con.execute(others).fetchall()
    corrected(con, tmp_path, entry(action))
    assert of_bahrain(con, "value, value_raw, unit, lower_bound, upper_bound, correction_id") == [after]
    assert con.execute(others).fetchall() == before
    # a row under each of the two indicators of the series
    assert outcome(con) == [("applied", 2, {OLD: 2}, None)]
    assert balances(con)


def test_a_unit_is_changed_for_all_rows_of_a_series_or_for_none(tmp_path) -> None:
    whole = entry(
        '"override"\nunit = "USD"', 'series = "SG_DSR_SILS"', '{ rows = 3, lowest = "40", highest = "152.6" }'
    )
    con = staged(tmp_path / "a", {OLD: [csv_file("a.csv", rows(unit="CU_USD_M"))]})
    corrected(con, tmp_path / "b", whole)
    assert con.execute("select distinct unit, correction_id from staging.observation").fetchall() == [("USD", "one")]
    con = staged(tmp_path / "c", {OLD: [csv_file("a.csv", rows(unit="CU_USD_M"))]})
    corrected(con, tmp_path / "d", entry('"override"\nunit = "USD"'))
    assert con.execute("select distinct unit, correction_id from staging.observation").fetchall() == [
        ("CU_USD_M", None)
    ]
    assert "a series has one unit" in str(read_set_aside(con)[0].detail)


def test_dropped_rows_are_rejects_and_the_ledger_balances(tmp_path) -> None:
    con = staged(tmp_path, {OLD: [csv_file("a.csv", rows())]})
    corrected(con, tmp_path, entry('"drop"'))
    assert of_bahrain(con, "value") == []
    assert (
        con.execute("select rule_id, row_key, detail from audit.reject").fetchall()
        == [("CORR-R01", "one: SG_DSR_SILS 048 2021", "152.6")] * 2
    )
    (load,) = read_loads(con)
    assert (load.rows_in, load.rows_out, load.rows_rejected) == (6, 4, 2)
    assert balances(con)
    # the keys were made anew: each has its row
    assert con.execute(
        "select count(*) from staging.observation_key as k join staging.observation as o on o.rowid = k.staged_row"
    ).fetchall() == [(2,)]


def test_a_release_that_says_something_else_is_not_corrected_and_reported(tmp_path) -> None:
    con = staged(tmp_path, {OLD: [csv_file("a.csv", rows())], NEW: [csv_file("b.csv", rows("19.2"))]})
    corrected(con, tmp_path, entry('"override"\nvalue = 100'))
    assert of_bahrain(con, "value, correction_id", OLD) == [(100.0, "one")]
    assert of_bahrain(con, "value, correction_id", NEW) == [(19.2, None)]
    assert outcome(con) == [("no longer fits", 2, {OLD: 2}, f"{NEW}: 1 with 19.2")]
    assert [one.line for one in read_set_aside(con)] == [
        f"correction one (unsd {NEW}): the source no longer says what the correction corrects: "
        "the source says 1 with 19.2 now; remove it from data/corrections.toml, or renew it"
    ]


def test_the_first_of_two_corrections_of_a_row_holds(tmp_path) -> None:
    con = staged(tmp_path, {OLD: [csv_file("a.csv", rows())]})
    corrected(con, tmp_path, entry('"override"\nvalue = 100') + entry('"scale"\nfactor = 2', name="two"))
    assert of_bahrain(con, "value, correction_id") == [(100.0, "one")]
    assert [status for status, *_ in outcome(con)] == ["applied", "not met"]
    assert aside(con) == [("CORR-002", "correction", "two")]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [("SG_DSR_SILS", "SG_DSR_SILZ", "where.series"), ('"048"', '"999"', "where.area"), (SHARE, LOCAL, "where.site")],
)
def test_what_does_not_exist_costs_the_entry_alone(tmp_path, old, new, what) -> None:
    con = staged(tmp_path, {OLD: [csv_file("a.csv", rows())]})
    bad = entry('"drop"', name="bad").replace(old, new)
    corrected(con, tmp_path, bad + entry('"flag"\nflag = "known fault"'))
    assert aside(con) == [("CORR-002", "correction", "bad")]
    assert what in str(read_set_aside(con)[0].detail)
    assert of_bahrain(con, "correction_id") == [("one",)]


def test_a_dimension_names_rows_in_canonical_codes(tmp_path) -> None:
    said = {"attributes": {"Nature": "C", "Units": "PERCENT"}}
    given = [
        record("SL_DOM_TSPD", 56, 2013, value, dimensions={"Sex": sex, "Age": age, "Reporting Type": "G"}, **said)
        for sex, age, value in (("FEMALE", "15+", "2.4"), ("MALE", "15+", "2.0"), ("FEMALE", "65+", "2.4"))
    ]
    con = staged(tmp_path, {OLD: [csv_file("a.csv", given)]})
    where = 'series = "SL_DOM_TSPD", area = "056", year = 2013, breakdown = { age = "15+", sex = "FEMALE" }'
    corrected(con, tmp_path, entry('"flag"\nflag = "outside its parts"', where, '{ rows = 1, values = ["2.4"] }'))
    assert con.execute(
        "select published_breakdown from staging.observation where correction_id = 'one'"
    ).fetchall() == [(f"age=15+{chr(31)}sex=FEMALE",)]


@pytest.fixture
def local(tmp_path) -> duckdb.DuckDBPyConnection:
    """A site with one indicator of two years, of which the file has a load."""
    con = staged(tmp_path, {})
    ensure_tables(con, CONTRACT)
    same = {
        "dataset_id": "opensdg",
        "release": "bristol@2021-12-07",
        "site_id": "bristol",
        "local_indicator_id": "1-1-1",
    }
    insert_rows(
        con,
        "staging.local_indicator",
        [{**same, "local_government_id": "bristol", "n_rows": 2, "n_rows_rejected": 0, "n_headline": 2}],
    )
    facts = {"snapshot_sha256": "ab", "is_headline": True, "value_status": "number"}
    insert_rows(
        con,
        "staging.local_observation",
        [
            {
                **same,
                **facts,
                "row_number": number,
                "year": year,
                "year_text": str(year),
                "value": float(text),
                "value_raw": text,
            }
            for number, (year, text) in enumerate([(2019, "9"), (2020, "152.6")], 1)
        ],
    )
    record_load(con, "run", Load("opensdg", "bristol@2021-12-07", "data/1-1-1.csv", "ab", 2, 2, 0))
    return con


@pytest.mark.parametrize("place", [LOCAL, LOCAL.replace("site", "local_government")])
def test_a_local_value_is_corrected(tmp_path, local, place) -> None:
    corrected(local, tmp_path, entry('"scale"\nfactor = 0.1', place, source="opensdg"))
    found = local.execute("select year, value, value_raw, correction_id from staging.local_observation order by 1")
    assert found.fetchall() == [(2019, 9.0, "9", None), (2020, pytest.approx(15.26), "152.6", "one")]
    assert outcome(local) == [("applied", 1, {"bristol@2021-12-07": 1}, None)]


def test_a_dropped_local_row_is_a_reject(tmp_path, local) -> None:
    corrected(local, tmp_path, entry('"drop"', LOCAL, source="opensdg"))
    assert local.execute("select year from staging.local_observation").fetchall() == [(2019,)]
    assert local.execute("select rule_id, row_key, detail from audit.reject").fetchall() == [
        ("CORR-R01", "one: 1-1-1 row 2 2020", "152.6")
    ]
    (load,) = read_loads(local)
    assert (load.rows_in, load.rows_out, load.rows_rejected) == (2, 1, 1)
    assert local.execute("select n_rows, n_rows_rejected, n_headline from staging.local_indicator").fetchall() == [
        (2, 1, 1)
    ]


def test_a_site_that_says_something_else_is_reported(tmp_path, local) -> None:
    local.execute("update staging.local_observation set value_raw = '15.2', value = 15.2 where year = 2020")
    corrected(local, tmp_path, entry('"drop"', LOCAL, source="opensdg"))
    assert [row[0] for row in outcome(local)] == ["no longer fits"]
    assert aside(local) == [("CORR-001", "correction", "one")]


def test_without_entries_nothing_is_touched(tmp_path) -> None:
    con = staged(tmp_path, {OLD: [csv_file("a.csv", rows())]})
    before = con.execute("select * from staging.observation order by all").fetchall()
    corrected(con, tmp_path, "")
    assert con.execute("select * from staging.observation order by all").fetchall() == before
    assert outcome(con) == []


def test_the_names_of_the_data_are_looked_up_once_for_all_corrections(tmp_path) -> None:
    class Data:
        n = 0

        def execute(self, _: str) -> Data:
            self.n += 1
            return self

        def fetchall(self) -> list[tuple[str]]:
            return [("SG_DSR_SILS",), ("048",)]

    file = tmp_path / "corrections.toml"
    unknown = SHARE.replace("048", "049")
    file.write_text("".join(entry('"drop"', where, name=f"n-{n}") for n, where in enumerate([SHARE, unknown] * 20)))
    data, known = Data(), {}
    declared = declared_corrections(tmp_path / "none.toml", file).corrections
    reasons = [unusable(data, one, Verdict(UNMET, (), ()), known) for one in declared]
    assert reasons[:2] == [None, "where.area of data/corrections.toml does not exist: 049"] and len(reasons) == 40
    assert data.n == 2, "series and areas"
