"""Comparisons of the bundle: short titles, the asked areas alone, and a chain down to the files."""

from __future__ import annotations

import pytest

from localsdg.common.settings import Settings
from localsdg.figures.data.compare import load_comparison
from localsdg.figures.data.figure import Result
from localsdg.figures.messages.messages import LANGUAGES
from localsdg.figures.trace.explain import chain, find_figure

AREAS = ("KEN", "UGA", "ESP")
CODES = {"404", "724", "800"}


@pytest.fixture(scope="module", params=LANGUAGES)
def compared(built, request) -> Result:
    return load_comparison(Settings(home=built.home), AREAS, lang=request.param)


def test_a_comparison_holds_the_asked_areas_by_one_definition(compared) -> None:
    assert len(compared.figures) >= 20
    for figure in compared.figures:
        places = {row["code"] for row in figure.rows}
        assert len(places) >= 2 and places <= CODES, figure.figure_id
        assert len({row["definition"] for row in figure.rows}) == 1, figure.figure_id
        assert figure.kind in ("line", "bar", "dumbbell") and figure.figure_id.endswith("-404-724-800")


def test_a_comparison_has_a_short_title(compared) -> None:
    told = {figure.figure_id: figure.title for figure in compared.figures if figure.finding.key.startswith("compare")}
    most = 14 if compared.figures[0].lang == "en" else 18
    assert told and {one: title for one, title in told.items() if len(title.split(" ")) > most} == {}
    assert all(one.reason for one in compared.missing)


def test_a_comparison_is_traced_to_its_files(built) -> None:
    settings = Settings(home=built.home)
    traced = chain(settings, find_figure(settings, "c11-hunger-404-800"))
    assert traced.query == "sql/figures/compare.sql" and traced.row_count > 20
    assert any(part.exact and part.count for part in traced.core) and traced.files
