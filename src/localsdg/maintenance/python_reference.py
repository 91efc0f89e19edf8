"""The reference page of the Python interface, from the signatures and docstrings of `localsdg.__all__`."""

from __future__ import annotations

import inspect
import re
from typing import Any

from localsdg.maintenance.command_reference import escaped

_SECTION = re.compile(r"^(Parameters|Returns|Raises|Attributes|Notes)\n-{3,}$", re.MULTILINE)
_INTRODUCTION = (
    '`import localsdg as ls` gives these names. Frames are of pandas; `frame="polars"` and `frame="arrow"` give the '
    'others. What is missing is in `attrs["gaps"]` with the reason, and is never a zero.'
)


def python_reference(made_by: str) -> str:
    """Markdown of every public name: signature, purpose, parameters, result, errors, examples.

    `made_by` is the comment that says how the page is made.
    """
    import localsdg

    parts = ["# Python interface", "", made_by, "", _INTRODUCTION]
    for name in sorted(localsdg.__all__, key=str.lower):
        parts += ["", *_entry(f"ls.{name}", getattr(localsdg, name), "##")]
    return "\n".join(parts) + "\n"


def _entry(name: str, member: Any, level: str) -> list[str]:
    lines = [f"{level} `{name}`", ""]
    if not inspect.isclass(member) or "__init__" in vars(member):
        lines += ["```text", f"{name}{_signature(member)}", "```", ""]
    lines += _markdown(inspect.getdoc(member) or "")
    if inspect.isclass(member):
        for inner, method in vars(member).items():
            if not inner.startswith("_") and inspect.isfunction(method) and method.__doc__:
                lines += ["", *_entry(f"{name}.{inner}", method, f"{level}#")]
    return lines


def _signature(member: Any) -> str:
    """Parameters with their defaults, a line each where they are many; types are in the descriptions."""
    parameters = list(inspect.signature(member).parameters.values())
    shown: list[str] = []
    is_keyword = False
    for one in parameters:
        if one.name == "self":
            continue
        if one.kind is one.KEYWORD_ONLY and not is_keyword:
            shown.append("*")
            is_keyword = True
        shown.append(str(one.replace(annotation=one.empty)))
    text = f"({', '.join(shown)})"
    return text if len(text) < 80 else "(\n    " + ",\n    ".join(shown) + ",\n)"


def _markdown(docstring: str) -> list[str]:
    """A docstring in the style of numpy: its sections as lists, its examples as code."""
    pieces = _SECTION.split(docstring)
    lines = _prose(pieces[0])
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        described, _, after = body.strip("\n").partition("\n\n")
        lines += ["", f"**{title}**", "", *_described(described, is_list=title != "Returns"), *_prose(after, first="")]
    return lines


def _described(body: str, *, is_list: bool) -> list[str]:
    """`name : text` with indented lines below, as items; else a paragraph."""
    if not is_list:
        return [escaped(" ".join(body.split()))]
    items: list[str] = []
    for line in body.splitlines():
        if line.startswith(" ") and items:
            items[-1] += f" {line.strip()}"
        else:
            items.append(line)
    split = (item.partition(" : ") for item in items)
    return [f"- `{name}`: {escaped(text)}" if text else f"- {escaped(name)}" for name, _, text in split]


def _prose(text: str, first: str | None = None) -> list[str]:
    """Paragraphs; examples (`>>>`) as code. Begins with the line `first` where there is any."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        if paragraph.startswith(">>>"):
            shown = re.sub(r"  # doctest: .*", "", paragraph)
            lines += ["", "```pycon", shown, "```"]
        elif paragraph.strip():
            lines += ["", escaped(" ".join(paragraph.split()))]
    return lines if first is not None else lines[1:]
