"""What a figure headlines: a year that rests on enough, an extreme that is one, a gap that its reader can subtract."""

from __future__ import annotations

from pathlib import Path

import pytest
from figure_helpers import settings, value

from localsdg.figures.chart.palette import lighter
from localsdg.figures.data.figure import Figure, Result
from localsdg.figures.data.load import load_figures
from localsdg.figures.data.notes import spans
from localsdg.figures.messages.messages import rounded, words
from localsdg.registry.evidence import metrics

SHARE, CONFLICT, STRATEGIES = "c12_share_of_local_governments", "c13_conflict_deaths", "c12_strategy_share"
LANGUAGES = ("en", "es", "fr", "pt")


def load(tmp_path: Path, rows: list[dict], area: str = "001", lang: str = "en", **more):
    claims = sorted({metrics()[row["metric_id"]].claim_id for row in rows})
    return load_figures(settings(tmp_path, rows, **more), claims, area, lang)


def figure(tmp_path: Path, figure_id: str, rows: list[dict], area: str = "001", lang: str = "en", **more) -> Figure:
    found = load(tmp_path, rows, area, lang, **more)
    made = {one.figure_id: one for one in found.figures}
    assert figure_id in made, {one.figure_id: one.reason for one in found.missing}
    return made[figure_id]


def reason(tmp_path: Path, figure_id: str, rows: list[dict], area: str = "001", lang: str = "en") -> str:
    return {one.figure_id: one.reason for one in load(tmp_path, rows, area, lang).missing}[figure_id]


def shares(*years: tuple[int, float, int, str]) -> list[dict]:
    facts = {"metric": SHARE, "basis": "computed", "n_total": 248, "denominator": "countries"}
    return [value(year, share, n_areas=n, strength=strength, **facts) for year, share, n, strength in years]


#: 2017: 82 countries, 2021: 48, 2022: 3, as release 2023-12-17 has them.
FEW = shares((2017, 67.3, 82, "fair"), (2021, 66.0, 48, "fair"), (2022, 12.0, 3, "weak"))


# ------------------------------------------------------------------ the year
@pytest.mark.parametrize(
    ("lang", "told", "note"),
    [
        ("en", "In 48 reporting countries, 66% of local", "Lighter and not compared: 2022 (under 60% of the 82"),
        ("es", "En 48 países que informan, el 66", "Más claros y sin comparar: 2022"),
        ("fr", "48 pays", "Plus claires et non comparées\u00a0: 2022"),
        ("pt", "48 países", "Mais claros e sem comparação: 2022"),
    ],
)
def test_three_countries_are_no_headline(tmp_path, lang, told, note):
    one = figure(tmp_path, "c12-share", FEW, lang=lang)
    assert told in one.title and "2022" not in one.title and "2021" in one.title
    assert any(text.startswith(note) and "82" in text for text in one.notes)
    assert one.coverage.startswith("48") and "2021" in one.coverage


def test_an_incomplete_year_is_drawn_lighter_and_stays_in_the_numbers(tmp_path):
    one = figure(tmp_path, "c12-share", FEW)
    assert [(row["year"], row["incomplete"]) for row in one.rows] == [(2017, None), (2021, None), (2022, "incomplete")]
    assert "incomplete" in one.columns
    assert lighter("#000000") == "#a6a6a6" and lighter("#ffffff") == "#ffffff"


def test_a_line_leaves_out_what_rests_on_few_and_says_so(tmp_path):
    facts = {"metric": "c01_countries_below_3_pct", "basis": "computed", "n_total": 248, "denominator": "countries"}
    rows = [
        value(1990, 3, n_areas=17, strength="weak", **facts),
        value(1991, 13, n_areas=36, strength="weak", **facts),
        value(1994, 32, n_areas=87, strength="fair", **facts),
        value(2018, 78, n_areas=153, strength="strong", **facts),
    ]
    one = figure(tmp_path, "c01-countries-below-3", rows)
    assert one.title == "51% of countries have under 3% in extreme poverty, up from 36.8% in 1994"
    assert any(text.startswith("Left out: 1990–1991 (under 60% of the 153") for text in one.notes)


def test_a_count_that_printed_counts_are_marked_on_has_its_whole_beside_it(tmp_path):
    facts = {"metric": "c12_countries_with_strategy", "dimensions": {"source": "SG_DSR_LGRGSR"}, "basis": "computed"}
    rows = [value(2016, 66, n_areas=77, **facts), value(2024, 131, n_areas=138, **facts)]
    one = figure(tmp_path, "c12-countries", rows)
    assert one.title == "131 of 138 countries have a national disaster strategy, 66 of 77 in 2016"


