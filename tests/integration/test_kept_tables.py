"""A build that takes over tables of the published file gives the rows, in the order, of one that computes all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from replay_bodies import bulk_csv
from replay_server import record

from localsdg.common.database import rows_hash
from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.pipeline.run import open_run, writing
from localsdg.pipeline.run_log import code_version
from localsdg.pipeline.snapshots import dataset
from localsdg.sources.snapshot import sha256_of
from localsdg.sources.unsd.user_files import take_files
from localsdg.warehouse import kept_tables
from localsdg.warehouse.audit import run_audits
from localsdg.warehouse.build import build
from localsdg.warehouse.build_facts import BuildFacts
from localsdg.warehouse.publication_diff import compare_publications

OLD, NEW = "2023-12-17", "2026-02-01"
SITES = ("thunder-bay@2023-12-08", "goettingen@2025-01-13")
#: What a user, a source or a release may change, as it shows in the staged tables.
CHANGES = {
    "one value": "update staging.observation set value = 0.75, value_raw = '0.75' "
    f"where series_code = 'SI_POV_DAY1' and area_code = '724' and year = 2016 and release = '{NEW}'",
    "one site": "update staging.local_observation set value = value + 1 where site_id = "
    "(select min(site_id) from staging.local_observation)",
    "a site is gone": "delete from staging.local_observation where site_id = 'goettingen'",
    "a correction": "update staging.observation set correction_id = 'spain', value = 0.7 "
    "where series_code = 'SI_POV_DAY1' and area_code = '724' and year = 2018",
    "a review": "update staging.review set review_year = review_year - 1",
}


@pytest.fixture(scope="module")
def staged(tmp_path_factory, add_lists) -> tuple[Path, BuildFacts]:
    """The work database of a home with two releases and two sites, and the facts of its run."""
    settings = Settings(home=add_lists(tmp_path_factory.mktemp("staged")), fresh=True)
    for part in ("reviews/2026-11-27", *(f"opensdg/{site}" for site in SITES)):
        shutil.copytree(settings.bundled / part, settings.raw / part)
    for release, last in ((OLD, "1"), (NEW, "7")):
        (file := settings.home / f"{release}.csv").write_bytes(bulk_csv(list(_observations(last))))
        take_files(settings, [file])
    run = pipeline.begin_run(settings, with_bundled=False)
    with writing(settings, run):
        open_run(run)
        pipeline.stage(run)
        pipeline.link(run)
        work, con = settings.home / "work.duckdb", run.connection()
        name = con.execute("select current_database()").fetchone()[0]
        con.execute(f"attach '{work}' as kept; copy from database \"{name}\" to kept; detach kept")
        facts = BuildFacts(
            run.run_id,
            run.version,
            run.started_at,
            code_version(settings),
            tuple(dataset(s, False) for s in run.snapshots),
        )
        run.ended = True
        run.drop()
    return work, facts


def _observations(last: str) -> Iterable[dict]:
    facts = {"dimensions": {"Reporting Type": "G"}, "attributes": {"Nature": "G", "Units": "PERCENT"}}
    for area, first in ((724, 0.9), (250, 0.1), (1, 9.0)):
        for year in (2015, 2016, 2017):
            yield record("SI_POV_DAY1", area, year, str(first + year - 2015), **facts)
        yield record("SI_POV_DAY1", area, 2018, last, **facts)
        yield record("SP_ACS_BSRVH2O", area, 2018, "150" if area == 250 else "90", **facts)


class Builds:
    """Builds of one home from a staged database that tests change."""

    def __init__(self, home: Path, staged: tuple[Path, BuildFacts]) -> None:
        self.settings = Settings(home=home)
        self.facts = staged[1]
        self.work = home / "work.duckdb"
        self.settings.warehouse.mkdir(parents=True)
        shutil.copyfile(staged[0], self.work)

    def change(self, sql: str) -> None:
        with duckdb.connect(str(self.work)) as con:
            assert con.execute(sql).fetchall()[0][0], "nothing was changed"

    def build(self, name: str, **settings) -> Path:
        target = self.settings.home / name / "localsdg.duckdb"
        target.parent.mkdir()
        shutil.copyfile(self.work, work := target.with_name("work.duckdb"))
        build(str(work), target, own := replace(self.settings, **settings), self.facts)
        run_audits(target, str(work), own)
        return target

    def publish(self, built: Path) -> None:
        shutil.copyfile(built, self.settings.published)
        kept_tables.keep_note(built, self.settings, sha256_of(built))


@pytest.fixture
def builds(tmp_path, staged) -> Builds:
    return Builds(tmp_path / "home", staged)


@pytest.fixture
def models_run(monkeypatch) -> list[str]:
    """The models that were run, as they run."""
    from localsdg.warehouse import run_models

    names: list[str] = []
    run = run_models.run_model
    monkeypatch.setattr(
        run_models, "run_model", lambda con, one, *more: (names.append(one.target), run(con, one, *more))
    )
    return names


def differences(one: Path, other: Path) -> list[str]:
    """Tables with other rows, or the same in another order; `built_at` is of the run."""
    con = duckdb.connect()
    con.execute(f"attach '{one}' as a (read_only); attach '{other}' as b (read_only)")
    listed = (
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = '{}' "
        "union all select schema_name || '.' || view_name || sql from duckdb_views() "
        "where database_name = '{}' and not internal union all "
        "select concat_ws(' ', schema_name, table_name, column_name, comment) from duckdb_columns() "
        "where database_name = '{}' union all "
        "select concat_ws(' ', schema_name, table_name, comment) from duckdb_tables() where database_name = '{}' "
        "order by 1"
    )
    names, others = (con.execute(listed.format(db, db, db, db)).fetchall() for db in "ab")
    assert names == others and len(names) > 150
    found = []
    for (name,) in con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'a'"
    ).fetchall():
        columns = "* exclude (built_at)" if name == "meta.release" else "*"
        rows = [con.execute(f"select {columns} from {db}.{name} order by rowid").fetchall() for db in "ab"]
        if repr(rows[0]) != repr(rows[1]):
            found.append(name)
    return found


@pytest.mark.long
def test_a_change_of_one_site_runs_what_reads_it_and_gives_the_same_file(builds: Builds, models_run: list[str]) -> None:
    builds.publish(builds.build("first"))
    everything = len(models_run)
    models_run.clear()
    builds.change(CHANGES["one site"])
    second = builds.build("second")
    run = set(models_run)
    assert {"core.local_observation", "evidence.c03_local_poverty"} <= run and len(run) < everything / 3
    assert not {"core.observation", "core.latest_breakdown", "evidence.c01_extreme_poverty"} & run
    assert differences(second, builds.build("fresh", fresh=True)) == []


@pytest.mark.long
def test_every_kind_of_change_gives_the_file_of_a_fresh_build(builds: Builds, models_run: list[str]) -> None:
    builds.publish(built := builds.build("first"))
    for name, sql in CHANGES.items():
        builds.change(sql)
        models_run.clear()
        built = builds.build(name)
        assert len(models_run) < 135, name
        assert differences(built, builds.build(f"{name}, fresh", fresh=True)) == [], name
        same = kept_tables.unchanged_tables(built)
        assert "core.area" in same and "evidence.metric" not in same, name
        of_all, of_changed = (
            compare_publications(builds.settings.published, built, builds.settings, unchanged=known)
            for known in ((), same)
        )
        assert of_changed.rows("tables") == of_all.rows("tables") and of_changed.lines == of_all.lines, name
        assert all(of_changed.rows(part) == of_all.rows(part) for part in of_all.tables), name
        builds.publish(built)


@pytest.mark.long
def test_a_model_s_text_and_the_day_of_the_newest_release_count(builds: Builds, tmp_path: Path, models_run) -> None:
    builds.publish(builds.build("first"))
    for folder in (builds.settings.sql, builds.settings.expectations):
        shutil.copytree(folder, tmp_path / "resources" / folder.name)
    file = tmp_path / "resources" / "sql" / "evidence" / "c05_years_of_data.sql"
    file.write_text(file.read_text() + "\n-- the same rows\n")
    models_run.clear()
    changed = {"resources": tmp_path / "resources"}
    builds.facts = replace(
        builds.facts, datasets=tuple({**one, "fetched_at": "2026-11-20T00:00:00"} for one in builds.facts.datasets)
    )
    second = builds.build("second", **changed)
    assert "evidence.c05_years_of_data" in models_run and "core.observation" not in models_run
    assert differences(second, builds.build("fresh", fresh=True, **changed)) == []


@pytest.mark.long
def test_another_rule_for_headlines_marks_the_values_of_all_metrics(builds: Builds, tmp_path: Path) -> None:
    builds.publish(first := builds.build("first"))
    for folder in (builds.settings.sql, builds.settings.expectations):
        shutil.copytree(folder, tmp_path / "resources" / folder.name)
    file = tmp_path / "resources" / "sql" / "evidence" / "headline.sql"
    file.write_text(f"select * replace (false as is_headline_year) from (\n{file.read_text()}\n)")
    second = builds.build("second", resources=tmp_path / "resources")
    assert "evidence.metric_value" in differences(second, first)
    assert differences(second, builds.build("fresh", fresh=True, resources=tmp_path / "resources")) == []


@pytest.mark.parametrize("harm", ["other file", "no note", "note", "other code"])
def test_a_file_that_is_not_the_one_of_the_note_is_not_used(
    builds: Builds, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = builds.settings.home / "built" / "localsdg.duckdb"
    built.parent.mkdir()
    with duckdb.connect(str(built)) as con:
        con.execute("create schema core; create table core.goal as select 1 as goal_code; create view v as select 1")
    kept = kept_tables.KeptTables("base", keys={"core.goal": "key"}, rows={"core.goal": "hash"})
    kept.write(built)
    builds.publish(built)
    target = builds.settings.home / "target.duckdb"
    assert kept_tables.start(target, builds.settings, ["core.goal"]).holds("core.goal", "key")
    target.unlink()
    part = next(builds.settings.parts_folder.iterdir())
    if harm == "other file":
        with duckdb.connect(str(builds.settings.published)) as con:
            con.execute("update core.goal set goal_code = 2")
    elif harm == "other code":
        monkeypatch.setattr(kept_tables, "package_digest", lambda: "other")
    elif harm == "note":
        (part / kept_tables.NOTE).write_text("{}")
    else:
        shutil.rmtree(part)
    assert not kept_tables.start(target, builds.settings, ["core.goal"]).started_from_published
    assert not target.exists()


@pytest.mark.parametrize(
    "change",
    ["update core.goal set title = 'b'", "delete from core.goal", "insert into registry_kinds values ('x')", "text"],
)
def test_the_key_of_a_model_holds_all_that_it_reads(change: str) -> None:
    def key(select: str = "select title from core.goal, registry_kinds") -> str:
        return kept_tables.KeptTables("base").key_of(con, [select], ["core.goal"])

    con = duckdb.connect()
    con.execute("create schema core; create table core.goal as select 'a' as title, 0.1 as share, null as note")
    con.execute("create temp table registry_kinds as select 'k' as kind; create temp table other as select 1 as n")
    before = key()
    con.execute("update other set n = 2")
    assert key() == before
    if change == "text":
        assert key("select title  from core.goal, registry_kinds") != before
    else:
        con.execute(change)
        assert key() != before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.1::double + 0.2", "0.3::double"),
        ("map {'a': 'b'}", "map {'b': 'a'}"),
        ("[]::varchar[]", "null::varchar[]"),
        ("map {}::map(varchar, varchar)", "null::map(varchar, varchar)"),
    ],
)
def test_rows_are_compared_to_the_last_digit(one: str, other: str) -> None:
    def of(value: str) -> str:
        con.execute(f"create or replace table rows as select {value} as value, 'x' as name")
        return rows_hash(con, "rows")

    con = duckdb.connect()
    assert of(one) == of(one) != of(other)


@pytest.mark.long
def test_the_published_note_is_found_by_the_next_build(builds: Builds, add_lists: Callable) -> None:
    """The whole way: a run publishes, and the next one starts from its file."""
    home = add_lists(builds.settings.home / "small")
    settings = Settings(home=home)
    first = pipeline.run_all(settings, with_bundled=False)
    assert first.tables and (target := home / "target.duckdb")
    assert kept_tables.start(target, settings, ["core.goal"]).known["keys"]["core.goal"]
