"""Digits of other scripts are the numbers that they are, in every reader, or a rule rejects their row."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.digits import DIGITS_MACRO, OTHER_DIGITS, ascii_digits
from localsdg.common.settings import Settings
from localsdg.registry.sdg_codes import parse_declared
from localsdg.sources.records.contract import ACTIONS, REVIEWS
from localsdg.sources.records.files import read_records
from localsdg.sources.snapshot import SnapshotWriter
from localsdg.staging.ledger import create_ledger, read_loads
from localsdg.staging.local.values import prepare_values
from localsdg.staging.unsd import observations

#: The same digits as Arabic-Indic, Persian, Devanagari, full width, Bengali and Thai ones, and as none of one script.
SCRIPTS = [0x660, 0x6F0, 0x966, 0xFF10, 0x9E6, 0xE50, 0x1D7CE]


def other(text: str, zero: int) -> str:
    """The text with the digits that begin at a code point."""
    return "".join(chr(zero + int(sign)) if sign.isascii() and sign.isdecimal() else sign for sign in text)


def test_python_and_duckdb_agree_on_every_digit() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isdecimal() and code > 127]
    assert "".join(every) == OTHER_DIGITS
    con = duckdb.connect()
    con.execute(DIGITS_MACRO)
    prepare_values(con)
    rows = con.execute(
        "select n, local_number_of(core, null) from (select ascii_digits(d)::int as n, local_core(d || d) as core "
        "from (select unnest(?) as d))",
        [every],
    ).fetchall()
    assert rows == [(int(sign), int(sign * 2)) for sign in every]
    assert [int(ascii_digits(sign)) for sign in every] == [int(sign) for sign in every]
    assert con.execute("select ascii_digits(null), ascii_digits('a1é')").fetchone() == (None, "a1é")
    plain = "2020"
    assert ascii_digits(plain) is plain


@pytest.mark.parametrize("zero", SCRIPTS)
def test_records_state_years_and_codes_in_any_digits(zero: int, tmp_path: Path) -> None:
    (path := tmp_path / "a.csv").write_text(f"title,year,sdgs\nA {other('7', zero)},{other('2020,SDG 11.5', zero)}\n")
    row = read_records(path, ACTIONS).frame.iloc[0]
    assert (row["title"], row["year"]) == (f"A {other('7', zero)}", "2020")
    assert [element.code for element in parse_declared(other("SDG 11.5; 1.4.2", zero))[0]] == ["11.5", "1.4.2"]
    path.write_text(
        f"review_id,local_government,country,kind,review_year,n_urls\nx,A,KEN,VLR,{other('2021,3', zero)}\n"
    )
    row = read_records(path, REVIEWS).frame.iloc[0]
    assert (row["review_year"], row["n_urls"]) == ("2021", "3")


def test_un_files_are_read_or_rejected_never_null(tmp_path: Path) -> None:
    lines = ["SeriesCode,GeoAreaCode,TimePeriod,Value,UpperBound"]
    lines += [other(f"SI_POV_DAY1,{724 + at},2015,12.5,13", zero).replace("SI_POV_DAY" + chr(zero + 1), "SI_POV_DAY1")
              for at, zero in enumerate(SCRIPTS)]  # fmt: skip
    with SnapshotWriter(tmp_path, "unsd", "2024-02", origin="", licence="", attribution="") as writer:
        writer.add("a.csv", "bulk_csv", "\n".join(lines).encode(), fetched_at="2026-01-02T00:00:00+00:00")
    con = duckdb.connect()
    create_ledger(con)
    observations.prepare(con)
    context = RunContext(con, Settings(home=tmp_path), "run")
    observations.stage_observations(context, writer.commit())
    observations.finish(context)
    assert [(load.rows_in, load.rows_rejected) for load in read_loads(con)] == [(len(SCRIPTS), 0)]
    rows = con.execute("select area_code, year, value, upper_bound, value_status from staging.observation order by 1")
    assert rows.fetchall() == [(f"{724 + at}", 2015, 12.5, 13.0, "number") for at in range(len(SCRIPTS))]
