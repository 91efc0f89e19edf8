"""The cookbook: each page is what its recipe gives in the built warehouse, and its pitfalls are real."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from functools import cache

import pytest
from how_to import PAGES, commands

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import RESOURCES
from localsdg.maintenance import cookbook
from localsdg.warehouse.query import open_published

FOLDER = RESOURCES / "docs" / "cookbook"
RECIPES = cookbook.recipes()
EACH = pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.name)
#: The order of the whole answer.
_ORDER = re.compile(r"^order by .*?(?=\nlimit|\s*\Z)", re.MULTILINE | re.DOTALL)
#: Numbers that are names: of indicators and targets, of the year of the Goals, of pages and codes in backticks.
_NAMES = re.compile(
    r"`[^`]*`|\b\d+\.[0-9a-z]+(?:\.\d+)?\b|\b(?:Goals?|target|COVID-)\s*\d+\b|\b2030\b|\bM49\b|\{\{.*?\}\}", re.DOTALL
)


@pytest.fixture(scope="module")
def ask(built):
    """Each SELECT is asked once for all tests."""
    with closing(open_published(built)) as con:
        yield cache(cookbook.asker(con))


@EACH
def test_a_page_is_what_its_recipe_gives(recipe, ask) -> None:
    written = (FOLDER / f"{recipe.name}.md").read_text(encoding="utf-8")
    assert written == cookbook.page(recipe, ask), "not up to date: run `localsdg docs --answers`"


@pytest.mark.parametrize("recipe", [one for one in RECIPES if _ORDER.search(one.sql)], ids=lambda one: one.name)
def test_the_order_of_an_answer_is_not_left_to_chance(recipe, built) -> None:
    """Rows that the recipe's own order leaves equal would come in another order on another machine."""
    *_, order = _ORDER.finditer(recipe.sql)
    shuffled = f"{recipe.sql[: order.end()]}, random(){recipe.sql[order.end() :]}"
    with closing(open_published(built)) as con:
        first, *others = (con.execute(shuffled).fetchall() for _ in range(5))
    assert [rows == first for rows in others] == [True] * 4


@EACH
def test_a_tempting_query_has_another_answer(recipe, ask) -> None:
    right = [tuple(row.values()) for row in ask(recipe.sql)]
    for pitfall in recipe.pitfalls:
        if pitfall.sql:
            assert [tuple(row.values()) for row in ask(pitfall.sql)] != right
            assert "wrong" in pitfall.text, "the words have the number of the query beside them"


@EACH
def test_no_number_is_typed_by_hand(recipe) -> None:
    """A number in the words comes from the answer, or is one that the question or the SELECT asks for."""
    asked = recipe.question + recipe.sql + str(recipe.queries)
    words = [(recipe.why, ""), (recipe.reading, ""), *((one.text, one.sql or "") for one in recipe.pitfalls)]
    for text, sql in words:
        typed = set(re.findall(r"\d+", _NAMES.sub(" ", text)))
        assert typed - set(re.findall(r"\d+", asked + sql)) == set(), text


@EACH
def test_a_recipe_has_a_number_in_its_reading_and_a_pitfall(recipe) -> None:
    assert "{{" in recipe.reading and recipe.pitfalls and recipe.sources
    assert recipe.question.endswith("?") and recipe.why.strip().count(". ") == 0, "one sentence says why"
    assert len(recipe.sql.splitlines()) <= 30 and "select *" not in recipe.sql


def test_the_index_lists_every_question_once() -> None:
    assert (FOLDER / "index.md").read_text(encoding="utf-8") == cookbook.index(RECIPES)
    assert {path.name for path in FOLDER.glob("*.md")} == {"index.md", *(f"{one.name}.md" for one in RECIPES)}


def test_the_command_writes_what_is_not_up_to_date(built, cli, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(cookbook, "recipes", lambda: RECIPES[:2])
    elsewhere = replace(built, resources=tmp_path)
    monkeypatch.setattr("localsdg.common.settings.load_settings", lambda: elsewhere)
    names = ["docs/cookbook/index.md", *(f"docs/cookbook/{one.name}.md" for one in RECIPES[:2])]
    checked = cli(built.home, "docs", "--answers", "--check")
    assert checked.exit_code == 1 and "next: localsdg docs --answers" in checked.stderr
    assert not (tmp_path / "docs").exists()
    assert cli(built.home, "docs", "--answers").stdout.splitlines() == names
    assert cli(built.home, "docs", "--answers", "--check").stdout == "up to date\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holds": ("first.n > 1",)}, "not true of its answer"),
        ({"sql": "select 1 as n where false"}, "no answer"),
        ({"sql": "select unnest(range(21)) as n"}, "1 to 20 rows"),
    ],
)
def test_what_does_not_hold_is_no_page(change, words) -> None:
    import duckdb

    given = {"name": "x", "group": "g", "question": "q", "why": "w", "sql": "select 1 as n", "reading": "{{ first.n }}"}
    recipe = cookbook.Recipe(**(given | {"pitfalls": (), "sources": ("unsd",)} | change))
    with pytest.raises(LocalsdgError, match=words):
        cookbook.page(recipe, cookbook.asker(duckdb.connect()))


def test_a_file_with_a_wrong_key_is_named(tmp_path) -> None:
    (tmp_path / "a.toml").write_text('group = "Reviews"\nquestoin = "?"\n[[pitfall]]\ntext = "t"\n')
    with pytest.raises(LocalsdgError, match="questoin"):
        cookbook.recipes(tmp_path)


def test_the_how_to_page_shows_a_recipe_that_works(ask, tmp_path) -> None:
    (block,) = commands(PAGES / "add-a-question.md", "toml")
    (tmp_path / "47-a-question.toml").write_text(block)
    (recipe,) = cookbook.recipes(tmp_path)
    text = cookbook.page(recipe, ask)
    highest = max(row["latest_value"] for row in ask(recipe.sql))
    assert f": {highest} % in " in text and text.index("## Pitfalls") < text.index("avg(latest_value)")


def test_text_of_the_sources_cannot_leave_its_cell() -> None:
    table = cookbook.markdown_table([{"title": "a|b <script>[x](y)\n# z", "n": 2.50}])
    assert table.splitlines()[2] == r"| a\|b &lt;script>\[x\](y) # z | 2.5 |"
