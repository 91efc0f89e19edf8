"""How the SQL is written, so that the next model looks like the last."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlglot import exp, parse_one

import localsdg
from localsdg.common.settings import Settings
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import tables
from localsdg.warehouse.metric_rows import DERIVED, NEEDED
from localsdg.warehouse.models import load_models, referenced_tables

SQL = Settings().sql
FILES = sorted(SQL.rglob("*.sql"))
MODELS = [path for path in FILES if path.parent.name != "audits"]
#: A view that hands through all columns of another table: the only star.
STAR = "core/latest_observation.sql"
#: Layers whose declared tables give the types where rows are inserted (`warehouse/column_types.py`).
TYPED_BY_TABLE = ("core", "evidence", "templates")
KEYWORDS = """select from where group order by having limit with recursive as join left right inner
    outer full cross anti on using union all distinct case when then else end and or not in is null
    between like ilike over partition qualify cast coalesce nullif filter asc desc lateral unnest
    except intersect exists values true false""".split()
_UPPER = re.compile(r"\b(" + "|".join(word.upper() for word in KEYWORDS) + r")\b")
#: Functions and operators that take a text apart.
_APART = (
    r"(?:regexp_\w+|split\w*|string_split\w*|(?:starts|ends)_with|contains|prefix|suffix|replace|"
    r"substr\w*|left|right|strpos|instr|position|trim|[lr]trim)"
)
#: A label of dimensions that is read back: `published_breakdown` is text of the source, not a label.
_LABEL_READ = re.compile(
    rf"\b{_APART}\((?:(?!\bas\b)[^;])*?\b(?:\w+\.)?breakdown\b(?!\w)"
    r"|\b(?:\w+\.)?breakdown\b(?:\"\]|'\])?\s*(?:(?:not\s+)?i?like\b|similar\b|~|"
    r"\.\s*(?:split|partition|rpartition|startswith|endswith|removeprefix|removesuffix|replace)\b)"
)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*")


def label(path: Path) -> str:
    return path.relative_to(SQL).as_posix()


def header(text: str) -> str:
    """The comment lines at the top, as one text."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return "\n".join(lines)


def final_select(text: str) -> exp.Query:
    """The SELECT that gives the rows; model parameters ($release) are taken as names."""
    tree = parse_one(re.sub(r"\$(\w+)", r"'\1'", text), dialect="duckdb")
    assert isinstance(tree, exp.Query), type(tree)
    return tree


def loud(text: str) -> list[str]:
    """Keywords in capitals, outside quotes and comments."""
    return sorted(set(_UPPER.findall(_QUOTED.sub("''", text))))


def bare(select: exp.Query) -> list[str]:
    """Output columns that are not `cast(... as ...) as name`."""
    return [
        one.sql(dialect="duckdb")
        for one in select.selects
        if not (isinstance(one, exp.Alias) and isinstance(one.this, exp.Cast))
    ]


def labels_read(text: str) -> list[str]:
    """Expressions that take the label of a breakdown apart, comments left out."""
    return [hit[0] for line in re.sub(r"(?m)(?:--|#) .*$", "", text).splitlines() for hit in _LABEL_READ.finditer(line)]


def idle_casts(select: exp.Query) -> list[str]:
    """Output columns that are only cast and keep their name: `cast(t.x as …) as x`."""
    return [
        one.alias
        for one in select.selects
        if isinstance(one, exp.Alias)
        and isinstance(one.this, exp.Cast)
        and isinstance(one.this.this, exp.Column)
        and one.this.this.name == one.alias
    ]


def unnamed(select: exp.Query) -> list[str]:
    """Output columns that are neither a column nor `... as name`."""
    return [
        one.sql(dialect="duckdb")
        for one in select.selects
        if one.is_star or not isinstance(one, exp.Alias | exp.Column)
    ]


@pytest.fixture(params=FILES, ids=label)
def file(request) -> str:
    return request.param.read_text(encoding="utf-8")


@pytest.fixture(params=MODELS, ids=label)
def model(request) -> Path:
    return request.param


def test_keywords_are_lower_case(file) -> None:
    assert loud(file) == []


def test_one_statement_a_file_and_it_is_read_only(file) -> None:
    assert ";" not in _QUOTED.sub("", file).rstrip().removesuffix(";")
    assert re.match(r"(select|with)\b", _QUOTED.sub("", file).strip())


def test_a_model_says_what_it_is(model) -> None:
    words = header(model.read_text(encoding="utf-8"))
    missing = [part for part in ("grain:", "depends:", "why:") if part not in words]
    assert missing == [] and words.index("grain:") < words.index("depends:") < words.index("why:")
    assert model.stem in words.split("grain:")[0], "the header does not name the model"


