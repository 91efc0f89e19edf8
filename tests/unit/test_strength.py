"""Which findings an organiser may show from a stage, and why not the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localsdg.figures.data.catalogue import entries
from localsdg.figures.findings.message import STRENGTHS, Message
from localsdg.figures.findings.strength import FAIR, WEAK, judge
from localsdg.figures.messages.messages import LANGUAGES, words

LINE, BARS = entries()["c11-hunger"], entries()["c11-hunger-areas"]


def rows(*values: float, start: int = 2001, **more) -> list[dict]:
    return [{"label": str(n), "year": start + n, "value": value, **more} for n, value in enumerate(values)]


def of(figure_id: str, found: list[dict], message: Message | None = None) -> tuple[str, str]:
    return judge(entries()[figure_id], found, message or Message("rose", {}, about=found[-1]))


def test_published_values_that_differ_are_strong() -> None:
    assert judge(LINE, rows(12.7, 9.2), Message("fell", {})) == ("strong", "")


@pytest.mark.parametrize(
    ("figure_id", "found", "message", "told"),
    [
        ("c11-hunger-areas", rows(9.2), None, ("weak", "single")),
        ("c04-targets-need-local", rows(105.0, n_whole=169), None, ("fair", "judgement")),
        ("c06-frameworks", [*rows(50, n_whole=50), *rows(14, n_whole=14)], None, ("weak", "tautology")),
        ("c11-hunger", rows(2.5, 2.5, censoring="<"), None, ("weak", "limit_alone")),
        ("c04-level", rows(247, 80), None, ("weak", "own_count")),
        ("c12-local-strategies", rows(100, 100, 0), Message("most_tied", {}), ("weak", "tie")),
        ("c11-hunger", rows(2.91, 2.88), None, ("weak", "below_rounding")),
        ("c12-share", [*rows(60, 70), *rows(80, start=2010, strength="fair")], None, ("fair", "few_report")),
        ("c01-countries-below-3", rows(32.9, 57.1), None, ("fair", "moving_whole")),
        ("c06-growth", rows(1, 5), None, ("fair", "register")),
        ("c04-reviews", rows(2, 378), None, ("fair", "incomplete")),
        ("c11-hunger", [*rows(8.0), *rows(2.5, start=2010, censoring="<")], None, ("fair", "about_limit")),
        ("c11-hunger", rows(8.0, 2.0, quality_flag="implausible"), None, ("weak", "flagged")),
    ],
)
def test_the_reason_is_told(figure_id, found, message, told) -> None:
    assert of(figure_id, found, message) == told


def test_numbers_decide() -> None:
    """One value less, one country less, one limit less: another answer."""
    assert of("c11-hunger-areas", rows(9.2, 22.5))[0] == "strong"
    assert of("c06-frameworks", [*rows(50, n_whole=50), *rows(14, n_whole=15)])[0] == "strong"
    assert of("c11-hunger", [*rows(2.5, censoring="<"), *rows(3.1, start=2010)])[0] == "strong"
    assert of("c11-hunger", rows(2.91, 3.2))[0] == "strong"
    older = [*rows(60, strength="fair"), *rows(80, start=2010, strength="strong")]
    assert of("c12-share", older)[0] == "strong"


def test_a_sentence_may_know_better() -> None:
    known = Message("rose", {}, strength="fair", why="few_report")
    assert judge(LINE, rows(2.5, censoring="<"), known) == ("fair", "few_report")


def test_weak_comes_before_fair() -> None:
    found = rows(3, strength="fair")
    assert judge(replace(BARS, query="register"), found, Message("one", {})) == ("weak", "single")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_its_sentence(lang) -> None:
    assert all(words(lang).has(f"strength.{why}") for why in (*WEAK, *FAIR))
    assert STRENGTHS == ("strong", "fair", "weak")
