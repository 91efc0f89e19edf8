"""Results of suites, kept under all that they depend on: a suite on rows that it has checked before is not run again.

    kept = KeptResults(con, settings, "staging", suites)
    if (results := kept.get(suite)) is None:
        results = run(suite)
        kept.put(suite, results)

The key holds the rules, the code that runs them, the versions of the libraries, the rows of every table
that a rule reads, and the day or year where a rule asks for it. A suite with a rule of which that is
not known is not kept, and neither is one whose rule gave an error.
"""

from __future__ import annotations

import hashlib
import platform
from contextlib import suppress
from dataclasses import asdict
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.checks.blocking import ERRORED, CheckResult
from localsdg.checks.rule_inputs import RuleInputs, rule_inputs
from localsdg.checks.suites import STAGING
from localsdg.common.database import identifier, rows_hash, scalar
from localsdg.common.kept import KeptParts, part_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from localsdg.checks.suites import Suite
    from localsdg.common.settings import Settings

#: What runs a rule.
_LIBRARIES = ("duckdb", "great-expectations", "duckdb-engine", "sqlalchemy")


class KeptResults:
    """The kept results of suites on the tables of one schema; keeps and finds none where settings ask for `fresh`."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, settings: Settings, schema: str, suites: Sequence[Suite]
    ) -> None:
        self.con = con
        self.schema = schema
        self.suites = suites
        self.parts = KeptParts(settings.parts_folder)
        #: Names of the tables of the schema.
        self.tables = _tables(con, schema)
        self._hashes: dict[str, str] = {}
        self._keys: dict[str, str | None] = {}

    def get(self, suite: Suite) -> list[CheckResult] | None:
        """What the suite found on the same rows, in the order of its rules; None where that is not known."""
        key = self._key(suite)
        rows = self.parts.get_value(key) if key else None
        with suppress(TypeError):
            return None if rows is None else [CheckResult(**row) for row in rows]
        return None

    def put(self, suite: Suite, results: list[CheckResult]) -> None:
        """Keep what the suite found; a disk that cannot take it stops nothing."""
        key = self._key(suite)
        if key is None or any(result.outcome == ERRORED for result in results):
            return
        self.parts.put_value(key, [asdict(result) for result in results])

    @cached_property
    def _inputs(self) -> dict[str, RuleInputs | None]:
        return rule_inputs(self.con, [rule.select for suite in self.suites for rule in suite.rules])

    def _key(self, suite: Suite) -> str | None:
        if suite.name not in self._keys:
            self._keys[suite.name] = None if self.parts.folder is None else self._new_key(suite)
        return self._keys[suite.name]

    def _new_key(self, suite: Suite) -> str | None:
        tables: set[str] = set()
        moments: set[str] = set()
        for rule in suite.rules:
            inputs = self._inputs[rule.select]
            if inputs is None or not inputs.tables <= {f"{STAGING}.{name}" for name in self.tables}:
                return None
            tables |= {name.partition(".")[2] for name in inputs.tables}
            moments |= inputs.moments
        if (runner := _runner()) is None:
            return None
        asked = [f"{moment} {scalar(self.con, f'select {moment}')}" for moment in sorted(moments)]
        rows = [self._hash(table) for table in sorted(tables)]
        return part_key("checks", self.schema, *runner, *asked, *rows, *suite.rules)

    def _hash(self, table: str) -> str:
        if table not in self._hashes:
            self._hashes[table] = f"{table} {rows_hash(self.con, f'{identifier(self.schema)}.{identifier(table)}')}"
        return self._hashes[table]


def _tables(con: duckdb.DuckDBPyConnection, schema: str) -> frozenset[str]:
    query = "select table_name from duckdb_tables() where schema_name = $1 and database_name = current_database()"
    return frozenset(name for (name,) in con.execute(query, [schema]).fetchall())


@cache
def _runner() -> tuple[str, ...] | None:
    """The code of the checks and the versions of what runs them; None where one of them is not installed."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\n" + path.read_bytes())
    try:
        versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    except metadata.PackageNotFoundError:  # the run reports it
        return None
    return (digest.hexdigest(), f"python {platform.python_version()}", *versions)
