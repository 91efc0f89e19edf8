"""The source line of a figure, the series that it draws, and the age of its data."""

from __future__ import annotations

import re
from datetime import date

import pytest

from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.entry import Entry
from localsdg.figures.data.provenance import Origin, _series_of, drawn_series, origin
from localsdg.figures.messages.messages import LANGUAGES, words
from localsdg.registry.evidence import metrics

UN = {"source": "unsd", "name": "UN SDG Global Database", "published_basis": "day"}
DECEMBER = UN | {"release": "2023-12-17", "published_on": date(2023, 12, 17), "retrieved_on": None, "is_old": True}
JULY = UN | {"release": "2025-07", "published_on": date(2025, 7, 31), "published_basis": "month", "is_old": False}
QUARTER = UN | {"release": "2026.Q1.G.01", "published_on": date(2026, 3, 31), "published_basis": "quarter"}
REVIEWS = [
    {"source": "reviews", "name": "Reviews", "release": "2026-11", "published_on": date(2026, 11, 23)},
    {"source": "reviews", "name": "Reviews", "release": "2026-11-27", "published_on": date(2026, 11, 27)},
]
SITES = [
    {"source": "opensdg", "release": f"{name}@{day}", "published_on": day, "government": name.title()}
    for name, day in (("barcelona", date(2024, 10, 24)), ("asturias", date(2021, 10, 17)))
]
KNOWN = {
    one["release"]: {"published_basis": "day", "name": ""} | one for one in (DECEMBER, JULY, QUARTER, *REVIEWS, *SITES)
}


def row(metric: str = "c01_extreme_poverty", release: str = "2023-12-17", year: int = 2022, **more: object) -> dict:
    return {"metric_id": metric, "release": release, "year": year, "basis": "published", "dimensions": {}} | more


def entry(source: str = "") -> Entry:
    return Entry("f", "C01", (), "line", "over_years", "change", source=source)


def behind(*found: dict, source: str = "", lang: str = "en") -> Origin:
    return origin(entry(source), list(found), words(lang), KNOWN, [])


@pytest.mark.parametrize(
    ("metric", "dimensions", "series"),
    [
        ("c02_social_protection_gap", {"benefit": "any"}, ("SI_COV_BENFTS",)),
        ("c09_energy", {"energy": "clean fuels"}, ("EG_EGY_CLEAN",)),
        ("c09_water", {"level": "basic", "location": "RURAL"}, ("SP_ACS_BSRVH2O",)),
        ("c09_urban_rural_gap", {"service": "water", "level": "safely managed"}, ("SH_H2O_SAFE",)),
        ("c09_urban_rural_gap", {"service": "public transport"}, ("SP_TRN_PUBL",)),
        ("c09_care", {"sex": "FEMALE", "age": "15+"}, ("SL_DOM_TSPD",)),
        ("c10_women_men_ratio", {"work": "all", "age": "15+"}, ("SL_DOM_TSPD",)),
        ("c11_financial_crisis_effect", {"series": "SN_ITK_DEFC", "from": "2007"}, ("SN_ITK_DEFC",)),
        ("c12_countries_with_strategy", {"source": "SG_DSR_LGRGSR"}, ("SG_DSR_LGRGSR",)),
        ("c07_women_local_beside_parliament", {}, ("SG_GEN_LOCGELS", "SG_GEN_PARL")),
        ("c12_share_of_local_governments", {}, ("SG_DSR_SILN", "SG_GOV_LOGV")),
    ],
)
def test_a_row_names_its_own_series(metric, dimensions, series) -> None:
    assert drawn_series([row(metric, dimensions=dimensions)], []) == series


def test_the_series_of_any_row_are_among_those_of_its_metric() -> None:
    for one in metrics().values():
        for dimensions in ({}, {"level": "basic"}, {"series": "SN_ITK_DEFC"}, {"x": "unheard of"}):
            drawn = _series_of(one.metric_id, frozenset(dimensions.items()))
            assert set(drawn) <= set(one.series_codes) and bool(drawn) == bool(one.series_codes), one.metric_id


def test_a_metric_that_is_not_declared_has_the_series_of_the_file() -> None:
    assert drawn_series([row("mine")], [{"metric_id": "mine", "series_codes": ["A_B"]}]) == ("A_B",)


def test_the_newest_release_dates_the_figure_and_an_old_one_is_in_the_subtitle() -> None:
    one = behind(row(year=2019), row(year=2022))
    assert one.as_of == "UN data as of December 2023, newest value 2022" and one.release_age == one.as_of.split(",")[0]
    newer = behind(row(release="2025-07", year=2024))
    assert (newer.as_of, newer.release_age) == ("UN data as of July 2025, newest value 2024", "")
    assert behind(row(release="2026.Q1.G.01")).as_of.startswith("UN data as of the 1st quarter 2026")
    # a release older than the others is not passed over in silence
    assert behind(row(), row(release="2025-07")).as_of == "UN data of 2023–2025, newest value 2022"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "datos de las Naciones Unidas a diciembre de 2023, último valor de 2022"),
        ("fr", "données de l’ONU disponibles en décembre 2023, dernière valeur de 2022"),
        ("pt", "dados das Nações Unidas de dezembro de 2023, último valor de 2022"),
    ],
)
def test_the_age_is_written_by_the_language(lang, text) -> None:
    assert behind(row(), lang=lang).as_of == text


def test_a_register_is_as_of_its_newest_snapshot() -> None:
    found = row("c04_reviews_cumulative", "2026-11; 2026-11-27", 2026)
    assert behind(found).as_of == "register as of 27 November 2026"
    assert behind(found | {"year": 2024}).as_of == "register as of 27 November 2026, newest value 2024"


def test_sites_are_named_where_they_are_few() -> None:
    two = [row("c03_local_poverty", one["release"], 2020) for one in SITES]
    one = behind(*two, source="opensdg")
    assert one.source == "Source: Open SDG sites of Barcelona and Asturias"
    assert one.as_of == "local data of 2021–2024, newest value 2020"
    assert behind(two[0], source="opensdg").as_of == "local data as of 24 October 2024, newest value 2020"
    # a count over all sites has no release of a site
    everywhere = row("c05_indicators_reported", "2 local governments, newest pull 2024-10-24", 2024)
    assert behind(everywhere, source="opensdg").source == one.source


def test_publishers_are_named_by_their_documents() -> None:
    one = row("c04_published_counts", "OECD, A Territorial Approach (2020)", 2020)
    assert behind(one, source="published").source == "Source: OECD, A Territorial Approach"
    assert behind(one, source="published").as_of == "figures published up to 2020"
    two = behind(one, one | {"release": "UCLG, UCLG (2023-07)"}, source="published")
    assert two.source == "Source: OECD, UCLG"


def test_a_day_of_retrieval_is_stated_where_it_is_known() -> None:
    known = KNOWN | {"2023-12-17": DECEMBER | {"retrieved_on": "2024-01-05"}}
    assert "retrieved" not in behind(row()).source
    assert origin(entry(), [row()], words("en"), known, []).source.endswith(
        "release 2023-12-17; retrieved 5 January 2024"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_source_speaks_of_publishers_without_their_names(lang) -> None:
    w = words(lang)
    for one in entries().values():
        text = origin(one, [row(one.metrics[0], "UCLG, UCLG (2023)")], w, KNOWN, []).source
        assert "UCLG" in text or one.source == "opensdg", one.figure_id
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", text)
