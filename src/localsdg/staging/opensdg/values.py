"""Text of an Open SDG cell -> number or year, as DuckDB macros that read whole columns.

Local files write numbers by hand: decimal commas, thousands separators, percent
signs, footnote marks. `1,234` is a thousand in one file and a little more than
one in another, so the file decides: `decimal_comma` is true or false where its
other values tell, null where nothing does (then the value is not understood).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

FIRST_YEAR, LAST_YEAR = 1900, 2100
#: What a site writes for "there is no number"; compared in lower case.
NOT_AVAILABLE = (
    "na",
    "n/a",
    "n.a.",
    "n.a",
    "n.d.",
    "nd",
    "s/d",
    "k.a.",
    "nan",
    "null",
    "none",
    "-",
    "--",
    "–",
    "—",
    ".",
    "..",
    "...",
    "…",
    ":",
    "x",
    "*",
    "no data",
    "not available",
    "sin datos",
    "keine angabe",
)
NOT_RELEVANT = ("not applicable", "no aplica", "not relevant", "n.z.")

_LIST = "[" + ", ".join("'" + one + "'" for one in NOT_AVAILABLE) + "]"
_RELEVANT = "[" + ", ".join("'" + one + "'" for one in NOT_RELEVANT) + "]"

# A mark after the number: 12.3*, 12.3 (p), 12.3 [1], 12.3 p. Not 12.3e5, not 5 km.
_MARK = r"([*†‡¹²³⁴⁵]+|\s*\([A-Za-z0-9]{1,2}\)|\s*\[[A-Za-z0-9]{1,3}\]|\s+[a-z])$"

MACROS = (
    # spaces of every kind, and the signs that a unit column would hold
    r"create or replace temp macro osdg_text(t) as "
    r"trim(regexp_replace(coalesce(t, ''), '[\s\x{00A0}\x{202F}\x{2009}]+', ' ', 'g'))",
    r"create or replace temp macro osdg_sign(t) as "
    r"nullif(replace(replace(regexp_extract(osdg_text(t), '^(<=|>=|<|>|≤|≥)', 1), "
    r"'≤', '<='), '≥', '>='), '')",
    r"create or replace temp macro osdg_core(t) as replace(trim(regexp_replace(regexp_replace("
    r"regexp_replace(osdg_text(t), '^(<=|>=|<|>|≤|≥)\s*', ''), '" + _MARK + r"', ''), "
    r"'^[€$£]\s*|\s*[%€$£]$', '', 'g')), '−', '-')",
    # true: the text can only be read with a decimal comma; false: only with a point
    r"create or replace temp macro osdg_comma(t) as case "
    r"when regexp_full_match(osdg_core(t), '[+-]?\d{1,3}([. ]\d{3})*,(\d{1,2}|\d{4,})') "
    r"or regexp_full_match(osdg_core(t), '[+-]?0,\d+') "
    r"or regexp_full_match(osdg_core(t), '[+-]?\d{1,3}([.]\d{3})+,\d+') "
    r"or regexp_full_match(osdg_core(t), '[+-]?\d{4,},\d+') then true "
    r"when regexp_full_match(osdg_core(t), '[+-]?(\d+|\d{1,3}(,\d{3})+)[.]\d+') "
    r"and not regexp_full_match(osdg_core(t), '[+-]?[1-9]\d{0,2}[.]\d{3}') then false "
    r"when regexp_full_match(osdg_core(t), '[+-]?[1-9]\d{0,2}(,\d{3}){2,}') then false end",
    r"create or replace temp macro osdg_any_number(t, decimal_comma) as case "
    r"when regexp_full_match(osdg_core(t), '[+-]?[1-9]\d{0,2}[.]\d{3}') and decimal_comma "
    r"then try_cast(replace(osdg_core(t), '.', '') as double) "
    r"when regexp_full_match(osdg_core(t), '[+-]?(\d+[.]?\d*|[.]\d+)([eE][+-]?\d+)?') "
    r"then try_cast(osdg_core(t) as double) "
    r"when regexp_full_match(osdg_core(t), '[+-]?\d{1,3}( \d{3})+([.]\d+)?') "
    r"then try_cast(replace(osdg_core(t), ' ', '') as double) "
    r"when regexp_full_match(osdg_core(t), '[+-]?\d{1,3}(,\d{3})+[.]\d+') "
    r"or regexp_full_match(osdg_core(t), '[+-]?[1-9]\d{0,2}(,\d{3}){2,}') "
    r"then try_cast(replace(osdg_core(t), ',', '') as double) "
    r"when osdg_comma(t) "
    r"then try_cast(replace(regexp_replace(osdg_core(t), '[. ]', '', 'g'), ',', '.') as double) "
    r"when regexp_full_match(osdg_core(t), '[+-]?\d{1,3}(([.]\d{3}){2,}|( \d{3})+,\d+)') "
    r"then try_cast(replace(regexp_replace(osdg_core(t), '[. ]', '', 'g'), ',', '.') as double) "
    r"when regexp_full_match(osdg_core(t), '[+-]?[1-9]\d{0,2},\d{3}') and decimal_comma is not null "
    r"then try_cast(replace(osdg_core(t), ',', case when decimal_comma then '.' else '' end) as double) "
    r"end",
    # 1e400 is more than a double holds: no number, rather than infinity
    "create or replace temp macro osdg_number(t, decimal_comma) as case "
    "when isfinite(osdg_any_number(t, decimal_comma)) then osdg_any_number(t, decimal_comma) end",
    "create or replace temp macro osdg_status(t, number) as case "
    f"when osdg_text(t) = '' then null when lower(osdg_text(t)) in {_LIST} then 'not available' "
    f"when lower(osdg_text(t)) in {_RELEVANT} then 'not relevant' "
    "when number is null then 'unparsed' when osdg_sign(t) is not null then 'censored' "
    "else 'number' end",
    # ---- years: the first year of the period, as the UN service's timePeriodStart, and the last
    r"create or replace temp macro osdg_period(t) as "
    r"regexp_replace(regexp_replace(osdg_text(t), '[–—]', '-', 'g'), '\s*([-/])\s*', '\1', 'g')",
    r"create or replace temp macro osdg_first_year(t) as try_cast(case "
    r"when regexp_full_match(osdg_period(t), '\d{4}([.]0+)?[*]?( \(?p\)?)?') then left(osdg_period(t), 4) "
    r"when regexp_full_match(osdg_period(t), '\d{4}[-/]\d{2}(\d{2})?') then left(osdg_period(t), 4) "
    r"when regexp_full_match(osdg_period(t), '\d{4}-\d{2}-\d{2}([ T].*)?') then left(osdg_period(t), 4) "
    r"when regexp_full_match(osdg_period(t), '\d{4}/\d{2}-\d{4}/\d{2}') then left(osdg_period(t), 4) "
    r"when regexp_full_match(osdg_period(t), '\d{4}[ -]?[QqTtMm]\d{1,2}') then left(osdg_period(t), 4) "
    r"when regexp_full_match(osdg_period(t), '[QqTt]\d[ /-]\d{4}') then right(osdg_period(t), 4) "
    r"when regexp_full_match(osdg_period(t), '\d{1,2}[/.]\d{1,2}[/.]\d{4}(-\d{1,2}[/.]\d{1,2}[/.]\d{4})?') "
    r"then regexp_extract(osdg_period(t), '\d{4}') "
    r"when regexp_full_match(osdg_period(t), '(FY|fy|SY) ?\d{4}([/-]\d{2,4})?') "
    r"then regexp_extract(osdg_period(t), '\d{4}') end as integer)",
    r"create or replace temp macro osdg_last_year(t) as case "
    r"when regexp_full_match(osdg_period(t), '.*[-/]\d{4}') "
    r"or regexp_full_match(osdg_period(t), '\d{4}/\d{2}-\d{4}/\d{2}') "
    r"then case when regexp_full_match(osdg_period(t), '\d{4}/\d{2}-\d{4}/\d{2}') "
    r"then osdg_short_year(try_cast(regexp_extract(osdg_period(t), '-(\d{4})/', 1) as integer), "
    r"try_cast(right(osdg_period(t), 2) as integer)) "
    r"else try_cast(right(osdg_period(t), 4) as integer) end "
    r"when regexp_full_match(osdg_period(t), '\d{4}[-/]\d{2}') "
    r"then osdg_short_year(osdg_first_year(t), try_cast(right(osdg_period(t), 2) as integer)) "
    r"else osdg_first_year(t) end",
    # a day, a month or a quarter: not the figure of a year
    r"create or replace temp macro osdg_is_part_year(t) as "
    r"regexp_full_match(osdg_period(t), "
    r"'\d{4}-\d{2}-\d{2}([ T].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{4}.*|"
    r"\d{4}[ -]?[QqTtMm]\d{1,2}|[QqTt]\d[ /-]\d{4}') "
    r"or (regexp_full_match(osdg_period(t), '\d{4}-\d{2}') and osdg_last_year(t) = osdg_first_year(t))",
)
# 2017-18 is a period, 2017-03 a month: two digits below the year's own are no later year
_SHORT = (
    "create or replace temp macro osdg_short_year(a, b) as case "
    "when b > a % 100 then a - a % 100 + b when a % 100 = 99 and b = 0 then a + 1 "
    "when b = 0 then a - a % 100 + 100 else a end"
)


def prepare_values(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros of this connection: `osdg_number`, `osdg_status`, `osdg_first_year`, …"""
    con.execute(_SHORT)
    for statement in MACROS:
        con.execute(statement)
