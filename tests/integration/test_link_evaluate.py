"""The figures of links, on candidates of which the answer is known."""

from __future__ import annotations

import csv
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from link_helpers import CODES, made

from localsdg.maintenance.links import evaluate
from localsdg.maintenance.links.corpus import Example, labelled_folder, merged, own_lists
from localsdg.maintenance.links.train import cross_validate

pytestmark = pytest.mark.slow


def example(name: str, goals: str = "", source: str = "policy_actions", refused: str = "") -> Example:
    return Example(
        name,
        "en",
        source,
        frozenset(goals.split()),
        frozenset(refused.split()),
        key=name,
        is_closed=source != "expert_en",
    )


def candidate(
    key: str,
    code: str,
    rank: int,
    confidence: float,
    label: float | None,
    source: str = "policy_actions",
    is_accepted: bool = False,
) -> dict:
    return {
        "key": key,
        "language": "en",
        "source": source,
        "level": "goal",
        "length": 0,
        "kind": "text",
        "code": code,
        "rank": rank,
        "confidence": confidence,
        "label": label,
        "is_accepted": is_accepted,
    }


def test_a_set_is_counted_by_hand(monkeypatch) -> None:
    monkeypatch.setattr(evaluate, "FEWEST_TEXTS", 1)
    texts = [example("a", "1"), example("b", "6"), example("c", "7 1"), example("d", "6")]
    rows = pd.DataFrame(
        [
            candidate("a", "1", 1, 0.9, 1.0),
            candidate("a", "6", 2, 0.1, 0.0),
            candidate("b", "1", 1, 0.5, 0.0),
            candidate("b", "6", 2, 0.3, 1.0),
            candidate("c", "7", 1, 0.7, 1.0),
            # the fourth text has no known word: no candidate, and wrong
        ]
    )
    (row,) = evaluate._sets(evaluate.truth_of(texts), rows)
    assert (row["n"], row["first_right"], row["among_five"]) == (4, 0.5, 0.75)
    # goal 1: said twice, right once; goal 7 right; goal 6 never said
    assert row["macro_f1"] == pytest.approx((2 / 3 + 0 + 1) / 3, abs=1e-4)
    assert row["calibration_error"] == pytest.approx((0.1 + 0.5 + 0.3) / 3, abs=1e-4)


def test_accepted_links_are_counted_by_hand() -> None:
    texts = [example("a", "1"), example("b", "6"), example("c", "7 1")]
    rows = pd.DataFrame(
        [
            candidate("a", "1", 1, 0.9, 1.0, is_accepted=True),
            candidate("b", "1", 1, 0.8, 0.0, is_accepted=True),
            candidate("c", "7", 1, 0.9, 1.0, is_accepted=True),
            candidate("c", "6", 2, 0.1, 0.0),
        ]
    )
    (row,) = evaluate._links(evaluate.truth_of(texts), rows)
    assert (row["n_accepted"], row["precision"], row["recall"]) == (3, 0.6667, 0.5)


def test_unrelated_texts_that_show_a_link_are_counted() -> None:
    texts = [example(name, source="unrelated") for name in "abcd"]
    rows = pd.DataFrame(
        [
            candidate("a", "1", 1, 0.95, 0.0, "unrelated", True),
            candidate("b", "1", 1, 0.5, 0.0, "unrelated"),
            candidate("c", "1", 1, 0.1, 0.0, "unrelated"),
        ]
    )
    (row,) = evaluate._unrelated(evaluate.truth_of(texts), rows)
    assert (row["n"], row["shown"], row["accepted"]) == (4, 0.5, 0.25)


def test_the_experts_question_is_answered_for_every_pair() -> None:
    texts = [
        example("a", "1", "expert_en"),
        example("b", "", "expert_en", "6"),
        example("c", "7", "expert_en"),
        example("d", "", "expert_en", "1"),
    ]
    rows = pd.DataFrame(
        [
            candidate("a", "1", 1, 0.9, 1.0, "expert_en"),
            candidate("b", "6", 1, 0.7, 0.0, "expert_en"),
            # about 7, and 7 is no candidate: said to be not about it
            candidate("c", "6", 1, 0.9, None, "expert_en"),
        ]
    )
    found = evaluate.expert_pairs(evaluate.truth_of(texts), rows)
    assert (found["n"], found["accuracy"], found["precision"], found["recall"]) == (4, 0.5, 0.5, 0.5)


def test_calibration_error_is_the_distance_of_what_is_said_and_what_is() -> None:
    sure = np.array([0.95, 0.95, 0.95, 0.95, 0.15, 0.15])
    right = np.array([1, 1, 0, 0, 0, 0])
    assert evaluate.calibration_error(sure, right) == pytest.approx(4 / 6 * 0.45 + 2 / 6 * 0.15)
    assert evaluate.calibration_error(np.array([1.0, 0.0]), np.array([1, 0])) == 0


