"""Runs the suites on the staging tables of one DuckDB file.

results = run_checks(file, settings)
report = write_report(results, settings.reports / "validation.html", ...)
raise_if_blocked(results, report)   # checks/blocking.py
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from localsdg.checks.blocking import ERRORED, FAILED, PASSED, CheckResult
from localsdg.checks.examples import find_examples
from localsdg.checks.gx_duckdb import counting_expectation, load_gx, shared_connection
from localsdg.checks.kept_results import KeptResults
from localsdg.checks.suites import SQL_RULE, STAGING, Rule, Suite, load_suites
from localsdg.common.database import open_work
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings

_SOURCE = "localsdg"
# five values are enough: COMPLETE would fetch every one
_RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 5}


def warm_up() -> threading.Thread:
    """Import Great Expectations in the background: 2 s while DuckDB reads a file.

    A failed import is reported by `run_checks`, where it matters.
    """

    def load() -> None:
        with contextlib.suppress(Exception):
            load_gx()

    thread = threading.Thread(target=load, name="warm-up-great-expectations", daemon=True)
    thread.start()
    return thread


def run_checks(
    database: Path,
    settings: Settings,
    *,
    schema: str = STAGING,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> list[CheckResult]:
    """Check every staging table that the file has; results in the registry's order.

    A suite that has checked the same rows before is not run again
    (`checks/kept_results.py`); Great Expectations is imported for the first that is.

    `schema` is where the tables are. With `connection` (open on the same file) the
    checks use cursors of it, which see what it has committed; it stays open.
    Without, the file is opened and closed again; DuckDB allows that beside a
    connection of this process only if that has no configuration of its own.

    Raises `LocalsdgError` for a suite that cannot be read, a file that cannot
    be opened, or a Great Expectations that cannot be used.
    """
    suites = load_suites(settings.expectations)
    with _opened(database, settings, connection) as con:
        kept = KeptResults(con, settings, schema, suites)
        present = [suite for suite in suites if suite.name in kept.tables]
        results = {suite.name: kept.get(suite) for suite in present}
        if unknown := [suite for suite in present if results[suite.name] is None]:
            for suite, found in zip(unknown, _run_suites(con, schema, unknown), strict=True):
                kept.put(suite, found)
                results[suite.name] = found
    return [result for suite in present for result in results[suite.name] or ()]


def _run_suites(con: duckdb.DuckDBPyConnection, schema: str, suites: list[Suite]) -> Iterator[list[CheckResult]]:
    """The results of each suite, by Great Expectations."""
    gx = load_gx()
    with shared_connection(con) as engine_kwargs, _quiet():
        context = _context(gx)
        source = context.data_sources.add_sql(_SOURCE, connection_string=engine_kwargs.pop("url"), kwargs=engine_kwargs)
        for suite in suites:
            yield _run_suite(gx, source, con, schema, suite)


@contextlib.contextmanager
def _opened(
    database: Path, settings: Settings, connection: duckdb.DuckDBPyConnection | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The caller's connection, or one of our own that is closed at the end."""
    if connection is not None:
        yield connection
        return
    if not database.exists():
        raise LocalsdgError("there is no database to check", where=database)
    try:
        own = open_work(database, settings)
    except duckdb.Error as error:
        raise LocalsdgError(
            "the database cannot be opened for the checks",
            where=database,
            got=error,
            next_step="close the other connection, or pass it to run_checks(connection=...)",
        ) from error
    try:
        yield own
    finally:
        own.close()


def _context(gx: Any) -> Any:
    """A context in memory: a file context would rewrite random ids at each run."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    for name in list(context.get_site_names()):
        context.delete_data_docs_site(name)
    return context


def _run_suite(gx: Any, source: Any, con: Any, schema: str, suite: Suite) -> list[CheckResult]:
    asset = source.add_table_asset(suite.name, table_name=suite.name, schema_name=schema)
    sql_type = counting_expectation()
    rules = gx.ExpectationSuite(name=suite.name, expectations=[one.as_gx(sql_type) for one in suite.rules])
    # a suite that is added to the context is written into its stores, which takes a third of the time
    outcome = (
        asset.add_batch_definition_whole_table("all rows").get_batch().validate(rules, result_format=_RESULT_FORMAT)
    )
    by_id = {entry["expectation_config"]["meta"]["rule_id"]: entry for entry in outcome.to_json_dict()["results"]}
    return [_result(con, schema, rule, by_id.get(rule.rule_id)) for rule in suite.rules]


def _result(con: Any, schema: str, rule: Rule, entry: dict | None) -> CheckResult:
    """What Great Expectations reports of a rule; `entry` is None where it left the rule out."""
    if entry is None:
        outcome, count, examples = ERRORED, None, [{"error": "the expectation gave no result"}]
    elif message := _error_message(entry):
        outcome, count, examples = ERRORED, None, [{"error": message}]
    elif entry["success"]:
        outcome, count, examples = PASSED, 0, []
    else:
        outcome, count = FAILED, entry["result"]["observed_value"]
        examples = find_examples(con, schema, rule)
    text = json.dumps(examples, ensure_ascii=False) if examples else None
    return CheckResult(rule.table, rule.rule_id, SQL_RULE, rule.severity, outcome, count, rule.reason, text)


def _error_message(entry: dict) -> str | None:
    """The message of the exception that the expectation raised; None if it raised none.

    `exception_info` is either one entry or, when a metric failed, a dict of
    entries by metric.
    """
    info = entry.get("exception_info") or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    raised = [part for part in entries if isinstance(part, dict) and part.get("raised_exception")]
    if not raised:
        return None
    # SQLAlchemy repeats the whole query after the message
    message = str(raised[0].get("exception_message")).split("[SQL:")[0]
    return " ".join(message.split())[:300]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log of each failing query off the terminal: the outcome reports it."""
    logger = logging.getLogger("great_expectations")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            # it wants the schema in the address of the database; DuckDB's has no place for one
            warnings.filterwarnings("ignore", message="`schema_name` is deprecated")
            yield
    finally:
        logger.setLevel(before)
