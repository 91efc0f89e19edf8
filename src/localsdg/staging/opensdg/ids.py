"""The id of an indicator in the name of a file, the same for its data and for its metadata."""

from __future__ import annotations

import re

_PREFIX = re.compile(r"(?:indicator|indicador|indicateur|indikator)[ _-]+(?=\S)", re.I)
_CODE = re.compile(r"\d+[-._][0-9a-z]+(?:[-._][0-9a-z]+)*", re.I)


def id_of(stem: str) -> str:
    """`indicator_1-2-1`, `1.2.1`, `Indicator 1_2_1` -> 1-2-1; a name that is no code is kept but for its full stops."""
    name = _PREFIX.sub("", stem.strip(), count=1) if _PREFIX.match(stem.strip()) else stem.strip()
    return re.sub("[._]", "-", name) if _CODE.fullmatch(name) else name.replace(".", "-")
