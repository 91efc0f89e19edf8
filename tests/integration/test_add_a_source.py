"""The page docs/how-to/add-a-source.md does what it says: its commands are run in a copy of the tree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from how_to import PAGES, commands, copy_of_tree, run_block

PAGE = PAGES / "add-a-source.md"


@pytest.mark.long
@pytest.mark.slow
def test_a_source_is_added_by_the_commands_of_the_page(tmp_path: Path) -> None:
    tree, home = copy_of_tree(tmp_path, bundle=("unsd/2020-10-19", "m49/*")), tmp_path / "home"
    outputs = [run_block(block, tree, home) for block in commands(PAGE)]
    assert "TOY-R01" in outputs[-1] and "not yet" in outputs[-1]

    def rows(sql: str) -> list[dict]:
        return json.loads(run_block(f'localsdg query --json "{sql}"', tree, home))

    releases = rows("select dataset_id, n_series from core.release where release = '2020-10-19' order by 1")
    assert [row["dataset_id"] for row in releases] == ["toyland", "unsd"] and releases[0]["n_series"] == 2
    latest = rows("select dataset_id, year, value from core.latest_observation where series_code = 'TL_POV_LINE'")
    assert sorted((row["dataset_id"], row["year"], row["value"]) for row in latest) == [
        ("toyland", 2019, 12.5),
        ("toyland", 2020, 11.9),
    ]
    # the series that the UN publishes too: the UN's is shown, the other one is kept beside it
    shown = rows("select distinct dataset_id from core.latest_observation where series_code = 'SI_POV_DAY1'")
    kept = rows("select value from core.observation where series_code = 'SI_POV_DAY1' and dataset_id = 'toyland'")
    assert (shown, kept) == ([{"dataset_id": "unsd"}], [{"value": 0.7}])
    loads = rows("select rows_in, rows_out, rows_rejected from audit.source_load where source = 'toyland'")
    assert loads == [{"rows_in": 4, "rows_out": 3, "rows_rejected": 1}]


def test_no_model_of_the_core_is_touched() -> None:
    assert "sql/" not in "\n".join(commands(PAGE))
