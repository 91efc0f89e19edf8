"""Equal numbers: at two governments, and under two codes of one."""

from __future__ import annotations

import duckdb
import pytest
from local_helpers import snapshot_content

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging import ledger
from localsdg.staging.local import stage as local
from localsdg.staging.local.reference_area import Home
from localsdg.staging.local.snapshot_content import StatedFacts

SERIES = "Year,Value\n" + "".join(f"{2010 + n},{n}.{n + 1}\n" for n in range(6))
OTHER_SPELLING = "Value;Year\r\n" + "".join(f"{n},{n + 1}0;{2010 + n}.0\r\n" for n in reversed(range(6)))
ZEROS = "Year,Value\n" + "".join(f"{2010 + n},0\n" for n in range(8))
FOUR = "Year,Value\n" + "".join(f"{2010 + n},{n % 4}\n" for n in range(8))
JOBS = "Manufacturing employment as a proportion of total employment"
ADDED = "Manufacturing value added as a proportion of GDP"
KNOWN = [
    ("9.2.1", "9.2", "9", ADDED, "en"),
    ("9.2.2", "9.2", "9", JOBS, "en"),
    ("11.7.2", "11.7", "11", "Proportion of persons victim of physical harassment", "en"),
]


@pytest.fixture
def context() -> RunContext:
    con = duckdb.connect()
    ledger.create_ledger(con)
    local.prepare(con)
    return RunContext(con, Settings(), "run")


def marks(context: RunContext, *contents) -> dict[str, tuple]:
    """`site/indicator` -> the rule, what it shares its numbers with, and its headlines."""
    assert local.stage_snapshots(context, contents) == {}
    local.finish(context.con, KNOWN)
    for load in ledger.read_loads(context.con):  # which hold their balance
        assert load.rows_in == load.rows_out + load.rows_rejected
    headlines = "(select count(*) from staging.local_observation as o where o.is_headline and o.site_id = i.site_id "
    rows = context.con.execute(
        "select site_id || '/' || local_indicator_id, exclusion_rule, shared_with, n_headline, "
        f"{headlines} and o.local_indicator_id = i.local_indicator_id) from staging.local_indicator as i order by 1"
    ).fetchall()
    assert all(stated == counted for *_, stated, counted in rows), "the indicator states its headlines"
    return {name: (rule, shared, n) for name, rule, shared, n, _ in rows}


def titled(title: str, **facts) -> StatedFacts:
    return StatedFacts(titles={"en": title}, own_titles=(title,), unit="Percentage", **facts)


@pytest.mark.parametrize("content", [ZEROS, FOUR])
def test_few_different_values_are_no_copy_wherever_they_are_equal(context, content) -> None:
    sites = [snapshot_content({"3-1-1": content, "3-2-1": content}, site_id=name) for name in ("a", "b", "c", "d")]
    assert set(marks(context, *sites).values()) == {(None, None, 8)}


def test_the_same_numbers_in_another_spelling_are_a_copy(context) -> None:
    named = SERIES.replace("Year", "City,Year").replace("\n20", "\nWeirford,20")
    found = marks(
        context, snapshot_content({"1-2-1": named}), snapshot_content({"1-2-1": OTHER_SPELLING}, site_id="mereham")
    )
    assert found == {
        "mereham/1-2-1": ("TAB-C01", "weirford/1-2-1", 0),
        "weirford/1-2-1": (None, None, 6),
    }


def test_whose_name_the_rows_hold_has_not_copied_from_the_others(context) -> None:
    named = SERIES.replace("Year", "City,Year").replace("\n20", "\nWeirford,20")
    others = [snapshot_content({"1-2-1": named}, site_id=name, home=Home(name, "city", "GBR")) for name in ("a", "b")]
    found = marks(context, snapshot_content({"1-2-1": named}), *others)
    assert found.pop("weirford/1-2-1") == (None, None, 6)
    assert {rule for rule, *_ in found.values()} == {"TAB-P05"}


def test_a_government_that_nobody_reviewed_copies_from_one_of_the_list(context) -> None:
    bristol = snapshot_content({"1-2-1": SERIES}, site_id="bristol", home=Home("Bristol", "city", "GBR"))
    stranger = snapshot_content({"1-2-1": SERIES}, site_id="bristle", home=Home("Bristle", "city", "GBR"))
    assert marks(context, bristol, stranger) == {
        "bristle/1-2-1": ("TAB-C01", "bristol/1-2-1", 0),
        "bristol/1-2-1": (None, "bristle/1-2-1", 6),
    }


def test_where_nothing_shows_the_original_both_are_left_out(context) -> None:
    found = marks(context, snapshot_content({"1-2-1": SERIES}), snapshot_content({"1-2-1": SERIES}, site_id="mereham"))
    assert {rule for rule, *_ in found.values()} == {"TAB-C01"}


@pytest.mark.parametrize(
    ("stated", "headlines", "shared"),
    [
        # one file under two codes, of which one says that it is the region's
        (
            {"9-2-1": titled("Output of industry"), "9-2-2": titled("Jobs", coverage="Regional")},
            {"9-2-1": 0, "9-2-2": 0},
            True,
        ),
        # two UN indicators cannot be the same numbers, and nothing shows which they are
        ({"9-2-1": titled(ADDED), "9-2-2": titled(JOBS)}, {"9-2-1": 0, "9-2-2": 0}, True),
        # the site's own words are about something else than the official title
        (
            {"11-7-2": titled(KNOWN[2][3]), "16-1-3": titled("Total violent crimes")},
            {"11-7-2": 0, "16-1-3": 6},
            True,
        ),
        # one series under two numbers of the site's own
        ({"11-2-1": titled("Time to the next stop"), "9-1-9": titled("Time to the next stop")}, None, True),
        ({"1-2-2": titled("People at risk of poverty"), "10-2-3": titled("People below 60 %")}, None, True),
        ({"1-1-1": StatedFacts(), "10-2-3": StatedFacts()}, None, True),
        # one indicator of the UN under several codes, and a base file beside its series
        ({"1-5-1": titled("Deaths"), "13-1-1-a": titled("Missing persons")}, None, False),
        ({"1-3-1": titled("Pensions"), "1-3-1-SERIE-A": titled("Other words")}, None, False),
    ],
)
def test_equal_numbers_under_two_codes_of_a_site(context, stated, headlines, shared) -> None:
    found = marks(context, snapshot_content(dict.fromkeys(stated, SERIES), stated))
    first, second = stated
    assert {name: rule for name, (rule, *_) in found.items()} == {f"weirford/{one}": None for one in stated}
    assert {name.partition("/")[2]: n for name, (*_, n) in found.items()} == (headlines or dict.fromkeys(stated, 6))
    names = {name: other for name, (_, other, _) in found.items()}
    assert names == {
        f"weirford/{first}": f"weirford/{second}" if shared else None,
        f"weirford/{second}": f"weirford/{first}" if shared else None,
    }
