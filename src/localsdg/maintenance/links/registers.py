"""Registers of actions that declare their goals: texts of any length, judged with the goals hidden."""

from __future__ import annotations

from pathlib import Path

from localsdg.common.csv_files import read_rows
from localsdg.common.errors import UsageError
from localsdg.linking.calibrate import REGISTERS
from localsdg.linking.headings import find_headings, without_headings
from localsdg.maintenance.links.corpus import LEARNED_LANGUAGES, Example, text_key
from localsdg.registry.language import detect
from localsdg.registry.sdg_codes import parse_declared


def declared_records(folder: Path) -> list[Example]:
    """The records of a folder of registers that declare goals, in the languages that are learned.

    Their texts are those that a build links: title and description, without
    the headings of their form. Two registers may hold one project, so records
    of one title are one group. Raises `UsageError` when no known register is there.
    """
    paths = {name: folder / name / "records.csv" for name in REGISTERS}
    files = {name: path for name, path in paths.items() if path.exists()}
    if not files:
        raise UsageError("no registers", where=folder, expected=", ".join(f"{name}/records.csv" for name in REGISTERS))
    return [example for name, path in files.items() for example in _register(name, path)]


def _register(name: str, path: Path) -> list[Example]:
    rows = [(row, _text(row)) for row in read_rows(path)]
    headings = find_headings([text for _, text in rows])
    found = []
    for row, whole in rows:
        goals = frozenset(one.goal_code for one in parse_declared(row["sdgs"] or "")[0])
        if not goals:
            continue
        text = without_headings(whole, headings)
        language = row["language"] or detect(text)
        if language in LEARNED_LANGUAGES:
            found.append(Example(text, language, name, goals, group=f"record:{text_key(row['title'])}"))
    return found


def _text(row: dict[str, str]) -> str:
    """As `linking.actions` puts it together."""
    title, description = row["title"].strip(), row["description"].strip()
    return ". ".join(filter(None, ("" if description.startswith(title) else title, description)))
