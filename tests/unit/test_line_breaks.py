"""Values of two definitions: no line, no title and no rank compares them, and the subtitle names them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from figure_helpers import settings, value

from localsdg.figures.chart.datasets import bridges, datasets, runs
from localsdg.figures.chart.theme import PICTURE
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.line_breaks import breaks, definition_words
from localsdg.figures.data.load import load_figures
from localsdg.figures.deck.chart_data import xy_data
from localsdg.figures.messages.messages import LANGUAGES, words
from localsdg.figures.page.data import pack

L190, L215 = "$1.90 a day (2011 PPP)", "$2.15 a day (2017 PPP)"
#: Two lines that meet in consecutive years: nothing but the definition keeps them apart.
ROWS = [
    value(2010, 16, definition=L190),
    value(2011, 14, definition=L190),
    value(2012, 15, definition=L215),
    value(2013, 12, definition=L215),
    value(2015, 10.8, definition=L215),
]


def figures(home, rows, lang="en", area="001") -> dict[str, Figure]:
    return {one.figure_id: one for one in load_figures(settings(home, rows), area=area, lang=lang).figures}


@pytest.fixture(scope="module")
def poverty(tmp_path_factory) -> Figure:
    return figures(tmp_path_factory.mktemp("lines"), ROWS)["c01-extreme-poverty"]


def test_the_title_compares_values_of_one_definition(poverty) -> None:
    assert poverty.title.endswith("fell from 15% of people in 2012 to 10.8% in 2015") and len(poverty.rows) == 5


def test_the_subtitle_names_each_definition(poverty, tmp_path) -> None:
    what = "World · % of people below the international poverty line: "
    assert poverty.subtitle == what + f"{L190}; from 2012 {L215} · 2010–2015"
    one = figures(tmp_path, ROWS[2:])["c01-extreme-poverty"]
    assert one.subtitle == what + f"{L215} · 2012–2015" and one.encoding.breaks == ()


def test_no_renderer_joins_the_values_of_two_definitions(poverty) -> None:
    assert poverty.encoding.breaks == ((2011, 2012, f"from here: {L215}"),)
    run = [row["run"] for row in runs(poverty)]
    assert run[0] == run[1] != run[2] == run[3]
    assert [(gap["x0"], gap["x1"]) for gap in bridges(poverty)] == [(2013, 2015)]
    assert datasets(poverty, PICTURE, [], 300)["breaks"] == [{"year": 2011.5, "why": f"from here: {L215}"}]
    page = pack(poverty)
    assert (page["columns"]["run"], page["breaks"]) == (run, poverty.encoding.breaks)
    # the deck has an empty point between the two
    (_, _, points), *_ = xy_data(poverty, "2026-11-23T00:00:00")[1]
    years = [row and row["year"] for row in points]
    assert (2011, 2012) not in pairwise(years) and years[:4] == [2010, 2011, None, 2012]


def test_the_definition_is_in_the_table(poverty) -> None:
    assert [row["definition"] for row in poverty.rows] == [L190, L190, L215, L215, L215]
    assert dict(zip(poverty.columns, poverty.headers, strict=True))["definition"] == "Definition"


def test_base_periods_break_a_line_and_releases_still_do() -> None:
    usual = {"metric_id": "m", "dimensions": {}, "release": "a", "basis": "published", "unit": "INDEX"}
    rows = [{**usual, "year": year, "definition": "base period 2015"} for year in (2000, 2001, 2002)]
    assert breaks(rows, words("en")) == ()
    rows[2]["definition"] = "base period 2020"
    assert breaks(rows, words("en")) == ((2001, 2002, "from here: base period 2020"),)
    rows[1]["release"] = "b"
    assert breaks(rows, words("en"))[0] == (2000, 2001, "another release: b")


def test_one_line_of_several_breaks_alone(tmp_path) -> None:
    """The other line has a value in between: its own neighbours are of one definition."""
    facts = [
        ("FEMALE", 2010, 20, L190),
        ("FEMALE", 2012, 22, L215),
        ("FEMALE", 2013, 21, L215),
        ("MALE", 2010, 18, L215),
        ("MALE", 2011, 17, L215),
        ("MALE", 2012, 16, L215),
    ]
    rows = [
        value(year, amount, metric="c01_working_poor", dimensions={"sex": sex}, definition=line)
        for sex, year, amount, line in facts
    ]
    one = figures(tmp_path, rows)["c01-working-poor"]
    assert one.encoding.breaks == ((2010, 2012, f"from here: {L215}"),)
    assert [row["run"] for row in runs(one)] == [0, 1, 1, 0, 0, 0]


def test_areas_are_ranked_by_one_definition(tmp_path) -> None:
    rows = [
        value(2015, 10, definition=L190),
        value(2015, 5, area="150", definition=L190),
        value(2015, 41, area="202", definition=L190),
        value(2017, 60, area="202", definition=L215),
    ]
    one = figures(tmp_path, rows)["c01-extreme-poverty-areas"]
    assert [(row["code"], row["value"]) for row in one.rows] == [("202", 41.0), ("001", 10.0), ("150", 5.0)]
    assert L190 in one.subtitle and L215 not in one.subtitle


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "$2.15 a day (2017 PPP)"),
        ("es", "2,15 USD al día (PPA de 2017)"),
        ("fr", "2,15\u00a0$ par jour (PPA de 2017)"),
        ("pt", "2,15 USD por dia (PPC de 2017)"),
    ],
)
def test_a_poverty_line_in_each_language(lang, line) -> None:
    assert definition_words(L215, words(lang)) == line
    assert {lang for lang in LANGUAGES} == {"en", "es", "fr", "pt"}
    assert definition_words("another text", words(lang)) == "another text"


def test_a_line_and_a_base_period_together() -> None:
    assert definition_words(f"{L190}; base period 2017", words("en")) == f"{L190}; base period 2017"
    assert definition_words("at constant prices of 2021", words("fr")) == "à prix constants de 2021"
    assert definition_words("13th ICLS", words("en")) == "employment as ICLS 13 defines it"
    assert definition_words(None, words("en")) == "definition not stated"


@pytest.mark.parametrize(("source", "n_breaks"), [("reviews", 0), ("opensdg", 1)])
def test_a_register_of_several_snapshots_is_one_line(tmp_path, source, n_breaks) -> None:
    releases = [{"dataset": one, "source": source, "release": one, "fetched_at": "2026-11-27"} for one in ("A", "B")]
    rows = [
        value(year, 10 * year - 20000, metric="c04_reviews_cumulative", release=release, basis="computed")
        for year, release in ((2022, "A"), (2023, "A"), (2024, "A; B"))
    ]
    licences = [{"source": source, "name": "A register"}]
    result = load_figures(settings(tmp_path, rows, meta_dataset=releases, meta_licence=licences), "C04")
    one = next(one for one in result.figures if one.figure_id == "c04-reviews")
    assert len(one.encoding.breaks) == n_breaks
