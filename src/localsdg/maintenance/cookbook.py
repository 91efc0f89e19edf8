"""The cookbook: questions to the warehouse, each with its answer and its pitfalls.

A recipe is a file of `recipes/`: a question, one SELECT, and words. Numbers in the words are Jinja
expressions over the rows of the SELECT, so that no number is typed by hand, and `holds` lists what
must be true for the words to be true. `localsdg docs --answers` asks the published warehouse and writes
`docs/cookbook/`; a test fails when a page is not what its recipe gives.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import LocalsdgError
from localsdg.warehouse.query import open_published, plain_text

if TYPE_CHECKING:
    import duckdb
    from jinja2 import Environment

    from localsdg.common.settings import Settings

RECIPES = Path(__file__).parent / "recipes"
#: In the order of the index: from the numbers of nations to those of one's own.
GROUPS = (
    "Poverty and the gap to 2030",
    "Inequality: women and men, town and country",
    "Crises",
    "Local numbers beside national ones",
    "Reviews",
    "Actions and coalitions",
    "Coverage and comparability",
    "Releases, provenance and quality",
    "With data of your own",
)
#: A table that is longer is no answer.
MOST_ROWS = 20
_MADE = "<!-- made by `localsdg docs --answers`; edit src/localsdg/maintenance/recipes/{name}.toml instead -->"

Row = dict[str, Any]
Ask = Callable[[str], list[Row]]


@dataclass(frozen=True)
class Pitfall:
    """What a reader gets wrong. `sql` is the tempting query; its rows are `wrong` in the words."""

    text: str
    sql: str | None = None


@dataclass(frozen=True)
class Recipe:
    """One question. `queries` are further SELECTs by the name that their rows have in the words.

    `sources` are what `localsdg cite --source` takes.
    """

    name: str
    group: str
    question: str
    why: str
    sql: str
    reading: str
    pitfalls: tuple[Pitfall, ...]
    sources: tuple[str, ...]
    holds: tuple[str, ...] = ()
    queries: dict[str, str] = field(default_factory=dict)


def recipes(folder: Path = RECIPES) -> list[Recipe]:
    """All recipes, by name (`01-extreme-poverty-in-the-world`)."""
    return [read_recipe(path) for path in sorted(folder.glob("*.toml"))]


def read_recipe(path: Path) -> Recipe:
    """A recipe from its file; raises `LocalsdgError` for an unknown or missing key, or an unknown group."""
    given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        pitfalls = tuple(Pitfall(**one) for one in given.pop("pitfall"))
        given |= {name: tuple(given[name]) for name in ("sources", "holds") if name in given}
        recipe = Recipe(name=path.stem, pitfalls=pitfalls, **given)
    except (TypeError, KeyError) as error:
        raise LocalsdgError(
            "a recipe of the cookbook cannot be read",
            where=path,
            expected="group, question, why, sql, reading, sources and [[pitfall]]; holds and [queries] where needed",
            got=str(error),
        ) from error
    if recipe.group not in GROUPS:
        raise LocalsdgError("no such group of recipes", where=path, expected=", ".join(GROUPS), got=recipe.group)
    return recipe


def pages(settings: Settings) -> dict[str, str]:
    """File name in `docs/cookbook/` -> text, with the answers of the published warehouse."""
    with closing(open_published(settings)) as con:
        found = recipes()
        texts = {f"{recipe.name}.md": page(recipe, asker(con)) for recipe in found}
    return {"index.md": index(found), **texts}


def asker(con: duckdb.DuckDBPyConnection) -> Ask:
    """A function from SQL to its rows, each a dict by column."""

    def ask(sql: str) -> list[Row]:
        relation = con.execute(sql)
        names = [column[0] for column in relation.description or ()]
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]

    return ask


def page(recipe: Recipe, ask: Ask) -> str:
    """The page of a recipe; raises `LocalsdgError` where its words do not hold for the answer."""
    rows = ask(recipe.sql)
    if not 0 < len(rows) <= MOST_ROWS:
        raise LocalsdgError(
            "a recipe has no answer to print", where=recipe.name, expected=f"1 to {MOST_ROWS} rows", got=len(rows)
        )
    known = {"rows": rows, "first": rows[0], "last": rows[-1]}
    known |= {name: ask(sql) for name, sql in recipe.queries.items()}
    environment = _environment()
    for condition in recipe.holds:
        if not environment.compile_expression(condition, undefined_to_none=False)(**known):
            raise LocalsdgError(
                "the words of a recipe are not true of its answer",
                where=recipe.name,
                expected=condition,
                next_step=f"correct the words in {recipe.name}.toml",
            )
    return _text(recipe, environment, known, ask)


def _text(recipe: Recipe, environment: Environment, known: dict[str, Any], ask: Ask) -> str:
    def fill(text: str, **more: Any) -> str:
        return " ".join(environment.from_string(text).render(**known, **more).split())

    parts = [f"# {recipe.question}", _MADE.format(name=recipe.name), fill(recipe.why)]
    parts += [_code("sql", recipe.sql), markdown_table(known["rows"])]
    parts += ["## How to read it", fill(recipe.reading), "## Pitfalls"]
    for pitfall in recipe.pitfalls:
        wrong = ask(pitfall.sql) if pitfall.sql else []
        item = f"- {fill(pitfall.text, wrong=wrong)}"
        parts.append(item + ("\n\n" + _indented(_code("sql", pitfall.sql)) if pitfall.sql else ""))
    parts += ["## How to cite", _code("console", f"$ localsdg cite --source {','.join(recipe.sources)}")]
    return "\n\n".join(parts) + "\n"


def index(found: list[Recipe]) -> str:
    """The page that lists all questions, by group."""
    parts = [
        f"# Cookbook: {len(found)} questions with their answers",
        _MADE.format(name="*"),
        (RECIPES / "index.md").read_text(encoding="utf-8").strip(),
    ]
    for group in GROUPS:
        lines = [f"- [{one.question}]({one.name}.md)" for one in found if one.group == group]
        parts += [f"## {group}", "\n".join(lines)] if lines else []
    return "\n\n".join(parts) + "\n"


def markdown_table(rows: list[Row]) -> str:
    """Rows as a Markdown table; numbers to the right."""
    names = list(rows[0])
    right = [all(_is_number(row[name]) for row in rows) for name in names]
    lines = [names, ["---:" if number else "---" for number in right]]
    lines += [[_cell(row[name]) for name in names] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool))


def _cell(value: Any) -> str:
    """A value in a cell: text of the sources cannot end the cell, nor begin a tag or a link."""
    text = " ".join(clean_text(plain_text(round(value, 4) if isinstance(value, float) else value)).split())
    text = text.removesuffix(".0") if isinstance(value, float) else text
    for sign in "\\`*[]|<":
        text = text.replace(sign, f"\\{sign}") if sign != "<" else text.replace("<", "&lt;")
    return text


def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, finalize=_number, autoescape=False)
    environment.globals["where"] = _where
    environment.filters["n"] = lambda value: f"{value:,.0f}"
    environment.filters["d"] = lambda value, digits: f"{value:,.{digits}f}"
    return environment


def _number(value: Any) -> Any:
    """A number in a sentence: one decimal at most."""
    return f"{round(value, 1):,.15g}" if isinstance(value, float) else value


def _where(rows: list[Row], **wanted: Any) -> Row:
    """The one row that has these values; raises `LookupError` otherwise."""
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    if len(found) != 1:
        raise LookupError(f"{len(found)} rows have {wanted}")
    return found[0]


def _code(language: str, text: str) -> str:
    return f"```{language}\n{text.strip()}\n```"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.splitlines())
