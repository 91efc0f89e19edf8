"""Figures that UN reports print, marked beside the data of a chart."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from figure_helpers import settings, value

from localsdg.figures.chart.picture import csv_text
from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures
from localsdg.figures.data.printed import with_printed
from localsdg.figures.messages.messages import LANGUAGES, words
from localsdg.figures.page.data import pack
from localsdg.registry.evidence import PRINTED_FIGURES_CSV, metrics

POVERTY = [value(2015, 10.8), value(2018, 9.0), value(2019, 8.5), value(2019, 40, "404")]
BENEFIT = {"metric": "c02_social_protection", "dimensions": {"benefit": "any"}}
COVER = [value(2020, 46.9, **BENEFIT), value(2020, 26.4, **BENEFIT | {"dimensions": {"benefit": "children"}})]


def printed(series: str = "SI_POV_DAY1", year: int = 2025, amount: float = 9.9, **more: object) -> dict:
    """A row of `evidence.published_figure` that is newer than any release and of another definition."""
    return {
        "statement": f"{amount} % in {year}", "series_code": series, "area_code": "001", "year": year,
        "value": amount, "report": "The Sustainable Development Goals Report 2025", "report_year": 2025,
        "report_url": "https://example.org/", "compared_until": "2025-07-31",
        "measure": "value", "dimensions": {}, "breakdown": "",
        "printed_decimals": 1, "printed_unit": "%", "printed_definition": "$3.00 a day (2021 PPP)",
        "is_newer_than_release": True, "is_other_definition": True, **more,
    }  # fmt: skip


def drawn(home: Path, rows: list[dict], figure_id: str, *points: dict, area: str = "001", lang: str = "en") -> Figure:
    """One figure of a warehouse with these printed figures."""
    found = load_figures(settings(home, rows, evidence_published_figure=list(points)), area=area, lang=lang)
    return next(one for one in found.figures if one.figure_id.startswith(figure_id))


@pytest.fixture
def poverty(tmp_path) -> Figure:
    older = printed(year=2022, amount=8.4, report_year=2023)
    return drawn(tmp_path, POVERTY, "c01-extreme-poverty", printed(), older)


def test_the_newest_one_is_a_point_and_no_part_of_the_line_or_the_title(poverty, tmp_path) -> None:
    (point,) = poverty.printed
    assert (point.year, point.value, point.shown, point.report) == (2025, 9.9, "9.9%", "SDG Report 2025")
    without = drawn(tmp_path / "b", POVERTY, "c01-extreme-poverty")
    assert (poverty.rows, poverty.title, poverty.subtitle) == (without.rows, without.title, without.subtitle)
    spec = picture_spec(poverty)
    assert [row["year"] for row in spec["datasets"]["rows"]] == [2015, 2018, 2019]
    lines = [one for one in spec["layer"] if one["mark"]["type"] in ("line", "rule")]
    assert lines and not [one for one in lines if one.get("data", {}).get("name") == "printed"]
    assert next(param for param in spec["params"] if param["name"] == "last")["value"] == 2025


def test_it_has_its_own_shape_and_names_its_source_and_its_definition(poverty) -> None:
    spec = picture_spec(poverty)
    (row,) = spec["datasets"]["printed"]
    assert row["text"] == "9.9% (2025)" and row["more"] == ["SDG Report 2025", "poverty line of $3.00 a day"]
    shapes = {style.shape for style in poverty.encoding.styles}
    (mark,) = (one["mark"] for one in spec["layer"] if one["mark"].get("shape"))
    assert mark["shape"] == "diamond" and mark["shape"] not in shapes
    assert "9.9% (2025; poverty line of $3.00 a day), printed in the SDG Report 2025: not comp" in poverty.notes[-1]
    assert pack(poverty)["printed"][0]["where"] == "SDG Report 2025, poverty line of $3.00 a day"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_in_every_language(tmp_path, lang) -> None:
    one = drawn(tmp_path, POVERTY, "c01-extreme-poverty", printed(), lang=lang)
    w = words(lang)
    assert w.say("printed.report").format(year=2025) in one.notes[-1]
    assert w.say("printed.definition_3_00_a_day_2021_ppp") in one.notes[-1]


@pytest.mark.parametrize(
    "point",
    [
        printed(year=2019),  # not newer than the line
        printed(is_newer_than_release=False),
        printed(area_code="202"),
        printed(breakdown="sex=FEMALE", dimensions={"sex": "FEMALE"}),
        printed(measure="average of countries"),
        printed("SI_POV_NAHC"),
    ],
)
def test_what_is_not_newer_or_of_something_else_is_not_marked(tmp_path, point) -> None:
    assert drawn(tmp_path, POVERTY, "c01-extreme-poverty", point).printed == ()


def test_an_edition_of_an_earlier_day_does_not_know_a_later_report(poverty) -> None:
    rows = [printed(), printed(year=2022, amount=8.4, report_year=2023, compared_until="2023-07-31")]
    entry, bare = entries()["c01-extreme-poverty"], replace(poverty, printed=(), notes=())

    def years(day: str) -> list[int]:
        return [one.year for one in with_printed(bare, entry, rows, replace(words("en"), known_on=day)).printed]

    assert (years(""), years("2025-08-01"), years("2024-01-30"), years("2023-01-01")) == ([2025], [2025], [2022], [])


def test_a_country_has_no_mark_of_the_world(tmp_path) -> None:
    rows = [*POVERTY, value(2015, 41, "404")]
    assert drawn(tmp_path, rows, "c01-extreme-poverty-404", printed(), area="KEN").printed == ()


def test_in_a_bar_it_is_at_its_own_row(tmp_path) -> None:
    point = printed("SI_COV_BENFTS", 2023, 52.4, printed_definition="new ILO estimates")
    rows = picture_spec(drawn(tmp_path, COVER, "c02-social-protection", point))["datasets"]["rows"]
    marked = {row["value"]: (row["printed"], row["printed_shown"], row["printed_source"]) for row in rows}
    assert marked == {
        46.9: (52.4, "52.4% (2023)", ", SDG Report 2025, new ILO estimates"),
        26.4: (None, None, None),
    }


def test_a_number_of_countries_with_local_strategies_says_so_beside_national_ones(tmp_path) -> None:
    strategies = {"metric": "c12_countries_with_strategy", "dimensions": {"source": "SG_DSR_LGRGSR"}}
    rows = [value(2023, 130, **strategies), value(2024, 131, **strategies)]
    countries = {"measure": "countries with a value above 0", "is_other_definition": False, "printed_definition": ""}
    one = drawn(tmp_path, rows, "c12-countries", printed("SG_DSR_SILS", 2024, 110, **countries))
    assert [(point.shown, point.definition) for point in one.printed] == [("110", "countries with local strategies")]


def test_the_csv_has_it_behind_the_rows_with_its_report(poverty, tmp_path) -> None:
    *rows, last = csv.DictReader(io.StringIO(csv_text(poverty)))
    assert [row["printed_in"] for row in rows] == ["", "", ""] and last["release"] == ""
    assert (last["year"], last["value"], last["printed_in"]) == (
        "2025", "9.9", "The Sustainable Development Goals Report 2025",
    )  # fmt: skip
    assert "printed_in" not in csv_text(drawn(tmp_path / "b", POVERTY, "c01-extreme-poverty"))


def chart_on(slide):
    return next((shape.chart for shape in slide.shapes if shape.has_chart), None)


def test_a_slide_has_it_as_a_series_of_one_point_without_a_line(poverty, tmp_path) -> None:
    from deck_helpers import written

    line, *_, mark = next(filter(None, map(chart_on, written(tmp_path, poverty, kind="full").slides))).plots[0].series
    assert 9.9 not in list(line.values) and list(mark.values) == [9.9]
    assert mark.name == "SDG Report 2025, poverty line of $3.00 a day"
    assert mark.format.line.fill.type is not None and str(mark.format.line.fill.type).startswith("BACKGROUND")


def test_the_catalogue_marks_series_that_its_metrics_show_and_the_list_has() -> None:
    with PRINTED_FIGURES_CSV.open(encoding="utf-8", newline="") as lines:
        listed = {row["series_code"] for row in csv.DictReader(lines)}
    faults = []
    for entry in entries().values():
        shown = {code for one in entry.metrics for code in metrics()[one].series_codes}
        for facts in entry.printed:
            known = facts["series"] in listed and (facts.get("beside") or facts["series"] in shown)
            row = facts.get("row", {})
            named = not row or row in entry.breakdowns or list(row) == [entry.dimension]
            if not known or not named or set(facts) - {"series", "row", "measure", "beside"}:
                faults.append((entry.figure_id, facts))
    assert faults == [] and any(entry.printed for entry in entries().values())
