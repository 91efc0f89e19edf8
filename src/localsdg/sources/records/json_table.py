"""Records in JSON: lines of objects, an array of objects, or an object that holds one.

Numbers keep the digits that the file has: the target 8.10 is not 8.1. Objects in a record
are flattened (`place.country`), lists of texts are joined by semicolons.
"""

from __future__ import annotations

import json
from typing import Any

from localsdg.common.errors import LocalsdgError
from localsdg.common.parsed_text import RepeatedKey, object_of, repeated_key

Objects = list[tuple[int, dict[str, str]]]
Broken = list[tuple[int, str, str]]  # number, what was expected, what is there
_DEEPEST = 20


class DecimalText(str):
    """A number with decimals as the file writes it."""

    __slots__ = ()


def objects_of(text: str, *, where: object, rows_key: str = "") -> tuple[Objects, Broken, str]:
    """Numbered records, flat and as text; entries that are none; a note on where they were found.

    `rows_key` names the key of an object that holds the records. Raises `LocalsdgError` where
    the text is no JSON at all, or several of its lists may be the records.
    """
    try:
        body = _loads(text)
    except (ValueError, RecursionError) as error:
        return _lines(text, error, where)
    if isinstance(body, list):
        return *_flat(list(enumerate(body, start=1)), "an object"), ""
    if isinstance(body, dict):
        return _of_object(body, where, rows_key)
    raise _no_records(where, type(body).__name__)


def _lines(text: str, whole: Exception, where: object) -> tuple[Objects, Broken, str]:
    entries: list[tuple[int, Any]] = []
    broken: Broken = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entries.append((number, _loads(line)))
        except (ValueError, RecursionError):
            broken.append((number, "expected one JSON object a line", line))
    if not entries and text.lstrip()[:1] == "[":
        raise LocalsdgError(
            "the JSON cannot be read",
            where=where,
            expected="a whole JSON array",
            got=str(whole),
            next_step="download the file again and run the same command",
        )
    objects, others = _flat(entries, "one JSON object a line")
    return objects, sorted(broken + others), ""


def _of_object(body: dict, where: object, rows_key: str) -> tuple[Objects, Broken, str]:
    """The records of an object: its one list of objects, or itself where it has none."""
    lists = {
        key: value for key, value in body.items() if isinstance(value, list) and any(isinstance(v, dict) for v in value)
    }
    if lists and isinstance(body, RepeatedKey):
        raise _no_records(where, f"the key {body.key} twice in one object")
    if rows_key:
        if rows_key not in lists:
            raise _no_records(where, f"no list of objects under {rows_key}", lists or body)
        lists = {rows_key: lists[rows_key]}
    if len(lists) > 1:
        raise _no_records(where, "several lists of objects", lists)
    if not lists:
        return *_flat([(1, body)], "an object"), ""
    ((key, entries),) = lists.items()
    return *_flat(list(enumerate(entries, start=1)), "an object"), f"the records are the list {key}"


def _no_records(where: object, got: str, keys: dict | None = None) -> LocalsdgError:
    return LocalsdgError(
        "it is not clear which part of the JSON holds the records",
        where=where,
        expected="an array of objects, or one such list in an object",
        got=got + (f": {', '.join(map(str, list(keys)[:5]))}" if keys else ""),
        next_step='a mapping with rows = "KEY" in [dataset] names the list: localsdg pull actions --example',
    )


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=DecimalText, parse_int=_integer, strict=False, object_pairs_hook=object_of)


def _integer(text: str) -> int | str:
    """The number; its digits where they are more than Python makes a number of."""
    return int(text) if len(text) < 300 else text


def _flat(entries: list[tuple[int, Any]], expected: str) -> tuple[Objects, Broken]:
    objects, broken = [], []
    for number, entry in entries:
        if (key := repeated_key(entry)) is not None:
            broken.append(
                (number, f"expected each key once, {key} occurs twice", json.dumps(entry, ensure_ascii=False))
            )
        elif isinstance(entry, dict):
            cells: dict[str, str] = {}
            _flatten(entry, "", cells)
            objects.append((number, cells))
        else:
            broken.append((number, f"expected {expected}", json.dumps(entry, ensure_ascii=False)))
    return objects, broken


def _flatten(value: dict, prefix: str, cells: dict[str, str], depth: int = 0) -> None:
    for key, one in value.items():
        name = f"{prefix}{key}"
        if isinstance(one, dict) and depth < _DEEPEST:
            _flatten(one, f"{name}.", cells, depth + 1)
        else:
            cells[name] = _text(one)


def _text(value: object) -> str:
    """A JSON value as the text that a cell would hold; a list of texts with semicolons."""
    if isinstance(value, list) and not any(isinstance(part, dict | list) for part in value):
        joined = "; ".join(map(_text, value))
        return DecimalText(joined) if any(isinstance(_text(part), DecimalText) for part in value) else joined
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, DecimalText):
        whole, _, decimals = value.partition(".")
        return whole if decimals and not decimals.strip("0") else value
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
