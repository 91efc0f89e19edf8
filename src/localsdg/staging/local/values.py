"""Text of a cell -> number, as DuckDB macros that read whole columns.

Local files write numbers by hand: decimal commas, thousands separators, percent signs,
footnote marks, minus signs of every length, digits of other scripts. `1,234` is a thousand in
one file and a little more than one in another, so the file decides for all its cells:
`decimal_comma` is true or false where its other values decide, null where nothing does (then
the value is not understood). `sql/staging/local_typed.sql` decides it, from the forms of the cells.

`local_text`, `local_sign` and `local_core` take a cell apart; the macros in `_of` take their
results, which a query computes once for a row: a macro within a macro is written out again at
every place, and costs a fifth of a second to plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import text
from localsdg.common.digits import OTHER_DIGITS, THEIR_VALUES
from localsdg.registry.local_words import listed_words

if TYPE_CHECKING:
    import duckdb


def _texts(use: str) -> str:
    return "[" + ", ".join(map(text, listed_words(use))) + "]"


# A mark after the number: 12.3*, 12.3 (p), 12.3 [1], 12.3 p, 12.3p, 12.3 Pe, 12.3 bp. Not 12.3e5, not 5 km;
# nor 5 k and 5 m, which may be thousands and millions. RE2 has no look-behind: the digit is kept by \1.
_MARK = (
    r"(\d\s?%?)\s*(?:[*†‡#⁰¹²³⁴-⁹]|\([A-Za-z0-9]{1,2}\)|\[[A-Za-z0-9]{1,3}\]|\s[a-jln-z]|[bcdefnprsuz]"
    r"|\s?(?:P[eor]|R[cv]|E[pr]|bp|bep|be|ep)\b)"
    r"(?:[*†‡#⁰¹²³⁴-⁹]|\s*\([A-Za-z0-9]{1,2}\)|\s*\[[A-Za-z0-9]{1,3}\])*$"
)
_BLANKS = r"[\s\x{00A0}\x{1680}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]+"
_UNSEEN = r"[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{061C}\x{FEFF}\x{00AD}]"
_SIGNS = {
    "-": "−–—―‒‐‑﹘﹣－",
    "+": "＋",
    "'": "’‘ʼ′＇`´٬",  # noqa: RUF001 the signs that people write for thousands
    ",": "，﹐",  # noqa: RUF001
    ".": "．٫",
    "%": "％﹪٪",
    "(": "（",  # noqa: RUF001
    ")": "）",  # noqa: RUF001
}
_OTHERS = "".join(_SIGNS.values()) + OTHER_DIGITS
_OURS = "".join(sign * len(others) for sign, others in _SIGNS.items()) + THEIR_VALUES
_MONEY = r"[€$£¥₹]"
# 1,234 and 1.234: a thousand, or a little more than one
_ONE_GROUP = r"[+-]?[1-9]\d{0,2}[SIGN]\d{3}"
# 12,34,567: groups of two before the last of three, as in South Asia
_SOUTH_ASIAN = r"[+-]?\d{1,2}(,\d{2})+,\d{3}([.]\d+)?"

MACROS = (
    # blanks of every kind are one space, characters without a form are left out
    "create or replace temp macro local_text(t) as case when regexp_full_match(t, '[!-~]*') then t else "
    f"trim(regexp_replace(regexp_replace(coalesce(t, ''), '{_UNSEEN}', '', 'g'), '{_BLANKS}', ' ', 'g')) end",
    r"create or replace temp macro local_sign(t) as "
    r"nullif(replace(replace(regexp_extract(local_text(t), '^(<=|>=|<|>|≤|≥)', 1), "
    r"'≤', '<='), '≥', '>='), '')",
    # signs and digits as ASCII has them, without what stands around a number
    r"create or replace temp macro local_bare(t) as "
    rf"trim(regexp_replace(regexp_replace(t, '^([+-]?)\s*{_MONEY}\s*', '\1'), "
    rf"'^%\s*|\s*(%|{_MONEY})$', '', 'g'))",
    "create or replace temp macro local_core(t) as case "
    r"when regexp_full_match(t, '-?\d+([.]\d+)?') then t else "
    r"regexp_replace(regexp_replace(regexp_replace(local_bare(regexp_replace(regexp_replace("
    rf"translate(local_text(t), if(strlen(t) = length(t), '', {text(_OTHERS)}), "
    rf"if(strlen(t) = length(t), '', {text(_OURS)})), "
    rf"'^(<=|>=|<|>|≤|≥)\s*', ''), '{_MARK}', '\1')), "
    rf"'^\(\s*{_MONEY}?\s*(\d[^()]*?)\s*[%€$£]?\s*\)$', '-\1'), '^(\d.*?)\s*-$', '-\1'), '^([+-])\s+', '\1') end",
    # (2.1): a negative number to accountants, an uncertain one to the statistical offices of some countries
    r"create or replace temp macro local_is_bracketed(t) as t like '(%)' or t like '(%)\%' escape '\'",
    # true: the text can only be read with a decimal comma; false: only with a point
    r"create or replace temp macro local_comma_of(c) as case "
    r"when regexp_full_match(c, '[+-]?\d{1,3}([. '']\d{3})*,(\d{1,2}|\d{4,})') "
    r"or regexp_full_match(c, '[+-]?0,\d+') "
    r"or regexp_full_match(c, '[+-]?\d{1,3}([. '']\d{3})+,\d+') "
    r"or regexp_full_match(c, '[+-]?[1-9]\d{0,2}([.]\d{3}){2,}') "
    r"or regexp_full_match(c, '[+-]?\d{4,},\d+') then true "
    r"when regexp_full_match(c, '[+-]?(\d+|\d{1,3}([, '']\d{3})+)?[.]\d+') "
    r"and not regexp_full_match(c, '[+-]?[1-9]\d{0,2}[.]\d{3}') then false "
    r"when regexp_full_match(c, '[+-]?[1-9]\d{0,2}(,\d{3}){2,}') "
    rf"or regexp_full_match(c, '{_SOUTH_ASIAN}') then false end",
    # ',' or '.' where the text can be read in two ways
    "create or replace temp macro local_open_sign_of(c) as case "
    rf"when regexp_full_match(c, '{_ONE_GROUP.replace('SIGN', ',')}') then ',' "
    rf"when regexp_full_match(c, '{_ONE_GROUP.replace('SIGN', '.')}') then '.' end",
    r"create or replace temp macro local_any_number_of(c, decimal_comma) as case "
    rf"when regexp_full_match(c, '{_ONE_GROUP.replace('SIGN', '.')}') and decimal_comma "
    r"then try_cast(replace(c, '.', '') as double) "
    r"when regexp_full_match(c, '[+-]?(\d+[.]?\d*|[.]\d+)([eE][+-]?\d+)?') "
    r"then try_cast(c as double) "
    r"when regexp_full_match(c, '[+-]?\d{1,3}(( \d{3})+|(''\d{3})+)([.]\d+)?') "
    r"then try_cast(regexp_replace(c, '[ '']', '', 'g') as double) "
    r"when regexp_full_match(c, '[+-]?\d{1,3}(,\d{3})+[.]\d+') "
    r"or regexp_full_match(c, '[+-]?[1-9]\d{0,2}(,\d{3}){2,}') "
    rf"or regexp_full_match(c, '{_SOUTH_ASIAN}') "
    r"then try_cast(replace(c, ',', '') as double) "
    r"when local_comma_of(c) "
    r"or regexp_full_match(c, '[+-]?\d{1,3}(( \d{3})+|(''\d{3})+),\d+') "
    r"then try_cast(replace(regexp_replace(c, '[. '']', '', 'g'), ',', '.') as double) "
    rf"when regexp_full_match(c, '{_ONE_GROUP.replace('SIGN', ',')}') and decimal_comma is not null "
    r"then try_cast(replace(c, ',', case when decimal_comma then '.' else '' end) as double) "
    r"end",
    # 1e400 is more than a double holds: no number, rather than infinity
    "create or replace temp macro local_number_of(c, decimal_comma) as case "
    "when isfinite(local_any_number_of(c, decimal_comma)) then local_any_number_of(c, decimal_comma) end",
    # in the text, so that 12.9 thousands are 12900 and not 12900.000000000002
    "create or replace temp macro local_scaled_of(number, power) as case when power = 0 then number "
    "when isfinite(try_cast(concat(number, 'e', power) as double)) then try_cast(concat(number, 'e', power) as double) "
    "when isfinite(number * pow(10, power)) then number * pow(10, power) end",
    "create or replace temp macro local_status_of(t, sign, number) as case "
    f"when t = '' then null when lower(t) in {_texts('not available')} then 'not available' "
    f"when lower(t) in {_texts('not relevant')} then 'not relevant' "
    "when number is null then 'unparsed' when sign is not null then 'censored' "
    "else 'number' end",
)


def prepare_values(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros of this connection: `local_core`, `local_number_of`, `local_status_of`, …"""
    for statement in MACROS:
        con.execute(statement)
