"""The foot of a picture: source, age and caveat in two lines of 18 points or more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from figure_helpers import settings, value

from localsdg.figures.chart.foot import LINES, SIZES, as_sentence, foot, foot_text, sentences_of
from localsdg.figures.chart.layout import SCALE, text_width
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures

WIDTH = 888.0
SHORT = "Never add them."
LONG = "Not a share of all people, because the surveys of the countries asked those who could be reached. " * 3


@pytest.fixture
def line(tmp_path) -> Figure:
    found = load_figures(settings(tmp_path, [value(1990, 36.5), value(1991, 35)]), "C01")
    made = next(one for one in found.figures if one.figure_id == "c01-extreme-poverty")
    return replace(made, caveat=SHORT, coverage="3 of 4 countries.", notes=(), uncertainty="")


def test_all_is_there_where_it_fits(line) -> None:
    text = foot_text(line, WIDTH)
    assert text == " ".join((f"{line.source}.", f"{line.as_of}.", line.coverage, SHORT, "[c01-extreme-poverty]"))


@pytest.mark.parametrize("caveat", [SHORT + " " + LONG, LONG.strip(), SHORT * 40])
def test_the_foot_takes_two_lines_and_no_small_print(line, caveat) -> None:
    block = foot(replace(line, caveat=caveat, notes=(LONG.strip(),), coverage=LONG.strip()), WIDTH)
    assert len(block.lines) <= LINES and block.size in SIZES
    assert block.size * SCALE >= 24  # pixels of 1080: 18 points
    assert all(text_width(one, block.size) <= WIDTH for one in block.lines)


def test_whole_sentences_are_left_out_and_the_least_needed_first(line) -> None:
    many = replace(line, caveat=f"{SHORT} {LONG.strip()}", notes=("Hollow marks: a limit.",))
    text = foot_text(many, WIDTH)
    assert SHORT in text and "Hollow marks: a limit." in text and "…" not in "".join(foot(many, WIDTH).lines)
    assert text.endswith("[c01-extreme-poverty]")
    kept = [one for one in sentences_of(many.caveat) if one in text]
    assert kept == sentences_of(many.caveat)[: len(kept)] != sentences_of(many.caveat)


def test_what_a_mark_means_goes_before_the_office_behind_a_database(line) -> None:
    note = "Lighter and not compared: 2023–2024 (fewer than half of 118 countries report)."
    text = foot_text(replace(line, notes=(note,), caveat=LONG[:98], is_old=True), WIDTH)
    assert note in text and "(United Nations Statistics Division)" not in text
    assert "UN SDG Global Database; series SI_POV_DAY1" in text


def test_an_age_that_the_subtitle_states_is_not_repeated(line) -> None:
    assert line.as_of in foot_text(line, WIDTH)
    assert line.as_of not in foot_text(replace(line, is_old=True), WIDTH)


def test_a_sentence_has_a_capital_and_a_full_stop() -> None:
    assert as_sentence("register as of 2018") == "Register as of 2018." and as_sentence("") == ""
    assert sentences_of("A 2.5% share. Below 5, e.g. none. 60 is no share.") == [
        "A 2.5% share.",
        "Below 5, e.g. none.",
        "60 is no share.",
    ]
