"""Areas in one chart: which values are set beside each other, what the title says, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from figure_helpers import settings, value

from localsdg.common.errors import UsageError
from localsdg.figures.briefing.briefing import brief
from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.compare import comparison, load_comparison
from localsdg.figures.data.figure import Result
from localsdg.figures.messages.messages import LANGUAGES, words

UGANDA = {"area_code": "800", "name": "Uganda", "kind": "country", "iso3": "UGA"}
SLUMS, HUNGER = "c08_slum_dwellers", "c11_hunger"


def compared(home: Path, rows: list[dict], figure_id: str, areas=("404", "724", "800"), lang: str = "en"):
    result = load_comparison(settings(home, rows, core_area=[UGANDA]), areas, None, lang, only=(figure_id,))
    return (*result.figures, *result.missing)[0]


def beside(figure) -> dict[str, int]:
    """The year that is set beside the others, by place, of bars."""
    return {row["code"]: row["year"] for row in figure.rows}


def slums(**years: dict[int, float]) -> list[dict]:
    codes = {"kenya": "404", "spain": "724", "uganda": "800"}
    return [value(year, amount, codes[place], SLUMS) for place, one in years.items() for year, amount in one.items()]


RISES = slums(kenya={2010: 50, 2020: 60}, spain={2010: 5, 2020: 4}, uganda={2010: 70, 2020: 58})


def test_each_area_is_a_line_with_a_look_of_its_own(tmp_path) -> None:
    figure = compared(tmp_path, RISES, "c08-slums")
    assert (figure.figure_id, figure.kind) == ("c08-slums-404-724-800", "line")
    assert [style.label for style in figure.encoding.styles] == ["Kenya", "Spain", "Uganda"]
    assert len({(style.colour, style.dash) for style in figure.encoding.styles}) == 3
    assert {row["text"].split()[0] for row in picture_spec(figure)["datasets"]["ends"]} == {"Kenya", "Spain", "Uganda"}


def test_no_number_is_that_of_all_areas(tmp_path) -> None:
    """A slide of key numbers would show that of one area under the name of all."""
    figure = compared(tmp_path, RISES, "c08-slums")
    assert (figure.finding.number, figure.finding.year) == ("", None)
    assert brief(Result((figure,), ()), words("en"), "country").key_numbers == ()


def test_the_same_areas_in_another_order_are_the_same_figure(tmp_path) -> None:
    assert compared(tmp_path, RISES, "c08-slums", ("UGA", "Spain", "404", "Kenya")) == compared(
        tmp_path, RISES, "c08-slums"
    )


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (RISES, "compare_passed"),
        (slums(kenya={2010: 60, 2020: 60}, spain={2010: 5, 2020: 4}, uganda={2010: 70, 2020: 68}), "compare_ends"),
        (slums(kenya={2010: 60, 2020: 60}, spain={2010: 5, 2020: 4}), "compare_two"),
        (slums(kenya={2010: 60, 2020: 30}, spain={2010: 5, 2020: 4}), "compare_closer"),
        (slums(kenya={2010: 30, 2020: 60}, spain={2010: 5, 2020: 4}), "compare_apart"),
        (slums(kenya={2010: 30, 2020: 30}, spain={2010: 30, 2020: 30}), "compare_same"),
        (slums(kenya={2010: 30, 2020: 30}, spain={2010: 30, 2020: 30}, uganda={2010: 9, 2020: 9}), "compare_tied"),
        (slums(kenya={2010: 30, 2020: 30}, spain={2010: 9, 2020: 9}, uganda={2010: 9, 2020: 9}), "compare_top"),
    ],
)
def test_the_finding_follows_the_numbers(tmp_path, rows, key, monkeypatch) -> None:
    # a short subject, so that every sentence has room
    monkeypatch.setitem(words("en").body["subject"], "c08-slums", "living in slums")
    assert compared(tmp_path, rows, "c08-slums").finding.key == key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_title_has_room_in_every_language(tmp_path, lang) -> None:
    figure = compared(tmp_path, RISES, "c08-slums", lang=lang)
    assert len(figure.title.split(" ")) <= (14 if lang == "en" else 18)
    assert figure.area not in figure.title and figure.area in figure.subtitle


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        # the last that all have, if it is at most three years before the newest of the one that is last to report
        (({2015: 1, 2018: 2}, {2015: 3, 2019: 4}), (2015, 2015)),
        (({2010: 1, 2018: 2}, {2010: 3, 2019: 4}), (2018, 2019)),
        # the nearest year, of two as near the later
        (({2015: 1}, {2013: 3, 2017: 4, 2022: 5}), (2015, 2017)),
        (({2015: 1}, {2014: 3, 2017: 4}), (2015, 2014)),
    ],
)
def test_areas_are_set_beside_each_other_by_their_last_common_or_nearest_years(tmp_path, years, expected) -> None:
    rows = [
        value(year, amount, code, "c09_internet_use")
        for code, one in zip(("404", "724"), years, strict=True)
        for year, amount in one.items()
    ]
    figure = compared(tmp_path, rows, "c09-internet", ("404", "724"))
    assert figure.kind == "bar" and beside(figure) == dict(zip(("404", "724"), expected, strict=True))
    is_one_year = expected[0] == expected[1]
    assert figure.finding.strength == ("strong" if is_one_year else "fair")
    older = min(expected)
    assert is_one_year or any(row["label"].endswith(f"({older})") for row in figure.rows)


def test_a_value_that_is_too_old_is_a_line_and_in_no_title(tmp_path) -> None:
    rows = slums(kenya={2020: 60, 2021: 61}, uganda={2020: 50, 2021: 51}, spain={1990: 90, 1991: 91})
    figure = compared(tmp_path, rows, "c08-slums")
    assert {row["code"] for row in figure.rows} == {"404", "724", "800"} and "Spain" not in figure.title


def test_two_definitions_are_never_in_one_chart(tmp_path) -> None:
    line, other = "$2.15 a day (2017 PPP)", "$1.90 a day (2011 PPP)"
    rows = [value(year, 30, code, definition=line) for code in ("404", "800") for year in (2015, 2019)]
    rows += [value(year, 1, "724", definition=other) for year in (2015, 2019)]
    figure = compared(tmp_path, rows, "c01-extreme-poverty")
    assert {row["code"] for row in figure.rows} == {"404", "800"}
    assert {row["definition"] for row in figure.rows} == {line} and "Left out" in figure.notes[-1]
    assert "Spain" in figure.notes[-1]


def test_an_area_without_a_value_is_named(tmp_path) -> None:
    figure = compared(tmp_path, slums(kenya={2010: 60, 2020: 60}, spain={2010: 5, 2020: 4}), "c08-slums")
    assert figure.notes[-1] == "No value: Uganda."


def test_pairs_are_rows_of_areas(tmp_path) -> None:
    rows = [
        value(2020, 10 + place, code, "c14_youth_neet", dimensions={"sex": sex})
        for place, code in enumerate(("404", "724"))
        for sex in ("FEMALE", "MALE")
    ]
    figure = compared(tmp_path, rows, "c14-neet", ("404", "724"))
    assert figure.kind == "dumbbell" and figure.encoding.order == ("Spain", "Kenya") and len(figure.rows) == 4


def test_a_limit_is_no_extreme(tmp_path) -> None:
    rows = [value(2020, amount, code, HUNGER, censoring=sign) for code, amount, sign in
            (("404", 2.5, "<"), ("724", 2.4, None), ("800", 2.5, "<"))]  # fmt: skip
    figure = compared(tmp_path, rows, "c11-hunger-areas")
    assert figure.finding.key == "compare_values"


def test_a_count_of_the_world_is_not_higher_than_that_of_its_countries(tmp_path) -> None:
    rows = [
        value(year, amount, code, "c04_reviews_cumulative")
        for code, amount in (("001", 300), ("404", 12), ("724", 30))
        for year in (2019, 2020)
    ]
    figure = compared(tmp_path, rows, "c04-reviews", ("001", "404", "724"))
    assert "Spain" in figure.title and "World" not in figure.title


@pytest.mark.parametrize(
    ("figure_id", "reason"),
    [
        ("c01-national-poverty", "own_definition"),
        ("c04-reviews-by-year", "single_years"),
        ("c04-consulted", "only_world"),
        ("c05-by-goal", "not_compared"),
    ],
)
def test_what_cannot_be_compared_says_why(tmp_path, figure_id, reason) -> None:
    assert comparison(entries()[figure_id]) is None
    assert compared(tmp_path, RISES, figure_id).reason == words("en").say(f"reason.{reason}")


def test_one_area_with_a_value_is_no_comparison(tmp_path) -> None:
    reason = compared(tmp_path, slums(kenya={2010: 50, 2020: 60}), "c08-slums").reason
    assert reason == "Of these areas only Kenya has a value: nothing to compare it with."


def test_as_many_areas_as_can_be_told_apart(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"two to 5 areas.*--area 001,150,202,250,404,724 --separate"):
        compared(tmp_path, RISES, "c08-slums", ("001", "150", "202", "250", "404", "724"))
    with pytest.raises(UsageError, match=r"got 1: Kenya"):
        compared(tmp_path, RISES, "c08-slums", ("404", "KEN"))


def test_bars_whose_values_are_the_ends_of_lines_are_left_out(tmp_path) -> None:
    made = settings(tmp_path, [value(year, 9, code) for code in ("404", "724") for year in (2015, 2019)])
    result = load_comparison(made, ("404", "724"), "C01")
    ids = [one.figure_id for one in result.figures]
    assert "c01-extreme-poverty-404-724" in ids and "c01-extreme-poverty-areas-404-724" not in ids
    assert not [one for one in result.missing if "poverty-areas" in one.figure_id]
    alone = load_comparison(made, ("404", "724"), only=("c01-extreme-poverty-areas",))
    assert alone.figures[0].kind == "bar"
