"""How often a local indicator called official is official, against labels by hand.

usage: python -m benchmarks.official_matches [WAREHOUSE] [--labels FILE]... [--record]

Compares `core.local_indicator.match like 'official%'` of a built warehouse (the published
one, or a DuckDB file that is named) with the files `official_matches*.csv` beside this
script, one after the other; their rule is in `official_matches.md`. Prints precision and
recall for the whole set, a site and a language, with Wilson's interval of 95 %; a table of
labels by match; and each error. Precision: of those called official, the share labelled so;
recall: of those labelled official, the share called so. An indicator that the warehouse calls
a placeholder or does not have is not called official: it counts against recall, and is listed.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import load_settings
from localsdg.warehouse.query import open_published

LABELS = Path(__file__).with_name("official_matches.csv")
OFFICIAL, PROXY, OTHER = "official", "proxy", "other"
NOT_LOADED = "not in the warehouse"
PLACEHOLDER = "placeholder"
_Z = 1.959964  # of 95 %


@dataclass(frozen=True)
class Labelled:
    """One local indicator: what a person says of it and what the warehouse says."""

    site_id: str
    local_indicator_id: str
    official_code: str
    label: str
    reason: str
    match: str = NOT_LOADED
    match_reason: str = ""
    language: str = "not stated"
    title: str = ""

    @property
    def is_official(self) -> bool:
        """Whether a person says that it measures the official indicator."""
        return self.label == OFFICIAL

    @property
    def is_called_official(self) -> bool:
        """Whether the warehouse says so."""
        return self.match.startswith("official")


def read_labels(path: Path) -> list[Labelled]:
    """The labels of a file; raises ValueError for a label that is none of the three."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        if row["label"] not in (OFFICIAL, PROXY, OTHER):
            raise ValueError(
                f"{path}: {row['site_id']} {row['local_indicator_id']} has the label {row['label']!r} | "
                f"expected {OFFICIAL}, {PROXY} or {OTHER} | next: correct the file"
            )
    names = ("site_id", "local_indicator_id", "official_code", "label", "reason")
    return [Labelled(**{name: row[name] for name in names}) for row in rows]


def with_matches(con: duckdb.DuckDBPyConnection, labels: Iterable[Labelled]) -> list[Labelled]:
    """The labels with what `core.local_indicator` says of each."""
    found = {
        (row[0], row[1]): row[2:]
        for row in con.execute(
            "select site_id, local_indicator_id, case when is_placeholder then ? else match end, "
            "coalesce(case when is_placeholder then placeholder_rule else match_reason end, ''), "
            "coalesce(language, 'not stated'), coalesce(title, '') from core.local_indicator",
            [PLACEHOLDER],
        ).fetchall()
    }
    given = ((one, found.get((one.site_id, one.local_indicator_id), ())) for one in labels)
    return [
        Labelled(one.site_id, one.local_indicator_id, one.official_code, one.label, one.reason, *matched)
        for one, matched in given
    ]


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's interval of 95 % of a share, in per cent (Wilson 1927); 0 to 100 where n is 0."""
    if not n:
        return 0.0, 100.0
    share, square = right / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))


def share_text(right: int, n: int) -> str:
    """A share with its interval and counts; a dash where nothing was counted."""
    if not n:
        return f"{'-':>5} {'':16} {'0/0':>8}"
    low, high = wilson(right, n)
    interval = f"({low:.1f} to {high:.1f})"
    return f"{100 * right / n:5.1f} {interval:16} {f'{right}/{n}':>8}"


def counts(rows: Iterable[Labelled]) -> tuple[int, int, int]:
    """Called official and labelled so; called official; labelled official."""
    some = list(rows)
    both = sum(one.is_official and one.is_called_official for one in some)
    return both, sum(one.is_called_official for one in some), sum(one.is_official for one in some)