def test_a_confidence_comes_from_the_other_folds() -> None:
    draw = np.random.default_rng(0)
    n = 1_200
    score = draw.normal(0, 2, n)
    frame = pd.DataFrame(
        {
            "text_id": range(n),
            "language": "en",
            "level": "goal",
            "code": "1",
            "rank": 1,
            "score": score,
            "margin": 1.0,
            "n_known": 6,
            "source": "policy_actions",
            "key": [str(one) for one in range(n)],
            "n_words": 10,
            "fold": np.arange(n) % 3,
            "label": (score > 0).astype(float),
        }
    )
    # the labels of one fold turned round change what the others are told, and not its own confidence
    turned = frame.assign(label=frame.label.where(frame.fold != 0, 1 - frame.label))
    one, other = (
        evaluate.with_confidence(pa.Table.from_pandas(each)).sort_values("text_id") for each in (frame, turned)
    )
    held = (one.fold == 0).to_numpy()
    assert (one.confidence[held] == other.confidence[held]).all()
    assert (one.confidence[~held] != other.confidence[~held]).any()


def test_too_few_known_words_are_no_link() -> None:
    judged = pd.DataFrame(
        {
            "text_id": range(400),
            "language": "en",
            "level": "goal",
            "code": "1",
            "rank": 1,
            "score": np.linspace(-3, 3, 400),
            "margin": 1.0,
            "n_known": 6,
            "source": "policy_actions",
            "key": [str(one) for one in range(400)],
            "n_words": 10,
            "fold": np.arange(400) % 2,
            "label": (np.arange(400) > 200).astype(float),
        }
    )
    judged.loc[399, "n_known"] = 1
    found = evaluate.with_confidence(pa.Table.from_pandas(judged)).set_index("text_id")
    assert found.confidence[399] == 0 and not found.is_accepted[399]
    assert found.confidence[398] > 0.9 and found.is_accepted[398]


def test_figures_of_a_small_world_are_facts_of_json() -> None:
    figures = evaluate.measured(made(), CODES, 3)
    assert json.loads(json.dumps(figures)) == figures
    goal = next(one for one in figures["sets"] if one["level"] == "goal")
    assert goal["n"] == 120 and 0.7 < goal["first_right"] <= goal["among_five"] <= 1
    # there are no experts and no Spanish paragraphs here
    assert figures["experts"] == figures["expert_halves"] == figures["first_sentences"] == {}
    assert sum(one["n"] for one in figures["unrelated"]) == 40


def test_words_without_a_meaning_teach_nothing() -> None:
    noise = evaluate.measured(made(noise=1.0), CODES, 3)
    goal = next(one for one in noise["sets"] if one["level"] == "goal")
    assert goal["first_right"] < 0.6


def slice_of(data_root, n: int) -> list[Example]:
    """Every n-th labelled text, and all of our own lists of English."""
    labelled = merged(labelled_folder(data_root / "linking"))
    own = [one for one in merged(own_lists()) if one.language == "en"]
    return merged([*labelled[::n], *own])


@pytest.mark.slow
def test_a_slice_of_the_labelled_folder_is_measured(data_root) -> None:
    texts = slice_of(data_root, 12)
    codes = {
        "goal": [str(one) for one in range(1, 18)],
        "target": sorted({target for one in texts for target in one.targets}),
    }
    judged = cross_validate(texts, codes, 2)
    figures = evaluate.evaluate(texts, judged)
    by_set = {(one["language"], one["level"], one["source"]): one for one in figures["sets"]}
    # far from chance (1 in 17), far from what all the texts give
    assert 0.5 < by_set["es", "goal", "goal_labels_es"]["first_right"] < 0.95
    assert 0.4 < by_set["en", "goal", "policy_actions"]["first_right"] < 0.9
    assert 0.6 < figures["experts"]["accuracy"] < 0.98


@pytest.mark.slow
def test_the_command_measures_and_writes_nothing_by_itself(cli, tmp_path) -> None:
    file, figures = tmp_path / "mine.csv", tmp_path / "figures.json"
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "codes", "language"])
        writer.writerows([one.text, *one.goals, "en"] for one in made(25) if one.goals)
    result = cli(tmp_path, "link", "eval", file, "--folds", 2)
    assert result.exit_code == 0, result.output
    assert "Texts not learned from, in 2 parts" in result.stdout and "user" in result.stdout
    assert "not measured: every language but en\n" in result.stdout
    assert [one.name for one in tmp_path.iterdir()] == ["mine.csv"]
    result = cli(tmp_path, "link", "eval", file, "--folds", 2, "--json", "--output", figures)
    assert json.loads(result.stdout) == json.loads(figures.read_text(encoding="utf-8"))
    assert json.loads(result.stdout)["published"] == evaluate.PUBLISHED
