"""The codes of the 2030 Agenda, and links that a record declares itself, read strictly.

People write `1;11`, `SDG 1`, `[1, 11]`, `1.4` or `11.5.1`. What names no
element of the 2030 Agenda is handed back as a fault, never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from localsdg.common.csv_files import read_rows

#: sdg_code: every goal, target and indicator of the official lists (`1`, `1.4`, `1.4.2`), in the order of the Agenda.
SDG_CODES_CSV = Path(__file__).with_name("sdg_codes.csv")

_WORD = re.compile(r"^(?:sdgs?|ods|goals?|targets?|indicators?)$", re.IGNORECASE)
_CODE = re.compile(r"^(?:sdg|ods)?(\d{1,2})(?:\.(\d{1,2}|[a-d])(?:\.(\d{1,2}))?)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Declared:
    """An element of the Agenda: a goal, or a target of it, or an indicator of that."""

    goal_code: str
    target_code: str | None = None
    indicator_code: str | None = None

    @property
    def code(self) -> str:
        """The most specific code."""
        return self.indicator_code or self.target_code or self.goal_code


@cache
def sdg_codes() -> frozenset[str]:
    """Codes of all goals, targets and indicators of the 2030 Agenda, letters in lower case."""
    return frozenset(row["sdg_code"] for row in read_rows(SDG_CODES_CSV))


def parse_declared(text: str) -> tuple[list[Declared], list[str]]:
    """Elements that a free text declares, in its order, and the tokens that are none.

    `1.8` is a fault because there is no such target. An element named twice
    is given once.
    """
    elements: dict[str, Declared] = {}
    faults = []
    for token in re.split(r"[\s,;|/\[\](){}'\"]+", text.strip()):
        token = token.strip(".:#")
        if not token or _WORD.match(token):
            continue
        match = _CODE.match(token)
        code = ".".join(part.lower().lstrip("0") or "0" for part in match.groups() if part) if match else ""
        if code not in sdg_codes():
            faults.append(token)
            continue
        parts = code.split(".")
        elements.setdefault(
            code,
            Declared(
                parts[0],
                ".".join(parts[:2]) if len(parts) > 1 else None,
                code if len(parts) > 2 else None,
            ),
        )
    return list(elements.values()), faults
