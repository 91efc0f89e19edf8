"""JSON answers of Series/Data -> `source_rows`, any number of them within the memory limit.

`read_json` takes two buffers of `maximum_object_size` for each thread, 32 MB
or more, and a parsed page takes several times its size: pages are read in
batches, with buffers for the largest page and as many threads as fit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import in_bytes, scalar, text
from localsdg.common.errors import LocalsdgError
from localsdg.registry.dimensions import ATTRIBUTES, KNOWN_DIMENSIONS, column_key
from localsdg.staging.unsd.source_rows import select_rows

if TYPE_CHECKING:
    import duckdb

MB = 1_000_000
#: Bytes of the pages that are read at once.
BATCH = 64 * MB
#: A thread that reads: its smallest buffers, and what a page of one byte takes when parsed
#: (measured: pages of 0.7 MB and of 17 MB, 1 to 16 threads).
_THREAD, _PARSED = 32 * MB, 8
#: Share of the memory limit that reading may take; the rest is for the staged rows.
_SHARE = 0.4
_PAGE = (
    "goal VARCHAR[], target VARCHAR[], indicator VARCHAR[], series VARCHAR, "
    "seriesDescription VARCHAR, geoAreaCode VARCHAR, geoAreaName VARCHAR, "
    "timePeriodStart VARCHAR, value VARCHAR, time_detail VARCHAR, upperBound VARCHAR, "
    "lowerBound VARCHAR, basePeriod VARCHAR, source VARCHAR, footnotes VARCHAR[], "
    "attributes MAP(VARCHAR, VARCHAR), dimensions MAP(VARCHAR, VARCHAR)"
)
_FIRST = "list_sort(list_distinct(record.indicator))[1]"
_CELLS = {
    "goal": f"coalesce(split_part({_FIRST}, '.', 1), record.goal[1])",
    "target": f"coalesce(regexp_extract({_FIRST}, '^[^.]+[.][^.]+'), record.target[1])",
    "indicator": "array_to_string(list_sort(list_distinct(record.indicator)), ',')",
    "series_code": "record.series",
    "description": "record.seriesDescription",
    "area_code": "record.geoAreaCode",
    "area_name": "record.geoAreaName",
    "time_period": "record.timePeriodStart",
    "value": "record.value",
    "time_detail": "record.time_detail",
    "upper_bound": "record.upperBound",
    "lower_bound": "record.lowerBound",
    "base_period": "record.basePeriod",
    "source": "record.source",
    "footnotes": "array_to_string(list_filter(record.footnotes, lambda f: f is not null and f <> ''), chr(10))",
}


@dataclass(frozen=True)
class Page:
    """One JSON answer on disk."""

    path: Path
    sha256: str
    size: int


def batches(pages: list[Page]) -> Iterator[list[Page]]:
    """The pages in groups of at most `BATCH` bytes, a larger page alone."""
    group: list[Page] = []
    for page in pages:
        if group and sum(one.size for one in group) + page.size > BATCH:
            yield group
            group = []
        group.append(page)
    if group:
        yield group


def threads_for(largest: int, limit: int, threads: int) -> int:
    """Threads that can parse pages of up to `largest` bytes within the memory `limit` in bytes."""
    fitting = int(_SHARE * limit / (_THREAD + _PARSED * largest))
    return max(1, min(threads, fitting))


@contextmanager
def reading(con: duckdb.DuckDBPyConnection, pages: list[Page]) -> Iterator[None]:
    """Within it the connection has as many threads as the largest page allows."""
    limit, before = scalar(con, "select [current_setting('memory_limit'), current_setting('threads')::varchar]")
    largest = max((page.size for page in pages), default=0)
    con.execute(f"set threads = {threads_for(largest, in_bytes(limit), int(before))}")
    try:
        yield
    finally:
        con.execute(f"set threads = {before}")


def load_pages(con: duckdb.DuckDBPyConnection, pages: list[Page]) -> None:
    """Read a batch into the temporary table `page_body`, one row a page.

    Raises `duckdb.Error` when one of them is not JSON or has another shape,
    and `LocalsdgError` when one has no list of records.
    """
    con.execute("create or replace temp table page_files (filename varchar, sha256 varchar)")
    con.executemany("insert into page_files values (?, ?)", [[str(page.path), page.sha256] for page in pages])
    files = "[" + ", ".join(text(one.path) for one in pages) + "]"
    largest = max(one.size for one in pages)
    con.execute(
        "create or replace temp table page_body as "
        "select p.sha256, r.data, r.dimensions as dimension_list, r.attributes as attribute_list "
        f"from read_json({files}, filename = true, format = 'unstructured', "
        f"columns = {{data: 'STRUCT({_PAGE})[]', dimensions: 'JSON', attributes: 'JSON'}}, "
        f"maximum_object_size = {largest + 1024}) as r "
        "join page_files as p using (filename)"
    )
    complete = scalar(con, "select count(*) from page_body where data is not null")
    if complete != len(pages):
        raise LocalsdgError(
            "the answer has no list of records",
            where=pages[0].path.name,
            expected="an answer of Series/Data",
            got=f"{complete} of {len(pages)} with `data`",
        )


def count_records(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Records of each loaded page, by the page's sha256."""
    return dict(con.execute("select sha256, cast(sum(len(data)) as bigint) from page_body group by sha256").fetchall())


