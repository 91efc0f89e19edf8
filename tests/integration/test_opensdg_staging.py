"""All sixteen real sites, staged: hazards, balance, the poverty numbers read by hand."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import duckdb
import pytest
from opensdg_sites import site_rows, snapshot_of

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.sources.snapshot import SnapshotWriter
from localsdg.staging import ledger
from localsdg.staging.local.units import is_known_unit
from localsdg.staging.opensdg import stage as opensdg

UN = [
    ("1.1.1", "1.1", "1", "Proportion of the population living below the international poverty line", "en"),
    ("1.2.1", "1.2", "1", "Proportion of population living below the national poverty line, by sex and age", "en"),
    ("9.2.2", "9.2", "9", "Manufacturing employment as a proportion of total employment", "en"),
    ("11.2.1", "11.2", "11", "Proportion of population that has convenient access to public transport", "en"),
    ("5.5.1", "5.5", "5", "Proportion of seats held by women", "en"),
    ("13.3.1", "13.3", "13", "Extent to which global citizenship education is mainstreamed", "en"),
]


@pytest.fixture(scope="module")
def con(data_root: Path, tmp_path_factory) -> duckdb.DuckDBPyConnection:
    raw = tmp_path_factory.mktemp("raw")
    con = duckdb.connect()
    ledger.create_ledger(con)
    opensdg.prepare(con)
    stage_sites(con, [snapshot_of(data_root, raw, row) for row in site_rows(data_root)])
    opensdg.finish(con, UN)
    return con


def stage_sites(con, snapshots) -> None:
    used = opensdg.stage_newest_of_each(RunContext(con, Settings(), "run"), [[one] for one in snapshots])
    assert used == list(snapshots), ledger.read_set_aside(con)


def one(con, query: str, *values):
    return con.execute(query, list(values)).fetchone()


def rejects(con, site: str, rule: str, entry: str = "") -> int:
    return one(
        con,
        "select count(*) from audit.reject where release like ? and rule_id = ? and row_key like ?",
        f"{site}@%",
        rule,
        f"%{entry}%",
    )[0]


@pytest.mark.parametrize(
    ("site", "placeholders", "files"),
    [
        ("bristol", 152, 258),
        ("los-angeles", 114, 249),
        ("madrid", 210, 245),
        ("tijuana", 3, 3),
        ("canarias-istac", 130, 563),
        ("asturias", 0, 245),
        ("valencia-ods", 0, 337),
    ],
)
def test_placeholders_of_a_site(con, site, placeholders, files) -> None:
    found = one(
        con,
        "select count(*) filter (is_placeholder), count(entry_name) from staging.local_indicator where site_id = ?",
        site,
    )
    assert found == (placeholders, files)


def test_no_row_of_a_placeholder_is_staged(con) -> None:
    assert one(
        con,
        "select count(*) from staging.local_observation as o join staging.local_indicator "
        "as i using (release, local_indicator_id) where i.exclusion_rule is not null",
    ) == (0,)


def test_every_row_in_is_out_or_rejected(con) -> None:
    loads = con.execute("select release, rows_in, rows_out, rows_rejected from audit.source_load").fetchall()
    assert len(loads) == 16 and all(i == o + r for _, i, o, r in loads)
    found = dict(con.execute("select release, count(*) from audit.reject group by 1").fetchall())
    assert all(found.get(release, 0) == rejected for release, _, _, rejected in loads)
    faults = con.execute("select rule_id from audit.reject group by 1").fetchall()
    assert {rule for (rule,) in faults} <= set(opensdg.REJECT_RULES)


def test_the_rows_in_are_those_that_another_reader_counts(con, data_root: Path) -> None:
    """The csv module over the files on disk, against the ledger."""
    for site in ("bristol", "asturias", "los-angeles"):
        expected = 0
        for path in (data_root / "local" / "opensdg" / site / "data").rglob("*.csv"):
            text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
            expected += max(0, sum(1 for record in csv.reader(text.split("\n")) if record) - 1)
        found = one(con, "select rows_in from audit.source_load where release like ?", f"{site}@%")
        assert found == (expected,)


@pytest.mark.parametrize(
    ("site", "rule", "entry", "at_least"),
    [
        ("schleswig-holstein", "OSDG-R07", "indicator_7-1.csv", 28),  # months 1 to 7 under Year
        ("ingolstadt", "OSDG-R07", "indicator_1-3.csv", 1),  # the year 202
        ("bristol", "OSDG-R08", "indicator_6-3-1.csv", 53),  # one key, other values
        ("auburn-al", "OSDG-R08", "indicator_1-4-1.csv", 6),
        ("bristol", "OSDG-R09", "indicator_14-4-1-a.csv", 185),  # the same row again
        ("bristol", "OSDG-R04", "", 2919),  # no value
        ("canarias-istac", "OSDG-R02", "indice.csv", 316),  # a list of names among the data
        ("los-angeles", "OSDG-R03", "indicator_1-1-1/", 210),  # a copy in a folder below
        ("san-diego", "OSDG-X01", "indicator_3-4-2.csv", 6),  # real, and not reported
        ("los-angeles", "OSDG-X02", "indicator_5-a-2.csv", 1),  # rows under "non-statistical"
        ("ingolstadt", "OSDG-X03", "demo_indicator", 50),  # example files with comment lines
        ("madrid", "OSDG-X03", "indicator_1-5-4.csv", 6),  # the starter's, one number changed
        ("tijuana", "OSDG-P02", "", 9),  # one content under all codes
    ],
)
def test_each_hazard_has_a_real_file(con, site, rule, entry, at_least) -> None:
    assert rejects(con, site, rule, entry) >= at_least


def test_equal_files_under_the_codes_of_one_indicator_stay(con) -> None:
    for ids, site in (
        (("1-5-1", "11-5-1", "13-1-1"), "los-angeles"),
        (("1-5-1-a", "11-5-1-a", "13-1-1-a"), "asturias"),
    ):
        found = one(
            con,
            "select count(*), count(distinct content_sha256) from staging.local_indicator "
            "where site_id = ? and list_contains(?, local_indicator_id) "
            "and exclusion_rule is null",
            site,
            list(ids),
        )
        assert found == (3, 1)


def reference_rows(data_root: Path) -> list[dict[str, str]]:
    with (data_root / "local" / "poverty_reference.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_the_poverty_numbers_read_by_hand(con, data_root: Path) -> None:
    faults = []
    for row in reference_rows(data_root):
        wanted = dict(part.split("=") for part in row["filter"].split(";") if part)
        unit = wanted.pop("Units", None)
        dimensions = {key: value for key, value in wanted.items() if value}
        found = con.execute(
            "select o.value, o.unit, o.reference_area_kind, o.is_headline, o.poverty_threshold, "
            "o.population_unit "
            "from staging.local_observation as o where o.site_id = ? and o.local_indicator_id = ? "
            "and o.year = ? and (? is null or o.published_unit = ?) and o.dimensions = "
            "map_from_entries(list_zip(?::varchar[], ?::varchar[]))",
            [row["site"], row["indicator"], int(row["year"]), unit, unit, list(dimensions), list(dimensions.values())],
        ).fetchall()
        is_own = row["geography_of_row"] != "España"
        threshold = {"asturias": "national", "los-angeles": "national"}.get(row["site"])
        if row["site"] == "cape-town":
            threshold = {"1-1-1": "international", "1-2-1": "upper"}[row["indicator"]]
        people = "households" if (row["site"], row["indicator"]) == ("cape-town", "1-2-1") else "persons"
        kind = "own" if is_own else "national"
        expected = [(float(row["value"]), "PERCENT", kind, is_own, threshold, people)]
        if found != expected:
            faults.append((row["site"], row["indicator"], row["year"], expected, found))
    assert not faults
    assert len(reference_rows(data_root)) == 50


def test_spain_is_one_number_on_several_sites(con) -> None:
    found = con.execute(
        "select a.year, a.value, c.value from staging.local_observation as a join "
        "staging.local_observation as c on c.year = a.year and c.site_id = 'canarias-istac' "
        "and c.local_indicator_id = '1-2-1-SERIE-A' and c.reference_area_kind = 'national' "
        "where a.site_id = 'asturias' and a.local_indicator_id = '1-2-1-a' "
        "and a.reference_area_kind = 'national'"
    ).fetchall()
    assert len(found) >= 14 and sum(abs(x - y) < 0.01 for _, x, y in found) >= len(found) - 2


def test_one_headline_a_series_and_year_and_only_of_the_own_area(con) -> None:
    assert (
        con.execute(
            "select site_id, local_indicator_id, series, year from staging.local_observation where is_headline "
            "group by all having count(*) > 1"
        ).fetchall()
        == []
    )
    assert one(
        con, "select count(*) from staging.local_observation where is_headline and reference_area_kind <> 'own'"
    ) == (0,)
    # Los Angeles states its poverty rate under five units a year; one stands for it
    assert con.execute(
        "select distinct published_unit from staging.local_observation where is_headline "
        "and site_id = 'los-angeles' and local_indicator_id = '1-2-1'"
    ).fetchall() == [("Percent by Age",)]
    # Madrid's rows are of the Comunidad: none is the city's
    assert one(
        con,
        "select count(*) filter (is_headline), "
        "count(*) filter (reference_area_kind = 'regional') > 400 "
        "from staging.local_observation where site_id = 'madrid'",
    ) == (0, True)


@pytest.mark.parametrize(
    ("site", "indicator", "match"),
    [
        # titles in Spanish by translation keys, under ids with letters of the site's own
        ("asturias", "9-2-2-a", "official"),
        ("asturias", "1-2-1-a", "official"),
        ("canarias-istac", "1-2-1-SERIE-A", "official"),
        ("schleswig-holstein", "1-2-1", "proxy"),
        ("barcelona", "11-2-2", "target"),
        ("valencia-ods", "5-5-4", "target"),
        ("ingolstadt", "13-3", "goal"),
        ("bristol", "1-2-1", "official"),
        ("barcelona", "1-2-1", "proxy"),
        ("cape-town", "1-2-1", "proxy"),
        ("los-angeles", "1-2-1", "official"),
        ("bristol", "demo_indicator", "none"),
    ],
)
def test_matches(con, site, indicator, match) -> None:
    assert one(
        con, "select match from staging.local_indicator where site_id = ? and local_indicator_id = ?", site, indicator
    ) == (match,)


def test_local_targets_of_barcelona(con) -> None:
    found = dict(
        con.execute(
            "select target_kind, count(distinct local_indicator_id) from "
            "staging.local_target where site_id = 'barcelona' group by 1"
        ).fetchall()
    )
    assert found["target value"] == 154 and found["commitment"] >= 251
    assert one(
        con,
        "select value, year, target_code from staging.local_target where site_id = 'barcelona' "
        "and local_indicator_id = '1-2-1' and target_kind = 'target value' and sequence = 1",
    ) == (2.0, 2030, "1.2")
    assert one(con, "select count(*) from staging.local_target where site_id = 'valencia-ods'") == (0,)


def test_keys_and_required_columns_hold(con) -> None:
    from localsdg.registry.tables import tables

    faults = []
    for name in ("staging.local_indicator", "staging.local_observation", "staging.local_target"):
        table = tables()[name]
        key = ", ".join(table.primary_key)
        if con.execute(f"select 1 from {name} group by {key} having count(*) > 1 limit 1").fetchall():
            faults.append(f"{name}: key")
        for column in table.required:
            if one(con, f"select count(*) from {name} where {column} is null") != (0,):
                faults.append(f"{name}.{column} null")
        for column in table.columns:
            if column.allowed:
                rows = con.execute(f"select distinct {column.name} from {name}").fetchall()
                seen = {value for (value,) in rows if value}
                faults += [f"{name}.{column.name}: {v}" for v in seen - set(column.allowed)]
    assert not faults


def site_of(raw: Path, site_id: str, files: dict[str, bytes], name: str):
    import io
    import zipfile

    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for entry, content in files.items():
            archive.writestr(entry, content)
    extra = {
        "site_id": site_id,
        "local_government_id": site_id,
        "local_government": name,
        "level": "city",
        "country_iso3": "PER",
    }
    with SnapshotWriter(
        raw, "opensdg", f"{site_id}@2025-01-01", origin="", licence="", attribution="", extra=extra
    ) as writer:
        writer.add("all_indicators.zip", "opensdg_zip", body.getvalue(), extra={"language": "es"})
    return writer.commit() if not (writer.path / "manifest.json").exists() else _read(writer.path)


def _read(path: Path):
    from localsdg.sources.snapshot import read_snapshot

    return read_snapshot(path)


def test_copies_across_governments_and_a_site_never_seen(tmp_path: Path) -> None:
    series = b"Year;Ciudad;Value\r\n" + b"".join(b"%d;Lima;%d,%d\r\n" % (2010 + n, n, n + 1) for n in range(9))
    copy = b"Year,Value\n" + b"".join(b"%d,%d.%d\n" % (2010 + n, n, n + 1) for n in range(9))
    con = duckdb.connect()
    ledger.create_ledger(con)
    opensdg.prepare(con)
    sites = (
        ("lima", "Lima", {"1-2-1.csv": series, "2-1-1.csv": b"<html>"}),
        ("cusco", "Cusco", {"1-2-1.csv": copy, "3-1-1.csv": b'Year,Value\n2010,"1,234"\n'}),
    )
    stage_sites(con, [site_of(tmp_path, site_id, files, name) for site_id, name, files in sites])
    opensdg.finish(con, UN)
    assert con.execute(
        "select site_id, exclusion_rule, shared_with, n_headline "
        "from staging.local_indicator "
        "where local_indicator_id = '1-2-1' order by site_id"
    ).fetchall() == [("cusco", "OSDG-C01", "lima/1-2-1", 0), ("lima", None, None, 9)]
    assert rejects(con, "cusco", "OSDG-R06") == 1 and rejects(con, "lima", "OSDG-R01") == 1


def test_a_zip_that_is_none_is_named(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path, "opensdg", "x@2025-01-01", origin="", licence="", attribution="") as writer:
        writer.add("all_indicators.zip", "opensdg_zip", b"<html>not found</html>")
    con = duckdb.connect()
    ledger.create_ledger(con)
    opensdg.prepare(con)
    assert opensdg.stage_newest_of_each(RunContext(con, Settings(), "run"), [[_read(writer.path)]]) == [None]
    (aside,) = ledger.read_set_aside(con)
    assert aside.rule_id == "OSDG-S01" and "the archive is not a zip" in str(aside.detail)


def test_the_build_alone_gives_the_same_figures(con, data_root: Path, tmp_path: Path) -> None:
    """Bristol and Asturias from the three bodies of the live route, against the repository's."""
    other = duckdb.connect()
    ledger.create_ledger(other)
    opensdg.prepare(other)
    rows = [row for row in site_rows(data_root) if row["site"] in ("bristol", "asturias")]
    stage_sites(other, [snapshot_of(data_root, tmp_path, row, routes="build") for row in rows])
    opensdg.finish(other, UN)
    query = (
        "select local_indicator_id, year, value, unit from staging.local_observation "
        "where is_headline and site_id = ? order by all"
    )
    for site in ("bristol", "asturias"):
        ours, theirs = other.execute(query, [site]).fetchall(), con.execute(query, [site]).fetchall()
        assert len(ours) > 300 and ours == theirs


