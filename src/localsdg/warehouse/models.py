"""The SQL models and their order, read from the SQL itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from localsdg.common.database import model
from localsdg.common.errors import LocalsdgError
from localsdg.common.sql_text import fill, parameters
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import tables
from localsdg.warehouse.templates import expanded, filled, metric_file, metric_select

#: What models of tables leave open, as the build fills it in: `localsdg diff` asks one of them for two releases.
TABLE_PARAMETERS = {"old_release": None, "new_release": None}
#: Not a table: adds to every metric's rows what they rest on.
COVERAGE = "coverage"
#: Not a table: says of every metric's rows which is the headline.
HEADLINE = "headline"
_NAME = re.compile(r"--\s*(?:name:\s*)?((?:core|audit|evidence)\.\w+|\w+)")

#: What follows `from`, `join` or a comma; comments, texts, quoted names and `is distinct from` are passed over.
_READ = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\bdistinct\s+from\b"""
    r"""|\b(?:from|join)\s+(?:\w+\.)??"?(?P<schema>\w+)"?\."?(?P<name>\w+)\b"?(?!\.)"""
    r"""|,\s*"?(?P<listed>core|staging|evidence|audit|meta)"?\."?(?P<next>\w+)"?"""
    r"""|"(?:[^"]|"")*\"""",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True)
class Model:
    """One SELECT: the table it fills, the file it comes from, its text as it runs and the tables it reads."""

    target: str
    path: Path
    select: str
    depends: frozenset[str]

    @property
    def file(self) -> str:
        """The file from the folder `sql` on."""
        return "sql" + self.path.as_posix().rpartition("/sql")[2]

    @property
    def is_metric(self) -> bool:
        """True for a metric: its rows go to `evidence.metric_value`."""
        return self.target.removeprefix("evidence.") in metrics()


def load_models(sql: Path) -> list[Model]:
    """All models of `sql/core` and `sql/evidence` and all metrics, each after those it reads.

    Raises `LocalsdgError` when a model cannot be parsed, names no table of
    the registry, a metric has no SELECT, or two models depend on each other.
    """
    models = {one.target: one for one in [*map(_table_model, _table_files(sql)), *_metric_models(sql)]}
    beside = referenced_tables(model(sql / "evidence" / f"{COVERAGE}.sql"))
    graph = {
        # in an order of their own, not that of a set, so that the same models run in the same order each time
        target: sorted(name for name in one.depends | (beside if one.is_metric else set()) if name in models)
        for target, one in models.items()
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise LocalsdgError("models depend on each other", where=sql, got=error.args[1]) from error
    return [models[target] for target in order]


def evidence_models(sql: Path, targets: Iterable[str]) -> list[Model]:
    """The models of these tables and metrics and of the evidence that they read, each after those it reads.

    Reads only the files that it needs, where `load_models` reads all. A table of the
    evidence that has no file of its name is left out. Raises as `load_models`.
    """
    of_metrics = {one.target: one for one in _metric_models(sql)}
    found: dict[str, Model] = {}
    waiting = list(targets)
    while waiting:
        target = waiting.pop()
        path = sql / f"{target.replace('.', '/')}.sql"
        if target in found or (target not in of_metrics and not path.is_file()):
            continue
        found[target] = of_metrics.get(target) or _table_model(path)
        waiting += [name for name in found[target].depends if name.startswith("evidence.")]
    graph = {target: one.depends & found.keys() for target, one in sorted(found.items())}
    return [found[target] for target in TopologicalSorter(graph).static_order()]


@cache
def referenced_tables(select: str) -> frozenset[str]:
    """Tables `schema.name` that a SELECT reads, by its words, which takes a hundredth of parsing it.

    A test compares the words of every model with its syntax tree.
    """
    found = (match.groupdict() for match in _READ.finditer(select))
    return frozenset(
        f"{one['schema'] or one['listed']}.{one['name'] or one['next']}" for one in found if any(one.values())
    )


def _table_files(sql: Path) -> list[Path]:
    """The models that fill a table of their own."""
    evidence = [path for path in (sql / "evidence").glob("*.sql") if path.stem not in (COVERAGE, HEADLINE)]
    return sorted((sql / "core").glob("*.sql")) + sorted(path for path in evidence if path.stem not in metrics())


def _table_model(path: Path) -> Model:
    select = filled(expanded(path.parents[1], model(path)), TABLE_PARAMETERS)
    match = _NAME.match(select)
    name = match.group(1) if match else ""
    target = name if "." in name else f"{path.parent.name}.{name}"
    if target not in tables():
        raise LocalsdgError(
            "the model names no table and no metric of the registry",
            where=path,
            expected="a first line '-- schema.table: …' or '-- name: metric_id'",
            got=target,
        )
    return Model(target, path, select, referenced_tables(select))


def _metric_models(sql: Path) -> list[Model]:
    """One model a metric; the text of a template is parsed once for all that use it."""
    models = []
    for metric in metrics().values():
        path = metric_file(sql, metric)
        template = expanded(sql, model(path))
        depends = referenced_tables(fill(template, dict.fromkeys(parameters(template), "")))
        models.append(Model(f"evidence.{metric.metric_id}", path, metric_select(sql, metric), depends))
    return models
