"""The rows of a query as dictionaries, without control characters in their texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text, clean_value

if TYPE_CHECKING:
    import duckdb


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows of one query, without control characters in their texts; a map is a dictionary.

    Warehouses of earlier versions hold some. Everything that is drawn or
    printed of figures is read here.
    """
    import pyarrow as pa

    table = con.sql(sql).to_arrow_table()
    found = table.to_pylist()
    # pyarrow's own `maps_as_pydicts` takes four times as long
    for name in (one.name for one in table.schema if pa.types.is_map(one.type)):
        for row in found:
            row[name] = dict(row[name] or ())
    # one search over the texts that differ costs a hundredth of cleaning each cell
    texts = "".join(text for column in table.columns for text in _texts(column))
    return found if clean_text(texts) is texts else clean_value(found)


def _texts(column: Any) -> Iterator[str]:
    """Every text of a column of Arrow, each once, those in lists, maps and structures too; keys included."""
    import pyarrow as pa

    if pa.types.is_nested(column.type):
        for part in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            # a map is flattened to its keys and items
            inner = [part.keys, part.items] if pa.types.is_map(part.type) else part.flatten()
            for one in inner if isinstance(inner, list) else [inner]:
                yield from _texts(one)
    elif pa.types.is_dictionary(column.type):
        yield from _texts(column.cast(column.type.value_type))
    elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        yield from (text for text in column.unique().to_pylist() if text)
