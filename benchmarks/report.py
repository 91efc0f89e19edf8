"""RESULTS.md from results.json: one table a benchmark. `python -m benchmarks.report` writes it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measure import RESULTS, amount

_HEAD = """\
<!-- made by `python -m benchmarks.report` from results.json: do not edit -->
# Results

What each benchmark gave when it was last recorded, and on what machine. A figure is the median of its runs; the
spread is the least and the most of them. [README.md](README.md) says what each benchmark measures and how.
Commands run in the checkout, with the Python of its environment.
"""
_TITLES = {
    "compare": "Whole databases: bare floor, pandas, dlt and ours",
    "commands": "Commands when nothing changed",
    "growth": "As the data grow",
}


def report(results: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """The text of RESULTS.md."""
    order = [*(name for name in _TITLES if name in results), *sorted(set(results) - set(_TITLES))]
    return "\n".join([_HEAD, *(_table(name, results[name]) for name in order)])


def write_report(results: Mapping[str, Mapping[str, Mapping[str, Any]]], path: Path) -> None:
    """Write RESULTS.md."""
    path.write_text(report(results), encoding="utf-8")


def _table(name: str, entries: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        f"## {_TITLES.get(name, name.replace('_', ' ').capitalize())}",
        "",
        "| figure | measured | spread | runs | target | reached | on | command |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    circumstances: dict[str, list[str]] = {}
    for figure, entry in entries.items():
        lines.append(_line(figure, entry))
        circumstances.setdefault(_circumstances(entry), []).append(figure)
    lines.append("")
    for text, figures in circumstances.items():
        of = "" if len(circumstances) == 1 else f" ({', '.join(figures)})"
        lines.append(f"Measured with {text}{of}.")
    notes = [f"- {figure}: {entry['note']}" for figure, entry in entries.items() if entry.get("note")]
    return "\n".join([*lines, *([""] + notes if notes else []), ""])


def _line(figure: str, entry: Mapping[str, Any]) -> str:
    target = reached = "-"
    if entry["target"] is not None and entry["n"]:
        target = f"{'at most' if entry['is_at_most'] else 'at least'} {amount(entry['target'], entry['unit'])}"
        reached = "yes" if entry["reached"] else "**no**"
    spread = "-" if entry["n"] < 2 else f"{amount(entry['least'])} to {amount(entry['most'])}"
    measured = amount(entry["median"], entry["unit"]) if entry["n"] else "not measured"
    return (
        f"| {figure} | {measured} | {spread} | {entry['n']} | {target} | {reached} "
        f"| {entry['measured_on']} | `{entry['command']}` |"
    )


def _circumstances(entry: Mapping[str, Any]) -> str:
    machine, versions = entry["machine"], entry["versions"]
    parts = [f"{machine['cores']} cores ({machine['kind']})"]
    if "memory_gb" in machine:
        parts.append(f"{machine['memory_gb']} GB")
    if "load" in machine:
        parts.append(f"load {machine['load']} at the end")
    return ", ".join(parts + [f"{name} {text}" for name, text in versions.items()])


if __name__ == "__main__":
    write_report(json.loads(RESULTS.read_text(encoding="utf-8")), RESULTS.with_name("RESULTS.md"))
