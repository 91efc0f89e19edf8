"""The hits of a search as a frame."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from localsdg.common.settings import Settings
from localsdg.research.connect import Warehouse, opened
from localsdg.research.frames import check_kind, finished

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_TEXTS = ("kind", "id", "title", "why", "snippet", "coverage", "source", "release", "command")
_NUMBERS = ("n_areas", "n_records", "first_year", "last_year")


class SearchOptions(TypedDict, total=False):
    """What `search` takes beside the text."""

    kinds: str | Iterable[str] | None
    limit: int
    language: str | None
    home: str | Path | Settings | Warehouse | None


@overload
def search(text: str, *, frame: Literal["pandas"] = ..., **options: Unpack[SearchOptions]) -> pd.DataFrame: ...
@overload
def search(text: str, *, frame: Literal["polars"], **options: Unpack[SearchOptions]) -> pl.DataFrame: ...
@overload
def search(text: str, *, frame: Literal["arrow"], **options: Unpack[SearchOptions]) -> pa.Table: ...
def search(
    text: str,
    *,
    kinds: str | Iterable[str] | None = None,
    limit: int = 20,
    language: str | None = None,
    home: str | Path | Settings | Warehouse | None = None,
    frame: str = "pandas",
) -> Any:
    """What the warehouse has on words, codes or names in English, Spanish, French or Portuguese, best first.

    Parameters
    ----------
    text : words (`"slums"`, `"pobreza por sexo"`), a code or a name.
    kinds : only these (`"series"`, `"indicator"`, …), all by default.
    limit : how many at most.
    language : of the titles where there are several: `en`, `es`, `fr` or `pt`.
    home : a home folder or an open warehouse.
    frame : `"pandas"`, `"polars"` or `"arrow"`.

    Returns
    -------
    A frame with `kind`, `id`, `title`, `why` and `snippet` (what matched), `coverage` (what the warehouse holds)
    and the same in numbers (`n_areas`, `n_records`, `first_year`, `last_year`), `has_data`, `source`, `release`,
    and `command`, which goes on from there.

    Raises `UsageError` for an empty text, a kind or a language that does not exist.

    >>> import localsdg as ls
    >>> ls.search("slums", kinds="series").id[0]
    'EN_LND_SLUM'
    """
    import pyarrow as pa

    from localsdg.research.search import find

    check_kind(frame)
    with opened(home) as warehouse:
        found = find(warehouse.settings, text, [kinds] if isinstance(kinds, str) else kinds, limit, language)
        hits = [hit.as_dict() for hit in found.hits]
        table = pa.table(
            {
                **{name: pa.array([hit[name] for hit in hits], pa.string()) for name in _TEXTS},
                "has_data": pa.array([hit["has_data"] for hit in hits], pa.bool_()),
                **{name: pa.array([hit[name] for hit in hits], pa.int64()) for name in _NUMBERS},
                "score": pa.array([hit["score"] for hit in hits], pa.float64()),
            }
        )
        notes = [f'"{word}" was read as "{other}"' for word, other in found.corrected.items()]
        if found.unknown:
            near = f"; near it: {', '.join(found.suggestions)}" if found.suggestions else ""
            notes.append(f"nothing has {', '.join(found.unknown)}{near}")
        return finished(
            warehouse, table, f'localsdg search "{text}"', frame=frame, notes=notes, title=f"Search for {text}"
        )
