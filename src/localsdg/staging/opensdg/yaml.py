"""YAML of a site's metadata, read as text and without trusting its shape.

The parser composes nodes recursively in C: a document that nests 30,000 levels
deep ends the process, and a few anchors that repeat one another expand to
gigabytes. Both are seen in the stream of events, which is read without recursion.
"""

from __future__ import annotations

import re

#: Containers in one another; the deepest real metadata have four.
DEEPEST = 50
#: Nodes once all anchors are expanded.
MOST_NODES = 100_000
#: What a document must hold before its events are worth counting: they cost as much as reading it.
_SUSPECT = re.compile(r"(?:^|[\s,\[{])[&*][^\s,\]}]|(?:[-?:]\s+){8}|^ {50}", re.M)
_LOADERS: dict[type, type] = {}


class TooComplex(ValueError):
    """A document that nests too deep, or expands to too many nodes."""


def read_yaml(text: str) -> object:
    """The document with every scalar as text: 1.10 is a code and 2020-01-01 a date as written.

    Raises `TooComplex`, `yaml.YAMLError`, and `ValueError` for a tag that its value does not fit.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if _SUSPECT.search(text) or text.count("[") + text.count("{") > DEEPEST:
        _check_events(text, loader)
    return yaml.load(text, Loader=_text_loader(loader))


def _check_events(text: str, loader: type) -> None:
    import yaml

    sizes: dict[str, int] = {}  # nodes below each finished anchor
    open_nodes: list[tuple[str | None, int]] = []
    count = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_nodes):
                raise TooComplex(f"the anchor {event.anchor!r} holds itself")
            count += sizes.get(str(event.anchor), 0)  # one that is not there is the parser's to refuse
        elif isinstance(event, yaml.CollectionStartEvent):
            count += 1
            open_nodes.append((event.anchor, count))
            if len(open_nodes) > DEEPEST:
                raise TooComplex(f"nested more than {DEEPEST} levels deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, start = open_nodes.pop()
            if anchor:
                sizes[anchor] = count - start + 1
        elif isinstance(event, yaml.ScalarEvent):
            count += 1
            if event.anchor:
                sizes[event.anchor] = 1
        if count > MOST_NODES:
            raise TooComplex(f"more than {MOST_NODES:,} values once its anchors are expanded")


def _text_loader(base: type) -> type:
    if base not in _LOADERS:
        _LOADERS[base] = type("TextLoader", (base,), {"yaml_implicit_resolvers": {}})
    return _LOADERS[base]
