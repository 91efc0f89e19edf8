"""Figures from a warehouse: the words follow the numbers, and what cannot be said is not said."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import duckdb
import pytest
from figure_helpers import POVERTY, settings, value

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.figures.data import queries
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.compose import breaks
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import words
from localsdg.registry.evidence import claims, metrics
from localsdg.warehouse.query import run_query

FELL = [
    value(1990, 36),
    value(1991, 30),
    value(2015, 10, n_areas=2, n_total=5, denominator="countries", coverage_pct=40.0),
]


def figures(tmp_path: Path, rows: list[dict], area: str = "001", lang: str = "en", **more) -> dict[str, Figure]:
    # the claims of the rows alone: all of them are seventy queries
    claims_of_rows = sorted({metrics()[row["metric_id"]].claim_id for row in rows}) if rows and not more else None
    found = load_figures(settings(tmp_path, rows, **more), claims_of_rows, area, lang)
    return {one.figure_id: one for one in found.figures}


def reasons(tmp_path: Path, rows: list[dict], area: str = "001", **more) -> dict[str, str]:
    return {one.figure_id: one.reason for one in load_figures(settings(tmp_path, rows, **more), None, area).missing}


@pytest.mark.parametrize(
    ("last", "title"),
    [
        (10, "Extreme poverty fell from 36% of people in 1990 to 10% in 2015"),
        (41.25, "Extreme poverty rose from 36% of people in 1990 to 41.2% in 2015"),
        (36, "Extreme poverty hardly changed between 1990 and 2015, at 36% of people"),
    ],
)
def test_the_title_says_what_the_numbers_say(tmp_path, last, title) -> None:
    assert figures(tmp_path, [value(1990, 36), value(2015, last)])["c01-extreme-poverty"].title == title


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("es", "La pobreza extrema baja del 36\xa0% de la población en 1990 al 10,5\xa0% en 2015"),
        ("fr", "L’extrême pauvreté passe de 36\xa0% de la population en 1990 à 10,5\xa0% en 2015"),
    ],
)
def test_titles_in_spanish_and_french(tmp_path, lang, title) -> None:
    one = figures(tmp_path, [value(1990, 36), value(2015, 10.5)], lang=lang)["c01-extreme-poverty"]
    assert one.title == title and one.lang == lang
    assert one.caveat == words(lang).say(f"caveat.{POVERTY}") != words("en").say(f"caveat.{POVERTY}")


def test_a_fall_to_a_limit_is_one_and_a_limit_alone_is_none(tmp_path) -> None:
    one = figures(tmp_path, [value(1990, 36), value(2015, 2.5, censoring="<")])["c01-extreme-poverty"]
    assert one.title.endswith("fell from 36% in 1990 to less than 2.5% in 2015")
    assert one.rows[-1]["shown"] == "< 2.5%" and words("en").say("word.censored") in one.notes
    rows = [value(year, 2.5, censoring="<") for year in (1990, 2015)]
    one = figures(tmp_path, rows)["c01-extreme-poverty"]
    assert one.title == "Extreme poverty: less than 2.5% of people in every year from 1990 to 2015"
    assert one.finding.strength == "weak"


def test_source_coverage_and_caveat_are_said(tmp_path) -> None:
    one = figures(tmp_path, FELL)["c01-extreme-poverty"]
    assert one.source == (
        "Source: UN SDG Global Database (United Nations Statistics Division); "
        "series SI_POV_DAY1; release 2020-10-19; retrieved 23 November 2026"
    )
    assert "2 of 5 countries and areas (40%)" in one.coverage
    assert one.caveat.startswith("The international poverty line") and one.uncertainty == ""
    assert one.subtitle.startswith("World · ") and one.subtitle.endswith("1990–2015")


def test_bounds_are_told(tmp_path) -> None:
    rows = [value(1990, 36), value(2015, 10, lower_bound=8.0, upper_bound=12.0)]
    one = figures(tmp_path, rows)["c01-extreme-poverty"]
    assert one.uncertainty == words("en").say("word.bounds")
    assert {"lower_bound", "upper_bound"} <= set(one.columns) and one.encoding.domain[1] >= 36


def test_a_row_with_its_own_caveat_keeps_it_in_every_language(tmp_path) -> None:
    rows = [value(1990, 36), value(2015, 10, caveat="Only this row.")]
    assert figures(tmp_path, rows, lang="es")["c01-extreme-poverty"].caveat.endswith("Only this row.")


def test_a_count_says_of_how_many(tmp_path) -> None:
    metric = "c01_countries_below_3_pct"
    rows = [value(2000, 3, metric=metric, n_areas=17), value(2001, 5, metric=metric, n_areas=20)]
    one = figures(tmp_path, rows)["c01-countries-below-3"]
    assert [row["shown"] for row in one.rows] == ["17.6% (3 of 17)", "25% (5 of 20)"]
    assert one.title == "25% of countries have under 3% in extreme poverty, up from 17.6% in 2000"
    assert [(row["value"], row["n_total"]) for row in one.rows] == [(300 / 17, 17), (25, 20)]
    assert one.unit_code == "PERCENT"


def test_the_sql_of_a_figure_gives_its_rows(tmp_path) -> None:
    made = settings(tmp_path, FELL)
    one = load_figures(made, "c01").figures[0]
    table = run_query(made, one.sql).to_pylist()
    assert [row["value"] for row in table] == [row["value"] for row in one.rows] == [36, 30, 10]


def test_an_area_is_ranked_among_others(tmp_path) -> None:
    rows = [value(2015, 10), value(2015, 44, "202"), value(2015, 1, "150"), value(2013, 2, "724")]
    world = figures(tmp_path, rows)["c01-extreme-poverty-areas"]
    assert world.title == "Extreme poverty is by far highest in Sub-Saharan Africa: 44% of people"
    assert world.encoding.highlight == "World"
    spain = figures(tmp_path, rows, "ESP")["c01-extreme-poverty-areas-724"]
    assert spain.title == "Extreme poverty is far below the world level: 2% against 10%"
    assert spain.encoding.highlight == "Spain (2013)"


def test_another_place_is_never_passed_off_as_the_asked_one(tmp_path) -> None:
    found = reasons(tmp_path, [value(2015, 10), value(2015, 1, "150")], "724")
    assert found["c01-extreme-poverty-areas-724"] == "The data loaded have no value for Spain."


def test_of_many_places_the_highest_and_the_lowest_are_shown(tmp_path) -> None:
    areas = [{"area_code": f"{n}", "name": f"Country {n}", "kind": "country", "iso3": f"X{n}"} for n in range(900, 940)]
    groups = [{"grouping_code": "202", "area_code": one["area_code"], "scheme": "SDG regions"} for one in areas]
    rows = [value(2015, int(one["area_code"]) - 890, one["area_code"]) for one in areas]
    one = figures(tmp_path, rows, "202", core_area=areas, core_area_grouping=groups)
    ranked = one["c01-extreme-poverty-areas-202"]
    assert len(ranked.rows) == 15 and ranked.title == "Extreme poverty is highest in Country 939 (49%)"
    assert "15 of 40 places" in ranked.coverage


@pytest.mark.parametrize(
    ("lang", "cut", "whole"),
    [
        ("en", "9 of 11 local values of indicator 1.2.1", "4 local values"),
        ("es", "9 de 11 valores locales del indicador 1.2.1", "4 valores locales"),
        ("fr", "9 valeurs locales de l’indicateur 1.2.1 sur 11", "4 valeurs locales"),
    ],
)
def test_a_table_that_shows_a_part_says_so_in_its_title(tmp_path, lang, cut, whole) -> None:
    rows = [
        value(
            2020,
            n + 1,
            "724",
            "c03_local_poverty",
            local_government_id=f"g{n}",
            dimensions={"indicator": "1.2.1", "match": "official", "unit": "PERCENT", "site": f"s{n}/1-2-1"},
        )
        for n in range(11)
    ]
    one = figures(tmp_path, rows, lang=lang)["c03-local-poverty"]
    assert one.title.startswith(cut) and len(one.rows) == 9
    assert figures(tmp_path, rows[:4], lang=lang)["c03-local-poverty"].title.startswith(whole)


@pytest.mark.parametrize(
    ("lang", "count", "title"),
    [
        (
            "en",
            105,
            "At least 105 of 169 targets need local and regional governments, the OECD says",
        ),
        (
            "en",
            90,
            "At least 90 of 169 targets need local and regional governments, the OECD says",
        ),
        (
            "es",
            105,
            "Al menos 105 de 169 metas necesitan a los gobiernos locales y regionales, según la OCDE",
        ),
        (
            "fr",
            105,
            "Au moins 105 cibles sur 169 ont besoin des collectivités locales et régionales, selon l’OCDE",
        ),
    ],
)
def test_a_published_count_is_told_with_its_whole(tmp_path, lang, count, title) -> None:
    rows = [
        value(
            2020,
            count,
            "001",
            "c04_published_counts",
            release="OECD, A Book (2020)",
            n_total=169,
            denominator="targets",
            dimensions={
                "figure": "targets_need_local",
                "measure": "targets; or = goals",
                "qualifier": "at least",
                "unit": "targets of 169",
            },
        )
    ]
    one = figures(tmp_path, rows, lang=lang)["c04-targets-need-local"]
    assert one.title == title
    assert one.rows[0]["label"] == "OECD, A Book (2020)"
    assert one.encoding.domain[1] >= one.rows[0]["n_total"] == 169
    assert "c04-targets-need-local" not in figures(tmp_path, rows, "ESP")


def progress(code: str, status: str, **more: object) -> dict:
    """A row of `evidence.progress`: from 20 in 2015 to 18 in 2020."""
    return {
        "series_code": code,
        "area_code": "001",
        "baseline_year": 2015,
        "baseline_value": 20.0,
        "latest_year": 2020,
        "latest_value": 18.0,
        "annual_change": -0.021,
        "projected_2030": 14.58,
        "is_projection_clipped": False,
        "status": status,
        "release": "2020-10-19",
        **more,
    }


def judged(tmp_path, rows: list[dict], lang: str = "en", area: str = "001") -> dict[str, Figure]:
    series = [
        {
            "series_code": one["series_code"],
            "unit": "PERCENT",
            "description": "In the UN's words",
            "target_2030": one.pop("target_2030", None),
        }
        for one in rows
    ]
    return figures(tmp_path, [], area, lang, evidence_progress=rows, core_series=series)


ON_TRACK, MODERATE = "on track or target met", "moderate progress, acceleration needed"
MARGINAL = "marginal progress, significant acceleration needed"


@pytest.mark.parametrize(
    ("lang", "statuses", "title"),
    [
        (
            "en",
            (ON_TRACK, MODERATE, "insufficient data"),
            "1 of 2 indicator series is on track for 2030, 0 going back",
        ),
        (
            "en",
            ("stagnation", MARGINAL, "regression"),
            "0 of 3 indicator series are on track for 2030, 1 going back",
        ),
        (
            "es",
            (ON_TRACK, MODERATE, "not assessed"),
            "1 de 2 series va por buen camino hacia 2030, 0 retroceden",
        ),
        (
            "fr",
            (ON_TRACK, ON_TRACK, "not assessed"),
            "2 séries sur 2 en bonne voie pour 2030, 0 en recul",
        ),
    ],
)
def test_progress_is_told_by_how_many_series_have_each_status(tmp_path, lang, statuses, title) -> None:
    codes = ("SI_POV_DAY1", "SI_POV_EMP1", "SG_GEN_PARL")
    rows = [progress(*pair) for pair in zip(codes, statuses, strict=True)]
    one = judged(tmp_path, rows, lang)["c01-progress"]
    assert one.title == title
    assert len(one.rows) == sum(said not in ("insufficient data", "not assessed") for said in statuses)


def test_a_row_of_progress_has_the_number_that_decides_its_status(tmp_path) -> None:
    rows = [
        progress("SI_POV_EMP1", MARGINAL, way_covered=0.27, target_2030=0.0),
        progress(
            "SH_FPL_MTMM",
            ON_TRACK,
            annual_change=0.05,
            projected_2030=100.0,
            is_projection_clipped=True,
            way_covered=1.1,
            target_2030=75.0,
        ),
        progress("EG_ACS_ELEC", ON_TRACK, way_covered=0.5, target_2030=100.0),
        progress("SP_ACS_BSRVH2O", "regression", way_covered=-0.07, target_2030=100.0),
        progress("SG_GEN_PARL", "regression"),
        progress("SG_REG_BRTH", MARGINAL),
        progress("SI_COV_MATNL", ON_TRACK, annual_change=None, projected_2030=None),
    ]
    one = judged(tmp_path, rows)["c01-progress"]
    assert {row["label"]: row["series"] for row in one.rows} == {
        "workers in extreme poverty": "marginal progress: from 20% in 2015 heading for 14.6% in 2030, "
        "27% of the way to 0%",
        "family planning, modern methods": "on track: from 20% in 2015 heading for 100% before 2030, "
        "100% of the way to 75%",
        "access to electricity": "on track: within one point of the target of 100%; 20% in 2015, "
        "heading for 14.6% in 2030",
        "basic drinking water": "going back: from 20% in 2015 heading for 14.6% in 2030, away from the target of 100%",
        "women in parliament": "going back: -2.1% a year since 2015 (20%), heading for 14.6% in 2030",
        "births registered": "marginal progress: -2.1% a year since 2015 (20%), heading for 14.6% in 2030",
        "maternity benefit": "on track: 20% in 2015",
    }


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_progress_states_how_many_series_are_between_the_two_of_its_title(tmp_path, lang) -> None:
    rows = [progress("SI_POV_EMP1", MARGINAL), progress("SG_GEN_PARL", "stagnation")]
    coverage = judged(tmp_path, rows, lang)["c01-progress"].coverage
    counts = {"en": "0 moderate, 1 marginal, 1 stagnating", "es": "0 con avance moderado, 1 con avance marginal, 1 est"}
    assert counts.get(lang, "0 en progrès modéré, 1 en progrès marginal, 1 en stagnation") in coverage


def test_a_long_table_of_progress_counts_what_it_does_not_show(tmp_path) -> None:
    from localsdg.registry.evidence import metrics

    known = [code for name in entries()["c01-progress"].metrics for code in metrics()[name].series_codes]
    codes = list(dict.fromkeys(known))[:14]
    one = judged(tmp_path, [progress(code, MODERATE) for code in codes])["c01-progress"]
    assert len(one.rows) == 12 and "0 of 14 indicator series" in one.title and "14 moderate" in one.coverage
    assert f"series {', '.join(codes[:4])}, …" in one.source and "12 are shown" in one.coverage


def test_progress_that_cannot_be_assessed_says_so(tmp_path) -> None:
    rows = [progress("SI_POV_DAY1", "insufficient data")]
    found = reasons(tmp_path, [], evidence_progress=rows, core_series=[{"series_code": "SI_POV_DAY1"}])
    assert found["c01-progress"] == "No series has the years that an assessment needs for World."


def test_a_break_of_the_series_is_found() -> None:
    rows = [
        {"metric_id": "m", "dimensions": {}, "year": year, "release": release, "basis": "published", "unit": "PERCENT"}
        for year, release in ((2000, "a"), (2001, "a"), (2003, "b"))
    ]
    assert breaks(rows, words("en")) == ((2001, 2003, "another release: b"),)
    assert breaks(rows[:2], words("en")) == ()
    rows[1]["basis"] = "computed"
    assert breaks(rows[:2], words("en")) == ((2000, 2001, "other unit or basis"),)


def test_the_title_compares_nothing_across_a_break(tmp_path) -> None:
    rows = [value(1990, 36), value(2000, 20), value(2001, 12, release="b"), value(2002, 11, release="b")]
    one = figures(tmp_path, rows)["c01-extreme-poverty"]
    assert one.title.endswith("fell from 12% of people in 2001 to 11% in 2002") and len(one.rows) == 4
    assert one.encoding.breaks == ((2000, 2001, "another release: b"),)
    one = figures(tmp_path, rows[:3])["c01-extreme-poverty"]
    assert one.title == "Extreme poverty: 12% of people in 2001"


def test_one_year_is_no_line(tmp_path) -> None:
    found = reasons(tmp_path, [value(2015, 10)])
    assert found["c01-extreme-poverty"].startswith("The data loaded have one year alone for World: 10% in 2015")


def test_an_area_without_data_is_an_answer(tmp_path) -> None:
    found = load_figures(settings(tmp_path, [*FELL, value(2015, 1, "724")]), "C01", "KEN")
    assert found.figures == () and len(found.missing) == 9
    assert found.missing[0].reason == "The data loaded have no value for Kenya."
    assert found.missing[0].figure_id == "c01-extreme-poverty-404"


def test_a_metric_without_data_gives_its_reason(tmp_path) -> None:
    extra = [{"metric_id": "c09_public_transport", "claim_id": "C09", "status": "no data", "reason": "no rows"}]
    assert "no rows" in reasons(tmp_path, FELL, evidence_metric=extra)["c09-transport"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("C99", "001", "en"), "C01 Poverty"),
        ((None, "Atlantis", "en"), "an M49 code"),
        ((None, "Frence", "en"), "250 France"),
        ((None, "001", "de"), "en, es, fr"),
    ],
)
def test_unknown_claims_areas_and_languages_are_told_what_is_known(tmp_path, arguments, said) -> None:
    with pytest.raises(UsageError, match=said):
        load_figures(settings(tmp_path, FELL), *arguments)


@pytest.mark.parametrize("asked", ["724", "esp", "Spain", "ESPAÑA", "Espagne"])
def test_an_area_has_many_names(tmp_path, asked) -> None:
    found = load_figures(settings(tmp_path, FELL), "C01", asked)
    assert found.missing[0].figure_id.endswith("-724")


def test_a_warehouse_of_another_version_is_told(tmp_path) -> None:
    with pytest.raises(LocalsdgError, match="localsdg build") as error:
        load_figures(settings(tmp_path, FELL, without="evidence.local_vs_national"))
    assert "no evidence.local_vs_national" in str(error.value)


def test_every_entry_runs_on_an_empty_warehouse_and_is_told_as_missing(tmp_path) -> None:
    names = {metric for one in entries().values() for metric in one.metrics}
    extra = [{"metric_id": name, "claim_id": name[:3].upper(), "status": "ok", "unit": "PERCENT"} for name in names]
    found = load_figures(settings(tmp_path, [], evidence_metric=extra))
    asked = [one for one in entries().values() if one.areas not in ("local_government", "in_country")]
    assert [one.figure_id for one in found.missing] == [one.figure_id for one in asked] and found.figures == ()


def test_every_claim_has_a_figure() -> None:
    assert {one.claim for one in entries().values()} == set(claims())


def test_the_catalogue_names_only_what_an_entry_has(tmp_path, monkeypatch) -> None:
    from localsdg.figures.data import catalogue

    bad = tmp_path / "catalogue.toml"
    bad.write_text('[figure.x]\nclaim = "C01"\nmetrics = ["m"]\nkind = "pie"\nquery = "q"\nfinding = "rows"')
    monkeypatch.setattr(catalogue, "CATALOGUE_TOML", bad)
    catalogue.entries.cache_clear()
    try:
        with pytest.raises(ValueError, match="pie"):
            catalogue.entries()
    finally:
        catalogue.entries.cache_clear()


def test_rows_have_all_columns(tmp_path) -> None:
    from localsdg.figures.data.figure import COLUMNS

    one = figures(tmp_path, FELL)["c01-extreme-poverty"]
    assert all(tuple(row) == COLUMNS for row in one.rows) and len(one.headers) == len(one.columns)
    empty = [f.name for f in fields(one) if getattr(one, f.name) in ("", None)]
    assert set(empty) <= {"as_of", "uncertainty", "coverage", "unit"}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "67 of 254 local governments that had reported (26.4%), in 29 countries."),
        ("es", "67 de 254 gobiernos locales que habían informado (26,4\u00a0%), en 29 países."),
        ("fr", "67 collectivités sur 254 ayant rendu compte (26,4\u00a0%), dans 29 pays."),
    ],
)
def test_a_share_of_something_else_is_not_told_as_one_of_countries(tmp_path, lang, told) -> None:
    facts = {"metric": "c04_governments_that_repeat", "denominator": "local governments", "basis": "computed"}
    rows = [value(2016, 0, n_areas=0, n_total=2, **facts), value(2025, 67, n_areas=29, n_total=254, **facts)]
    one = figures(tmp_path, rows, lang=lang)["c04-repeat"]
    assert one.coverage == told
    assert [row["n_total"] for row in one.rows] == [2, 254], "a count of zero has its whole too"
    assert "coverage_pct" not in one.columns


def test_countries_are_told_only_where_they_are_the_whole(tmp_path) -> None:
    rest = {"n_areas": 2, "n_total": 5}
    of_countries = [value(1990, 36), value(2015, 10, denominator="countries", coverage_pct=40.0, **rest)]
    assert "2 of 5 countries" in figures(tmp_path, of_countries)["c01-extreme-poverty"].coverage
    of_targets = [value(1990, 36), value(2015, 10, denominator="targets", **rest)]
    assert figures(tmp_path, of_targets)["c01-extreme-poverty"].coverage == ""


def test_only_figures_that_others_published_are_picked_by_the_beginning_of_their_name() -> None:
    picked = {one.query for one in entries().values() if one.prefix}
    assert picked == {"published_counts"}
    assert [one.figure_id for one in entries().values() if one.dimension in one.held] == []


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    published = settings(tmp_path_factory.mktemp("empty"), []).published
    with duckdb.connect(str(published), read_only=True) as con:
        yield con


@pytest.mark.parametrize("figure_id", entries())
def test_the_query_of_a_figure_gives_what_a_figure_is_composed_of(empty, figure_id):
    entry = entries()[figure_id]
    columns = set(empty.sql(queries.question(Settings(), entry, queries.Area("724", "Spain", "country"))).columns)
    assert set(queries.FIGURE_COLUMNS) - columns <= {
        *("breakdown", "censoring", "lower_bound", "upper_bound", "n_areas", "coverage_pct", "n_total"),
        *("denominator", "caveat", "definition", "strength", "n_fullest", "years_left_out"),
        *("n_others", "n_highest", "n_lowest"),
    }
