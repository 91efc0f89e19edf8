"""Quirk 4: totals differ by series, codes by release; one spelling is stored."""

from __future__ import annotations

import duckdb
import pytest

from localsdg.common.database import model
from localsdg.common.settings import Settings
from localsdg.registry.tables import create_table_sql, tables
from localsdg.staging.ledger import create_ledger
from localsdg.staging.unsd import observations as unsd

SQL = Settings().sql / "staging" / "breakdown.sql"
CASES = [
    # series, breakdown as published -> sex, age, location, other dimensions, is_total, text
    ("SI_POV_DAY1", "", None, None, None, {}, True, ""),
    ("SI_POV_EMP1", "age=15_24|sex=BOTHSEX", "total", "15-24", None, {}, False, "age=15-24; sex=total"),
    ("SI_POV_EMP1", "age=15|sex=BOTHSEX", "total", "total", None, {}, True, "age=total; sex=total"),
    ("SI_POV_EMP1", "age=Y_GE15|sex=_T", "total", "total", None, {}, True, "age=total; sex=total"),
    ("SI_POV_EMP1", "age=15+|sex=FEMALE", "FEMALE", "total", None, {}, False, "age=total; sex=FEMALE"),
    ("SI_POV_NAHC", "location=U", None, None, "URBAN", {}, False, "location=URBAN"),
    ("SI_POV_NAHC", "location=ALLAREA", None, None, "total", {}, True, "location=total"),
    ("SG_GEN_PARL", "sex=F", "FEMALE", None, None, {}, True, "sex=FEMALE"),
    ("EN_LND_SLUM", "location=URBAN", None, None, "URBAN", {}, True, "location=URBAN"),
    ("VC_IHR_PSRC", "sex=F", "FEMALE", None, None, {}, False, "sex=FEMALE"),
    ("SH_DTH_CODE", "age=Y30T70\r\n", None, "30-70", None, {}, False, "age=30-70"),
    ("SN_ITK_DEFC", "age=NOTSPEC", None, None, None, {}, True, ""),
    ("EN_REF_WASCOL", "cities=NOCITI", None, None, None, {}, True, ""),
    ("EN_REF_WASCOL", "cities=KAMPALA", None, None, None, {"cities": "KAMPALA"}, False, "cities=KAMPALA"),
    (
        "SE_TOT_CPLR",
        "education_level=ISCED11_1|quantile=T",
        None,
        None,
        None,
        {"education_level": "PRIMAR", "quantile": "total"},
        False,
        "education_level=PRIMAR; quantile=total",
    ),
]


@pytest.fixture(scope="module")
def decoded() -> dict[tuple[str, str], tuple]:
    """Series and published breakdown -> what the model makes of it."""
    con = duckdb.connect()
    create_ledger(con)
    unsd.prepare(con)
    for series, text, *_ in CASES:
        con.execute(
            "insert into staging.observation by name select 'unsd' as dataset_id, 'r' as release, ? as series_code, "
            "? as published_series_code, ? as published_breakdown",
            [series, series, text.replace("|", chr(31))],
        )
    con.execute(create_table_sql(tables()["staging.breakdown"]))
    con.execute(f"insert into staging.breakdown by name {model(SQL)}")
    rows = con.execute(
        "select series_code, published_breakdown, sex, age, location, dimensions, is_total, breakdown "
        "from staging.breakdown"
    ).fetchall()
    return {(row[0], row[1].replace(chr(31), "|")): row[2:] for row in rows}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1]!r}")
def test_breakdown(decoded, case: tuple) -> None:
    series, text, *expected = case
    assert decoded[series, text] == tuple(expected)


def test_one_row_a_combination(decoded) -> None:
    assert len(decoded) == len({case[:2] for case in CASES})
