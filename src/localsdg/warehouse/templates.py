"""The SELECT of a metric: its own file or a template, with what the registry declares filled in.

`$name` in the text becomes a SQL literal. A metric's text knows `$series_codes`
(a list), `$series` (a map from code to label), `$label`, `$breakdowns` and
`$caveat`; every text knows `$coverage_floor`, `$coverage_years` and `$series_of_<metric or claim>`, such as
`$series_of_c11`. A SELECT that several metrics read is in `sql/evidence/shared/`
and is put in for `$shared_<name>`, so that the text of a metric runs by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

from localsdg.common.database import model
from localsdg.common.errors import LocalsdgError
from localsdg.common.sql_text import fill, parameters
from localsdg.registry.evidence import COVERAGE_FLOOR, COVERAGE_YEARS, Metric, series_of

_SHARED = re.compile(r"\$shared_(\w+)")
#: What a metric may declare for its template, with what stands for "not declared".
_OPTIONAL: dict[str, object] = {"series": {}, "label": None, "breakdowns": None}


def metric_file(sql: Path, metric: Metric) -> Path:
    """The SQL file that gives a metric its rows.

    Raises `LocalsdgError` when there is none, or both a template and a file of its own.
    """
    own = sql / "evidence" / f"{metric.metric_id}.sql"
    if metric.template is None:
        if own.is_file():
            return own
        expected = f'template = "…" in the registry, or {own.name} in sql/evidence'
        raise LocalsdgError("a metric has no SQL", where=metric.metric_id, expected=expected, got="neither")
    path = sql / "evidence" / "templates" / f"{metric.template}.sql"
    if own.is_file():
        raise LocalsdgError("a metric has two SELECTs", where=metric.metric_id, got=f"{path.name} and {own.name}")
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in path.parent.glob("*.sql")))
        raise LocalsdgError("no such template", where=metric.metric_id, expected=known, got=metric.template)
    return path


def metric_select(sql: Path, metric: Metric) -> str:
    """The SELECT that gives a metric its rows, as it runs. Raises as `metric_file` and `filled`."""
    select = expanded(sql, model(metric_file(sql, metric)))
    values = {"series_codes": metric.series_codes, "caveat": metric.caveat} | {
        name: getattr(metric, name) for name in _OPTIONAL
    }
    if metric.template is None:
        return filled(select, values)
    used = parameters(select)
    if unused := [name for name, absent in _OPTIONAL.items() if values[name] != absent and name not in used]:
        raise LocalsdgError(
            f"template {metric.template} does not take what the metric declares",
            where=metric.metric_id,
            expected=", ".join(sorted(used)),
            got=", ".join(unused),
        )
    why = f"\n-- why: {metric.why}" if metric.why else ""
    return f"-- name: {metric.metric_id}{why}\n{filled(select, values)}"


def expanded(sql: Path, select: str) -> str:
    """The text with each `$shared_<name>` replaced by the SELECT of `sql/evidence/shared/<name>.sql`."""

    def shared(match: re.Match[str]) -> str:
        path = sql / "evidence" / "shared" / f"{match[1]}.sql"
        if not path.is_file():
            known = ", ".join(sorted(one.stem for one in path.parent.glob("*.sql")))
            raise LocalsdgError("no such shared SELECT", expected=known, got=match[1])
        lines = [line for line in model(path).splitlines() if not line.startswith("--")]
        return "\n" + indent("\n".join(lines), "    ") + "\n"

    return _SHARED.sub(shared, select)


def filled(select: str, values: Mapping[str, object] | None = None) -> str:
    """The text with literals for its parameters, comments left as they are.

    Raises `LocalsdgError` for a parameter that has no value.
    """
    shared = {f"series_of_{name}": codes for name, codes in series_of().items()}
    known = {**shared, "coverage_floor": COVERAGE_FLOOR, "coverage_years": COVERAGE_YEARS, **(values or {})}
    try:
        return fill(select, known)
    except KeyError as error:
        expected = ", ".join([*(values or {}), "series_of_<metric or claim>"])
        raise LocalsdgError("a model asks for an unknown parameter", expected=expected, got=error.args[0]) from error