def test_the_newest_years_of_the_register_are_no_fall(tmp_path):
    facts = {"metric": "c04_reviews_by_year", "basis": "computed"}
    rows = [
        value(2022, 83, strength="strong", **facts),
        value(2023, 73, strength="strong", **facts),
        value(2024, 31, strength="weak", **facts),
    ]
    one = figure(tmp_path, "c04-reviews-by-year", rows)
    assert "appeared in 2022" in one.title and any("the register is not yet complete" in text for text in one.notes)
    assert [row["incomplete"] for row in one.rows] == [None, None, "incomplete"]
    # an incomplete year can only grow
    rows[-1]["value"] = 90
    assert "appeared in 2024" in figure(tmp_path, "c04-reviews-by-year", rows).title


def test_a_bar_shows_the_newest_year_that_rests_on_enough(tmp_path):
    facts = {"metric": "c06_multi_stakeholder_frameworks", "basis": "computed"}
    rows = [
        value(year, number, area, n_areas=n, strength=strength, **facts)
        for year, area, number, n, strength in (
            (2016, "001", 40, 81, "strong"),
            (2018, "001", 2, 3, "weak"),
            (2016, "150", 30, 41, "strong"),
            (2016, "202", 10, 40, "strong"),
        )
    ]
    assert {row["year"] for row in figure(tmp_path, "c06-frameworks", rows).rows} == {2016}


# ------------------------------------------------------------------ no rows is not no value
CAUSES = [
    value(2017, n, metric=CONFLICT, dimensions={"cause_of_death": cause}) for n, cause in ((5, "SMALLARMS"), (9, "_U"))
]


