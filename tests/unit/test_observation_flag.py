"""core.observation_flag: which values cannot be true, by declared bounds and relations."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter

import duckdb
import pytest
from evidence_helpers import empty_warehouse, insert, observe, run_model

from localsdg.registry.evidence import evidence_series, metrics
from localsdg.registry.series import BOUNDS_CSV, FLAGS_CSV, RELATIONS_CSV
from localsdg.registry.tables import HERE, create_table_sql, tables

STAGING = ("staging.observation", "staging.breakdown", "staging.observation_key")


def flags(*rows: tuple, columns: str = "series_code, area_code, quality_flag") -> list[tuple]:
    """What the model finds among (series, unit, value, changes) of one area, year and release."""
    con = empty_warehouse()
    con.execute("create schema staging")
    for name in STAGING:
        con.execute(create_table_sql(tables()[name]))
    for number, (series, unit, value, *more) in enumerate(rows):
        row = {
            "series_code": series,
            "published_series_code": series,
            "unit": unit,
            "value": value,
            "value_raw": str(value),
            "release": "2023",
            "area_code": "048",
            "year": 2021,
            "published_breakdown": "",
            **(more[0] if more else {}),
        }
        is_repeat = row.pop("is_repeat", False)
        insert(con, "staging.observation", [row])
        if not is_repeat:
            insert(
                con,
                "staging.observation_key",
                [{"observation_key": number, "staged_row": number, "n_rows": 1, "is_consistent": True}],
            )
    con.execute(
        "insert into staging.breakdown by name select distinct dataset_id, release, published_series_code, "
        "published_breakdown, published_breakdown as breakdown from staging.observation"
    )
    return run_model(con, "observation_flag", columns, "core")


def is_flagged(series: str, unit: str, value: float) -> bool:
    return bool(flags((series, unit, value)))


@pytest.mark.parametrize(
    ("series", "unit", "value", "flagged"),
    [
        ("SG_DSR_SILS", "PERCENT", 152.63158, True),
        ("SG_DSR_SILS", "PERCENT", 100, False),
        ("SG_DSR_SILS", "PERCENT", 0, False),
        # beyond a bound by the source's rounding, and by more
        ("ER_MRN_MARIN", "PERCENT", 100.03, False),
        ("ER_MRN_MARIN", "PERCENT", 100.06, True),
        ("SE_ADT_ACTS", "PERCENT", -2.7e-06, False),
        ("SE_ADT_ACTS", "PERCENT", -0.06, True),
        # in per cent, and no part of a whole
        ("NY_GDP_PCAP", "PERCENT", -61.6, False),
        ("DT_DOD_DECT_GN_ZS", "PERCENT", 1233, False),
        ("ER_H2O_STRESS", "PERCENT", 3850, False),
        ("GF_XPD_GBPC", "PERCENT", 255, False),
        ("ER_H2O_STRESS", "PERCENT", -1, True),
        ("SH_LGR_ACSRHEC3", "PERCENT", -50, False),
        # a series that nobody reviewed, and a declared one in another unit
        ("XX_NEW_SERIES", "PERCENT", 152, False),
        ("SG_DSR_SILS", "RATIO", 152, False),
        # what holds for a unit, unless the series has bounds of its own
        ("XX_NEW_SERIES", "NUMBER", -1, True),
        ("XX_NEW_SERIES", "NUMBER", 1e12, False),
        ("VC_DSR_DAFF", "PER_100000_POP", 355_725, True),
        ("VC_DSR_MTMP", "PER_100000_POP", 355_725, False),
        ("VC_DSR_GDPLS", "CU_USD", 1.5e16, True),
        ("VC_DSR_GDPLS", "CU_USD", 9e13, False),
        ("XX_NEW_SERIES", "BOOL", 2, True),
        ("EN_LND_CNSPOP", "RATIO", -227, False),
    ],
)
def test_a_value_outside_what_its_series_can_be(series, unit, value, flagged):
    assert is_flagged(series, unit, value) == flagged


def test_the_flag_says_what_was_expected():
    columns = "year, breakdown, value_raw, quality_flag, rule_id, detail, release"
    assert flags(("SG_DSR_SILS", "PERCENT", 152.63158), columns=columns) == [
        (2021, "", "152.63158", "out of bounds", "WH-009", "expected 0 to 100: a part of a whole", "2023")
    ]


def test_a_large_bound_is_written_out():
    [(detail,)] = flags(("VC_DSR_GDPLS", "CU_USD", 1.5e16), columns="detail")
    assert detail.startswith("expected 0 to 100,000,000,000,000: ")


STRATEGIES, ALL = ("SG_DSR_SILN", "NUMBER", 29), ("SG_GOV_LOGV", "NUMBER", 19)


def test_a_part_above_its_whole():
    assert flags(STRATEGIES, ALL) == [("SG_DSR_SILN", "048", "above its whole")]
    assert flags(STRATEGIES, ALL, columns="rule_id, detail")[0][1].startswith("SG_GOV_LOGV is 19: ")
    assert flags(("SG_DSR_SILN", "NUMBER", 19), ALL) == []


@pytest.mark.parametrize(
    "change",
    [
        {"release": "2022"},
        {"year": 2020},
        {"area_code": "056"},
        {"published_breakdown": "x"},
        {"reporting_type": "N"},
        {"censoring": ">"},
    ],
)
def test_a_part_is_compared_with_its_own_whole_alone(change):
    assert flags(STRATEGIES, (*ALL, change)) == []


def test_more_people_than_live_there():
    found = flags(("VC_DSR_DAFF", "PER_100000_POP", 355_725), ("VC_DSR_AFFCT", "NUMBER", 702_706))
    assert found == [("VC_DSR_AFFCT", "048", "more than live there"), ("VC_DSR_DAFF", "048", "out of bounds")]
    assert flags(("VC_DSR_DAFF", "PER_100000_POP", 99_000), ("VC_DSR_AFFCT", "NUMBER", 702_706)) == []


def test_a_row_that_repeats_under_another_indicator_is_flagged_once():
    share = ("SG_DSR_SILS", "PERCENT", 152.6)
    assert len(flags(share, (*share, {"is_repeat": True}), (*share, {"is_repeat": True}))) == 1


def test_a_national_variant_has_its_own_label():
    found = flags(("SG_DSR_SILS", "PERCENT", 152.6, {"reporting_type": "N"}), columns="breakdown")
    assert found == [("reporting_type=N",)]


def test_what_is_flagged_is_not_the_latest_breakdown_nor_a_basis_of_progress():
    con = empty_warehouse()
    insert(con, "core.series", [{"series_code": "SG_DSR_SILS", "direction": "up"}])
    observe(
        con,
        "SG_DSR_SILS",
        {"year": 2015, "raw": 50},
        {"year": 2019, "raw": 60},
        {"year": 2021, "raw": 152.6, "quality_flag": "out of bounds"},
    )
    assert run_model(con, "latest_breakdown", "year, value", "core") == [(2015, 50.0), (2019, 60.0)]
    assert run_model(con, "progress", "latest_year, latest_value") == [(2019, 60.0)]


# ------------------------------------------------------------------ the declarations
def declared(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_bounds_are_declared_once_and_in_order():
    rows = declared(BOUNDS_CSV)
    counted = Counter((row["series_code"], row["unit"]) for row in rows)
    assert [key for key, n in counted.items() if n > 1] == []
    for row in rows:
        assert row["reason"] and {"lowest", "highest"} <= set(row)
        low, high = row["lowest"], row["highest"]
        assert not (low and high) or float(low) < float(high), row
    assert rows == sorted(
        rows, key=lambda row: (row["series_code"] != "*", row["series_code"] if row["series_code"] != "*" else "")
    )


def test_every_series_of_the_evidence_in_per_cent_has_bounds():
    """None of them is a growth or a ratio: each is a part of a whole."""
    shares = {row["series_code"] for row in declared(BOUNDS_CSV) if (row["lowest"], row["highest"]) == ("0", "100")}
    in_per_cent = {code for one in metrics().values() if one.unit == "PERCENT" for code in one.series_codes}
    computed = {"SG_DSR_SILN", "SG_GOV_LOGV"}  # numbers, of which a metric computes a share
    assert in_per_cent & evidence_series() - shares - computed == set()


def test_flags_and_relations_name_what_exists():
    names = {row["quality_flag"] for row in declared(FLAGS_CSV)}
    with (HERE / "columns.toml").open("rb") as body:
        assert names == set(tomllib.load(body)["quality_flag"]["allowed"])
    assert {row["quality_flag"] for row in declared(RELATIONS_CSV)} <= names
    assert {row["relation"] for row in declared(RELATIONS_CSV)} == {"at most", "doubted with"}


#: Series with values beyond their bounds by more than rounding in the UN's own databases.
KNOWN_FAULTS = {
    "2022-07-10": {"FI_FSI_FSANL", "VC_DSR_CILN", "VC_DSR_DAFF", "VC_DSR_GDPLS"},
    "2023-12-17": {"SE_ADT_ACTS", "SG_DSR_SILS", "SI_COV_PENSN", "VC_DSR_DAFF", "VC_PRS_UNSNT"},
}


@pytest.mark.slow
@pytest.mark.parametrize("release", sorted(KNOWN_FAULTS))
def test_the_bounds_flag_the_known_faults_of_whole_databases_alone(data_root, release):
    """And every series in per cent of theirs is declared, if only as having no bounds."""
    con = duckdb.connect()
    path = data_root / "un" / "newer" / release / f"{release}.csv.gz"
    con.execute(
        'create table source_text as select "SeriesCode" as series, "[Units]" as unit, "Value" as value '
        "from read_csv(?, all_varchar = true)",
        [str(path)],
    )
    # in two steps: DuckDB 2.0 moves a cast into the reader, where a text such as <2.5 is an error
    con.execute("create table source as select series, unit, try_cast(value as double) as value from source_text")
    con.execute("create table bounds as select * from read_csv(?, all_varchar = true, nullstr = '')", [str(BOUNDS_CSV)])
    faults = con.execute(
        "select distinct series from source "
        "join bounds on series_code = series and bounds.unit = source.unit "
        "where value < cast(lowest as double) - 0.05 or value > cast(highest as double) + 0.05"
    ).fetchall()
    assert {series for (series,) in faults} == KNOWN_FAULTS[release]
    undeclared = con.execute(
        "select distinct series from source anti join bounds on series_code = series where source.unit = 'PERCENT'"
    ).fetchall()
    assert undeclared == []
