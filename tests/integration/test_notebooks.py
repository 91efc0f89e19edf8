"""The notebooks run against the built warehouse, print what they are kept with, and agree with SQL."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import nbformat
import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.maintenance.notebooks import notebook_paths, run_notebook, texts_of, write_notebooks
from localsdg.warehouse.query import open_published

PATHS = notebook_paths(Settings())
#: By notebook: what a cell has computed, and a SELECT that finds the same in another way.
NUMBERS = {
    "poverty": {
        "poor[poor.area == 'World'].value.tolist()": """
            select value from core.observation
            where series_code = 'SI_POV_DAY1' and area_code = '001' and year >= 2000 and is_total
                and release = '2023-12-17' order by year""",
        "[int(status.countries.sum())]": """
            select count(distinct area_code) from core.observation inner join core.area using (area_code)
            where series_code = 'SI_POV_DAY1' and kind = 'country' and release = '2023-12-17'""",
        "[round(float(world.projected_2030), 3)]": """
            select round(latest_value * power(
                latest_value / baseline_value, (2030 - latest_year) / (latest_year - baseline_year)), 3)
            from evidence.progress where series_code = 'SI_POV_DAY1' and area_code = '001'""",
    },
    "localization": {
        "peak.tolist()": """
            select count(distinct review_id) from core.review_area
            where review_year between 2016 and 2024
                and area_code in ('202', '419', '513', '747', '753', '062', '009')
            group by review_year order by review_year""",
        "[int(goals.with_local_data.sum())]": """
            select count(distinct indicator_code) from core.local_indicator
            where match = 'official' and not is_placeholder and n_own_rows > 0
                and indicator_code in (select indicator_code from core.own_indicator)""",
    },
    "coalitions": {
        "[int(first.n_actions)]": """
            select count(*) from (
                select action_id from core.action_actor inner join core.action using (action_id)
                where dataset_id = 'ocean-commitments' group by action_id
                having bool_or(actor_kind = 'nation') and bool_or(actor_kind = 'civil society'))""",
        "share.with_local_government.sort_values().tolist()": """
            select count(distinct action_id) as n from core.action_actor inner join core.action using (action_id)
            where actor_kind = 'local government'
                and dataset_id in ('un-partnerships', 'un-partnerships-ocean', 'ocean-commitments')
            group by dataset_id order by n""",
    },
}
_LONG = ("localization", "coalitions")


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=[pytest.mark.long] if path.stem in _LONG else []) for path in PATHS],
)
def test_a_notebook_prints_what_it_is_kept_with_and_agrees_with_sql(path: Path, built) -> None:
    numbers = NUMBERS[path.stem]
    printed = run_notebook(path, built.home, f"import json\nprint(json.dumps([{', '.join(numbers)}]))")
    computed = json.loads(printed.cells.pop().outputs[0].text)
    assert texts_of(printed) == texts_of(nbformat.read(path, as_version=4)), "run `localsdg docs --notebooks`"
    with closing(open_published(built)) as con:
        for found, sql in zip(computed, numbers.values(), strict=True):
            assert found == pytest.approx([row[0] for row in con.execute(sql).fetchall()])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_with_its_pictures_and_is_small(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    texts = texts_of(notebook)
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert texts.count("picture") >= 3 and sum(text.startswith("**Reading.**") for text in texts) >= 3
    assert [word for word in ("**Question.**", "**You need**", "## Limits", "## Citation") if word not in words] == []
    assert path.stat().st_size < 300_000
    missing = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count is None]
    assert missing == []
    index = (path.parent / "index.md").read_text(encoding="utf-8")
    assert f"({path.name})" in index and words.partition("\n")[0].removeprefix("# ") in index


@pytest.mark.parametrize(
    ("cell", "words"),
    [("import warnings\nwarnings.warn('old')", "warns"), ("1 / 0", "ZeroDivisionError")],
)
def test_a_cell_that_warns_or_fails_is_an_error(cell: str, words: str, tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    path = tmp_path / "docs" / "notebooks" / "a.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    before = path.read_bytes()
    with pytest.raises(LocalsdgError, match=words):
        write_notebooks(Settings(home=tmp_path, resources=tmp_path))
    assert path.read_bytes() == before


def test_what_differs_between_two_builds_of_the_same_data_is_no_difference(tmp_path: Path) -> None:
    def printed(version: str, value: str) -> list[str]:
        cell = nbformat.v4.new_code_cell("x")
        text = f"version {version}, built 2026-11-27, hash {'a1' * 32}, localsdg 0.1.0+abcdef0: {value} in 2026\n"
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        return texts_of(nbformat.v4.new_notebook(cells=[cell]))

    assert printed("2026.11.27.1", "8.5") == printed("2026.12.01.12", "8.5")
    assert printed("2026.11.27.1", "8.5") != printed("2026.11.27.1", "8.6")
