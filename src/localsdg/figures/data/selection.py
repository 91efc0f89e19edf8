"""Which figures are asked for: by id, by a pattern of ids, by claim."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.figures.data.catalogue import claim_codes, entries

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.messages.messages import Words

LIST_COMMAND = "localsdg figures --list"


def figure_ids(asked: Iterable[str]) -> tuple[str, ...]:
    """The ids in the catalogue that ids and patterns (`c09-*`) name, each once, in the order of the catalogue.

    Raises `UsageError` for an id that does not exist, with those that are near, and for a pattern that fits none.
    """
    named = {figure_id for text in asked for figure_id in _named(text)}
    return tuple(figure_id for figure_id in entries() if figure_id in named)


def _named(text: str) -> list[str]:
    pattern = text.strip().lower()
    if pattern in entries():
        return [pattern]
    if any(sign in pattern for sign in "*?["):
        found = [figure_id for figure_id in entries() if fnmatchcase(figure_id, pattern)]
        if found:
            return found
        raise UsageError("no figure fits the pattern", got=text, expected="such as c09-*", next_step=LIST_COMMAND)
    base, codes = split_area_codes(pattern)
    if base:
        places = ",".join(codes)
        raise UsageError(
            "the area is not part of the id here", got=text, next_step=f"localsdg figures {base} --area {places}"
        )
    raise UsageError("no such figure", got=text, expected=near(pattern), next_step=LIST_COMMAND)


def split_area_codes(figure_id: str) -> tuple[str, tuple[str, ...]]:
    """The id in the catalogue and the codes of areas behind it: `c08-slums`, (`404`, `800`) of `c08-slums-404-800`.

    Without an area in the id, or where the rest is no figure, ('', ()).
    """
    base, codes = figure_id, list[str]()
    while base and base not in entries():
        base, _, code = base.rpartition("-")
        if not (code.isdigit() and len(code) == 3):
            return "", ()
        codes.insert(0, code)
    return (base, tuple(codes)) if codes and base else ("", ())


def near(asked: str) -> str:
    """What may have been meant: ids like the asked one, those of its claim, or the first."""
    close = close_matches(asked, entries(), likeness=0.5)
    if not close:
        close = [figure_id for figure_id in entries() if figure_id.startswith(asked[:3])][:3]
    return "a figure such as " + ", ".join(close or list(entries())[:3])


def selected(claim: str | Iterable[str] | None = None, only: Iterable[str] = ()) -> list[Entry]:
    """The entries of the named claims and of the named figures together, all without either, in their order.

    Raises `UsageError` for a claim or a figure that does not exist.
    """
    codes, ids = claim_codes(claim), figure_ids(only)
    return [
        entry for entry in entries().values() if not (codes or ids) or entry.claim in codes or entry.figure_id in ids
    ]


def summaries(found: Iterable[Entry], w: Words) -> list[dict[str, Any]]:
    """What a list says of each entry: its id, its claim, its kind of chart, what it is about, and for which areas."""
    return [
        {
            "figure_id": entry.figure_id,
            "claim_id": entry.claim,
            "claim": w.say(f"claim.{entry.claim}"),
            "kind": entry.kind,
            "subject": w.say(f"subject.{entry.figure_id}"),
            "areas": entry.areas or "all",
        }
        for entry in found
    ]