def service_lists(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What the loaded pages list a column as: name by `column_key` -> dimension or attribute.

    A page lists its dimensions and attributes, and each record keeps the two
    apart; a name that is in both is a dimension.
    """
    listed = con.execute(
        "select 'attribute' as kind, unnest(json_extract_string(attribute_list, '$[*].id')) as name "
        "from page_body union select 'dimension', "
        "unnest(json_extract_string(dimension_list, '$[*].id')) from page_body"
    ).fetchall()
    members = [(kind, name) for kind in ("attribute", "dimension") for name in _names(con, kind)]
    kinds: dict[str, str] = {}
    for kind, name in sorted((kind, name) for kind, name in listed + members if name):
        kinds[column_key(name)] = kind
    return kinds


def pages_select(con: duckdb.DuckDBPyConnection) -> str:
    """SELECT of `source_rows` from the loaded pages."""
    spellings: dict[str, list[str]] = {}
    for member in ("dimension", "attribute"):
        for name in _names(con, member):
            cell = f"record.{member}s[{text(name)}]"
            spellings.setdefault(column_key(name), []).append(cell)
    columns = {key: _one_of(cells) for key, cells in spellings.items()}
    return select_rows(
        "(select sha256, unnest(data) as record from page_body)",
        _CELLS,
        attributes={k: v for k, v in columns.items() if k in ATTRIBUTES},
        dimensions={k: v for k, v in columns.items() if k in KNOWN_DIMENSIONS},
        further={k: v for k, v in columns.items() if k not in ATTRIBUTES | KNOWN_DIMENSIONS},
        sha256="sha256",
    )


def _one_of(cells: list[str]) -> str:
    """What the spellings of one column state: their common code, or `3 or 6` where they contradict.

    No list holds the latter, so that a unit multiplier with two powers rejects its row.
    """
    if len(cells) == 1:
        return cells[0]
    return f"nullif(array_to_string(list_sort(list_distinct([{', '.join(cells)}])), ' or '), '')"


def rewrite(path: Path, target: Path) -> bool:
    """Write a page that DuckDB refuses as strict JSON; False where it is no JSON at all.

    Python also reads raw control characters and halves of surrogate pairs.
    A half becomes a control character, which is cleaned and counted as all are.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8", errors="replace"), strict=False)
    except ValueError:
        return False
    plain = re.sub("[\ud800-\udfff]", r"\\u0001", json.dumps(body, ensure_ascii=False))
    target.write_text(plain, encoding="utf-8")
    return True


def _names(con: duckdb.DuckDBPyConnection, member: str) -> list[str]:
    rows = con.execute(
        f"select distinct unnest(map_keys(record.{member}s)) as name "
        "from (select unnest(data) as record from page_body) order by name"
    ).fetchall()
    return [name for (name,) in rows if name]
