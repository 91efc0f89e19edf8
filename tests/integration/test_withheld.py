"""A value that cannot be true is kept in core, left out of the evidence and reported; the rest is published.

Bahrain reported 29 of 19 local governments for 2021, 152.6 %.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from replay_bodies import bulk_csv
from replay_server import record

from localsdg.common.errors import BlockedByChecks, LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.sources.unsd.user_files import take_files

RELEASE = "2023-12-17"
#: series, unit, Bahrain 2021, Bahrain 2019, Belgium 2021
VALUES = (
    ("SG_DSR_SILS", "PERCENT", "152.63158", "50", "40"),
    ("SG_DSR_SILN", "NUMBER", "29", "5", "4"),
    ("SG_GOV_LOGV", "NUMBER", "19", "10", "10"),
)


def observations() -> list[dict]:
    rows = []
    for series, unit, wrong, before, other in VALUES:
        for area, name, year, value in (
            (48, "Bahrain", 2021, wrong),
            (48, "Bahrain", 2019, before),
            (56, "Belgium", 2021, other),
        ):
            rows.append(
                record(
                    series,
                    area,
                    year,
                    value,
                    name=name,
                    indicators=("1.5.4", "11.b.2", "13.1.3"),
                    attributes={"Nature": "C", "Units": unit},
                    dimensions={"Reporting Type": "G"},
                )
            )
    return rows


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with the file of a release that holds one value that cannot be true."""
    home = tmp_path_factory.mktemp("withheld")
    (file := home / f"{RELEASE}.csv").write_bytes(bulk_csv(observations()))
    take_files(Settings(home=home), [file])
    return home


@pytest.fixture(scope="module")
def run(home) -> pipeline.Run:
    return pipeline.run_all(Settings(home=home), with_bundled=False)


@pytest.fixture(scope="module")
def ask(run):
    con = duckdb.connect(str(run.settings.published), read_only=True)
    yield lambda sql: con.execute(sql).fetchall()
    con.close()


def test_core_keeps_the_value_with_its_flag(ask) -> None:
    assert ask(
        "select series_code, value, quality_flag from core.observation "
        "where area_code = '048' and year = 2021 order by 1"
    ) == [
        ("SG_DSR_SILN", 29.0, "above its whole"),
        ("SG_DSR_SILS", 152.63158, "out of bounds"),
        ("SG_GOV_LOGV", 19.0, None),
    ]
    assert ask("select count(*) from core.observation where quality_flag is not null") == [(2,)]


def test_the_evidence_has_a_row_without_a_value_that_says_why(ask) -> None:
    found = ask(
        "select metric_id, value, caveat from evidence.metric_value "
        "where area_code = '048' and year = 2021 and value is null order by 1"
    )
    assert [row[:2] for row in found] == [("c12_strategies", None), ("c12_strategy_share", None)]
    # a correction of the project names both, and says more than the rules that find them
    assert found[0][2].startswith("withheld: 29, 29 local governments of 19 (SG_GOV_LOGV of the same year) (correction")
    assert found[1][2].startswith("withheld: 152.63158, 29 local governments of 19 (SG_DSR_SILN, SG_GOV_LOGV of")
    assert ask("select year, value from evidence.c12_strategy_share where area_code = '048' and value is not null") == [
        (2019, 50.0)
    ]


def test_no_progress_reads_it(ask) -> None:
    assert ask("select latest_year from evidence.progress where area_code = '048' and series_code = 'SG_DSR_SILS'") == [
        (2019,)
    ]


def test_it_is_set_aside_by_name(run, ask) -> None:
    lines = [one.line for one in run.set_aside]
    assert lines == [
        "value SG_DSR_SILN 048 2021 (unsd 2023-12-17): the part is larger than the whole that it is counted "
        "in: 29, 29 local governments of 19 (SG_GOV_LOGV of the same year) (correction bahrain-2021-strategies)",
        "value SG_DSR_SILS 048 2021 (unsd 2023-12-17): the value lies outside what its series can be: "
        "152.63158, 29 local governments of 19 (SG_DSR_SILN, SG_GOV_LOGV of the same year): a share is at most "
        "100 per cent (correction bahrain-2021-strategies-share)",
    ]
    assert ask("select set_aside_kind, rule_id from audit.quarantine order by 2") == [
        ("value", "WH-009"),
        ("value", "WH-011"),
    ]


def test_every_audit_holds(run) -> None:
    audits = [one for one in run.validation if one["suite"] == "warehouse"]
    assert [one["rule_id"] for one in audits if one["outcome"] != "passed" and one["severity"] == "critical"] == []


@pytest.mark.long
def test_a_strict_run_publishes_the_known_values_of_the_bundle(tmp_path, shared_parts) -> None:
    run = pipeline.run_all(Settings(home=tmp_path, parts=str(shared_parts)), only_bundled=True, strict=True)
    assert {item.set_aside_kind for item in run.set_aside} == {"value"}
    assert run.settings.published.exists()


def test_a_strict_run_publishes_nothing(home, run) -> None:
    before = run.settings.published.read_bytes()
    with pytest.raises(LocalsdgError, match="2 set aside in a strict run"):
        pipeline.run_all(Settings(home=home), with_bundled=False, strict=True)
    assert run.settings.published.read_bytes() == before


# ------------------------------------------------------------------ many, and what is not flagged
def staged(tmp_path, rows: list[dict]) -> pipeline.Run:
    settings = Settings(home=tmp_path)
    (file := tmp_path / f"{RELEASE}.csv").write_bytes(bulk_csv(rows))
    take_files(settings, [file])
    started = pipeline.start_run(settings, with_bundled=False)
    pipeline.stage(started)
    pipeline.build(started)
    return started


def test_many_of_one_kind_are_a_number(tmp_path) -> None:
    run = staged(tmp_path, [record(year=year, value="152") for year in range(1990, 2000)])
    try:
        names = [one.set_aside_name for one in run.set_aside]
        assert [name.split()[2] for name in names[:5]] == ["1990", "1991", "1992", "1993", "1994"]
        assert names[5:] == ["SI_POV_DAY1, 5 more"]
    finally:
        pipeline.end_run(run)


def test_all_audits_that_fail_are_named(tmp_path) -> None:
    run = staged(tmp_path, [record(year=year, value="5") for year in (2015, 2016)])
    try:
        con = duckdb.connect(str(run.built))
        con.execute("delete from core.observation where year = 2016")
        con.execute("update audit.source_load set rows_out = rows_out - 1")
        con.close()
        with pytest.raises(BlockedByChecks) as caught:
            pipeline.audit(run)
    finally:
        pipeline.end_run(run)
    for part in (
        "audits do not hold",
        "WH-001 failed (1 found), first {",
        "WH-005 failed (1 found), first {",
        "validation.html",
        "nothing was published",
    ):
        assert part in str(caught.value)
