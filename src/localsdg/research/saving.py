"""A frame as a file that says where its numbers come from: workbook, CSV or Parquet."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.settings import Settings
from localsdg.research.citing import citations_of
from localsdg.research.connect import Warehouse, settings_of
from localsdg.research.describe import describe
from localsdg.research.frames import ARROW_KEY, attributes_of, to_arrow

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.warehouse.query import About

_ENDINGS = {".xlsx": "xlsx", ".csv": "csv", ".csv.gz": "csv", ".parquet": "parquet", ".json": "json"}
#: The file beside a CSV or JSON that says what the numbers are and how to cite them.
SIDECAR = ".citation.txt"


def save(frame: Any, path: str | Path, *, home: str | Path | Settings | Warehouse | None = None) -> Path:
    """Write a frame to a file, whole or not at all, with what it rests on; returns the path.

    Parameters
    ----------
    frame : a frame of pandas, polars or Arrow that a function of `localsdg` gave, whole or a part of it.
    path : its ending decides. `.xlsx` has the data on the first sheet, and on the second what they are, their
        gaps and how to cite them. `.csv`, `.csv.gz` and `.json` get a file `<name>.citation.txt` beside them.
        `.parquet` has all that in its metadata: `pandas.read_parquet(path).attrs`.
    home : as in `cite`, for a frame that carries nothing.

    Text stays text in a workbook, whatever it begins with; in a CSV a cell that a spreadsheet would compute is
    written with an apostrophe before it. Raises `UsageError` for another ending, a folder that is not there, and
    a file that the project keeps.

    >>> import localsdg as ls, tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> ls.save(ls.series("SI_POV_DAY1", area="World"), folder / "poverty.csv").name
    'poverty.csv'
    >>> sorted(file.name for file in folder.iterdir())
    ['poverty.csv', 'poverty.csv.citation.txt']
    """
    from localsdg.common.output_files import check_output, write_text
    from localsdg.warehouse.result_files import ending_of, write_result

    given = Path(path)
    settings = home.settings if isinstance(home, Warehouse) else settings_of(home)
    target = check_output(settings, given, endings=_ENDINGS, option="path")
    ending = ending_of(given) or ""
    kind = _ENDINGS[ending]
    facts = facts_of(frame, home)
    table = _with_metadata(frame)
    if kind == "parquet":
        _write_parquet(table, target)
        return given
    notes = write_result(
        _cleaned(_with_days(table)) if kind == "csv" else _with_days(table),
        kind,
        target,
        gzip=ending == ".csv.gz",
        about=_about(facts, table.num_rows, attributes_of(frame)) if kind == "xlsx" else None,
    )
    if kind != "xlsx":
        lines = [f"{name}: {words}" for name, words in (*facts, *(("Note", note) for note in notes))]
        write_text(target.with_name(target.name + SIDECAR), "\n".join(lines) + "\n")
    return given


def facts_of(frame: Any, home: str | Path | Settings | Warehouse | None = None) -> list[tuple[str, str]]:
    """What a frame is, as names and texts: description, query, version, gaps, notes, how to cite."""
    from localsdg.warehouse.citation import as_line

    carried = attributes_of(frame)
    facts = [("Description", describe(frame))]
    for name, key in (("Warehouse version", "version"), ("Content hash", "content_hash")):
        if carried.get(key):
            facts.append((name, str(carried[key])))
    for gap in carried.get("gaps", []):
        where = f"{gap['area']}, {gap['years']}" if gap.get("years") else gap["area"]
        facts.append(("No value", f"{gap.get('series_code') or gap.get('metric_id') or ''} {where}: {gap['reason']}"))
    facts += [("Note", note) for note in carried.get("notes", [])]
    facts += [("Cite as", as_line(one)) for one in citations_of(frame, home)]
    facts += [("SQL", str(carried["query"]))] if carried.get("query") else []
    return facts


def _about(facts: list[tuple[str, str]], n_rows: int, carried: dict[str, Any]) -> About:
    from localsdg.warehouse.query import About

    # the time in the file's properties is that of the warehouse: the same frame gives the same bytes
    built_at = str(carried.get("built_at") or "2000-01-01 00:00:00")
    return About((*facts[:1], ("Rows", f"{n_rows:,}"), *facts[1:]), built_at)


def _with_metadata(frame: Any) -> pa.Table:
    """The frame as a table of Arrow that carries its attributes under both keys: ours and that of pandas."""
    table = to_arrow(frame)
    known = dict(table.schema.metadata or {})
    carried = attributes_of(frame)
    pandas = json.loads(known.get(b"pandas", b"{}")) or {"index_columns": [], "column_indexes": [], "columns": []}
    pandas["attributes"] = carried
    text = json.dumps(carried, ensure_ascii=False).encode()
    return table.replace_schema_metadata({**known, ARROW_KEY: text, b"pandas": json.dumps(pandas).encode()})


def _write_parquet(table: pa.Table, target: Path) -> None:
    import pyarrow.parquet as pq

    from localsdg.common.output_files import write_whole

    write_whole(target, lambda draft: pq.write_table(table, os.fspath(draft), compression="zstd"))


def _with_days(table: pa.Table) -> pa.Table:
    """The table with days as days, where a frame of pandas has them as times at midnight."""
    import pyarrow as pa

    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz is None:
            days = table.column(place).cast(pa.date32(), safe=False)
            if days.cast(field.type).equals(table.column(place)):
                table = table.set_column(place, field.name, days)
    return table


def _cleaned(table: pa.Table) -> pa.Table:
    """The table without control characters."""
    import pyarrow as pa

    from localsdg.common.clean_text import clean_text

    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            texts = [None if cell is None else clean_text(cell) for cell in table.column(place).to_pylist()]
            table = table.set_column(place, field.name, pa.array(texts, pa.string()))
    return table
