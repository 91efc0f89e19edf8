"""Local targets in the metadata of a site, and the readers of single fields."""

from __future__ import annotations

from localsdg.staging.opensdg.metadata import as_list, is_key
from localsdg.staging.opensdg.targets import local_targets


def test_local_targets_are_facts() -> None:
    meta = {
        "1-2-1": {
            "graph_target_lines": "[{'label_content': '2030 target', 'value': 2.0}, {'value': 3}]",
            "target_line_2030": "below 2%",
            "barcelona_target": "By 2030, reduce",
            "target_id": "1.2",
            "target_name": "Reduce",
            "progress_status": "challenges_remain",
        },
        "1-3-1": {"progress_status": "target_achieved", "graph_target_lines": []},
    }
    rows = local_targets("s", meta)
    first = [row for row in rows if row["local_indicator_id"] == "1-2-1"]
    assert [(row["target_kind"], row["year"], row["value"]) for row in first] == [
        ("target value", 2030, 2.0),
        ("target value", 2030, 3.0),
        ("target statement", 2030, None),
        ("commitment", 2030, None),
        ("progress", None, None),
    ]
    assert all("reduce" not in str(row).lower() for row in rows), "no prose"


def test_one_verdict_for_all_is_a_default() -> None:
    assert local_targets("s", {str(n): {"progress_status": "target_achieved"} for n in range(9)}) == []


def test_small_readers() -> None:
    assert is_key("global_indicators.1-2-1-title") and not is_key("Poverty. A title")
    assert as_list("[{'value': 1}]") == [{"value": 1}] and as_list("None") == [] and as_list("[broken") == []


def test_a_line_states_its_subject_and_its_direction() -> None:
    fields = {
        "graph_target_lines": [
            {"label_content": "2030 target men", "value": 30},
            {"label_content": "Objetivo 2025", "value": "3"},
            {"value": 4, "localsdg_direction": "up"},
            {"value": 5, "series": "Food line", "unit": "Euros", "label_content": "2030 target"},
        ],
        "target_line_2030": "Men: <30; all: under 3",
    }
    rows = [row for row in local_targets("s", {"3-3-2": fields}) if row["target_kind"] == "target value"]
    assert [(row["year"], row["label_subject"], row["stated_unit"], row["direction"]) for row in rows] == [
        (2030, "men", None, "down"),
        (2025, None, None, "down"),
        (2030, None, None, "up"),
        (2030, "food line", "Euros", "down"),
    ]
