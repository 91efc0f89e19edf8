"""What the figures of the bundle say around their numbers: source, age, caveat, and no internal name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from localsdg.common.settings import Settings
from localsdg.figures.chart.foot import LINES, SIZES, foot
from localsdg.figures.chart.layout import MARGIN, WIDTH
from localsdg.figures.data.figure import Figure, Result
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import LANGUAGES, words
from localsdg.registry.evidence import metrics

INTERNAL = re.compile(r"\b(?:core|evidence|meta|audit|staging|registry)\.[a-z_]+|\b[a-z][a-z0-9]*_[a-z0-9_]+\b")
AREAS = ("001", "202", "404", "724")


@pytest.fixture(scope="module")
def results(built) -> dict[tuple[str, str], Result]:
    settings = Settings(home=built.home)
    return {(area, lang): load_figures(settings, None, area, lang) for area in AREAS for lang in LANGUAGES}


def texts_of(figure: Figure) -> Iterator[str]:
    """Everything that is printed of a figure."""
    yield from (figure.title, figure.subtitle, figure.source, figure.as_of, figure.coverage, figure.uncertainty)
    yield from (figure.caveat, figure.unit, figure.statement, figure.claim, figure.definition, *figure.notes)
    yield from (*figure.headers, *figure.encoding.order, *(why for _, _, why in figure.encoding.breaks))
    yield from (str(row[c]) for row in figure.rows for c in ("label", "series", "shown", "definition") if row[c])


def test_no_internal_name_is_in_any_text(results) -> None:
    odd = [
        (lang, figure.figure_id, text)
        for (_, lang), result in results.items()
        for figure in result.figures
        for text in texts_of(figure)
        if INTERNAL.search(text)
    ]
    odd += [
        (lang, gone.figure_id, text)
        for (_, lang), result in results.items()
        for gone in result.missing
        for text in (gone.title, gone.reason)
        if INTERNAL.search(text)
    ]
    assert odd == []


def test_every_figure_states_the_age_of_its_data_and_an_old_one_in_the_subtitle(results) -> None:
    for (_, lang), result in results.items():
        w = words(lang)
        for figure in result.figures:
            assert re.search(r"\b20[12]\d\b", figure.as_of), figure.figure_id
            assert not figure.as_of.startswith(","), figure.figure_id
            newest = w.say("as_of.newest", year=max((row["year"] or 0 for row in figure.rows), default=0))
            assert (figure.as_of.removesuffix(newest) in figure.subtitle) == figure.is_old, figure.figure_id


def test_the_bundle_states_no_day_of_retrieval_and_names_its_publishers(results) -> None:
    for (_, lang), result in results.items():
        retrieved = words(lang).say("word.retrieved").split("{")[0]
        for figure in result.figures:
            assert retrieved not in figure.source, figure.figure_id
    world = {one.figure_id: one for one in results["001", "en"].figures}
    assert "GTF/UCLG" in world["c04-consulted"].source and "OECD" in world["c04-targets-need-local"].source


def test_a_source_names_the_series_that_are_drawn(results) -> None:
    for result in results.values():
        for figure in result.figures:
            known = {code for metric in figure.metric_ids for code in metrics()[metric].series_codes}
            assert set(figure.series) <= known and bool(figure.series) == bool(known), figure.figure_id
    drawn = {one.figure_id: one.series for one in results["001", "en"].figures}
    assert drawn["c02-unprotected"] == ("SI_COV_BENFTS",) and drawn["c09-water"] == ("SP_ACS_BSRVH2O",)
    assert drawn["c09-clean-fuels"] == ("EG_EGY_CLEAN",) and drawn["c11-financial-crisis"] == ("SN_ITK_DEFC",)
    assert not {"SG_DSR_SILN", "SL_DOM_TSPD"} & set(drawn["c09-gap"])


def test_the_foot_of_every_picture_has_source_and_caveat_in_two_lines(results) -> None:
    for (_, lang), result in results.items():
        for figure in result.figures:
            block = foot(figure, WIDTH - 2 * MARGIN)
            text = " ".join(block.lines).replace("\u00a0", " ")
            assert len(block.lines) <= LINES and block.size in SIZES, (lang, figure.figure_id)
            assert not text.endswith("…") and text.endswith(f"[{figure.figure_id}]"), (lang, figure.figure_id)
            first = re.split(r"(?<=[.!?]) ", figure.caveat.replace("\u00a0", " "))[0]
            assert first in text, (lang, figure.figure_id, text)
