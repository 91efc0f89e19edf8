"""Records whose declared goals are hidden: how they are read, and the figures of their links by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from localsdg.common.errors import UsageError
from localsdg.linking import calibrate
from localsdg.linking.calibrate import LENGTHS, UNREACHABLE_THRESHOLD, length_class, length_name, threshold_for
from localsdg.maintenance.links.corpus import merged
from localsdg.maintenance.links.record_links import record_links
from localsdg.maintenance.links.registers import declared_records
from localsdg.maintenance.links.train import fold_of, learned_from


def register(folder: Path, name: str, rows: list[tuple[str, str, str]]) -> None:
    (folder / name).mkdir()
    with (folder / name / "records.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "description", "sdgs", "language"])
        writer.writerows([*row, "en"] for row in rows)


def test_records_without_goals_are_left_out_and_headings_are_taken_off(tmp_path: Path) -> None:
    rows = [(f"Reef {k}", f"Description of initiativeCorals of bay {k} restored", "SDG 14; 13.1") for k in range(24)]
    register(tmp_path, "un_partnerships_2018", [*rows, ("Nothing declared", "Description of initiativeTrees", "")])
    found = declared_records(tmp_path)
    assert len(found) == 24 and {one.goals for one in found} == {frozenset({"13", "14"})}
    assert not any("initiative" in one.text or "SDG" in one.text for one in found)
    with pytest.raises(UsageError, match="no registers"):
        declared_records(tmp_path / "nowhere")


def test_one_project_in_two_registers_is_never_on_both_sides(tmp_path: Path) -> None:
    register(tmp_path, "un_partnerships_2018", [("Clean bays!", "Plastic is taken out of the bay", "14")])
    register(tmp_path, "un_ocean_commitments_2026", [("Clean  Bays", "Other words altogether", "14; 12")])
    one, other = merged(declared_records(tmp_path))
    assert one.source != other.source and fold_of(one) == fold_of(other)
    assert learned_from([one, other], [0]) == []


def test_the_figures_of_hidden_goals_by_hand() -> None:
    truth = pd.DataFrame(
        [
            {"language": "en", "source": "un_ocean_commitments_2026", "key": key, "kind": "record", "length": length}
            for key, length in (("a", 30), ("b", 30), ("c", 100))
        ]
    )
    truth["goals"] = [frozenset({"14"}), frozenset({"14", "17"}), frozenset({"14", "2"})]
    columns = ["key", "code", "confidence", "is_accepted", "label", "length"]
    rows = [
        ("a", "14", 0.9, True, 1.0, 30),
        ("a", "17", 0.8, True, 0.0, 30),
        ("a", "13", 0.2, False, 0.0, 30),  # too unlikely to be shown: no part of the calibration error
        ("b", "14", 0.9, True, 1.0, 30),
        ("c", "2", 0.7, False, 1.0, 100),
    ]
    links = pd.DataFrame(rows, columns=columns).assign(
        language="en", source="un_ocean_commitments_2026", level="goal", kind="record"
    )
    found = {(row["register"], row["length"]): row for row in record_links(truth, links)}
    row = found["un_ocean_commitments_2026", "30-99"]
    assert row["texts"] == 2 and row["linked"] == 1 and row["with_goal_17"] == 0.5
    assert row["n_accepted"] == 3 and row["precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert row["n_others"] == 1 and row["others_precision"] == 0
    # 0.9 twice right: 0.1 off; 0.8 wrong: 0.8 off
    assert row["calibration_error"] == pytest.approx((2 * 0.1 + 0.8) / 3, abs=1e-4)
    assert found["all registers", "all"]["n_accepted"] == 3 and found["all registers", "100-299"]["linked"] == 0


def test_lengths_are_classes_to_a_thousand_words() -> None:
    assert [length_class(n) for n in (0, 29, 30, 99, 100, 999, 1000, 50_000)] == [0, 0, 30, 30, 100, 300, 1000, 1000]
    assert [length_name(one) for one in LENGTHS] == ["0-29", "30-99", "100-299", "300-999", "1000+"]


def test_the_commonest_goal_does_not_hide_what_the_others_are_worth() -> None:
    """Nine in ten are right by way of one goal, of the others every second: those links are not accepted."""
    sure = np.repeat([0.9, 0.6], [180, 40])
    label = np.concatenate([np.ones(180), np.tile([1, 0], 20)])
    weight = np.ones(220)
    codes = np.repeat(["14", "2"], [180, 40])
    assert threshold_for(sure, label, weight, np.repeat("14", 220))["threshold"] <= 0.6
    assert 0.6 < threshold_for(sure, label, weight, codes)["threshold"] <= 0.9
    assert threshold_for(sure, 1 - label, weight, codes)["threshold"] == UNREACHABLE_THRESHOLD


def judged(source: str, n_words: int, n_right: int, n: int = 400) -> pd.DataFrame:
    """Candidates of one score, of which the first `n_right` of `n` are right."""
    rows = pd.DataFrame({"text_id": range(n), "label": (np.arange(n) < n_right).astype(float)})
    rows["score"] = np.linspace(-1, 1, n)[np.random.default_rng(0).permutation(n)]
    named = {"language": "en", "level": "goal", "code": "1", "rank": 1, "margin": 0.5, "n_known": 9}
    return rows.assign(source=source, n_words=n_words, **named)


def test_confidence_goes_by_kind_and_length_of_text() -> None:
    parts = [
        judged("un_partnerships_2018", 150, 100),
        judged("un_partnerships_2018", 500, 300),
        judged("expert_en", 150, 350),
    ]
    frame = pa.Table.from_pandas(pd.concat(parts), preserve_index=False)
    curves = calibrate.curves(frame)
    candidate = judged("x", 0, 0, 3).assign(score=0.0)
    sure = {
        (kind, length): calibrate.confidence(curves[f"en:goal:{kind}:{length}"], candidate).mean()
        for kind in calibrate.KINDS
        for length in (100, 300)
    }
    assert sure["record", 100] == pytest.approx(0.25, abs=0.05)
    assert sure["record", 300] == pytest.approx(0.75, abs=0.05)
    assert sure["text", 100] == pytest.approx(0.84, abs=0.05)
    # no other text is so long: the records speak for it
    assert sure["text", 300] == pytest.approx(0.75, abs=0.05)