def test_the_header_names_the_tables_that_are_read(model) -> None:
    text = model.read_text(encoding="utf-8")
    said = header(text).partition("depends:")[2].partition("why:")[0]
    read = referenced_tables(re.sub(r"\$(\w+)", r"'\1'", text))
    assert sorted(table for table in read if not re.search(rf"{re.escape(table)}\b", said)) == []
    named = set(re.findall(r"\b(?:core|staging|evidence|audit)\.\w+", said))
    assert named == read, "the header names tables that are not read"


def test_output_columns_have_a_type_and_a_name(model) -> None:
    """Staging casts, as text comes in there; from core on the declared table does, and a cast there changes a type."""
    select = final_select(model.read_text(encoding="utf-8"))
    if label(model) == STAR:
        assert [one.sql(dialect="duckdb") for one in select.selects] == ["o.*"]
    elif model.parent.name in TYPED_BY_TABLE:
        assert unnamed(select) == []
        assert idle_casts(select) == []
    else:
        assert bare(select) == []


def test_output_columns_are_those_of_the_table() -> None:
    wrong = {}
    for one in load_models(SQL):
        if label(one.path) == STAR:
            continue
        names = [column.alias_or_name for column in final_select(one.select).selects]
        if one.is_metric:
            table = set(tables()["evidence.metric_value"].column_names) - DERIVED
            fits = NEEDED <= set(names) <= table
        else:
            table = set(tables()[one.target].column_names)
            fits = set(names) == table
        if not fits or len(set(names)) < len(names):
            wrong[one.target] = set(names) ^ table
    assert wrong == {}


def test_every_table_has_its_model_and_every_metric_too() -> None:
    made = {one.target for one in load_models(SQL)}
    assert {f"evidence.{name}" for name in metrics()} <= made
    core = {name for name in tables() if name.startswith("core.")}
    assert core == {target for target in made if target.startswith("core.")}


def test_audits_say_rule_severity_and_why() -> None:
    for path in sorted((SQL / "audits").glob("*.sql")):
        words = header(path.read_text(encoding="utf-8"))
        said = [line.split(":")[0] for line in words.splitlines()[:3]]
        assert said == ["rule", "severity", "why"], path.name


def test_no_label_of_a_breakdown_is_read_back() -> None:
    """Its dimensions are data: a unit or a name may hold ; and =."""
    code = sorted((Path(localsdg.__file__).parent).rglob("*.py"))
    read = {path.name: found for path in [*FILES, *code] if (found := labels_read(path.read_text(encoding="utf-8")))}
    # the text of the source, in a message
    assert read == {"observation.sql": ["replace(v.breakdown"]}


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("regexp_extract(v.breakdown, 'goal=([0-9]+)$', 1)", True),
        ("rtrim(split_part(breakdown, '=', 1))", True),
        ("where breakdown like '%sex=%'", True),
        ("where not starts_with(v.breakdown, $prefix)", True),
        ("part = row['breakdown'].partition('=')[2]", True),
        ('one["breakdown"].split("; ")', True),
        ("replace(regexp_replace(v.breakdown, 'a', ''), '+', ' + ')", True),
        ("breakdown.split('; ')", True),
        ("string_split(published_breakdown, chr(31))", False),
        ("list_contains($breakdowns, v.breakdown)", False),
        ("where breakdown = ''", False),
        ("v.dimensions['sex'] = 'FEMALE' -- replace(breakdown)", False),
        ("from core.latest_breakdown", False),
    ],
)
def test_a_label_that_is_read_back_is_found(text, is_read) -> None:
    assert bool(labels_read(text)) is is_read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT a FROM t -- where", ["FROM", "SELECT"]),
        ("select 'SELECT', \"FROM\" as a", []),
        ("select a -- FROM here\nfrom t AS t", ["AS"]),
    ],
)
def test_capitals_are_found(text, found) -> None:
    assert loud(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("select * from t", ["*"]),
        ("select cast(a as integer) from t", ["CAST(a AS INT)"]),
        ("select a as b, cast(c as date) as d from t", ["a AS b"]),
        ("with x as (select * from t) select cast(a as integer) as a from x", []),
    ],
)
def test_columns_without_type_or_name_are_found(text, found) -> None:
    assert bare(final_select(text)) == found


def test_a_cast_that_changes_nothing_is_found() -> None:
    text = "select cast(t.a as varchar) as a, cast(b as date) as c, cast(d + 1 as integer) as d from t"
    assert idle_casts(final_select(text)) == ["a"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("select * from t", ["*"]),
        ("select t.* from t", ["t.*"]),
        ("select 1 + 1", ["1 + 1"]),
        ("select a, t.b, 1 + 1 as c from t", []),
    ],
)
def test_columns_without_a_name_are_found(text, found) -> None:
    assert unnamed(final_select(text)) == found
