"""The briefing is chosen from what the figures say and how strongly they say it."""

from __future__ import annotations

from dataclasses import replace

from deck_helpers import bars
from figure_helpers import settings, value

from localsdg.figures.briefing.briefing import brief, key_number, outlines
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.figure import Result
from localsdg.figures.data.load import load_figures
from localsdg.figures.findings.message import Finding
from localsdg.figures.messages.messages import LANGUAGES, words


def test_every_figure_and_word_of_an_outline_exists() -> None:
    for outline in outlines().values():
        named = [figure for section in outline["section"] for figure in section["figures"]]
        assert [one for one in [*named, *outline["key_numbers"]] if one not in entries()] == []
        for lang in LANGUAGES:
            w = words(lang)
            assert all(w.has(f"key.{one}") for one in outline["key_numbers"])
            assert all(w.has(f"section.{section['id']}") for section in outline["section"])
            assert all(w.has(f"limit.{one}") for one in outline["limits"])


def test_a_weak_figure_gives_way_and_the_key_number_is_that_of_the_figure(tmp_path) -> None:
    rows = [value(1990, 40.0), value(2019, 8.5), value(2000, 30.0, metric="c08_slum_dwellers")]
    rows.append(value(2020, 24.0, metric="c08_slum_dwellers"))
    result = load_figures(settings(tmp_path, rows), only=("c01-extreme-poverty", "c08-slums"))
    told = brief(result, words("en"))
    assert [(one.value, one.year) for one in told.key_numbers] == [("8.5%", 2019), ("24%", 2020)]
    assert [figure.figure_id for figure in told.sections[0].figures] == ["c01-extreme-poverty", "c08-slums"]

    poverty, slums = result.figures
    weak = replace(poverty, finding=replace(poverty.finding, strength="weak"))
    told = brief(replace(result, figures=(weak, slums)), words("en"))
    assert [figure.figure_id for figure in told.sections[0].figures] == ["c08-slums"]
    assert [one.figure_id for one in told.key_numbers] == ["c08-slums"]


def test_a_key_number_is_of_the_asked_area_not_of_the_highest(tmp_path) -> None:
    made = bars("c02-unprotected", area="404", finding=Finding(number="86.3%", year=2021))
    assert key_number(made, words("en")) == ("8.5%", 2019)
    others = replace(made, rows=tuple(one | {"code": "202"} for one in made.rows))
    assert key_number(others, words("en")) is None
    of_goals = replace(made, rows=tuple(one | {"code": "1"} for one in made.rows))
    assert key_number(of_goals, words("en")) == ("86.3%", 2021)
    progress = replace(made, finding=Finding(year=2022, values={"on_track": "10", "whole": "31"}))
    assert key_number(progress, words("en")) == ("10 of 31", 2022)


def test_one_number_alone_is_a_key_number_without_a_slide() -> None:
    weak = Finding(strength="weak", number="105 of 169", year=2020)
    made = bars("c04-targets-need-local", finding=weak)
    alone = replace(made, rows=(made.rows[0] | {"code": "targets_need_local"},))
    told = brief(Result((alone,), ()), words("en"))
    assert [one.value for one in told.key_numbers] == ["105 of 169"] and told.sections == ()
    assert brief(Result((made,), ()), words("en")).key_numbers == ()
