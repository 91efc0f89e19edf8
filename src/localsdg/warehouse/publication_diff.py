"""What one published file changes in another: schema, rows, values and metrics, of UN and local data alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from localsdg.common.close_matches import close_matches
from localsdg.common.database import model
from localsdg.common.errors import UsageError
from localsdg.common.sql_text import fill
from localsdg.registry.evidence import metrics
from localsdg.warehouse.publication_lines import describe, moved_headlines, some
from localsdg.warehouse.publication_parts import COMMON, PARTS, Part
from localsdg.warehouse.publication_rows import compare_rows
from localsdg.warehouse.publication_sides import FILES, Sides, first_line, open_sides

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from localsdg.common.settings import Settings

__all__ = ["COMMON", "Publication", "PublicationDiff", "Wanted", "compare_publications"]
#: In place of an empty list, which would be everything: a metric without a series, a series without a metric.
_NONE = "none"
#: The columns of both files, for sql/diff/publications/schema.sql.
_COLUMNS = (
    "create temp table {side}_column as select schema_name || '.' || table_name as table_name, column_name, data_type "
    "from duckdb_columns() where database_name = '{file}' and schema_name in ('core', 'evidence', 'audit', 'meta')"
)


@dataclass(frozen=True)
class Publication:
    """A published file as its own `meta.release` names it."""

    version: str
    content_hash: str
    code_version: str
    built_at: str = ""


@dataclass(frozen=True)
class Wanted:
    """What a comparison is limited to; () is everything.

    `areas` are codes of UN areas and ids of local governments. `limit` is the
    number of rows of each kind of area in the parts that are ranked, 0 for all.
    `parts` are names of `PARTS` (`COMMON`: all but the lists of every value).
    """

    series: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    metric_ids: tuple[str, ...] = ()
    limit: int = 50
    parts: tuple[str, ...] = COMMON


@dataclass(frozen=True)
class PublicationDiff:
    """The answer: `tables` has the rows of each part, `lines` the same in a few sentences, metrics first.

    A part is a file of sql/diff/publications, or `tables` (`publication_rows`);
    one without differences is empty or absent. `headlines` are the headline
    values that moved, the World first, as dicts: metric_id, title, area, area_kind,
    breakdown, old_year, old_value, new_year, new_value, unit, reasons, and all of it as a `line`. `not_compared`
    names what could not be compared, a sentence each.
    """

    old: Publication
    new: Publication
    tables: dict[str, pa.Table] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    headlines: tuple[dict, ...] = ()
    not_compared: tuple[str, ...] = ()

    @property
    def same_data(self) -> bool:
        """Whether both hold the same data, whenever they were built."""
        return bool(self.new.content_hash) and self.old.content_hash == self.new.content_hash

    def rows(self, part: str) -> list[dict]:
        """The rows of a part as dicts; none where it was not asked for or not compared."""
        return self.tables[part].to_pylist() if part in self.tables else []


def compare_publications(
    old: Path, new: Path, settings: Settings, wanted: Wanted | None = None, unchanged: Collection[str] = ()
) -> PublicationDiff:
    """Compare two files, read-only; `old` is the earlier publication.

    Where the content hashes are equal no data are read, unless one part alone is asked for. Tables that are known to
    be `unchanged` are not compared. A part that cannot be compared is named in `not_compared`, and the rest goes on.
    Raises `LocalsdgError` for a file that does not open or is no published warehouse, and `UsageError` for a series
    or metric that is unknown.
    """
    import pyarrow as pa

    named = wanted.series if wanted else ()
    wanted = _completed(wanted or Wanted())
    with open_sides(old, new, settings) as sides:
        _check_series(sides, named)
        older, newer = (_publication(sides.con, FILES[side]) for side in FILES)
        same = PublicationDiff(older, newer).same_data
        comparison = _Comparison(sides, settings, wanted)
        for part in PARTS:
            if part.name not in wanted.parts:
                continue
            if (same and part.is_of_data and len(wanted.parts) > 1) or _is_of(part, unchanged):
                comparison.tables[part.name] = pa.table({})  # nothing differs
            else:
                comparison.take(part)
        if "tables" in wanted.parts:
            comparison.take_rows(same, unchanged)
    tables, left = comparison.tables, comparison.not_compared
    rows = {name: table.to_pylist() for name, table in tables.items() if name not in ("values", "local_values")}
    lines = describe(older.version, rows, same, left)
    if sides.missing and not same:  # the lines have the columns that came and went
        left.append(f"columns that one of the files lacks: {some(sides.missing)}")
    return PublicationDiff(older, newer, tables, lines, moved_headlines(rows.get("metrics", [])), tuple(left))


def _is_of(part: Part, unchanged: Collection[str]) -> bool:
    """Whether a part shows nothing but data of tables that are known to be unchanged."""
    return part.is_of_data and set(part.needs) <= set(unchanged)


def _completed(wanted: Wanted) -> Wanted:
    """With the series that the named metrics show, or the metrics that show the named series.

    Raises `UsageError` for a metric that is not declared.
    """
    declared = metrics()
    if unknown := [name for name in wanted.metric_ids if name not in declared]:
        raise UsageError(
            "unknown metric",
            expected=", ".join(close_matches(unknown[0], declared)) or "a metric of evidence.metric",
            got=", ".join(unknown),
            next_step='localsdg query "select metric_id, title from evidence.metric"',
        )
    if wanted.metric_ids and not wanted.series:
        shown = (code for name in wanted.metric_ids for code in declared[name].series_codes)
        return replace(wanted, series=tuple(dict.fromkeys(shown)) or (_NONE,))
    if wanted.series and not wanted.metric_ids:
        showing = (name for name, metric in declared.items() if set(metric.series_codes) & set(wanted.series))
        return replace(wanted, metric_ids=tuple(showing) or (_NONE,))
    return wanted


def _check_series(sides: Sides, series: tuple[str, ...]) -> None:
    """Raises `UsageError` for a series that neither file has."""
    if not series or any(sides.lacks("core.series", ("series_code",))):
        return
    files = " union ".join(f"select series_code from {file}.core.series" for file in FILES.values())
    known = sorted(code for (code,) in sides.con.execute(files).fetchall())
    if unknown := [code for code in series if code not in known]:
        raise UsageError(
            "unknown series",
            expected=", ".join(close_matches(unknown[0], known)) or "a series of core.series",
            got=", ".join(unknown),
            next_step='localsdg query "select series_code, description from core.series"',
        )


class _Comparison:
    """The parts that were taken so far, and the tables in memory that several parts read."""

    def __init__(self, sides: Sides, settings: Settings, wanted: Wanted) -> None:
        self.sides, self.wanted = sides, wanted
        self.folder = settings.sql / "diff" / "publications"
        self.tables: dict[str, pa.Table] = {}
        self.not_compared: list[str] = []
        self._made: set[str] = set()
        self._values = {
            "series": wanted.series,
            "areas": wanted.areas,
            "metric_ids": wanted.metric_ids,
            "limit": wanted.limit,
        }

    def take(self, part: Part) -> None:
        """Fill one part; what is missing for it, or what DuckDB says of it, goes to `not_compared`."""
        import duckdb

        lacking = [words for table, columns in part.needs.items() for words in self.sides.lacks(table, columns)]
        if lacking:
            self.not_compared.append(f"{part.title}: {'; '.join(lacking)}")
            return
        try:
            self.sides.show(part.needs)
            for name in part.reads:
                self._make(name)
            self.tables[part.name] = self.sides.con.sql(self._select(part.name)).to_arrow_table()
        except duckdb.Error as error:
            self.not_compared.append(f"{part.title}: {first_line(error)}")

    def take_rows(self, same_data: bool, unchanged: Collection[str]) -> None:
        """Fill the part `tables`."""
        import duckdb

        try:
            self.tables["tables"] = compare_rows(self.sides, same_data, unchanged, self.not_compared)
        except duckdb.Error as error:
            self.not_compared.append(f"rows of tables: {first_line(error)}")

    def _make(self, name: str) -> None:
        """A table in memory that several parts read, once."""
        if name in self._made:
            return
        if name == "columns":
            for side, file in FILES.items():
                self.sides.con.execute(_COLUMNS.format(side=side, file=file))
        else:
            self.sides.con.execute(f"create temp table {name} as {self._select(name)}")
        self._made.add(name)

    def _select(self, name: str) -> str:
        return fill(model(self.folder / f"{name}.sql"), self._values)


def _publication(con: duckdb.DuckDBPyConnection, file: str) -> Publication:
    """What a file says of itself; an older one may lack the content hash."""
    import duckdb

    held = {
        name
        for (name,) in con.execute(
            "select column_name from duckdb_columns() where database_name = ? and schema_name = 'meta' "
            "and table_name = 'release'",
            [file],
        ).fetchall()
    }
    names = [name if name in held else f"'' as {name}" for name in ("version", "content_hash", "code_version")]
    built = "strftime(built_at, '%Y-%m-%d %H:%M')" if "built_at" in held else "''"
    try:
        rows = con.execute(f"select {', '.join(names)}, {built} from {file}.meta.release limit 1").fetchall()
    except duckdb.Error:
        rows = []
    return Publication(*(str(cell or "") for cell in rows[0])) if rows else Publication("", "", "")
