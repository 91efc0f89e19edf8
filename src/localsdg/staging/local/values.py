"""Text of a cell -> number or year, as DuckDB macros that read whole columns.

Local files write numbers by hand: decimal commas, thousands separators, percent
signs, footnote marks. `1,234` is a thousand in one file and a little more than
one in another, so the file decides: `decimal_comma` is true or false where its
other values decide, null where nothing does (then the value is not understood).

`local_text`, `local_sign`, `local_core` and `local_period` take a cell apart; the macros in
`_of` take their results, which a query computes once for a row: a macro within a
macro is written out again at every place, and costs a fifth of a second to plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import text
from localsdg.registry.local_words import listed_words

if TYPE_CHECKING:
    import duckdb


def _texts(use: str) -> str:
    return "[" + ", ".join(map(text, listed_words(use))) + "]"


# A mark after the number: 12.3*, 12.3 (p), 12.3 [1], 12.3 p. Not 12.3e5, not 5 km.
_MARK = r"([*†‡¹²³⁴⁵]+|\s*\([A-Za-z0-9]{1,2}\)|\s*\[[A-Za-z0-9]{1,3}\]|\s+[a-z])$"

MACROS = (
    # spaces of every kind, and the signs that a unit column would hold
    r"create or replace temp macro local_text(t) as "
    r"trim(regexp_replace(coalesce(t, ''), '[\s\x{00A0}\x{202F}\x{2009}]+', ' ', 'g'))",
    r"create or replace temp macro local_sign(t) as "
    r"nullif(replace(replace(regexp_extract(local_text(t), '^(<=|>=|<|>|≤|≥)', 1), "
    r"'≤', '<='), '≥', '>='), '')",
    r"create or replace temp macro local_core(t) as replace(trim(regexp_replace(regexp_replace("
    r"regexp_replace(local_text(t), '^(<=|>=|<|>|≤|≥)\s*', ''), '" + _MARK + r"', ''), "
    r"'^[€$£]\s*|\s*[%€$£]$', '', 'g')), '−', '-')",
    # true: the text can only be read with a decimal comma; false: only with a point
    r"create or replace temp macro local_comma_of(c) as case "
    r"when regexp_full_match(c, '[+-]?\d{1,3}([. ]\d{3})*,(\d{1,2}|\d{4,})') "
    r"or regexp_full_match(c, '[+-]?0,\d+') "
    r"or regexp_full_match(c, '[+-]?\d{1,3}([.]\d{3})+,\d+') "
    r"or regexp_full_match(c, '[+-]?\d{4,},\d+') then true "
    r"when regexp_full_match(c, '[+-]?(\d+|\d{1,3}(,\d{3})+)[.]\d+') "
    r"and not regexp_full_match(c, '[+-]?[1-9]\d{0,2}[.]\d{3}') then false "
    r"when regexp_full_match(c, '[+-]?[1-9]\d{0,2}(,\d{3}){2,}') then false end",
    r"create or replace temp macro local_any_number_of(c, decimal_comma) as case "
    r"when regexp_full_match(c, '[+-]?[1-9]\d{0,2}[.]\d{3}') and decimal_comma "
    r"then try_cast(replace(c, '.', '') as double) "
    r"when regexp_full_match(c, '[+-]?(\d+[.]?\d*|[.]\d+)([eE][+-]?\d+)?') "
    r"then try_cast(c as double) "
    r"when regexp_full_match(c, '[+-]?\d{1,3}( \d{3})+([.]\d+)?') "
    r"then try_cast(replace(c, ' ', '') as double) "
    r"when regexp_full_match(c, '[+-]?\d{1,3}(,\d{3})+[.]\d+') "
    r"or regexp_full_match(c, '[+-]?[1-9]\d{0,2}(,\d{3}){2,}') "
    r"then try_cast(replace(c, ',', '') as double) "
    r"when local_comma_of(c) "
    r"then try_cast(replace(regexp_replace(c, '[. ]', '', 'g'), ',', '.') as double) "
    r"when regexp_full_match(c, '[+-]?\d{1,3}(([.]\d{3}){2,}|( \d{3})+,\d+)') "
    r"then try_cast(replace(regexp_replace(c, '[. ]', '', 'g'), ',', '.') as double) "
    r"when regexp_full_match(c, '[+-]?[1-9]\d{0,2},\d{3}') and decimal_comma is not null "
    r"then try_cast(replace(c, ',', case when decimal_comma then '.' else '' end) as double) "
    r"end",
    # 1e400 is more than a double holds: no number, rather than infinity
    "create or replace temp macro local_number_of(c, decimal_comma) as case "
    "when isfinite(local_any_number_of(c, decimal_comma)) then local_any_number_of(c, decimal_comma) end",
    "create or replace temp macro local_status_of(t, sign, number) as case "
    f"when t = '' then null when lower(t) in {_texts('not available')} then 'not available' "
    f"when lower(t) in {_texts('not relevant')} then 'not relevant' "
    "when number is null then 'unparsed' when sign is not null then 'censored' "
    "else 'number' end",
    # ---- years: the first year of the period, as the UN service's timePeriodStart, and the last
    r"create or replace temp macro local_period(t) as "
    r"regexp_replace(regexp_replace(local_text(t), '[–—]', '-', 'g'), '\s*([-/])\s*', '\1', 'g')",
    r"create or replace temp macro local_first_year_of(p) as try_cast(case "
    r"when regexp_full_match(p, '\d{4}([.]0+)?[*]?( \(?p\)?)?') then left(p, 4) "
    r"when regexp_full_match(p, '\d{4}[-/]\d{2}(\d{2})?') then left(p, 4) "
    r"when regexp_full_match(p, '\d{4}-\d{2}-\d{2}([ T].*)?') then left(p, 4) "
    r"when regexp_full_match(p, '\d{4}/\d{2}-\d{4}/\d{2}') then left(p, 4) "
    r"when regexp_full_match(p, '\d{4}[ -]?[QqTtMm]\d{1,2}') then left(p, 4) "
    r"when regexp_full_match(p, '[QqTt]\d[ /-]\d{4}') then right(p, 4) "
    r"when regexp_full_match(p, '\d{1,2}[/.]\d{1,2}[/.]\d{4}(-\d{1,2}[/.]\d{1,2}[/.]\d{4})?') "
    r"then regexp_extract(p, '\d{4}') "
    r"when regexp_full_match(p, '(FY|fy|SY) ?\d{4}([/-]\d{2,4})?') "
    r"then regexp_extract(p, '\d{4}') end as integer)",
    r"create or replace temp macro local_last_year_of(p) as case "
    r"when regexp_full_match(p, '.*[-/]\d{4}') "
    r"or regexp_full_match(p, '\d{4}/\d{2}-\d{4}/\d{2}') "
    r"then case when regexp_full_match(p, '\d{4}/\d{2}-\d{4}/\d{2}') "
    r"then local_short_year(try_cast(regexp_extract(p, '-(\d{4})/', 1) as integer), "
    r"try_cast(right(p, 2) as integer)) "
    r"else try_cast(right(p, 4) as integer) end "
    r"when regexp_full_match(p, '\d{4}[-/]\d{2}') "
    r"then local_short_year(local_first_year_of(p), try_cast(right(p, 2) as integer)) "
    r"else local_first_year_of(p) end",
    # a day, a month or a quarter: not the figure of a year
    r"create or replace temp macro local_is_part_year_of(p) as "
    r"regexp_full_match(p, "
    r"'\d{4}-\d{2}-\d{2}([ T].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{4}.*|"
    r"\d{4}[ -]?[QqTtMm]\d{1,2}|[QqTt]\d[ /-]\d{4}') "
    r"or (regexp_full_match(p, '\d{4}-\d{2}') and local_last_year_of(p) = local_first_year_of(p))",
)
# 2017-18 is a period, 2017-03 a month: two digits below the year's own are no later year
_SHORT = (
    "create or replace temp macro local_short_year(a, b) as case "
    "when b > a % 100 then a - a % 100 + b when a % 100 = 99 and b = 0 then a + 1 "
    "when b = 0 then a - a % 100 + 100 else a end"
)


def prepare_values(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros of this connection: `local_number`, `local_status`, `local_first_year`, …"""
    con.execute(_SHORT)
    for statement in MACROS:
        con.execute(statement)
