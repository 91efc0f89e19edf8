"""Values nested in JSON -> a plain table, along a way that the mapping states.

`rows = "{goal}/[]/resultados/{level}/{place}/{year}"` goes from the top of the
file to one value: `{name}` steps into every key of an object and makes a column
of the key, `[]` steps into every entry of a list, any other word into the key
of that name. Texts and numbers of the objects on the way are columns too; the
value at the end is the column `value`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from localsdg.common.parsed_text import object_of, repeated_key

VALUE = "value"
_KEY = re.compile(r"\{(\w+)\}")


def parse_json(content: bytes) -> object:
    """The content of a JSON file with numbers as the text that is in it.

    Raises `ValueError` for what is no JSON, and for an object that has a key twice: one value would be lost.
    """
    body = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str, object_pairs_hook=object_of)
    if (key := repeated_key(body)) is not None:
        raise ValueError(f"the key {key} occurs twice in one object")
    return body


def flatten(body: object, way: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows, all text; a null is ''. Columns are in the order in which they are met.

    Raises `ValueError` where the way leads to no value.
    """
    steps = [step for step in way.strip("/").split("/") if step]
    rows = list(_walk(body, steps, {}))
    if not rows:
        raise ValueError(f"no value at {way}")
    header = list(dict.fromkeys(name for row in rows for name in row if name != VALUE)) + [VALUE]
    return header, [[row.get(name, "") for name in header] for row in rows]


def _walk(node: Any, steps: list[str], facts: dict[str, str]) -> Iterator[dict[str, str]]:
    if isinstance(node, dict) and steps:
        facts = {**facts, **{str(key): _text(value) for key, value in node.items() if _is_fact(value)}}
    if not steps:
        if not isinstance(node, dict | list):
            yield {**facts, VALUE: _text(node)}
        return
    step, rest = steps[0], steps[1:]
    if step == "[]":
        for entry in node if isinstance(node, list) else ():
            yield from _walk(entry, rest, facts)
    elif not isinstance(node, dict):
        return
    elif key := _KEY.fullmatch(step):
        if not rest:  # what is at the end of the way is a value and no fact of its object
            facts = {name: text for name, text in facts.items() if name not in node}
        for name, child in node.items():
            yield from _walk(child, rest, {**facts, key[1]: str(name)})
    elif step in node:
        yield from _walk(node[step], rest, facts)


def _is_fact(value: object) -> bool:
    return value is not None and not isinstance(value, dict | list)


def _text(value: object) -> str:
    return "" if value is None else str(value)
