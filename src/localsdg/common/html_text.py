"""Text of cells that were copied from web pages: without tags, with entities spelt out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LINES = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol option p pre section select table tbody td tfoot th thead title tr ul".split()
)
_INLINE = frozenset(
    "a abbr acronym audio b big body button center cite code del dfn em embed font head html i iframe img input ins "
    "kbd label link mark meta noscript object param q s samp script small source span strike strong style sub sup "
    "svg textarea time tt u var video".split()
)
#: What is between these tags is no text.
_UNSEEN = frozenset({"script", "style", "head", "noscript"})
_NAMES = "|".join(sorted(_LINES | _INLINE, key=len, reverse=True))
_MARKUP = re.compile(
    rf"</?(?:{_NAMES})(?:[\s/][^<>]*)?>|<!--|<(?:script|iframe|img|svg)\b|&(?:[a-z]+\d*|#\d+|#x[0-9a-f]+);", re.I
)
_LEFT = re.compile(r"<\s*/?\s*(?:script|iframe|img|svg|style)\b[^<>]*>?", re.IGNORECASE)


def has_markup(text: str) -> bool:
    """Whether a text holds tags of HTML or entities; `a < b` and `<name@example.org>` are none."""
    return _MARKUP.search(text) is not None


def html_to_text(text: str) -> str:
    """The text as a reader of the page sees it: a line for each block, single spaces, no scripts.

    A text without markup is returned as it is. What only looks like a tag stays.
    """
    if not has_markup(text):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in _LEFT.sub("", "".join(reader.pieces)).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    """Collects the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _LINES:
            self.pieces.append("\n")
        elif tag not in _INLINE and not self._unseen:
            self.pieces.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _LINES:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data)
