"""What the SQL means: what a model reads and gives, and what no query may do. Its style is sqlfluff's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlglot import exp, parse_one

import localsdg
from localsdg.common.settings import Settings
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import tables
from localsdg.warehouse.editions import EDITED
from localsdg.warehouse.metric_rows import DERIVED, NEEDED, STAMPED
from localsdg.warehouse.models import load_models, referenced_tables
from localsdg.warehouse.templates import expanded

SQL = Settings().sql
FILES = sorted([*SQL.rglob("*.sql"), *Settings().expectations.rglob("*.sql")])
MODELS = [path for path in SQL.rglob("*.sql") if path.parent.name != "audits"]
#: A view that gives all columns of another table.
STAR = "core/latest_observation.sql"
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


def output_columns(text: str) -> list[str]:
    """Names of what the query gives; model parameters ($release) are taken as names."""
    tree = parse_one(re.sub(r"\$(\w+)", r"'\1'", text), dialect="duckdb")
    assert isinstance(tree, exp.Query), type(tree)
    return [column.alias_or_name for column in tree.selects]


def idle_casts(text: str) -> list[str]:
    """Output columns that are only cast and keep their name: `cast(t.x as …) as x`."""
    return [
        column.alias
        for column in parse_one(text, dialect="duckdb").selects
        if isinstance(column.this, exp.Cast) and column.this.this.name == column.alias
    ]


def labels_read(text: str) -> list[str]:
    """Expressions that take the label of a breakdown apart, comments left out."""
    return [hit[0] for line in re.sub(r"(?m)(?:--|#) .*$", "", text).splitlines() for hit in _LABEL_READ.finditer(line)]


def test_each_file_is_one_statement_that_reads() -> None:
    wrong = []
    for path in FILES:
        code = _QUOTED.sub("", path.read_text(encoding="utf-8")).strip()
        if ";" in code.removesuffix(";") or not re.match(r"(select|with)\b", code):
            wrong.append(path.name)
    assert wrong == []


def test_a_model_names_itself_its_grain_and_the_tables_that_it_reads() -> None:
    wrong = {}
    for path in MODELS:
        text = path.read_text(encoding="utf-8")
        words = header(text)
        places = [words.find(part) for part in ("grain:", "depends:", "why:")]
        if min(places) < 0 or places != sorted(places) or path.stem not in words.split("grain:")[0]:
            wrong[label(path)] = "the header lacks a part, or the name"
            continue
        stated = words.partition("depends:")[2].partition("why:")[0]
        named = set(re.findall(r"\b(?:core|staging|evidence|audit|meta)\.\w+", stated))
        if differences := named ^ referenced_tables(re.sub(r"\$(\w+)", r"'\1'", expanded(SQL, text))):
            wrong[label(path)] = f"stated or read, not both: {differences}"
    assert wrong == {}


def test_the_tables_that_words_name_are_those_of_the_syntax_tree() -> None:
    texts = [re.sub(r"\$(\w+)", r"'\1'", expanded(SQL, path.read_text(encoding="utf-8"))) for path in MODELS]
    texts += [
        'select a.x from core.a, staging."b" as b join wh.core.c as c on a.x is not distinct from c.x -- from core.d',
        "select 'it''s from core.e' as \"from core.f\", from_core.x from (select 1) as from_core, evidence.g",
    ]
    for text in texts:
        tree = {f"{one.db}.{one.name}" for one in parse_one(text, dialect="duckdb").find_all(exp.Table) if one.db}
        assert referenced_tables(text) == tree, text


def test_output_columns_are_those_of_the_table() -> None:
    wrong = {}
    for model in load_models(SQL):
        if label(model.path) == STAR:
            continue
        names = output_columns(model.select)
        if model.is_metric:
            table = set(tables()["evidence.metric_value"].column_names) - DERIVED
            fits = NEEDED <= set(names) <= table
        else:
            table = set(tables()[model.target].column_names) - ({STAMPED} if model.target in EDITED else set())
            fits = set(names) == table
        if not fits or len(set(names)) < len(names):
            wrong[model.target] = set(names) ^ table
    assert wrong == {}


def test_no_model_casts_what_its_table_declares() -> None:
    """The build converts where it inserts, and stops at a type that does not fit (warehouse/column_types.py)."""
    assert {model.target: casts for model in load_models(SQL) if (casts := idle_casts(model.select))} == {}
    assert idle_casts("select cast(t.a as varchar) as a, cast(b as date) as c, cast(d + 1 as integer) as d") == ["a"]


def test_every_table_has_its_model_and_every_metric_too() -> None:
    targets = {model.target for model in load_models(SQL)}
    assert {f"evidence.{name}" for name in metrics()} <= targets
    core = {name for name in tables() if name.startswith("core.")}
    assert core == {target for target in targets if target.startswith("core.")}


def test_no_label_of_a_breakdown_is_read_back() -> None:
    """Its dimensions are data: a unit or a name may hold ; and =."""
    code = sorted((Path(localsdg.__file__).parent).rglob("*.py"))
    models = sorted(SQL.rglob("*.sql"))
    read = {path.name: hits for path in [*models, *code] if (hits := labels_read(path.read_text(encoding="utf-8")))}
    # the text of the source, in a message
    assert read == {"observation.sql": ["replace(v.breakdown"]}


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("regexp_extract(v.breakdown, 'goal=([0-9]+)$', 1)", True),
        ("where breakdown like '%sex=%'", True),
        ("part = row['breakdown'].partition('=')[2]", True),
        ("string_split(published_breakdown, chr(31))", False),
        ("list_contains($breakdowns, v.breakdown)", False),
        ("v.dimensions['sex'] = 'FEMALE' -- replace(breakdown)", False),
    ],
)
def test_a_label_that_is_read_back_is_found(text, is_read) -> None:
    assert bool(labels_read(text)) is is_read
