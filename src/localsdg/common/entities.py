"""Character references of HTML in texts that were copied from web pages: `&#8211;`, `&nbsp;`, `m&sup2;`."""

from __future__ import annotations

import html
import re
from html.entities import html5

#: One reference; without its semicolon it is more often an address (`?a=1&copy=2`) than a sign.
ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ENTITY = re.compile(ENTITY)


def decode_entities(text: str) -> str:
    """The text with every reference as the sign that it means; the same object where there is none.

    A reference that was written twice (`&amp;nbsp;`) is one sign too. What HTML does not
    know (`I&UA;`) stays. A space that does not break is a space.
    """
    if "&" not in text:
        return text
    for _ in range(2):
        if (decoded := _ENTITY.sub(_sign, text)) == text:
            break
        text = decoded
    return text


def _sign(found: re.Match[str]) -> str:
    reference = found[0]
    if reference[1] != "#" and reference[1:] not in html5:
        return reference
    return html.unescape(reference).replace("\xa0", " ")
