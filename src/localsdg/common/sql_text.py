"""SQL whose parameters are filled in as literals, so that the text that is shown is the text that ran."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PARAMETER = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\$(\w+)")
#: Texts in quotes, which stay as they are; then comments and blanks.
_KEPT_OR_BLANK = re.compile(
    r"""((?<!\w)[eE]'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|\$(\w*)\$.*?\$\2\$)"""
    r"""|(?:\s|--[^\n]*|/\*.*?\*/)+""",
    re.DOTALL,
)


def one_line(sql: str) -> str:
    """The SQL without comments and closing semicolon, each run of blanks outside quotes as one."""
    text = _KEPT_OR_BLANK.sub(lambda match: match[1] or " ", sql).strip()
    return text.rstrip("; ")


def fill(sql: str, values: Mapping[str, Any]) -> str:
    """The SQL with each `$name` as a literal; comments and quoted text stay as they are.

    Raises `KeyError` for a parameter without a value.
    """
    return _PARAMETER.sub(lambda match: literal(values[match[1]]) if match[1] else match[0], sql)


def parameters(sql: str) -> frozenset[str]:
    """Names of the parameters of a text, without the dollar sign."""
    return frozenset(match[1] for match in _PARAMETER.finditer(sql) if match[1])


def literal(value: Any) -> str:
    """A text, a number, a list of texts, a map of texts or nothing as SQL."""
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]" if value else "cast([] as varchar[])"
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{literal(name)}: {literal(one)}" for name, one in value.items())
        return f"map {{{pairs}}}" if value else "cast(map {} as map(varchar, varchar))"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