def test_a_total_that_is_not_broken_down_is_shown_as_it_is(tmp_path):
    totals = [value(year, n, metric=CONFLICT) for year, n in ((2015, 35660), (2021, 11072), (2022, 16988))]
    one = figure(tmp_path, "c13-conflict-deaths", totals)
    assert one.kind == "column" and [row["value"] for row in one.rows] == [35660, 11072, 16988]
    assert "16,988" in one.title
    # where there are causes they are shown, without the total
    assert figure(tmp_path, "c13-conflict-deaths", [*CAUSES, *totals]).kind == "bar"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_breakdown_is_not_no_value(tmp_path, lang):
    rows = [value(2019, 5, metric="c02_social_protection")]
    told = reason(tmp_path, "c02-social-protection", rows, lang=lang)
    w = words(lang)
    assert told == w.say("reason.no_breakdown").format(area=w.area("001", "World"))
    assert told != w.say("reason.no_rows").format(area=w.area("001", "World"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_counted_for_the_world_alone_is_not_none_in_a_country(tmp_path, lang):
    rows = [value(2025, 67, metric="c04_governments_that_repeat", n_total=254, denominator="local governments")]
    told = reason(tmp_path, "c04-repeat-724", rows, "724", lang)
    assert told == words(lang).say("reason.world_alone").format(area=words(lang).area("724", "Spain"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_groups_alone_have_is_not_missing_from_a_country(tmp_path, lang):
    rows = [value(2021, 42.6, metric="c13_human_rights_institutions")]
    rows += [value(2021, 60, "150", metric="c13_human_rights_institutions")]
    told = reason(tmp_path, "c13-institutions-724", rows, "724", lang)
    assert told == words(lang).say("reason.groups_alone").format(area=words(lang).area("724", "Spain"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_country_is_no_number_of_countries_that_report(tmp_path, lang):
    rows = [value(2023, 1700, "404", metric="c11_disaster_affected", n_areas=1)]
    one = figure(tmp_path, "c11-disaster-affected-404", rows, "404", lang)
    assert words(lang).number(1700) in one.title and " 1 " not in one.title


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_tautology_is_not_drawn(tmp_path, lang):
    facts = {"metric": "c06_multi_stakeholder_frameworks", "basis": "computed"}
    rows = [value(2018, n, area, n_areas=n, **facts) for area, n in (("001", 50), ("150", 14), ("202", 12))]
    assert "50" in reason(tmp_path, "c06-frameworks", rows, lang=lang)
    one_no = [*rows[:2], value(2018, 12, "202", n_areas=13, **facts)]
    assert figure(tmp_path, "c06-frameworks", one_no).rows


# ------------------------------------------------------------------ counts, extremes and gaps
@pytest.mark.parametrize(
    ("amount", "shown"), [(26.2, "26"), (0.3, "< 1"), (0.0, "0"), (2.5, "3"), (1234.5, "1,235"), (-3.4, "-3")]
)
def test_counts_are_whole_numbers(amount, shown):
    assert words("en").amount(amount, "NUMBER") == shown
    assert words("en").amount(26.2, "PERCENT") == "26.2%"


def test_the_numbers_of_a_figure_keep_the_decimals_of_the_source(tmp_path):
    rows = [value(year, n, "404", metric="c11_disaster_affected") for year, n in ((2016, 30.5), (2017, 26.2))]
    [_, last] = figure(tmp_path, "c11-disaster-affected-404", rows, "404").rows
    assert (last["value"], last["shown"]) == (26.2, "26")


def many(*values: float) -> tuple[list[dict], dict]:
    codes = [f"{900 + n}" for n in range(len(values))]
    areas = [{"area_code": code, "name": f"Country {code}", "kind": "country", "iso3": f"X{code}"} for code in codes]
    groups = [{"grouping_code": "001", "area_code": code, "scheme": "SDG regions"} for code in codes]
    rows = [value(2020, one, code, metric=STRATEGIES) for one, code in zip(values, codes, strict=True)]
    return rows, {"core_area": areas, "core_area_grouping": groups}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "All local governments have disaster strategies in 8 of 15 countries, none in 7"),
        ("es", "tienen estrategias ante desastres en 8 de 15 países, ninguno en 7"),
        ("fr", "dans 8 pays sur 15, aucune dans 7"),
        ("pt", "em 8 de 15 países, nenhum em 7"),
    ],
)
def test_a_tie_is_told_by_its_number_and_never_by_one_name(tmp_path, lang, told):
    rows, more = many(*[100] * 8, *[0] * 7)
    one = figure(tmp_path, "c12-local-strategies", rows, lang=lang, **more)
    assert told in one.title and "Country" not in one.title


def test_places_that_are_not_shown_count_in_a_tie(tmp_path):
    rows, more = many(*[100] * 20, 50, *[0] * 9, 40)
    one = figure(tmp_path, "c12-local-strategies", rows, **more)
    assert len(one.rows) == 15 and "in 20 of 31 countries, none in 9" in one.title


def test_an_extreme_that_is_one_keeps_its_name(tmp_path):
    rows, more = many(100, 50, 0, 0)
    one = figure(tmp_path, "c12-local-strategies", rows, **more)
    assert one.title == "Local coverage by disaster strategies is by far highest in Country 900 (100%)"


def pairs(*places: tuple[str, float, float]) -> list[dict]:
    metric = "c07_women_in_government"
    return [
        value(2019, amount, area, metric=metric, dimensions={"body": body})
        for area, *values in places
        for body, amount in zip(("local government", "parliament"), values, strict=True)
    ]


def test_a_gap_is_the_difference_of_the_printed_values(tmp_path):
    # 33.54 - 21.76 is 11.78, which rounds to 11.8; on the chart are 33.5 and 21.8
    rows = [
        value(2019, amount, metric="c09_sanitation", dimensions={"level": "basic", "location": location})
        for location, amount in (("RURAL", 21.76), ("URBAN", 33.54))
    ]
    title = "The countryside trails towns by 11.7 points in basic sanitation (21.8% against 33.5%)"
    assert figure(tmp_path, "c09-sanitation", rows).title == title


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_widest_gap_of_several_places_names_none(tmp_path, lang):
    rows = pairs(("150", 40, 20), ("202", 30, 10))
    one = figure(tmp_path, "c07-women", rows, lang=lang)
    w = words(lang)
    assert w.area("150", "Europe") not in one.title and w.area("202", "Sub-Saharan Africa") not in one.title
    assert one.finding.key == "first_all" and one.finding.number == w.say("word.of", value=2, total=2)


@pytest.mark.parametrize(
    ("number", "printed"), [(33.54, 33.5), (0.125, 0.12), (0.0, 0.0), (100.4, 100.0), (99.96, 100.0), (-0.126, -0.13)]
)
def test_rounded_is_what_is_printed(number, printed):
    assert rounded(number) == printed
    assert words("en").number(number) == words("en").number(printed)


def test_years_in_short():
    assert spans([1990, 1991, 1992, 2021]) == "1990–1992, 2021"


def test_the_chart_and_the_deck_draw_an_incomplete_year_lighter(tmp_path):
    from pptx import Presentation

    from localsdg.figures.chart.spec import page_spec
    from localsdg.figures.deck.deck import Stamp, write_deck

    found = load(tmp_path, FEW)
    [one] = [figure for figure in found.figures if figure.figure_id == "c12-share"]
    assert "datum.incomplete" in str(page_spec(one))
    stamp = Stamp("2026.1", "2026-11-23 16:02:44.217", {"unsd": ("2020-10-19",)}, "001", "World")
    deck = Presentation(str(write_deck(Result((one,), ()), tmp_path / "deck.pptx", "en", stamp)))
    [chart] = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    fill = chart.plots[0].series[0].points[5].format.fill  # 2022, after the years 2018 to 2020 without a value
    assert str(fill.fore_color.rgb) == lighter(one.encoding.styles[0].colour)[1:].upper()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_parts_that_rest_on_other_countries_say_between_how_many(tmp_path, lang):
    services = (("energy", {"energy": "electricity"}, 204), ("water", {"level": "basic"}, 73))
    rows = [
        value(
            2020,
            amount,
            metric="c09_urban_rural_gap",
            n_areas=n,
            n_total=248,
            denominator="countries",
            basis="computed",
            dimensions={"service": service, **more},
        )
        for amount, (service, more, n) in enumerate(services, start=12)
    ]
    coverage = figure(tmp_path, "c09-gap", rows, lang=lang).coverage
    assert all(words(lang).number(n) in coverage for n in (73, 204, 248))
