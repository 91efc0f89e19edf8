"""Confidence: it rises with the score, says how often links are right, and its threshold keeps its word."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from localsdg.linking import calibrate
from localsdg.maintenance.links.evaluate import calibration_error


def judged(n: int = 2_000, source: str = "expert_en", n_words: int = 10, seed: int = 1) -> pd.DataFrame:
    """Two candidates a text: a link is right as often as a logistic curve of its score says."""
    draw = np.random.default_rng(seed)
    score = draw.normal(0, 2, n)
    label = (draw.random(n) < 1 / (1 + np.exp(-score))).astype(float)
    first = pd.DataFrame(
        {
            "text_id": np.arange(n),
            "language": "en",
            "level": "goal",
            "code": "1",
            "rank": 1,
            "score": score,
            "margin": 1.0,
            "n_known": 6,
            "source": source,
            "key": [f"{source} {one}" for one in range(n)],
            "n_words": n_words,
            "fold": np.arange(n) % 5,
            "label": label,
        }
    )
    second = first.assign(code="6", rank=2, score=score - 1, margin=-1.0, label=0.0)
    return pd.concat([first, second], ignore_index=True)


def curve(frame: pd.DataFrame, name: str = "en:goal:text:0") -> calibrate.Curve:
    return calibrate.curves(pa.Table.from_pandas(frame))[name]


def test_the_line_rises() -> None:
    one = curve(judged())
    assert len(one.at) == len(one.confidence) >= calibrate._FEW_KNOTS
    assert list(one.at) == sorted(one.at)
    assert list(one.confidence) == sorted(one.confidence)
    assert 0 <= one.confidence[0] < 0.2 and 0.8 < one.confidence[-1] <= 1


def test_a_higher_score_is_never_less_sure() -> None:
    one = curve(judged())
    rows = pd.DataFrame({"score": np.linspace(-8, 8, 200), "margin": 1.0, "n_known": 6})
    sure = calibrate.confidence(one, rows)
    assert (np.diff(sure) >= 0).all() and sure[-1] > sure[0] + 0.5


def test_confidence_is_how_often_a_link_is_right() -> None:
    one, fresh = curve(judged()), judged(seed=2)
    sure = calibrate.confidence(one, fresh)
    assert calibration_error(sure, fresh.label.to_numpy()) < 0.03
    # the score itself, squeezed to 0 to 1, is no confidence
    raw = 1 / (1 + np.exp(-3 * fresh.score.to_numpy()))
    assert calibration_error(raw, fresh.label.to_numpy()) > 0.1


def test_the_threshold_has_the_precision_that_it_states() -> None:
    frame = judged()
    one = curve(frame)
    taken = frame[calibrate.confidence(one, frame) >= one.threshold]
    assert taken.label.mean() == pytest.approx(one.precision, abs=1e-3)
    assert taken.label.sum() / frame.label.sum() == pytest.approx(one.recall, abs=1e-3)
    assert one.precision >= calibrate.PRECISION
    # and it is the lowest that does
    lower = frame[calibrate.confidence(one, frame) >= one.threshold - 0.01]
    assert lower.label.mean() < calibrate.PRECISION or len(lower) == len(taken)


def test_where_no_threshold_reaches_the_precision_no_link_is_accepted() -> None:
    sure = np.linspace(0, 1, 400)
    found = calibrate.threshold_for(sure, (np.arange(400) % 2).astype(int), np.ones(400), np.full(400, "1"))
    assert (
        found == {"threshold": calibrate.UNREACHABLE_THRESHOLD, "precision": 0.0, "recall": 0.0}
        and calibrate.UNREACHABLE_THRESHOLD > 1
    )


def test_unrelated_texts_take_confidence_away() -> None:
    nothing = judged(300, "unrelated").assign(label=0.0)
    rows = pd.DataFrame({"score": [1.0], "margin": [1.0], "n_known": [6]})
    alone = calibrate.confidence(curve(judged()), rows)[0]
    assert calibrate.confidence(curve(pd.concat([judged(), nothing])), rows)[0] < alone


def test_long_measures_with_one_label_of_several_count_in_full_for_the_threshold() -> None:
    wrong = judged(2_000, calibrate._ONE_LABEL_OF_SEVERAL, n_words=80, seed=3)
    wrong = wrong.assign(label=wrong.label.where((wrong.score < 1) | (wrong.index % 12 > 0), 0.0))
    frame = pd.concat([judged(n_words=80), wrong], ignore_index=True)
    one = curve(frame, "en:goal:text:30")
    taken = frame[calibrate.confidence(one, frame) >= one.threshold]
    assert taken.label.mean() == pytest.approx(one.precision, abs=1e-3)
    other = curve(frame.assign(source="expert_en"), "en:goal:text:30")
    assert one.confidence[-1] > other.confidence[-1]


def test_too_few_of_a_length_take_the_curve_of_both() -> None:
    frame = pd.concat([judged(), judged(20, n_words=90, seed=4).assign(text_id=-1)])
    found = calibrate.curves(pa.Table.from_pandas(frame))
    assert found["en:goal:text:30"].n == len(frame) > found["en:goal:text:0"].n


def test_a_level_that_nobody_labelled_right_has_no_curve() -> None:
    assert calibrate.curves(pa.Table.from_pandas(judged().assign(label=0.0))) == {}


@pytest.mark.parametrize("n_words, said", [(0, 0), (29, 0), (30, 30), (999, 300), (5000, 1000)])
def test_length(n_words, said) -> None:
    assert calibrate.length_class(n_words) == said
