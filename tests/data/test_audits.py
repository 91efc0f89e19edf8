"""Every audit has a case that it finds: a good warehouse, broken in exactly one way.

The built file is copied once; each case breaks the copy within a transaction
that is rolled back.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import BlockedByChecks, LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.registry.tables import schema_tables, tables
from localsdg.warehouse.audit import load_audits

SQL = Settings().sql
AUDITS = {audit.rule_id: audit for audit in load_audits(Settings())}
WRITTEN = {
    line.removeprefix("-- rule:").strip()
    for path in (SQL / "audits").glob("*.sql")
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.startswith("-- rule:")
}
#: One row of a table again, with some columns replaced.
AGAIN = "insert into {table} select * replace ({change}) from {table} where {where} limit 1"
POVERTY = "series_code = 'SI_POV_DAY1' and area_code = '001' and release = '2023-12-17' and is_total"


def again(table: str, change: str, where: str) -> str:
    return AGAIN.format(table=table, change=change, where=where)


#: What a person decided on a link that stands.
DECIDED = (
    "insert into core.link_decision by name select action_id, goal_code, target_code, indicator_code, "
    "'{decision}' as decision, 'A' as decided_by, timestamp '2026-11-23' as decided_at, '2026-11' as "
    "release, 'x' as snapshot_sha256 from core.action_link where {where} limit 1"
)


#: Rule -> statements that break what it guards.
BREAK: dict[str, list[str]] = {
    "WH-001": [f"delete from core.observation where {POVERTY} and year = 2015"],
    "WH-002": [again("core.observation", "'again' as breakdown", f"{POVERTY} and year = 2015")],
    "WH-003": [f"update core.observation set unit = 'TONNES' where {POVERTY} and year = 2015"],
    "WH-004": [
        "update core.series_release set is_latest = true where series_code = 'SI_POV_DAY1' and release = '2019.Q2.G.01'"
    ],
    "WH-005": ["update audit.source_load set rows_rejected = 1, rows_out = rows_out - 1 where release = '2023-12-17'"],
    "WH-006": [
        "insert into core.area by name select '999' as area_code, '999' as name, "
        "'grouping' as kind, false as is_ldc, false as is_lldc, false as is_sids",
        again("core.observation", "'999' as area_code", f"{POVERTY} and year = 2015"),
    ],
    "WH-007": [
        "update core.series_release set is_partial = true where series_code = 'SI_POV_DAY1' and release = '2023-12-17'"
    ],
    "WH-008": [
        "update core.observation set value = 122 where series_code = 'SG_DSR_SFDRR' "
        "and area_code = '001' and release = '2023-12-17'"
    ],
    "WH-009": [
        "update evidence.metric_value set value = 100.5 "
        "where metric_id = 'c01_extreme_poverty' and area_code = '724' and year = 2015"
    ],
    "WH-010": [
        "update evidence.metric_value set value = 9.9 "
        "where metric_id = 'c01_extreme_poverty' and area_code = '001' and year = 2015"
    ],
    "WH-030": [
        "update core.series_definition set definition_basis = 'contradicted', listed_definition = '$3.00 a day' "
        "where series_code = 'SI_POV_DAY1' and release = '2020-10-19'"
    ],
    "WH-031": [
        "update core.series_definition set definition_basis = 'not known', definition = null "
        "where series_code = 'SI_POV_DAY1' and release = '2020-10-19'"
    ],
    "WH-012": [
        "update core.observation set quality_flag = null "
        "where series_code = 'VC_DSR_AFFCT' and quality_flag = 'more than live there'"
    ],
    "WH-013": ["delete from core.observation_flag where quality_flag = 'outside its parts'"],
    "WH-014": ["delete from core.observation_flag where quality_flag = 'below its parts'"],
    "WH-015": [
        "update core.observation set time_detail = '2015-2017' "
        "where series_code = 'VC_DSR_MORT' and quality_flag is null and year = 2017"
    ],
    "WH-016": ["delete from core.population where year = 2021"],
    "WH-020": [
        again("core.action_link", "'learned' as method", "indicator_code is null"),
        DECIDED.format(decision="refused", where="method = 'learned'"),
    ],
    # the three countries that report the newest year again
    "WH-022": [
        "update evidence.metric_value set is_headline_year = year = (select max(year) from "
        "evidence.c12_share_of_local_governments) where metric_id = 'c12_share_of_local_governments' "
        "and area_code = '001'"
    ],
    "WH-021": [DECIDED.format(decision="accepted", where="true").replace("action_id,", "'none:1' as action_id,")],
    "WH-035": [
        "delete from evidence.local_progress where local_indicator_id = '12-5-1'",
        "update evidence.local_progress set reason = null where status = 'not assessed'",
        "update evidence.metric_value set value = value + 1 where metric_id = 'c05_local_targets' "
        "and not map_contains(dimensions, 'goal')",
    ],
    "WH-036": [
        "update evidence.local_progress set latest_year = 2029 where local_indicator_id = '12-5-1'",
        "update evidence.local_progress set way_covered = -1 where local_indicator_id = '12-5-1'",
        "update evidence.local_progress set projected_value = 101 where local_indicator_id = '1-2-1'",
    ],
    "WH-050": [
        "insert into evidence.coalition by name select 'academia' as actor_kind_a, 'parliament' as actor_kind_b, "
        "'local_targets' as dataset_id, '001' as area_code, 1 as n_actions, 1 as n_total, 0 as n_areas"
    ],
    "WH-051": [
        "update evidence.metric_value set value = value + 1 where metric_id = 'c06_local_government_role' "
        "and area_code = '001' and dimensions['role'] = 'lead'"
    ],
    "WH-052": [
        "update evidence.local_beside_nation_in_file set national_value = national_value + 0.1 "
        "where site_id = 'asturias' and local_indicator_id = '1-2-1-a'"
    ],
    "WH-060": [
        "update core.local_government set iso_3166_2 = 'DE-HH' where local_government_id = 'bonn'",
    ],
    "WH-040": [
        "update evidence.published_figure set agrees_with_release = false "
        "where series_code = 'SI_POV_DAY1' and report_year = 2023 and year = 2015"
    ],
}
#: Further ways to break the same rules.
ALSO: dict[str, tuple[str, str]] = {
    "a headline without a value": (
        "WH-022",
        "update evidence.metric_value set value = null where metric_id = 'c01_extreme_poverty' and is_headline_year",
    ),
    "no headline": (
        "WH-022",
        "update evidence.metric_value set is_headline_year = false where metric_id = 'c01_extreme_poverty'",
    ),
    "an observation invented": ("WH-001", again("core.observation", "1889 as year", f"{POVERTY} and year = 2015")),
    "a series without a latest release": (
        "WH-004",
        "update core.series_release set is_latest = false where series_code = 'SI_POV_DAY1'",
    ),
    "a reject that no load counted": (
        "WH-005",
        "insert into audit.reject by name select run_id, source, release, file_name, "
        "'UNSD-R04' as rule_id, 'key' as row_key from audit.source_load limit 1",
    ),
    "rows that vanished": (
        "WH-005",
        "update audit.source_load set rows_out = rows_out - 1 where release = '2020-10-19'",
    ),
    "a share below 0": (
        "WH-009",
        "update evidence.metric_value set value = -0.1 where metric_id = 'c02_social_protection' and area_code = '724'",
    ),
    "a share in a row that has its own unit": (
        "WH-009",
        "update evidence.metric_value set value = 152 "
        "where metric_id = 'c03_local_poverty' and dimensions['unit'] = 'PERCENT'",
    ),
    "a progress from a share above 100": (
        "WH-009",
        "update evidence.progress set latest_value = 152 where series_code = 'SI_POV_DAY1' and area_code = '724'",
    ),
    "people above the population in a small territory": (
        "WH-012",
        "update core.population set population = 1 where area_code = '584'",
    ),
    "a share of all outside those of women and men": (
        "WH-013",
        "update core.latest_breakdown set value = 99 "
        "where series_code = 'SL_TLF_NEET' and area_code = '724' and breakdown = ''",
    ),
    "a share of all outside those of town and countryside": (
        "WH-013",
        "update core.latest_breakdown set value = 0 "
        "where series_code = 'EG_ACS_ELEC' and area_code = '404' and breakdown = ''",
    ),
    "a count below its women and men": (
        "WH-014",
        "update core.latest_breakdown set value = 1 where series_code = 'VC_DTH_TOCVN' and breakdown = ''",
    ),
    "a published figure that was lost": (
        "WH-010",
        "update evidence.metric_value set value = null "
        "where metric_id = 'c01_extreme_poverty' and area_code = '001' and year = 1990",
    ),
    "a published figure of another metric": (
        "WH-010",
        "update evidence.metric_value set value = value + 1 "
        "where metric_id = 'c11_hunger' and area_code = '001' and year = 2018",
    ),
    "an accepted link that was lost": (
        "WH-020",
        DECIDED.format(decision="accepted", where="true")
        .replace("goal_code,", "cast(cast(goal_code as integer) % 17 + 1 as varchar) as goal_code,")
        .replace("target_code, indicator_code", "null as target_code, null as indicator_code"),
    ),
    "an actor that a coalition lacks": (
        "WH-050",
        "insert into core.action_partner by name select action_id, 'P' as partner, 'academia' as partner_kind, "
        "'stated' as kind_basis from core.action where lead_kind is not null limit 1",
    ),
    "an action that no register counts": ("WH-051", again("core.action", "'again' as action_id", "true")),
    "a key of a government that nobody reviewed": (
        "WH-060",
        "update core.local_government set wikidata = 'Q1' where is_provisional",
    ),
    "a key in another form": (
        "WH-060",
        "update core.local_government set nuts = 'DE-3' where local_government_id = 'berlin'",
    ),
    "a latitude beyond the pole": (
        "WH-060",
        "update core.local_government set latitude = -91 where local_government_id = 'barcelona'",
    ),
    "a population of nobody": (
        "WH-060",
        "update core.local_government set population = 0 where local_government_id = 'barcelona'",
    ),
    "a population without its place": (
        "WH-060",
        "update core.local_government set latitude = null, longitude = null, geonames_id = null "
        "where local_government_id = 'kiel'",
    ),
    "a country more": (
        "WH-008",
        "update core.observation set value = 0.5 where series_code = 'SG_DSR_LGRGSR' "
        "and release = '2023-12-17' and value = 0",
    ),
}
#: Generated rules: one of each kind on a few tables.
GENERATED: dict[str, str] = {
    "GEN-core-observation-key": again("core.observation", "99 as value", f"{POVERTY} and year = 2015"),
    "GEN-core-goal-key": again("core.goal", "'x' as title", "goal_code = '1'"),
    "GEN-evidence-metric_value-key": again("evidence.metric_value", "1 as value", "year = 2015"),
    "GEN-core-observation-required": f"update core.observation set unit = null where {POVERTY}",
    "GEN-core-area-required": "update core.area set name = null where area_code = '724'",
    "GEN-core-observation-area_code-reference": "delete from core.area where area_code = '724'",
    "GEN-core-target-goal_code-reference": "delete from core.goal where goal_code = '17'",
    "GEN-core-review-local_government_id-reference": "delete from core.local_government where level = 'city'",
}


#: What the source's lists lack is a fact about the source: it warns.
OF_LISTS = {
    rule
    for rule in AUDITS
    if rule.endswith(("-goal_code-reference", "-target_code-reference", "-indicator_code-reference"))
}


@pytest.fixture(scope="module")
def copy(built: Settings, tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """A copy of the built file, with what the audits know of the staging tables."""
    path = shutil.copy2(built.published, tmp_path_factory.mktemp("audits") / "copy.duckdb")
    connection = duckdb.connect(str(path))
    connection.execute("create temp table staged_keys as select count(*) as n_keys from core.observation")
    yield connection
    connection.close()


@pytest.fixture
def finds(copy) -> Callable[..., list[tuple]]:
    """Breaks the copy and gives the rows that a rule finds; all is undone at the end."""
    copy.execute("begin")

    def look(rule_id: str, *statements: str) -> list[tuple]:
        for statement in statements:
            changed = copy.execute(statement).fetchone()
            assert changed is None or changed[0] > 0, f"breaks nothing: {statement}"
        return copy.execute(AUDITS[rule_id].select).fetchall()

    yield look
    copy.execute("rollback")


def test_every_rule_that_people_wrote_has_a_case() -> None:
    assert len(WRITTEN) == len(list((SQL / "audits").glob("*.sql")))
    assert set(BREAK) == WRITTEN


def test_every_kind_of_generated_rule_has_a_case() -> None:
    def kinds(rules) -> set[str]:
        return {rule.rsplit("-", 1)[1] for rule in rules if rule.startswith("GEN-")}

    assert kinds(GENERATED) == kinds(AUDITS) == {"key", "required", "reference"}


def test_the_good_warehouse_breaks_no_rule(copy) -> None:
    found = {rule: rows for rule, audit in AUDITS.items() if (rows := copy.execute(audit.select).fetchall())}
    assert found == {}


@pytest.mark.parametrize("rule_id", BREAK)
def test_a_written_audit_finds_its_fault(rule_id, finds) -> None:
    assert finds(rule_id, *BREAK[rule_id])


@pytest.mark.parametrize("name", ALSO)
def test_a_written_audit_finds_other_faults_too(name, finds) -> None:
    rule_id, statement = ALSO[name]
    assert finds(rule_id, statement)


@pytest.mark.parametrize("rule_id", GENERATED)
def test_a_generated_audit_finds_its_fault(rule_id, finds) -> None:
    assert AUDITS[rule_id].severity == ("warning" if rule_id in OF_LISTS else "critical")
    assert finds(rule_id, GENERATED[rule_id])


def test_what_is_not_a_fault_is_not_found(finds) -> None:
    """Values at the edge, and a total that differs by a breakdown alone."""
    assert (
        finds(
            "WH-009",
            "update evidence.metric_value set value = 100 where area_code = '724'",
            "update evidence.metric_value set value = 0 where area_code = '004'",
        )
        == []
    )
    assert (
        finds(
            "WH-002",
            again("core.observation", "'sex=FEMALE' as breakdown, false as is_total", f"{POVERTY} and year = 2015"),
        )
        == []
    )
    assert finds("GEN-core-area-required", "update core.area set iso3 = null") == []


def test_the_registry_gives_each_table_that_an_input_can_break_its_rules() -> None:
    for table in schema_tables("core", "evidence", "audit"):
        name = f"GEN-{table.name.replace('.', '-')}"
        if table.kind == "view" or table.is_derived or table.schema == "audit":
            assert not [rule for rule in AUDITS if re.fullmatch(f"{name}-(key|required|.*-reference)", rule)]
            continue
        assert (f"{name}-key" in AUDITS) == bool(table.primary_key)
        assert (f"{name}-required" in AUDITS) == bool(table.required)
        for column, other in table.foreign_keys.items():
            assert (f"{name}-{column}-reference" in AUDITS) == (not tables()[other].is_derived)


def test_an_audit_is_critical_unless_its_header_says_warning() -> None:
    warnings = {rule for rule, audit in AUDITS.items() if audit.severity == "warning"}
    assert warnings >= {"WH-006", "WH-007", "WH-008"} and warnings - WRITTEN == OF_LISTS
    assert all(len(audit.reason) > 10 for audit in AUDITS.values())


# ------------------------------------------------------------------ within a run


@pytest.fixture
def run(tmp_path) -> pipeline.Run:
    """A run of one small file, built and not yet audited."""
    from replay_bodies import bulk_csv
    from replay_server import record

    from localsdg.sources.unsd.user_files import take_files

    settings = Settings(home=tmp_path)
    (file := tmp_path / "2024-02.csv").write_bytes(bulk_csv([record(year=year, value="5") for year in (2015, 2016)]))
    take_files(settings, [file])
    started = pipeline.start_run(settings, with_bundled=False)
    pipeline.stage(started)
    pipeline.build(started)
    yield started
    pipeline.end_run(started)


def spoil(path: Path, statement: str) -> None:
    con = duckdb.connect(str(path))
    con.execute(statement)
    con.close()


def outcomes(run: pipeline.Run) -> dict[str, str]:
    con = duckdb.connect(str(run.built), read_only=True)
    try:
        return dict(
            con.execute("select rule_id, outcome from audit.validation_result where suite = 'warehouse'").fetchall()
        )
    finally:
        con.close()


def test_a_run_writes_what_its_audits_found_into_the_file(run) -> None:
    results = pipeline.audit(run)
    assert {one["rule_id"] for one in results} == set(AUDITS)
    assert outcomes(run) == {one["rule_id"]: "passed" for one in results}


def test_a_lost_observation_blocks_the_run(run) -> None:
    spoil(run.built, "delete from core.observation where year = 2016")
    with pytest.raises(BlockedByChecks, match="audit WH-001 failed .* nothing was published"):
        pipeline.audit(run)
    assert outcomes(run)["WH-001"] == "failed"
    found = next(one for one in run.validation if one["rule_id"] == "WH-001")
    assert '"staged_observations": 2, "built_observations": 1' in found["examples"]


def test_a_warning_does_not_block(run) -> None:
    spoil(run.built, "update core.series_release set is_partial = true")
    results = pipeline.audit(run)
    assert [one["rule_id"] for one in results if one["outcome"] == "failed"] == ["WH-007"]


def test_an_audit_that_errs_blocks(run) -> None:
    spoil(run.built, "alter table core.area rename kind to sort")
    with pytest.raises(BlockedByChecks, match="errored"):
        pipeline.audit(run)
    assert outcomes(run)["WH-008"] == "errored"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("-- severity: critical\n-- why: x\n", "rule missing"),
        ("-- rule: X-1\n-- severity: fatal\n-- why: x\n", "got fatal"),
        ("-- rule: GEN-core-goal-key\n-- severity: critical\n-- why: x\n", "two audits share an id"),
    ],
)
def test_an_audit_with_a_bad_header_is_refused(header, message, tmp_path) -> None:
    (tmp_path / "sql" / "audits").mkdir(parents=True)
    (tmp_path / "sql" / "audits" / "one.sql").write_text(f"{header}select 1 as a")
    with pytest.raises(LocalsdgError, match=message):
        load_audits(Settings(home=tmp_path, resources=tmp_path))


def test_the_cases_name_tables_of_the_registry() -> None:
    named = {rule.split("-")[1] + "." + rule.split("-")[2] for rule in GENERATED}
    assert named <= set(tables())
