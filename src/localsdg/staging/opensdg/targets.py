"""Local targets and commitments in the metadata of a site: facts, no prose.

Some governments write their own target for an indicator: a line in the graph
(`graph_target_lines`), a sentence (`target_line_2030`, `barcelona_target`) or a
verdict on the way (`progress_status`). A sentence is kept as the fact that it
is there, with its year and the element of the framework it is declared under;
of the line beside it, it can state which way the value has to go.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import word_pattern
from localsdg.staging.opensdg.metadata import Fields, as_list, stated_text
from localsdg.staging.opensdg.target_direction import stated_direction

#: Fields that look like a local target and are the UN's.
_UN_FIELDS = re.compile(r"^(un_|sdg_|target(_id|_name|_number)?$|.*__global$)", re.I)
_LINE = re.compile(
    r"^(target_line|local_target_line|objetivo_\d{4}|ziel_\d{4}|"
    r"target_)_?(?P<year>20\d\d)$",
    re.I,
)
_STATEMENT = re.compile(
    r"^(local|city|municipal|regional|[a-z]+)_(target|commitment|objetivo|"
    r"objectiu|zielwert)$",
    re.I,
)
_YEAR = re.compile(r"\b(20[2-5]\d)\b")
#: What a line alone can state.
_OF_LINES = ("label", "label_subject", "direction", "stated_unit")
_VERDICTS = frozenset(
    "target_achieved approaching_target challenges_remain moderate_progress substantial_progress "
    "deterioration positive_progress negative_progress moderate_deterioration limited_progress".split()
)


def local_targets(site_id: str, metadata: dict[str, Fields]) -> list[dict]:
    """One row a statement: site_id, local_indicator_id, target_kind, sequence, year, value, value_raw.

    A row of a line has label, label_subject (its series, else what the label names beside its year),
    stated_unit (its own, as it is written) and direction (`up`, `down`), each None where nothing states it.
    """
    verdicts = Counter(stated_text(fields.get("progress_status")) for fields in metadata.values())
    # one verdict for every indicator is a default of the template (all of Valencia's are achieved)
    is_default = len(verdicts) == 1 and len(metadata) >= 5
    rows = []
    for indicator_id, fields in metadata.items():
        targets = target_lines(fields) + _statements(fields)
        verdict = stated_text(fields.get("progress_status"))
        if verdict in _VERDICTS and not is_default:
            targets.append({"target_kind": "progress", "year": None, "value": None, "value_raw": verdict})
        count: Counter[str] = Counter()
        for target in targets:
            count[target["target_kind"]] += 1
            rows.append(
                {
                    "site_id": site_id,
                    "local_indicator_id": indicator_id,
                    "sequence": count[target["target_kind"]],
                    **dict.fromkeys(_OF_LINES),
                    **target,
                }
            )
    return rows


def target_lines(fields: Fields) -> list[dict]:
    """Numeric targets drawn as lines; the year from the label, 2030 where it names none."""
    sentences = " ".join(
        stated_text(text) for name, text in fields.items() if _LINE.match(name) and not _UN_FIELDS.match(name)
    )
    targets = []
    for line in as_list(fields.get("graph_target_lines")):
        raw = stated_text(line.get("value")) if isinstance(line, dict) else ""
        if not raw:
            continue
        label = stated_text(line.get("label_content"))
        year = _YEAR.search(label)
        value = _number(raw)
        targets.append(
            {
                # a line at a word is a statement: there is no number to be reached
                "target_kind": "target statement" if value is None else "target value",
                "year": int(year[1]) if year else 2030,
                "value": value,
                "value_raw": raw,
                "label": label or None,
                # the platform draws a line with a series or a unit for that one alone
                "label_subject": label_subject(stated_text(line.get("series")) or label) or None,
                "stated_unit": stated_text(line.get("unit")) or None,
                "direction": None if value is None else _direction(line, sentences, value),
            }
        )
    return targets


def label_subject(label: str) -> str:
    """What a label names beside a year and the word target: `2030 target men` is of men."""
    text = word_pattern("target").sub(" ", _YEAR.sub(" ", comparable(label)))
    return " ".join(text.split()).strip(" :-()")


def _direction(line: Fields, sentences: str, value: float) -> str | None:
    """Which way the value has to go; a bundle keeps the fact in the line, without the sentence."""
    kept = stated_text(line.get("localsdg_direction"))
    return kept or stated_direction(sentences, value)


def _statements(fields: Fields) -> list[dict]:
    targets = []
    for name, value in fields.items():
        kind, line_year = _kind_of_field(name)
        if kind is None or isinstance(value, list | dict) or not (text := stated_text(value)):
            continue
        if line_year is not None:
            targets.append({"target_kind": kind, "year": line_year, "value": None, "value_raw": None})
        else:
            year = _YEAR.search(text)
            targets.append(
                {"target_kind": kind, "year": int(year[1]) if year else None, "value": None, "value_raw": None}
            )
    return targets


@lru_cache(maxsize=10_000)
def _kind_of_field(name: str) -> tuple[str | None, int | None]:
    """What a field of this name states of a target, and the year of a line; None for a field that states none."""
    if _UN_FIELDS.match(name):
        return None, None
    if line := _LINE.match(name):
        return "target statement", int(line["year"])
    return ("commitment" if _STATEMENT.match(name) else None), None


def _number(raw: str) -> float | None:
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
