"""A run with corrections of the user: what is published, said and refused, and what a release that differs changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from replay_bodies import bulk_csv
from replay_server import record

from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.pipeline.summary import summarise
from localsdg.sources.unsd.user_files import take_files
from localsdg.warehouse.query import open_published

OLD, NEW = "2023-12-17", "2024-02-01"
#: The project's own corrections of Bahrain fit the old release and not the new one.
OURS = ["bahrain-2021-strategies", "bahrain-2021-strategies-share"]
OWN = """
[[correction]]
id = "spain-2018-poverty"
what = "Spain 2018: 7 per cent where the report says 0.7."
action = "scale"
factor = 0.1
reason = "the report of the country says 0.7"
who = "the country's report of 2023"
since = 2024-02-02
where = { source = "unsd", series = "SI_POV_DAY1", area = "724", year = 2018 }
source_said = { rows = 1, values = ["7"] }

[[correction]]
id = "wrong"
what = "An area that does not exist."
action = "drop"
reason = "r"
who = "w"
since = 2024-02-02
where = { source = "unsd", series = "SG_DSR_SILS", area = "099", year = 2021 }
source_said = { rows = 1, values = ["40"] }
"""


def observations(share: str, number: str) -> list[dict]:
    """Bahrain's local governments with a strategy, and poverty in Spain."""
    strategies = (("SG_DSR_SILS", "PERCENT", share), ("SG_DSR_SILN", "NUMBER", number), ("SG_GOV_LOGV", "NUMBER", "19"))
    same = {"dimensions": {"Reporting Type": "G"}}
    return [
        *(
            record(
                series,
                48,
                2021,
                value,
                name="Bahrain",
                indicators=("1.5.4", "11.b.2"),
                attributes={"Nature": "C", "Units": unit},
                **same,
            )
            for series, unit, value in strategies
        ),
        *(
            record("SI_POV_DAY1", 724, year, value, attributes={"Nature": "G", "Units": "PERCENT"}, **same)
            for year, value in ((2015, "0.9"), (2016, "0.8"), (2017, "0.8"), (2018, "7"))
        ),
    ]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> pipeline.Run:
    """A run with two releases; in the newer one Bahrain has 19 of 19, and Spain says what it said."""
    settings = Settings(home=tmp_path_factory.mktemp("corrections"))
    (own := settings.corrections[1]).parent.mkdir()
    own.write_text(OWN, encoding="utf-8")
    for release, rows in ((OLD, observations("152.63158", "29")), (NEW, observations("100", "19"))):
        (file := settings.home / f"{release}.csv").write_bytes(bulk_csv(rows))
        take_files(settings, [file])
    return pipeline.run_all(settings, with_bundled=False)


@pytest.fixture(scope="module")
def ask(run) -> Iterator[Callable]:
    con = open_published(run.settings)
    yield lambda sql: con.execute(sql).fetchall()
    con.close()


def test_the_published_file_and_the_commands_say_what_was_corrected(run, ask, cli: Callable) -> None:
    assert ask(
        "select release, year, value, value_raw, correction_id from core.observation "
        "where series_code = 'SI_POV_DAY1' and year >= 2017 order by all"
    ) == [
        (release, *row)
        for release in (OLD, NEW)
        for row in ((2017, 0.8, "0.8", None), (2018, pytest.approx(0.7), "7", "spain-2018-poverty"))
    ]
    assert ask("select status, n_corrected, declared_in from audit.correction where correction_id like 'spain%'") == [
        ("applied", 2, "user")
    ]
    assert ask("select rows_in, rows_out, rows_rejected from audit.source_load") == [(10, 10, 0)] * 2
    # the entry that names no area costs itself alone
    assert [one.set_aside_name for one in run.set_aside if one.rule_id == "CORR-002"] == ["wrong"]
    assert (
        "where.area of data/corrections.toml does not exist: 099"
        in cli(run.settings.home, "corrections", "wrong").output
    )
    listed = cli(run.settings.home, "corrections", "spain-2018-poverty")
    assert f"scale, applied; rows: {OLD} 1, {NEW} 1" in listed.output
    assert "the country's report of 2023" in listed.output
    # a figure that rests on the corrected value says so
    explained = cli(run.settings.home, "explain", "c01-extreme-poverty-724")
    assert "correction spain-2018-poverty: Spain 2018: 7 per cent where the report says 0.7." in explained.output
    assert "corrected before it was computed: the report of the country says 0.7" in explained.output


def test_a_release_that_says_something_else_is_left_alone_and_reported(run, ask, cli: Callable) -> None:
    assert ask(
        "select release, value, quality_flag, correction_id from core.observation "
        "where series_code = 'SG_DSR_SILS' order by 1"
    ) == [(OLD, 152.63158, "out of bounds", OURS[1]), (NEW, 100.0, None, None)]
    summary = summarise(run)
    assert [one["rule_id"] for one in summary["warnings"] if one["rule_id"].startswith("CORR")] == ["CORR-001"]
    (check,) = (one for one in run.validation if one["rule_id"] == "CORR-001")
    assert (check["severity"], check["n_unexpected"]) == ("warning", 2)
    assert all(name in check["examples"] for name in OURS)
    lines = [one["line"] for one in summary["set_aside"] if one["rule_id"] == "CORR-001"]
    assert lines[1] == (
        f"correction {OURS[1]} (unsd {NEW}): the source no longer says what the correction corrects: the source says "
        "1 with 100 now; remove it from data/corrections.toml, or renew it"
    )
    checked = cli(run.settings.home, "corrections", "--check", "--json")
    assert checked.exit_code == 1
    assert ", ".join([*OURS, "wrong"]) in checked.stderr
    stale = [one for one in json.loads(checked.stdout)["corrections"] if one["status"] == "no longer fits"]
    assert [(one["correction_id"], one["source_says"]) for one in stale] == [
        (OURS[0], f"{NEW}: 1 with 19"),
        (OURS[1], f"{NEW}: 1 with 100"),
    ]
