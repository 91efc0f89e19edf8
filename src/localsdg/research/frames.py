"""Results as frames of pandas, polars or Arrow that carry where they come from.

What a frame carries, its *attributes*, are plain values that JSON holds: `query`, `version`, `content_hash`,
`releases`, `units`, `citations`, `gaps` and `notes`. They are `frame.attrs` of pandas, which Parquet keeps;
`frame.attrs` of polars too, where a frame that is derived from another loses them; and of Arrow the
metadata of the schema under `localsdg`, as JSON.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from localsdg.common.errors import UsageError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

FrameKind = Literal["pandas", "polars", "arrow"]
#: The key of the attributes in the metadata of an Arrow schema.
ARROW_KEY = b"localsdg"
#: A column that names releases.
_RELEASE = re.compile(r"(?:^|_)release(?:_|$)")
#: Where a map becomes text: `name=value; name=value`.
_APART = "; "


@dataclass(frozen=True)
class About:
    """What a warehouse is: its version, the hash of its content, and when it was built (UTC, ISO 8601)."""

    version: str
    content_hash: str
    built_at: str
    known_on: str = ""


class Opened(Protocol):
    """An open warehouse, as far as a frame needs it."""

    con: duckdb.DuckDBPyConnection
    about: About


class DataNotice(UserWarning):
    """What a reader of a frame has to know: gaps, values of several years, definitions or units."""


def check_kind(frame: str) -> None:
    """Raise `UsageError` for a kind of frame that is not known."""
    if frame not in get_args(FrameKind):
        raise UsageError("no such kind of frame", expected=", ".join(get_args(FrameKind)), got=frame)


def finished(
    warehouse: Opened,
    table: pa.Table,
    query: str,
    *,
    frame: str = "pandas",
    gaps: Iterable[Mapping[str, Any]] = (),
    notes: Iterable[str] = (),
    stacklevel: int = 3,
    **more: Any,
) -> Any:
    """The frame of a result with its attributes; what a reader has to know is a `DataNotice` as well.

    `stacklevel` is that of the caller's caller, to whom the notice is addressed.
    """
    check_kind(frame)
    named, said = [dict(gap) for gap in gaps], list(notes)
    attributes = {
        "query": query,
        "version": warehouse.about.version,
        "content_hash": warehouse.about.content_hash,
        "built_at": warehouse.about.built_at,
        "releases": _distinct(table, "release"),
        "units": _distinct(table, "unit"),
        "citations": citation_records(warehouse.con, table),
        "gaps": named,
        "notes": said,
        **more,
    }
    if words := notice(named, said):
        warnings.warn(words, DataNotice, stacklevel=stacklevel)
    return to_frame(table, attributes, frame)


def notice(gaps: list[dict[str, Any]], notes: list[str]) -> str:
    """Gaps of areas and notes in one text; '' where there are none. Missing years are in the attributes alone."""
    areas = [f"{gap['area']}: {gap['reason']}" for gap in gaps if gap.get("years") is None]
    shown = areas if len(areas) <= 5 else [*areas[:5], f"{len(areas) - 5} more gaps in frame.attrs['gaps']"]
    said = [f"{note[:1].upper()}{note[1:]}" for note in notes]
    return ". ".join([*(["No value for " + _APART.join(shown)] if shown else []), *said])


def to_frame(table: pa.Table, attributes: dict[str, Any], frame: str = "pandas") -> Any:
    """An Arrow table as a frame of a kind, with its attributes."""
    if frame == "arrow":
        known = table.schema.metadata or {}
        return table.replace_schema_metadata({**known, ARROW_KEY: json.dumps(attributes, ensure_ascii=False).encode()})
    if frame == "polars":
        import polars as pl

        made = pl.from_arrow(_flat(table))
        made.attrs = attributes  # type: ignore[union-attr]
        return made
    # a date is datetime64: what draws and compares frames (Altair, `frame.as_of.dt`) refuses Python's dates
    data = _flat(table).to_pandas(types_mapper=_nullable(table), date_as_object=False)
    data.attrs = attributes
    return data


def to_arrow(frame: Any) -> pa.Table:
    """A frame of any kind as an Arrow table; raises `UsageError` for what is none."""
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "to_arrow"):
        return frame.to_arrow()
    import pandas as pd

    if isinstance(frame, pd.DataFrame):
        return pa.Table.from_pandas(frame, preserve_index=_has_index(frame))
    raise UsageError("it is no frame", expected="a frame of pandas, polars or Arrow", got=type(frame).__name__)


def attributes_of(frame: Any) -> dict[str, Any]:
    """What a frame carries; {} where it carries nothing."""
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        text = (frame.schema.metadata or {}).get(ARROW_KEY)
        return json.loads(text) if text else {}
    return dict(getattr(frame, "attrs", None) or {})


def columns_of(frame: Any, *names: str) -> list[tuple[Any, ...]]:
    """The distinct rows of some columns of a frame, in their order; [] where it lacks one of them."""
    table = to_arrow(frame)
    if not set(names) <= set(table.column_names):
        return []
    return list(dict.fromkeys(zip(*(table.column(name).to_pylist() for name in names), strict=True)))


def citation_records(con: duckdb.DuckDBPyConnection, table: pa.Table) -> list[dict[str, Any]]:
    """The warehouse, and what the rows of a result rest on, as `Citation` in dictionaries."""
    from localsdg.warehouse.citation import WAREHOUSE, dataset_citations, read_citations

    found = read_citations(con, [WAREHOUSE])
    if wanted := rests_on(table):
        found += [one for one in dataset_citations(con) if fits(one.names, wanted)]
    return [{**asdict(citation), "names": list(citation.names)} for citation in found]


def rests_on(frame: Any) -> set[tuple[str, str]]:
    """Dataset and release of the rows of a frame; '' for a dataset that it does not name."""
    pairs = columns_of(frame, "dataset", "release") or [("", *row) for row in columns_of(frame, "release")]
    # national_release; release_x and release_b of two frames that were joined
    others = [name for name in map(str, to_arrow(frame).column_names) if _RELEASE.search(name) and name != "release"]
    pairs += [("", *row) for name in others for row in columns_of(frame, name)]
    # the release of a number that was computed from several names them all
    return {(dataset or "", part) for dataset, release in pairs if release for part in str(release).split("; ")}


def fits(names: Iterable[str], wanted: set[tuple[str, str]]) -> bool:
    """Whether a citation is of one of the datasets and releases."""
    known = set(names)
    return any(release in known and (not dataset or dataset in known) for dataset, release in wanted)


def _distinct(table: pa.Table, name: str) -> list[str]:
    if name not in table.column_names:
        return []
    return sorted({str(value) for value in table.column(name).unique().to_pylist() if value is not None})


def _flat(table: pa.Table) -> pa.Table:
    """The table with maps as text, which every kind of frame can group and compare."""
    import pyarrow as pa

    for place, field in enumerate(table.schema):
        if pa.types.is_map(field.type):
            texts = [
                None if cell is None else _APART.join(f"{key}={value}" for key, value in cell)
                for cell in table.column(place).to_pylist()
            ]
            table = table.set_column(place, field.name, pa.array(texts, pa.string()))
    return table


def _nullable(table: pa.Table) -> Any:
    """Whole numbers and booleans keep their type beside missing ones: a year is never 2019.0."""
    import pandas as pd
    import pyarrow as pa

    lacking = {field.type for field, column in zip(table.schema, table.columns, strict=True) if column.null_count}

    def dtype(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
        if kind not in lacking:
            return None
        if pa.types.is_boolean(kind):
            return pd.BooleanDtype()
        return pd.Int64Dtype() if pa.types.is_integer(kind) else None

    return dtype


def _has_index(frame: pd.DataFrame) -> bool:
    """Whether the index of a frame says something: it has a name, or a name for each level."""
    return any(name is not None for name in frame.index.names)
