"""What a new snapshot lost: limits, what is no loss, and which files are compared with which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.pipeline.loss import Loss
from localsdg.pipeline.lost_records import find_losses
from localsdg.pipeline.new_snapshots import find_new_data
from localsdg.registry.loss_limits import loss_limits
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.snapshot import FileRecord, Snapshot

PUBLISHED = (
    "core.observation",
    "core.local_observation",
    "core.series_release",
    "core.local_site",
    "audit.source_load",
)
STAGED = (
    "staging.observation",
    "staging.breakdown",
    "staging.source_file",
    "staging.series",
    "staging.local_observation",
    "staging.action",
    "staging.review",
    "audit.source_load",
)
OLD, NEW = "alpha@2026-11-01", "alpha@2026-11-08"


@pytest.fixture
def con() -> Iterable[duckdb.DuckDBPyConnection]:
    """Empty staging tables, and those of a published file."""
    con = duckdb.connect()
    con.execute("attach ':memory:' as published; create schema staging; create schema audit")
    for name in STAGED:
        con.execute(create_table_sql(tables()[name]))
    for name in PUBLISHED:
        con.execute(f"create schema if not exists published.{name.split('.')[0]}")
        con.execute(create_table_sql(tables()[name], f"published.{name}"))
    yield con
    con.close()


def snapshot(source: str, release: str, *names: str, **extra: object) -> Snapshot:
    """A snapshot whose files have their release and name as hash."""
    files = tuple(FileRecord(name, "data", f"{release} {name}", 1) for name in names or ("data.csv",))
    return Snapshot(Path(source) / release, source, release, "2026-11-08T00:00:00", "", "", "", "1", files, extra)


def losses(con: duckdb.DuckDBPyConnection, *snapshots: Snapshot) -> list[Loss]:
    return find_losses(RunContext(con, Settings(), "run"), find_new_data(con, snapshots, ()))


def insert(con: duckdb.DuckDBPyConnection, table: str, select: str, *values: object) -> None:
    con.execute(f"insert into {table} by name select {select}", list(values))


def site_rows(con: duckdb.DuckDBPyConnection, old: str, new: str, n: int = 20_000) -> None:
    """`n` records of a published site of which `new` selects those of its new snapshot, by their number i."""
    columns = (
        "'opensdg' as dataset_id, 'alpha' as site_id, '1-2-' || (i % 10) as local_indicator_id, "
        "i // 10 % 50 + 1970 as year, map {'Group': 'g' || (i // 500)} as dimensions, i + 0.5 as value, "
        "'own' as reference_area_kind, i % 3 = 0 as is_headline, ? as release"
    )
    site = "'opensdg' as dataset_id, 'alpha' as site_id, ? as release"
    insert(con, "published.core.local_site", site, OLD)
    insert(con, "published.core.local_observation", f"{columns} from range({n}) as r(i) where {old}", OLD)
    insert(con, "staging.local_observation", f"{columns} from range({n}) as r(i) where {new}", NEW)


SITE = snapshot("opensdg", NEW, site_id="alpha")


@pytest.mark.parametrize(
    ("lost", "is_warned", "is_held"),
    [(0, False, False), (2, False, False), (3, True, False), (200, True, False), (201, True, True)],
)
def test_the_limits_are_a_hundredth_and_one_per_cent_of_the_records(con, lost, is_warned, is_held) -> None:
    site_rows(con, "true", f"i >= {lost}")
    found = losses(con, SITE)
    assert [one.n_lost for one in found] == ([lost] if is_warned else [])
    assert any(one.is_held for one in found) == is_held


def test_a_source_that_covers_less_is_held_though_few_records_went(con) -> None:
    site_rows(con, "true", "true")
    one_more = "* replace ('9-1-1' as local_indicator_id, 1900 as year) from published.core.local_observation limit 1"
    insert(con, "published.core.local_observation", one_more)
    (loss,) = losses(con, SITE)
    assert loss.n_lost == 1 and loss.is_held
    assert [(one.what, one.old, one.new) for one in loss.shrunk if one.what != "series with a headline value"] == [
        ("series", 11, 10),
        ("years", 51, 50),
    ]


def test_order_repeated_rows_and_new_spellings_are_no_loss(con) -> None:
    site_rows(con, "true", "true", 1000)
    con.execute("insert into staging.local_observation select * from staging.local_observation")
    assert losses(con, SITE) == []
    con.execute(
        "create or replace table staging.local_observation as select distinct on (local_indicator_id, year, value) * "
        "replace (map {'Grupo': 'x' || value} as dimensions, "
        "if(local_indicator_id = '1-2-4', '8-8-8', local_indicator_id) as local_indicator_id) "
        "from staging.local_observation order by value desc"
    )
    assert losses(con, SITE) == []
    con.execute("update staging.local_observation set value = value + 1 where local_indicator_id = '8-8-8'")
    (loss,) = losses(con, SITE)
    assert loss.n_lost == 100 and {one.code for one in loss.series} == {"1-2-4"}


def test_what_is_not_newer_and_what_is_of_the_bundle_is_compared_with_nothing(con) -> None:
    site_rows(con, "true", "i < 10", 1000)
    assert find_new_data(con, [SITE], [SITE.path]).pairs == ()
    con.execute("update published.core.local_site set release = 'alpha@2026-11-09'")
    assert find_new_data(con, [SITE], []).pairs == ()


# ------------------------------------------------------------------ releases


def official(
    con: duckdb.DuckDBPyConnection, code: str, old: str, new: str | None, n_new: int = 100, **facts: object
) -> None:
    """A series of 100 published records, and its `n_new` records in a new release."""
    series = f"'unsd' as dataset_id, '{code}' as series_code, ? as release"
    columns = (
        f"{series}, '{code}' as published_series_code, '004' as area_code, 1900 + i as year, "
        "i as value, cast(i as varchar) as value_raw, 'G' as reporting_type"
    )
    insert(con, "published.core.series_release", f"{series}, true as is_latest, false as is_limited", old)
    definition = facts.get("definition")
    old_rows = f"{columns}, true as is_total, ? as definition from range(100) as r(i)"
    insert(con, "published.core.observation", old_rows, old, definition)
    if new is None:
        return
    file = f"{new} data.csv"
    new_rows = f"{columns}, '' as published_breakdown, ? as snapshot_sha256 from range({n_new}) as r(i)"
    insert(con, "staging.observation", new_rows, new, file)
    decoded = f"{series}, '{code}' as published_series_code, '' as published_breakdown, true as is_total"
    insert(con, "staging.breakdown", decoded, new)
    source_file = "'unsd' as dataset_id, ? as release, ? as snapshot_sha256, ? as is_limited"
    insert(con, "staging.source_file", source_file, new, file, bool(facts.get("is_limited")))


def listed(con: duckdb.DuckDBPyConnection, release: str, *codes: str) -> None:
    """The list of series that a release comes with."""
    rows = "'unsd' as dataset_id, ? as release, unnest(?) as series_code"
    insert(con, "staging.series", rows, release, list(codes))


def test_a_release_is_compared_series_by_series_with_the_latest_before_it(con) -> None:
    official(con, "AA", "2022.Q1.G.01", "2022.Q2.G.01", 90)
    official(con, "BB", "2022.Q3.G.01", "2022.Q2.G.01", 0)  # the published one is newer
    official(con, "CC", "2022.Q1.G.01", None)  # not asked for
    (loss,) = losses(con, snapshot("unsd", "2022.Q2.G.01"))
    assert (loss.n_old, loss.n_lost, loss.old_release, loss.is_held) == (100, 10, "2022.Q1.G.01", True)
    assert loss.series[0].words == "AA 10 (1990 to 1999; area 004)"


def test_a_series_that_was_asked_for_and_came_without_rows_is_lost_and_one_that_is_not_listed_is_not(con) -> None:
    new = "2022.Q2.G.01"
    official(con, "AA", "2022.Q1.G.01", new)
    for code in ("BB", "CC", "DD"):
        official(con, code, "2022.Q1.G.01", None)
    listed(con, new, "AA", "BB", "DD")
    asked = {"BB.csv": {"series": ["BB", "CC"]}, "DD.csv": {"series": ["DD"], "areas": ["4"], "years": []}}
    for name in asked:
        source_file = "'unsd' as dataset_id, ? as release, ? as snapshot_sha256, false as is_limited"
        insert(con, "staging.source_file", source_file, new, f"{new} {name}")
    loads = "'unsd' as source, ? as release, ? as snapshot_sha256, ? as rows_in, 0 as rows_out"
    one = snapshot("unsd", new, "data.csv", *asked)
    one = replace(one, files=tuple(replace(file, extra=asked.get(file.name, {})) for file in one.files))
    assert losses(con, one) == []  # no file was read
    insert(con, "audit.source_load", loads, new, f"{new} BB.csv", 100)
    assert losses(con, one) == []  # all rows of it are rejects
    con.execute("update audit.source_load set rows_in = 0")
    (loss,) = losses(con, one)
    assert loss.n_lost == 100 and [one.code for one in loss.series] == ["BB"]
    assert losses(con, replace(one, extra={"failed_series": [{"series": "BB"}]})) == []


def test_a_list_of_series_that_was_cut_off_is_less_coverage(con) -> None:
    official(con, "AA", "2022.Q1.G.01", "2022.Q2.G.01")
    listed(con, "2022.Q1.G.01", *(f"A{number}" for number in range(600)))
    listed(con, "2022.Q2.G.01", *(f"A{number}" for number in range(594)))
    assert [one.is_held for one in losses(con, snapshot("unsd", "2022.Q2.G.01"))] == [False]
    con.execute("delete from staging.series where release = '2022.Q2.G.01' and series_code = 'A9'")
    (loss,) = losses(con, snapshot("unsd", "2022.Q2.G.01"))
    assert loss.is_held and "593 of 600 series that the source lists are left" in loss.words


def test_a_partial_pull_and_a_new_poverty_line_are_no_loss(con) -> None:
    official(con, "AA", "2022.Q1.G.01", "2022.Q2.G.01", 10, is_limited=True)
    assert losses(con, snapshot("unsd", "2022.Q2.G.01")) == []
    con.execute("delete from staging.source_file")
    official(con, "SI_POV_DAY1", "2022-04-03", "2023-12-17", 10, definition="$1.90 a day (2011 PPP)")
    assert [one.n_old for one in losses(con, snapshot("unsd", "2023-12-17"))] == []
    con.execute("update published.core.observation set definition = '$2.15 a day (2017 PPP); base period 2017'")
    assert [one.n_lost for one in losses(con, snapshot("unsd", "2023-12-17"))] == [90]


def test_releases_that_are_years_apart_may_have_revised_more() -> None:
    limits = loss_limits()
    assert limits.hold_between("2022.Q1.G.01", "2022.Q2.G.01") == limits.hold_pct == 1
    assert limits.hold_between(OLD, NEW) == 1
    assert limits.hold_between("no day", "2022-07-10") == 1
    assert 14 < limits.hold_between("2022-07-10", "2023-12-17") < 15


# ------------------------------------------------------------------ files of actions and reviews


def actions(con: duckdb.DuckDBPyConnection, release: str, name: str, ids: range, *, is_published: bool) -> None:
    record = "'register' as dataset_id, ? as release, ? as snapshot_sha256, unnest(?) as action_id"
    insert(con, "staging.action", record, release, f"{release} {name}", [f"register:{i}" for i in ids])
    if is_published:
        loaded = "'actions' as source, ? as release, ? as snapshot_sha256"
        insert(con, "published.audit.source_load", loaded, release, f"{release} {name}")


def test_a_file_of_actions_is_compared_with_the_last_one_of_its_name(con) -> None:
    actions(con, "2026-01-01", "a.csv", range(500), is_published=True)
    actions(con, "2026-02-01", "a.csv", range(400), is_published=True)
    actions(con, "2026-02-01", "b.csv", range(500, 600), is_published=True)
    old = [snapshot("actions", "2026-01-01", "a.csv"), snapshot("actions", "2026-02-01", "a.csv", "b.csv")]
    actions(con, "2026-03-01", "a.csv", range(396), is_published=False)
    (loss,) = losses(con, *old, snapshot("actions", "2026-03-01", "a.csv"))
    assert (loss.name, loss.n_old, loss.n_lost, loss.old_release, loss.is_held) == (
        "register",
        400,
        4,
        "2026-02-01",
        False,
    )
    assert "records 4" in loss.words


def test_a_file_that_repeats_no_record_adds_to_its_register(con) -> None:
    actions(con, "2026-01-01", "a.csv", range(500), is_published=True)
    actions(con, "2026-02-01", "c.csv", range(500, 510), is_published=False)
    new = snapshot("actions", "2026-02-01", "c.csv")
    assert losses(con, snapshot("actions", "2026-01-01", "a.csv"), new) == []
    actions(con, "2026-02-01", "c.csv", range(1), is_published=False)
    (loss,) = losses(con, snapshot("actions", "2026-01-01", "a.csv"), new)
    assert loss.is_held and loss.n_lost == 499
