"""`source_rows`: the observations of one raw file under our column names, all text.

A bulk CSV, a portal workbook and the pages of the service end in the same
shape, so that one SQL model types them all. Every text loses its control
characters here, and `n_cleaned` counts the cells of a row that held one;
references of HTML (`&#8211;`) become the signs that they mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import identifier, scalar, text
from localsdg.common.digits import DIGITS_MACRO
from localsdg.common.entities import ENTITY, decode_entities
from localsdg.registry.dimensions import REPORTING_TYPE
from localsdg.sources.unsd.bulk_layout import Layout

if TYPE_CHECKING:
    import duckdb

#: Our name -> column of the bulk layout.
_FIXED = {
    "goal": "Goal",
    "target": "Target",
    "indicator": "Indicator",
    "series_code": "SeriesCode",
    "description": "SeriesDescription",
    "area_code": "GeoAreaCode",
    "area_name": "GeoAreaName",
    "time_period": "TimePeriod",
    "value": "Value",
    "time_detail": "Time_Detail",
    "upper_bound": "UpperBound",
    "lower_bound": "LowerBound",
    "base_period": "BasePeriod",
    "source": "Source",
    "footnotes": "FootNote",
}
_NULL = "null::varchar"
#: Attributes with a column of their own; the others share `further`.
OWN_ATTRIBUTES = ("nature", "units", "observation_status", "unit_multiplier")

#: What renderers and XML cannot hold, and no text needs: C0 but for tab and line ends, DEL, C1,
#: and two code points that are no characters. Lone surrogates cannot be in a DuckDB text.
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{fffe}\x{ffff}]"
#: Looking first is twice as fast as replacing what is nearly never there.
_CLEAN_MACROS = f"""
create or replace temp macro has_control(t) as coalesce(regexp_matches(t, '{CONTROL}'), false);
create or replace temp macro without_control(t) as
    if(has_control(t), regexp_replace(t, '{CONTROL}', '', 'g'), t);
create or replace temp macro clean_text(t) as
    if(contains(t, '&') and regexp_matches(t, '{ENTITY}'), decode_entities(without_control(t)), without_control(t));
"""
#: The same in the bytes of a UTF-8 file: characters of one byte, then the beginnings of longer ones and of references.
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_MARKS = tuple(map(re.compile, (rb"\xc2[\x80-\x9f]", rb"\xef\xbf[\xbe\xbf]", ENTITY.encode())))
_CHUNK = 1 << 22
_LONGEST_MARK = 64


def needs_cleaning(path: Path) -> bool:
    """Whether `clean_text` could change any cell of a plain UTF-8 file; False is certain.

    Reading 160 MB takes 0.3 s, and cleaning its 60 million cells in SQL 11 s.
    """
    end = b""
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            if len(chunk.translate(None, _CONTROL_BYTES)) != len(chunk):
                return True
            chunk = end + chunk
            if any(mark.search(chunk) for mark in _MARKS):
                return True
            end = chunk[-_LONGEST_MARK:]
    return False


def create_clean_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros `clean_text` (without control characters, references of HTML as signs) and `ascii_digits`."""
    # DuckDB has no `or replace` for functions in Python
    if not scalar(con, "select count(*) from duckdb_functions() where function_name = 'decode_entities'"):
        con.create_function("decode_entities", decode_entities, ["VARCHAR"], "VARCHAR")
    con.execute(_CLEAN_MACROS)
    con.execute(DIGITS_MACRO)


def csv_reader(path: Path, header: list[str]) -> str:
    """`read_csv` with every column text and nothing guessed; bad lines go to `csv_errors`."""
    with path.open("rb") as probe:
        packed = "gzip" if probe.read(2) == b"\x1f\x8b" else "none"
    columns = ", ".join(f"{text(name)}: 'VARCHAR'" for name in header)
    return (
        f"read_csv({text(path)}, columns = {{{columns}}}, header = true, auto_detect = false, "
        f"compression = '{packed}', "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', max_line_size = 8388608, "
        "store_rejects = true, rejects_table = 'csv_errors', rejects_scan = 'csv_scans', "
        "rejects_limit = 0)"
    )


def bulk_select(relation: str, layout: Layout, sha256: str, *, clean: bool = True) -> str:
    """SELECT of `source_rows` from a relation with the bulk layout; `clean` as in `select_rows`."""
    cells = {ours: _cell(layout.fixed.get(column)) for ours, column in _FIXED.items()}
    attributes = {name: _cell(cell) for name, cell in layout.attributes.items()}
    dimensions = {name: _cell(cell) for name, cell in layout.dimensions.items()}
    further = {name: _cell(cell) for name, cell in layout.unknown.items()}
    return select_rows(relation, cells, attributes, dimensions, further, text(sha256), clean=clean)


def select_rows(
    relation: str,
    cells: Mapping[str, str],
    attributes: Mapping[str, str],
    dimensions: Mapping[str, str],
    further: Mapping[str, str],
    sha256: str,
    *,
    clean: bool = True,
) -> str:
    """SELECT of `source_rows`; every mapping goes from a name to a SQL expression of a text.

    `cells` holds the fixed columns, `attributes` and `dimensions` what the
    registry knows, and `further` what it does not; attributes without a column
    of their own go to `further` too. Without `clean` cells are taken as they are,
    which is right where `needs_cleaning` is False.
    """
    own = {name: attributes.get(name, _NULL) for name in OWN_ATTRIBUTES}
    own[REPORTING_TYPE] = dimensions.get(REPORTING_TYPE, _NULL)
    rest = {**further, **{k: v for k, v in attributes.items() if k not in own}}
    breakdown = {k: v for k, v in dimensions.items() if k not in own}
    cleaned = _clean if clean else _unchanged
    parts = [f"{cleaned(cell)} as {name}" for name, cell in {**cells, **own}.items()]
    parts.append(f"{_joined(breakdown, cleaned)} as breakdown")
    parts.append(f"nullif({_joined(rest, lambda cell: _trimmed(cleaned(cell)))}, '') as further")
    used = [cell for group in (cells, own, breakdown, rest) for cell in group.values() if clean and cell != _NULL]
    counted = " + ".join(f"cast(has_control({cell}) as integer)" for cell in used)
    parts.append(f"{counted or '0'} as n_cleaned")
    parts.append(f"{sha256} as snapshot_sha256")
    return f"select {', '.join(parts)} from {relation}"


def _joined(columns: Mapping[str, str], clean: Callable[[str], str]) -> str:
    """`name=code` of every column that has one, by name, with a separator that no text holds."""
    pieces = ", ".join(f"{text(name + '=')} || nullif({clean(columns[name])}, '')" for name in sorted(columns))
    return f"concat_ws(chr(31), {pieces})" if pieces else "''"


def _clean(cell: str) -> str:
    return f"clean_text({cell})"


def _unchanged(cell: str) -> str:
    return cell


def _trimmed(cell: str) -> str:
    return f"trim({cell}, e' \\t\\r\\n')"


def _cell(header_cell: str | None) -> str:
    return _NULL if header_cell is None else identifier(header_cell)
