"""How often the kind of a partner is right, against what two registers of the UN state in brackets.

usage: python -m benchmarks.partner_kinds FOLDER [--errors] [--record]

FOLDER has `un_partnerships_2018/records.csv` (column `partners`) and
`un_ocean_commitments_2026/commitments.csv.gz` (`entity`, `entity_type`). The bracket is
taken from the name before its kind is read. Names are split by a hash into a half
that the lists were written with and a half that nobody looked at; `--errors` prints
what is wrong in the first. "Government" is right for a nation, a region, a local
government and a parliament, and "Local / Regional Government" for either, since the
registers do not tell these apart. Names of "other" actors and partnerships say nothing
of that, and are counted apart.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from localsdg.registry.actor_kinds import ACTOR_KINDS, NOT_CLASSIFIED, kind_of_name, split_actors, stated_kind
from localsdg.registry.actor_lists import key_of
from localsdg.registry.language import language_of_title

PARTNERSHIPS = "un_partnerships_2018/records.csv"
OCEAN = "un_ocean_commitments_2026/commitments.csv.gz"
#: A text of more words is prose about partners, not the name of one.
LONGEST = 15
_LAST_BRACKET = re.compile(r"^(.*?)\s*\(([^()]*(?:\([^()]*\))?[^()]*)\)[\s.:]*$", re.S)
_GOVERNMENT = {"nation", "region", "local government", "parliament"}
Labelled = tuple[str, str]  # a name without its bracket, and the kind that the bracket states


def read_rows(path: Path) -> list[dict[str, str]]:
    """The records of a CSV file, compressed or not."""
    csv.field_size_limit(1 << 24)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as handle:  # type: ignore[operator]
        return list(csv.DictReader(handle))


def bracketed(cells: Iterable[str]) -> Iterator[Labelled]:
    """Names that end in a bracket which states a kind."""
    for cell in cells:
        for name in split_actors(cell):
            found = _LAST_BRACKET.match(name)
            if found and 0 < len(found[1].split()) <= LONGEST and (kind := stated_kind(found[2])):
                yield found[1].strip(), kind


def distinct(pairs: Iterable[Labelled]) -> list[Labelled]:
    """Each name once a kind, however often and in whatever case it is written."""
    return list({(key_of(name), kind): (name, kind) for name, kind in pairs}.values())


def is_held_out(name: str) -> bool:
    """Whether a name belongs to the half that nobody looked at."""
    return bool(hashlib.sha256(key_of(name).encode()).digest()[0] & 1)


def is_right(stated: str, read: str) -> bool:
    """Whether a kind is right; what a register calls a government may be of any level."""
    levels = {"nation": _GOVERNMENT, "local government": {"region"}}
    return read == stated or read in levels.get(stated, set())


def summary(pairs: list[Labelled]) -> str:
    """Right of the classified and of all, and not classified, in per cent."""
    read = [(stated, kind_of_name(name).kind) for name, stated in pairs]
    right = sum(is_right(stated, kind) for stated, kind in read)
    silent = sum(kind == NOT_CLASSIFIED for _, kind in read)
    n, classified = max(1, len(read)), max(1, len(read) - silent)
    return (
        f"{len(read):6d} names  {100 * right / classified:5.1f} % of classified right  "
        f"{100 * right / n:5.1f} % of all right  {100 * silent / n:5.1f} % not classified"
    )


def confusion(pairs: list[Labelled]) -> str:
    """Stated kinds in rows, read kinds in columns, as a table in Markdown."""
    kinds = (*ACTOR_KINDS, NOT_CLASSIFIED)
    counts = Counter((stated, kind_of_name(name).kind) for name, stated in pairs)
    short = [kind.split()[0][:10] for kind in kinds]
    lines = ["| stated \\ read | " + " | ".join(short) + " |", "|---" * (len(kinds) + 1) + "|"]
    for stated in ACTOR_KINDS:
        row = [counts[stated, kind] for kind in kinds]
        if any(row):
            lines.append(f"| {stated} | " + " | ".join(str(n or "") for n in row) + " |")
    return "\n".join(lines)


def report(title: str, pairs: list[Labelled]) -> None:
    """Print the two halves, each name once, languages, and the confusion table of one set."""
    print(f"\n## {title}")
    named = [pair for pair in pairs if pair[1] != "other"]
    for label, some in (
        ("as often as named", named),
        ("each name once", distinct(named)),
        ("with other, once", distinct(pairs)),
    ):
        print(f"{label:18} all       {summary(some)}")
        print(f"{label:18} looked at {summary([pair for pair in some if not is_held_out(pair[0])])}")
        print(f"{label:18} held out  {summary([pair for pair in some if is_held_out(pair[0])])}")
    languages: dict[str, list[Labelled]] = {}
    for pair in distinct(named):
        languages.setdefault(language_of_title(pair[0]), []).append(pair)
    for language, some in sorted(languages.items(), key=lambda item: -len(item[1])):
        print(f"words of {language:19} {summary(some)}")
    print("\n" + confusion(distinct(pairs)))


def errors(pairs: list[Labelled]) -> None:
    """Print what is wrong in the half that the lists were written with."""
    for name, stated in sorted(pairs, key=lambda pair: pair[1]):
        actor = kind_of_name(name)
        if not is_held_out(name) and not is_right(stated, actor.kind):
            print(f"{stated:24} {actor.kind:24} {actor.basis:6} {name}")


def main(arguments: list[str]) -> int:
    """Print the measures; returns 2 where the folder lacks the files."""
    folder = Path(next((one for one in arguments if not one.startswith("-")), "../shared/data/local/actions"))
    if missing := [name for name in (PARTNERSHIPS, OCEAN) if not (folder / name).exists()]:
        print(f"{folder} has no {' and no '.join(missing)}: give the folder, make eval-partners LABELLED=FOLDER")
        return 2
    partners = list(bracketed(row["partners"] for row in read_rows(folder / PARTNERSHIPS)))
    ocean = read_rows(folder / OCEAN)
    leads = [(row["entity"], stated_kind(row["entity_type"]) or "") for row in ocean if row["entity_type"]]
    ocean_partners = list(bracketed(row["partners"] for row in ocean))
    if "--errors" in arguments:
        errors(distinct(partners + ocean_partners + leads))
        return 0
    sets = {
        "partners of the UN's partnerships": partners,
        "partners of the ocean commitments": ocean_partners,
        "leads of the ocean commitments": leads,
    }
    started = time.perf_counter()
    for title, pairs in sets.items():
        report(title, pairs)
    print(f"\n{time.perf_counter() - started:.1f} s")
    if "--record" in arguments:
        _record(sets)
    return 0


def _record(sets: dict[str, list[Labelled]]) -> None:
    """Keep the shares of the half that nobody looked at, each name once."""
    from benchmarks.measure import Figure, record

    figures = []
    for title, pairs in sets.items():
        held_out = [pair for pair in distinct(pairs) if pair[1] != "other" and is_held_out(pair[0])]
        read = [(stated, kind_of_name(name).kind) for name, stated in held_out]
        n_right = sum(is_right(stated, kind) for stated, kind in read)
        n_classified = sum(kind != NOT_CLASSIFIED for _, kind in read)
        for name, n in (("right of the classified", n_classified), ("right of all", len(read))):
            share = [100 * n_right / n] if n else []
            figures.append(Figure(f"{title}, held out: {name}", "%", share, note=f"{n_right:,} of {n:,} names"))
    record("partner_kinds", figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