def measures(rows: list[Labelled], name: str, of: Callable[[Labelled], str]) -> str:
    """Precision and recall in per cent for each value of a property, all of them first."""
    groups: dict[str, list[Labelled]] = {"all": rows}
    for one in sorted(rows, key=of):
        groups.setdefault(of(one), []).append(one)
    lines = [f"{name:22} {'n':>4}  {'precision':30}   {'recall':30}"]
    for group, some in groups.items():
        both, called, labelled = counts(some)
        lines.append(f"{group:22} {len(some):4d}  {share_text(both, called)}   {share_text(both, labelled)}".rstrip())
    return "\n".join(lines)


def confusion(rows: list[Labelled]) -> str:
    """Labels in rows, matches in columns, as a table in Markdown."""
    seen = Counter((one.label, one.match) for one in rows)
    matches = sorted({match for _, match in seen})
    lines = ["| label \\ match | " + " | ".join(matches) + " |", "| --- " * (len(matches) + 1) + "|"]
    for label in (OFFICIAL, PROXY, OTHER):
        lines.append(f"| {label} | " + " | ".join(str(seen[label, match]) for match in matches) + " |")
    return "\n".join(lines)


def error_lines(rows: list[Labelled]) -> list[str]:
    """Each indicator that is called official and is not, then each that is and is not called so."""
    false = [one for one in rows if one.is_called_official and not one.is_official]
    missed = [one for one in rows if one.is_official and not one.is_called_official]
    lines = []
    for heading, some in (("called official, and not", false), ("official, and not called so", missed)):
        lines.append(f"\n## {heading}: {len(some)}")
        for one in some:
            lines.append(f"{one.site_id} {one.local_indicator_id}: label {one.label} ({one.reason})")
            lines.append(f"    match {one.match} ({one.match_reason or 'no reason'}); title: {one.title}")
    return lines


def report(rows: list[Labelled]) -> str:
    """The whole text that is printed of the labels with their matches."""
    coded = sum(bool(one.official_code) for one in rows)
    loaded = sum(one.match != NOT_LOADED for one in rows)
    parts = [
        f"{len(rows)} labels of {len({one.site_id for one in rows})} sites; {coded} have an official code, "
        f"{loaded} are in the warehouse",
        measures(rows, "site", lambda one: one.site_id),
        measures(rows, "language of the title", lambda one: one.language),
        confusion(rows),
        "\n".join(error_lines(rows)).lstrip("\n"),
    ]
    return "\n\n".join(parts)


def main(arguments: list[str]) -> int:
    """Print the measures; returns 2 where the warehouse or the labels cannot be read."""
    parser = argparse.ArgumentParser(description="Measure official matches against labels by hand.")
    parser.add_argument("warehouse", nargs="?", type=Path, help="a DuckDB file; else the published warehouse")
    parser.add_argument("--labels", type=Path, action="append", help="CSV of labels; again for more")
    parser.add_argument("--record", action="store_true", help="write the shares into results.json and RESULTS.md")
    asked = parser.parse_args(arguments)
    files = asked.labels or sorted(LABELS.parent.glob(f"{LABELS.stem}*.csv"))
    settings = load_settings()
    path = asked.warehouse or settings.published
    try:
        labels = {file: read_labels(file) for file in files}
        con = duckdb.connect(str(path), read_only=True) if asked.warehouse else open_published(settings)
    except (OSError, ValueError, KeyError, duckdb.Error, LocalsdgError) as error:
        print(f"error: the labels could not be compared | {error} | next: localsdg run", file=sys.stderr)
        return 2
    print(f"warehouse: {path}")
    with con:
        matched = {file: with_matches(con, some) for file, some in labels.items()}
    for file, some in matched.items():
        print(f"\n# {file.name}\n")
        print(report(some))
    if asked.record:
        _record(matched)
    return 0


def _record(matched: dict[Path, list[Labelled]]) -> None:
    from benchmarks.measure import Figure, record

    figures = []
    for file, some in matched.items():
        both, called, labelled = counts(some)
        for name, n in (("precision", called), ("recall", labelled)):
            low, high = wilson(both, n)
            note = f"{both} of {n}, {low:.1f} to {high:.1f} % (Wilson, 95 %)"
            figures.append(Figure(f"{file.stem}: {name}", "%", [100 * both / n] if n else [], note=note))
    record("official_matches", figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
