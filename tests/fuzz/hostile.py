"""Strategies for what people, programs and failing disks hand over."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import strategies as st

CORPUS = sorted(path for path in (Path(__file__).parent / "corpus").iterdir() if path.suffix != ".md")
#: Cells that have broken a reader somewhere: numbers beyond a double, years beyond a calendar, marks, formulas.
ODD_CELLS = (
    "", " ", "0", "-0", "1e400", "-1e400", "nan", "NaN", "inf", "-Infinity", "1_000", "0x10", "99999", "10000-01-01",
    "0000-00-00", "2015", "2019-02-30", "٢٠٢٠", "२०२०", "２０２０", "𝟐𝟎𝟐𝟎", "²", "½", "1,234", "1.234,5", "12,5 %",
    "(2.1)", "<5", "9" * 400, "9" * 5000, "=1+1", "@SUM(A1)", "-", "--", "null", "None", "\ud800", "\udfff x", "\ufeff",
    "\x00", "\x1a", "\x1b[31m", "a\nb", "a\r\nb", 'a"b', '"', '""', "a,b", "a;b", "a\tb", "İ", "ß", "ﬀ", "\u202e",
    "[" * 60,
    "{'a': 1}", "[1, 2", "SDG 11.5", "11.5", "1-2-1", "SI_POV_DAY1", "724", "KEN", "Kenya", "http://[::1",
    "javascript:1",
    "https://u:p@a.org/?token=x", "2020-2021", "2020/21", "Q1 2020", "31/12/2019", "1" * 310 + ".5", "1e-400", "+5",
    "5-",
)  # fmt: skip
HEADERS = (
    "Year", "Value", "Units", "Sex", "GeoCode", "Series", "Observation status", "year", "VALUE", "title", "description",
    "country", "sdgs", "local_government", "kind", "url", "language", "action_id", "code", "decision", "decided_by",
    "decided_at", "review_id", "review_year", "SeriesCode", "GeoAreaCode", "TimePeriod", "[Sex]", "[Units]", "2019",
    "text",
)  # fmt: skip
FIELDS = ("indicator_name", "reporting_status", "computation_units", "targets", "a")
KEYS = ("id", "columns", "title", "where", "action", "series")

any_text = st.text(max_size=30)
cells = st.one_of(st.sampled_from(ODD_CELLS), any_text, st.integers(1990, 2030).map(str), st.floats().map(str))
rows = st.lists(st.lists(cells, max_size=7), max_size=8)
line_ends = st.sampled_from(("\n", "\r\n", "\r", "\n\n", "\u2028"))
separators = st.sampled_from((",", ",", ";", "\t", "|"))
quotings = st.sampled_from((0, 0, 1, 2))


def table_text(header: list[str], body: list[list[str]], separator: str, end: str, quoting: int) -> str:
    """A CSV: quoted by the rules (0), everything quoted (1), or nothing (2), which breaks at odd cells."""

    def cell(text: str) -> str:
        needs = quoting == 1 or quoting == 0 and any(sign in text for sign in (separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if needs else text

    return end.join(separator.join(map(cell, row)) for row in [header, *body]) + end


tables = st.builds(
    table_text,
    st.lists(st.sampled_from(HEADERS) | any_text, min_size=1, max_size=7),
    rows,
    separators,
    line_ends,
    quotings,
)
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | cells
json_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(HEADERS) | any_text, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
json_texts = st.one_of(
    json_values.map(json.dumps),
    st.lists(st.dictionaries(st.sampled_from(HEADERS), _leaves, max_size=5).map(json.dumps), max_size=4).map("\n".join),
    st.integers(1, 4000).map(lambda depth: "[" * depth + "]" * depth),
    st.integers(1, 4000).map(lambda depth: '{"title":' * depth + "1" + "}" * depth),
    st.sampled_from(('{"a": NaN}', '[{"title": 1e400}]', '{"a": ' + "9" * 5000 + "}", '[{"title": "\\ud800"}]')),
)
yaml_texts = st.one_of(
    st.lists(st.tuples(st.sampled_from(FIELDS), cells), max_size=6).map(
        lambda pairs: "---\n" + "".join(f"{k}: {v}\n" for k, v in pairs) + "---\n"),
    st.text(alphabet="abc:-[]{}&*!|>'\"#% \n\t,?0123", max_size=80).map(lambda text: f"---\n{text}\n---\n"),
    st.integers(1, 3000).map(lambda depth: "---\na: " + "[" * depth + "]" * depth + "\n---\n"),
    st.integers(1, 300).map(lambda depth: "---\n" + "".join(" " * at + "a:\n" for at in range(depth)) + "---\n"),
    st.integers(1, 12).map(lambda n: "---\na0: &a0 [x, x]\n" + "".join(
        f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, n)) + "---\n"),
    json_texts,
)  # fmt: skip
toml_texts = st.one_of(
    st.lists(st.tuples(st.sampled_from(KEYS), json_values), max_size=4).map(
        lambda pairs: "[[correction]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in pairs)),
    st.text(alphabet="abc=[]{}.\"'#\n 0123-:", max_size=80),
    st.integers(1, 3000).map(lambda depth: "a = " + "[" * depth + "]" * depth),
)  # fmt: skip


def _damaged(body: bytes, at: int, what: bytes, cut: bool) -> bytes:
    at %= len(body) + 1
    return body[:at] + what + (b"" if cut else body[at:])


@st.composite
def files_of(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> bytes:
    """The bytes of a text: in some encoding, and now and then cut off or with bytes put in."""
    encoding = draw(st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")))
    body = draw(texts).encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    if draw(st.integers(0, 3)) == 0:
        what = draw(st.sampled_from((b"\x00", b"\x00" * 20, b'"', b"\xff", b"\r", b"\x1a", b"")))
        body = _damaged(body, draw(st.integers(0, 2000)), what, draw(st.booleans()))
    return body


csv_files = st.one_of(files_of(tables), st.sampled_from([path.read_bytes() for path in CORPUS]), st.binary(max_size=60))
json_files = st.one_of(files_of(json_texts), st.sampled_from([path.read_bytes() for path in CORPUS]))
