"""The hash by which a reader knows that a query gave the same result again, whatever the order of its rows.

SHA-256 of a text in UTF-8: the first line is the JSON array of the column names,
then each row is a JSON array; the rows are sorted by their bytes, and each line ends
with a line feed. No blanks are between values. A number has at most 12 significant digits
(C's `%.12g`), since the last digits of a sum are a matter of order; a date or time
is its ISO 8601 text, a map or struct an object with sorted keys, and what is not a number
(NaN) a text.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, time
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def result_sha256(table: pa.Table) -> str:
    """The hash of a result as 64 hexadecimal digits."""
    digest = hashlib.sha256(_line(table.column_names))
    columns = [column.to_pylist() for column in table.columns]
    for line in sorted(_line(row) for row in zip(*columns, strict=True)):
        digest.update(line)
    return digest.hexdigest()


def rows_sha256(table: pa.Table) -> str:
    """The hash of the rows alone, whatever the columns are called."""
    return result_sha256(table.rename_columns([str(place) for place in range(table.num_columns)]))


def _line(cells: Any) -> bytes:
    return f"[{','.join(map(_text, cells))}]\n".encode("utf-8", "surrogatepass")


def _text(value: Any) -> str:
    """A value as JSON, in one form only."""
    if isinstance(value, float | Decimal):
        return _number(float(value))
    if isinstance(value, list) and value and isinstance(value[0], tuple):  # a map
        value = dict(value)
    if isinstance(value, dict):
        pairs = sorted((_text(str(key)), _text(part)) for key, part in value.items())
        return f"{{{','.join(f'{key}:{part}' for key, part in pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_text, value))}]"
    if isinstance(value, date | time):
        value = value.isoformat()
    elif isinstance(value, bytes):
        value = value.hex()
    elif not isinstance(value, str | int | None):
        value = str(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    if not isfinite(value):
        return json.dumps(str(value))
    return f"{value + 0.0:.12g}" if value else "0"  # no negative zero