def test_headlines_are_those_of_the_sites_own_builds(con, data_root: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "benchmarks" / "headlines.py"
    spec = importlib.util.spec_from_file_location("headlines", script)
    assert spec and spec.loader
    measure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measure)
    found = list(measure.outcomes(con, data_root / "local" / "opensdg_built", "staging"))
    ids = {
        outcome: [f"{site} {indicator_id}" for site, indicator_id, each, _ in found if each == outcome]
        for outcome in measure.OUTCOMES
    }
    assert len(ids["agree"]) >= 262 and not ids["differ"]
    # the unit column holds subjects, of which ours is one
    assert ids["partly"] == ["bristol 10-3-1", "bristol 3-5-2"]
    reasons = {reason.split(":")[0] for _, _, outcome, reason in found if outcome == "lost"}
    assert reasons == {"no row is of the own area", "every period is a part of a year"}


def test_a_site_without_headlines_says_which_column_prevents_them(con) -> None:
    column, reason = one(
        con,
        "select no_headline_column, no_headline_reason from staging.local_indicator "
        "where site_id = 'barcelona' and local_indicator_id = '1-3-1'",
    )
    assert (column, reason) == ("Poverty_Threshold", "every row is broken down, most by Poverty_Threshold: 40% median")


def test_values_are_those_that_pandas_reads(con) -> None:
    """But for one file, the real sites write plain numbers, which an independent reader gives as they are."""
    import pandas as pd

    read = con.execute("select site_id, local_indicator_id, value, value_raw from staging.local_observation").df()
    plain = pd.to_numeric(read["value_raw"].str.strip(), errors="coerce")
    differs = plain.notna() & ((plain - read["value"]).abs() > 1e-12 * (plain.abs() + 1))
    assert len(read) > 70_000 and plain.notna().mean() > 0.99
    # offences per 100,000 inhabitants, with points for thousands: 8.539 is 8,539
    places = read[differs][["site_id", "local_indicator_id"]].drop_duplicates().values.tolist()
    assert places == [["schleswig-holstein", "16-1-1"]]
    assert ((read["value"] / plain)[differs].round(6) == 1000).all()


def test_most_units_of_the_real_sites_have_a_code(con) -> None:
    units = con.execute("select unit, count(*) from staging.local_observation group by unit").fetchall()
    known = sum(n for unit, n in units if is_known_unit(unit))
    assert known > 0.9 * sum(n for _, n in units)
