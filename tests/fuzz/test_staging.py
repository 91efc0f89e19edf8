"""Whole staging of small snapshots: no file stops another, and rows in = rows out + rejects by a count of our own."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from pathlib import Path

import duckdb
import hostile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from row_count import count_records
from tried import TRIED, fuzz

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.sources.snapshot import Snapshot, SnapshotWriter
from localsdg.staging import ledger
from localsdg.staging.opensdg import stage as opensdg
from localsdg.staging.records import stage as records
from localsdg.staging.unsd import observations

pytestmark = pytest.mark.long
GOOD = b"Year,Value\n2019,21.6\n2020,20.1\n2021,18.4\n2022,18.9\n"
META = b"---\nindicator_name: A title\nreporting_status: complete\ncomputation_units: Percentage\n---\n"
FETCHED = "2026-01-02T00:00:00+00:00"
WEIRFORD = {
    "site_id": "weirford",
    "local_government_id": "weirford-gb",
    "local_government": "Weirford",
    "level": "city",
    "country_iso3": "GBR",
    "area_code": "826",
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def connection() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    ledger.create_ledger(con)
    return con


def snapshot(folder: str, source: str, release: str, files: dict[str, tuple[str, bytes]], **extra: str) -> Snapshot:
    """A snapshot of these files, by name: role and content."""
    writer = SnapshotWriter(Path(folder), source, release, origin="", licence="", attribution="A", extra=extra)
    with writer:
        for name, (role, content) in files.items():
            writer.add(name, role, content, fetched_at=FETCHED)
    return writer.commit()


def balance(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, tuple[int, int, int]]:
    """File -> rows in, rows out and rejects of the ledger; the last two are counted in the tables too."""
    loads = {load.file_name: (load.rows_in, load.rows_out, load.rows_rejected) for load in ledger.read_loads(con)}
    assert all(rows_in == out + rejected for rows_in, out, rejected in loads.values()), loads
    assert con.execute("select count(*) from audit.reject").fetchone() == (sum(one[2] for one in loads.values()),)
    assert con.execute(f"select count(*) from {table}").fetchone() == (sum(one[1] for one in loads.values()),)
    return loads


def own_count(body: bytes, separators: str = ",;\t") -> int | None:
    """Records below the header of a UTF-8 text; None where another reader may see others."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    text = text.removeprefix("\ufeff")
    if "\x00" in text or "&" in text or _CONTROL.search(text):
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    n_records, is_clear = count_records(text, max(separators, key=lambda sign: (first.count(sign), sign == ",")))
    return n_records - 1 if is_clear and n_records and first.strip() else None


@fuzz(0.4)
@given(st.lists(st.tuples(hostile.csv_files, hostile.yaml_texts | st.just(META.decode())), min_size=1, max_size=4),
       hostile.json_values)  # fmt: skip
def test_sites(pairs: list[tuple[bytes, str]], fields: object) -> None:
    TRIED["whole staging of a site"] += 1
    files = {"x/data/indicator_3-1-1.csv": GOOD, "x/meta/3-1-1.md": META}
    for number, (body, meta) in enumerate(pairs, start=1):
        files[f"x/data/indicator_1-{number}-1.csv"] = body
        files[f"x/meta/1-{number}-1.md"] = meta.encode("utf-8", "surrogatepass")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    built = json.dumps({"1-1-1": fields, "9-9-9": {"indicator_name": fields}}).encode()
    con = connection()
    opensdg.prepare(con)
    with tempfile.TemporaryDirectory() as folder:
        given_files = {
            "repository.zip": ("opensdg_repository", packed.getvalue()), "meta.json": ("opensdg_meta", built)
        }  # fmt: skip
        one = snapshot(folder, "opensdg", "weirford@2026-01-02", given_files, **WEIRFORD)
        used = opensdg.stage_newest_of_each(RunContext(con, Settings(home=Path(folder)), "run"), [[one]])
    assert used[0] is not None, con.execute("from audit.quarantine").fetchall()
    opensdg.finish(con, [])
    good = con.execute("select count(*) from staging.local_observation where local_indicator_id = '3-1-1'").fetchone()
    assert good == (4,), "a bad file cost a good one"
    # one load an archive; files that cannot be read count as one row
    ((rows_in, _, _),) = balance(con, "staging.local_observation").values()
    ruled = {
        name
        for (name,) in con.execute(
            "select set_aside_name from audit.quarantine where rule_id in ('OSDG-R01', 'OSDG-R10')"
        ).fetchall()
    }
    counts = [own_count(body) for body, _ in pairs]
    expected = [1 if f"x/data/indicator_1-{number}-1.csv" in ruled else n for number, n in enumerate(counts, start=1)]
    if None not in expected:
        assert rows_in == 4 + sum(filter(None, expected))


@fuzz(0.4)
@given(hostile.csv_files, hostile.csv_files)
def test_actions_and_reviews(actions: bytes, reviews: bytes) -> None:
    for source, role, good, body in (
        ("actions", "actions", b"title,year\nPlant trees,2020\nMend roads,2021\n", actions),
        ("reviews", "reviews",
         b"local_government,country,kind,review_year,source\nKisumu,KEN,VLR,2021,A\nNairobi,KEN,VLR,2022,A\n", reviews),
    ):  # fmt: skip
        TRIED[f"whole staging of {source}"] += 1
        con = connection()
        records.prepare(con)
        with tempfile.TemporaryDirectory() as folder:
            files = {"good.csv": (role, good), "odd.csv": (role, body)}
            one = snapshot(folder, source, "2026-01-01", files)
            records.stage_records(RunContext(con, Settings(home=Path(folder)), "run"), one)
        loads = {load.file_name: (load.rows_in, load.rows_out, load.rows_rejected) for load in ledger.read_loads(con)}
        assert all(rows_in == out + rejected for rows_in, out, rejected in loads.values()), loads
        if one.changed_files() == [] and len(one.files) == 2:
            assert loads["good.csv"][0] == 2, "a bad file cost a good one"
        aside = con.execute("select count(*) from audit.quarantine").fetchone()
        assert "odd.csv" in loads or aside != (0,) or len(one.files) < 2


@fuzz(0.4)
@given(hostile.rows, hostile.line_ends, hostile.quotings, st.booleans())
def test_un_bulk_files(rows: list[list[str]], end: str, quoting: int, is_wild: bool) -> None:
    TRIED["whole staging of a UN bulk file"] += 1
    header = ["SeriesCode", "GeoAreaCode", "TimePeriod", "Value", "[Sex]", "[Units]"]
    body = hostile.table_text(
        header, [[*row, *[""] * 6][:6] if not is_wild else row for row in rows], ",", end, quoting
    ).encode("utf-8", "replace")
    good = b"SeriesCode,GeoAreaCode,TimePeriod,Value\nSI_POV_DAY1,724,2015,1.5\nSI_POV_DAY1,724,2016,1.4\n"
    con = connection()
    observations.prepare(con)
    with tempfile.TemporaryDirectory() as folder:
        one = snapshot(folder, "unsd", "2024-02", {"good.csv": ("bulk_csv", good), "odd.csv": ("bulk_csv", body)})
        context = RunContext(con, Settings(home=Path(folder)), "run")
        observations.stage_observations(context, one)
        observations.finish(context)
    loads = balance(con, "staging.observation")
    assert loads["good.csv"] == (2, 2, 0), "a bad file cost a good one"
    expected = own_count(body, ",")
    if "odd.csv" in loads and expected is not None:
        assert loads["odd.csv"][0] == expected
    elif "odd.csv" not in loads:
        assert con.execute("select count(*) from audit.quarantine").fetchone() != (0,)
