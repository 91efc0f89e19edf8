"""Entries of the service's lists that are usable, before the list is staged.

An entry without a code, the same entry again, and entries of one code that
contradict each other are rejects; the list goes on without them. A series that
is listed once for each of its indicators is one series with all of them. The
list of all releases, which a pull of an older release gets, holds other
releases too: only the entries of the release itself are its entries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Role of a list -> the field with the code, and the fields in which two entries of a code must agree.
_FIELDS = {
    "goal_list": ("code", ("title",)),
    "target_list": ("code", ("goal", "title")),
    "indicator_list": ("code", ("goal", "target", "description", "tier")),
    "series_list": ("code", ("description",)),
    "area_list": ("geoAreaCode", ("geoAreaName",)),
}


@dataclass
class Entries:
    """The usable entries of a list, how many were merged into others, and the rejects.

    `rejected` has the code (or place, from 1) and the reason of each; `n_entries`
    counts all entries of the release.
    """

    usable: list[dict] = field(default_factory=list)
    n_entries: int = 0
    n_merged: int = 0
    rejected: list[tuple[str, str]] = field(default_factory=list)


def usable_entries(role: str, entries: list[Any], only_release: str | None = None) -> Entries:
    """Sort the entries of a list; see the head of this module.

    `only_release` is the release whose entries count, in a list of all releases.
    """
    if only_release:
        entries = [one for one in entries if not isinstance(one, dict) or one.get("release") in (None, only_release)]
    code_field, compared = _FIELDS[role]
    entries_read = Entries(n_entries=len(entries))
    by_code: dict[str, list[dict]] = {}
    for place, entry in enumerate(entries, 1):
        code = _text(entry.get(code_field)) if isinstance(entry, dict) else ""
        if code:
            by_code.setdefault(_plain_code(code, role), []).append(entry)
        else:
            entries_read.rejected.append((f"entry {place}", f"an entry of the {role} without a code"))
    for code, same in by_code.items():
        if len({tuple(_text(one.get(name)) for name in compared) for one in same}) > 1:
            entries_read.rejected += [(code, f"entries of the {role} contradict each other")] * len(same)
            continue
        merged = _merge(same) if role == "series_list" else None
        if merged is not None and merged != same[0]:
            entries_read.n_merged += len(same) - 1
            entries_read.usable.append(merged)
        else:
            entries_read.usable.append(same[0])
            entries_read.rejected += [(code, f"the same entry of the {role} again")] * (len(same) - 1)
    return entries_read


def _merge(same: list[dict]) -> dict:
    """One entry of a series with the indicators of all of its entries."""
    lists = [codes for entry in same if isinstance(codes := entry.get("indicator"), list)]
    if len(same) == 1 or len(lists) < len(same):
        return same[0]
    more = [code for codes in lists[1:] for code in codes if code not in lists[0]]
    return {**same[0], "indicator": lists[0] + list(dict.fromkeys(more))} if more else same[0]


def _plain_code(code: str, role: str) -> str:
    return code.lstrip("0") or "0" if role == "area_list" else code if role == "series_list" else code.lower()


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
