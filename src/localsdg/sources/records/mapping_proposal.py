"""Proposes which columns of a file are those of the contract, for a person to check."""

from __future__ import annotations

import re
from pathlib import Path

from localsdg.common.csv_files import read_rows
from localsdg.registry.local_governments import normal
from localsdg.sources.records.contract import ACTIONS
from localsdg.sources.records.files import Records

#: target, word: what columns are called in registers of several languages, the likeliest first.
COLUMN_WORDS_CSV = Path(__file__).with_name("column_words.csv")


def propose_mapping(records: Records) -> dict[str, str]:
    """Column of the contract -> column of the file; the title first, where one is like one.

    Only columns that a target's words name are proposed, each once; the contract's own names need no mapping.
    """
    words = {
        name: tuple(re.findall(r"[^\W_]+", normal(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))))
        for name in records.columns
    }
    own = set(ACTIONS.column_names)
    free = [name for name in records.columns if "_".join(words[name]) not in own]
    taken = {name for name in own if any("_".join(some) == name for some in words.values())}
    proposed: dict[str, str] = {}
    for exact in (True, False):
        for row in read_rows(COLUMN_WORDS_CSV):
            wanted = tuple(row["word"].split())
            if row["target"] in taken:
                continue
            hit = next((name for name in free if (words[name] == wanted if exact else _has(words[name], wanted))), None)
            if hit:
                proposed[row["target"]] = hit
                taken.add(row["target"])
                free.remove(hit)
    ordered = {target: proposed[target] for target in ACTIONS.column_names if target in proposed}
    return ordered if (taken | ordered.keys()) & {"title", "description"} else {}


def _has(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))
