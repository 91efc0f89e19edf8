"""Audits: SQL on the built file that must return no row.

`sql/audits/*.sql` are written by people (rule, severity and reason in the
header); keys, required columns and references come from the registry.
"""

from __future__ import annotations

import json
import re
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.checks.rule_inputs import RuleInputs, rule_inputs
from localsdg.checks.suites import LOOK
from localsdg.common.database import insert_rows, model, open_work, scalar, text
from localsdg.common.errors import LocalsdgError
from localsdg.common.json_text import json_text
from localsdg.common.kept import part_key
from localsdg.registry.tables import Table, schema_tables, tables
from localsdg.warehouse.kept_tables import read_note, write_note
from localsdg.warehouse.templates import filled

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

SUITE = "warehouse"
_HEADER = re.compile(r"^-- (rule|severity|why|fix): *(.*(?:\n--   .*)*)$", re.MULTILINE)

#: Tables made of the source's own lists: that a list lacks what another list or a record names is a
#: fact about the source, and no reason to publish nothing.
_LISTS = ("core.goal", "core.target", "core.indicator")
#: What to do where a table is not what its declaration promises.
_REPORT = "Do not publish: report it with the examples, it is a fault of the build."

#: What the staging tables say that the built file must agree with.
_STAGED = "create temp table staged_keys as select count(*) as n_keys from staging.observation_key"


@dataclass(frozen=True)
class Audit:
    """A rule and the SELECT of the rows that break it."""

    rule_id: str
    severity: str
    reason: str
    select: str
    remedy: str = LOOK
    applies_to: str | None = None


def load_audits(settings: Settings) -> list[Audit]:
    """All audits: the written ones, then those that the registry gives.

    Raises `LocalsdgError` when a header lacks a line or two rules share an id.
    """
    audits = [_read(path) for path in sorted((settings.sql / "audits").glob("*.sql"))]
    for table in schema_tables("core", "evidence"):
        if table.kind == "table" and not table.is_derived:
            audits += _declared(table)
    ids = [audit.rule_id for audit in audits]
    if doubled := sorted({audit for audit in ids if ids.count(audit) > 1}):
        raise LocalsdgError("two audits share an id", where=settings.sql / "audits", got=", ".join(doubled))
    return audits


def run_audits(target: Path, work: str, settings: Settings) -> list[dict]:
    """Run all audits on the built file; returns rows of `audit.validation_result`.

    The results are also written into the file. `work` is the database that it
    was built from, which says how many observations there must be.
    """
    con = open_work(work, settings)
    try:
        here = scalar(con, "select current_database()")
        con.execute(_STAGED)
        con.execute(f"attach {text(target)} as built")
        con.execute("use built")
        note, audits = read_note(target), load_audits(settings)
        inputs = rule_inputs(con, [audit.select for audit in audits]) if note else {}
        found = {one.rule_id: kept_or_run(con, one, inputs.get(one.select), note) for one in audits}
        if note:
            write_note(target, {**note, "audits": {rule: [key, row] for rule, (key, row) in found.items()}})
        results = [row for _, row in found.values()]
        run_id = scalar(con, "select run_id from meta.release")
        insert_rows(con, "audit.validation_result", [{"run_id": run_id, **row} for row in results])
        con.execute("checkpoint built")
        con.execute(f'use "{here}"')
        con.execute("detach built")
    finally:
        con.close()
    return results


def kept_or_run(
    con: duckdb.DuckDBPyConnection, audit: Audit, inputs: RuleInputs | None, note: dict[str, Any]
) -> tuple[str, dict]:
    """The key of an audit and its result, which is taken from the note where all that it reads is as it was.

    An audit whose `inputs` are not known, or that asks the clock, is run each time.
    """
    key = part_key(*astuple(audit))
    known_key, row = note.get("audits", {}).get(audit.rule_id, ("", {}))
    if known_key == key and inputs is not None and not inputs.moments:
        if inputs.tables <= set(note.get("unchanged", ())):
            return key, row
    return key, _result(con, audit)


def _result(con: duckdb.DuckDBPyConnection, audit: Audit) -> dict:
    import duckdb

    row = {
        "suite": SUITE,
        "rule_id": audit.rule_id,
        "expectation": "no row",
        "severity": audit.severity,
        "reason": audit.reason,
        "n_unexpected": None,
        "examples": None,
    }
    try:
        cursor = con.execute(f"select count(*) over (), * from ({audit.select}) limit 5")
        names = [column[0] for column in cursor.description][1:]
        rows = cursor.fetchall()
    except duckdb.Error as error:
        return {**row, "outcome": "errored", "examples": json.dumps([{"error": str(error).splitlines()[0]}])}
    examples = [dict(zip(names, values[1:], strict=True)) for values in rows]
    return {
        **row,
        "outcome": "failed" if rows else "passed",
        "n_unexpected": rows[0][0] if rows else 0,
        "examples": json_text(examples, default=str) if rows else None,
    }


def _read(path: Path) -> Audit:
    select = model(path)
    header = {name: " ".join(words.replace("\n--", " ").split()) for name, words in _HEADER.findall(select)}
    missing = {"rule", "severity", "why"} - set(header)
    if missing or header["severity"] not in ("critical", "warning"):
        raise LocalsdgError(
            "the audit's header is not complete",
            where=path,
            expected="-- rule:, -- severity: critical or warning, -- why:",
            got=", ".join(sorted(missing)) + " missing" if missing else header["severity"],
        )
    return Audit(header["rule"], header["severity"], header["why"], filled(select), header.get("fix", LOOK))


def _declared(table: Table) -> list[Audit]:
    """Key, required columns and references, as the registry declares them.

    Closed lists are not audited: the words in them are constants of our own SQL. Nor are
    tables that the registry or the run itself fills (`is_derived`, `audit.*`).
    """
    name = table.name.replace(".", "-")
    audits = []
    if table.primary_key:
        keys = ", ".join(f'"{key}"' for key in table.primary_key)
        audits.append(
            Audit(
                f"GEN-{name}-key",
                "critical",
                f"{table.grain}: one row each",
                f"select n - k as doubled from (select count(*) as n, "
                f"count(distinct hash({keys})) as k from {table.name}) where n <> k",
                _REPORT,
                table.name,
            )
        )
    nulls = [name for name in table.column_names if name in table.required]
    if nulls:
        audits.append(
            Audit(
                f"GEN-{name}-required",
                "critical",
                "required columns are never null",
                "select * from (select "
                + ", ".join(f'count(*) - count("{c}") as "{c}"' for c in nulls)
                + f" from {table.name}) where "
                + " or ".join(f'"{c}" > 0' for c in nulls),
                _REPORT,
                table.name,
            )
        )
    for column, other in table.foreign_keys.items():
        if tables()[other].is_derived:
            continue
        key = tables()[other].primary_key[0]
        audits.append(
            Audit(
                f"GEN-{name}-{column}-reference",
                "warning" if other in _LISTS else "critical",
                f"{column} is in {other}",
                f'select distinct c."{column}" from {table.name} as c '
                f'anti join {other} as p on p."{key}" = c."{column}" where c."{column}" is not null',
                f"Add the missing rows to what fills {other}; where it is a list of a source, report it there.",
                table.name,
            )
        )
    return audits
