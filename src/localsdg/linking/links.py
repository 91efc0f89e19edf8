"""Links of texts: what they cite, and what their words point to.

Words are counted, weighed and judged inside DuckDB, a batch of texts at a
time, and texts that are the same are judged once. Python reads a text for its
language, for citations where it may hold one, and for the headings of its file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from localsdg.common.database import apply_limits, packaged_select
from localsdg.linking.calibrate import TEXT
from localsdg.linking.cited import CITATION_HINT, find_citations
from localsdg.linking.headings import Neighbours, find_headings, without_headings
from localsdg.linking.model import Model, lay_out, link_parameters
from localsdg.registry.language import detect

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.common.settings import Settings

#: Texts scored at once, and characters of them: few enough for memory, enough for DuckDB.
BATCH, BATCH_CHARACTERS = 5_000, 1_000_000
_NO_HEADINGS: frozenset[Neighbours] = frozenset()


@dataclass(frozen=True)
class Elements:
    """Codes of the Agenda: all that are known, and the indicators of each target."""

    known: frozenset[str]
    indicators: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, codes: Collection[str]) -> Elements:
        """From all codes of goals, targets and indicators (`1`, `1.4`, `1.4.2`)."""
        indicators: dict[str, list[str]] = {}
        for code in codes:
            if code.count(".") == 2:
                indicators.setdefault(code.rsplit(".", 1)[0], []).append(code)
        return cls(
            frozenset(codes),
            {
                target: tuple(sorted(found, key=lambda one: int(one.rsplit(".", 1)[1])))
                for target, found in sorted(indicators.items())
            },
        )


class Linker:
    """Links texts with one model; a context manager that holds a database of its own."""

    def __init__(self, settings: Settings, model: Model, elements: Elements) -> None:
        import duckdb

        self._model, self._elements = model, elements
        self._con = duckdb.connect()
        apply_limits(self._con, settings)
        self._scorer = lay_out(self._con, model)
        self._con.execute(
            "create temp table target_indicator (target_code varchar, indicator_code varchar, place integer)"
        )
        self._con.executemany(
            "insert into target_indicator values (?, ?, ?)",
            [
                (target, code, place)
                for target, codes in sorted(elements.indicators.items())
                for place, code in enumerate(codes, 1)
            ]
            or [("", "", 0)],
        )

    def __enter__(self) -> Linker:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def link(
        self, texts: pa.Table, kind: str = TEXT, headings: Mapping[str, frozenset[Neighbours]] = MappingProxyType({})
    ) -> tuple[pa.Table, pa.Table]:
        """Links of a table with text_id (BIGINT, unique), text, and language (two letters, or null).

        Two more columns are optional: `file`, the file of a text, of which
        `headings` holds the headings; and `is_learned`, false where citations
        alone are wanted. `kind` is that of all texts (`calibrate.TEXT` or `RECORD`).

        Returns two tables. Links, one row a text, method and element: text_id,
        method, goal_code, target_code, indicator_code, confidence (0 to 1),
        rank (within method and kind of element), evidence, is_accepted,
        model_version. And one row a text: text_id, language, is_detected,
        is_supported (links can be learned in the language); a text of which no
        links are learned has the language that it came with.
        """
        import pyarrow as pa

        self._give(texts, headings)
        self._scorer.score("candidate")
        self._con.execute(
            f"create or replace temp table learned as {packaged_select('linking/links')}", link_parameters(kind)
        )
        self._cite()
        links = self._con.execute(_ALL_LINKS, {"version": self._model.version}).to_arrow_table()
        read = self._con.execute(
            "select text_id, language, is_detected, "
            "coalesce(list_contains($languages, language), false) as is_supported "
            "from text_read order by text_id",
            {"languages": list(self._model.languages)},
        ).to_arrow_table()
        return links, read if isinstance(read, pa.Table) else read.read_all()

    def batches(self, texts: pa.Table, kind: str = TEXT) -> Iterator[tuple[pa.Table, pa.Table]]:
        """`link`, a batch at a time, for files of any length; finds the headings of each file."""
        headings = _headings(texts)
        lengths = [len(row or "") for row in texts.column("text").to_pylist()]
        start = 0
        while start < len(lengths):
            end, characters = start, 0
            while end < len(lengths) and end - start < BATCH and characters < BATCH_CHARACTERS:
                characters += lengths[end]
                end += 1
            yield self.link(texts.slice(start, end - start), kind, headings)
            start = end

    def _give(self, texts: pa.Table, headings: Mapping[str, frozenset[Neighbours]]) -> None:
        """`text_read`, one row a text; `text_given`, one row a different text; `text_input`, those to score."""
        import pyarrow as pa

        ids = texts.column("text_id").to_pylist()
        first: dict[tuple, int] = {}
        read, given, scored = [], [], []
        of_first: dict[int, tuple[str | None, bool]] = {}
        for text_id, key in zip(ids, _keys(texts), strict=True):
            first_id = first.setdefault(key, text_id)
            if first_id == text_id:
                body, stated, file, is_learned = key
                given.append((text_id, body))
                language = stated
                if is_learned:
                    own = without_headings(body, headings.get(file, _NO_HEADINGS))
                    language = stated or detect(own)
                    scored.append((text_id, language, own))
                of_first[text_id] = (language, is_learned and not stated)
            read.append((text_id, first_id, *of_first[first_id]))
        string, number = pa.string(), pa.int64()
        self._fill(
            "text_read",
            "*",
            read,
            {"text_id": number, "first_id": number, "language": string, "is_detected": pa.bool_()},
        )
        self._fill(
            "text_given", "text_id, replace(text, chr(0), ' ') as text", given, {"text_id": number, "text": string}
        )
        self._fill(
            "text_input",
            "text_id, language, replace(text, chr(0), ' ') as text, "
            "len(regexp_extract_all(text, '[\\p{L}\\p{N}]+')) as n_words",
            scored,
            {"text_id": number, "language": string, "text": string},
        )

    def _fill(self, name: str, columns: str, rows: list[tuple], types: dict[str, pa.DataType]) -> None:
        """A temporary table of rows, as `columns` selects from them."""
        import pyarrow as pa

        values = zip(*rows, strict=True) if rows else ((),) * len(types)
        arrays = [pa.array(column, kind) for column, kind in zip(values, types.values(), strict=True)]
        self._con.register("given_rows", pa.table(arrays, names=list(types)))
        self._con.execute(f"create or replace temp table {name} as select {columns} from given_rows")
        self._con.unregister("given_rows")

    def _cite(self) -> None:
        """`cited`, the citations of the texts that may hold one."""
        hinted = self._con.execute(
            "select text_id, text from text_given where regexp_matches(text, ?) order by text_id",
            [CITATION_HINT],
        ).fetchall()
        rows = [
            (text_id, one.goal_code, one.target_code, one.indicator_code, place, one.evidence)
            for text_id, body in hinted
            for place, one in enumerate(find_citations(body, self._elements.known), 1)
        ]
        self._con.execute(
            "create or replace temp table cited (text_id bigint, goal_code varchar, target_code varchar, "
            "indicator_code varchar, rank integer, evidence varchar)"
        )
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self._con.execute("insert into cited select " + ", ".join("unnest(?)" for _ in columns), columns)


def _keys(texts: pa.Table) -> Iterator[tuple[str, str | None, str, bool]]:
    """What makes two texts the same: text, language, file, and whether links are to be learned."""
    n = texts.num_rows

    def column(name: str, default: object) -> list:
        return texts.column(name).to_pylist() if name in texts.column_names else [default] * n

    bodies = (body or "" for body in texts.column("text").to_pylist())
    languages = texts.column("language").to_pylist()
    return zip(bodies, languages, column("file", ""), column("is_learned", True), strict=True)


def _headings(texts: pa.Table) -> dict[str, frozenset[Neighbours]]:
    """The headings of each file of which links are to be learned; none of texts without a file."""
    if "file" not in texts.column_names:
        return {}
    bodies: dict[str, list[str]] = {}
    wanted = set()
    for body, _, file, is_learned in _keys(texts):
        bodies.setdefault(file, []).append(body)
        if is_learned:
            wanted.add(file)
    return {file: find_headings(bodies[file]) for file in wanted}


#: Cited and learned links in one table; an indicator only by way of an accepted target.
_ALL_LINKS = """
with learned_links as (
    select
        text_id, split_part(code, '.', 1) as goal_code, if(level = 'target', code, null) as target_code,
        null as indicator_code, confidence, rank, evidence, is_accepted
    from learned
),
indicators as (
    select
        l.text_id, l.goal_code, l.target_code, i.indicator_code, l.confidence,
        row_number() over (partition by l.text_id order by l.rank, i.place) as rank,
        'by way of target ' || l.target_code || ': ' || l.evidence as evidence, true as is_accepted
    from learned_links as l
    inner join target_indicator as i on i.target_code = l.target_code
    where l.is_accepted
),
final as (
    select
        text_id, 'cited' as method, goal_code, target_code, indicator_code, 1.0 as confidence, rank,
        evidence, true as is_accepted, null as model_version
    from cited
    union all by name
    select *, 'learned' as method, $version as model_version from learned_links
    union all by name
    select *, 'learned' as method, $version as model_version from indicators
)
select
    r.text_id, f.method, f.goal_code, f.target_code, cast(f.indicator_code as varchar) as indicator_code,
    cast(f.confidence as double) as confidence, cast(f.rank as integer) as rank, f.evidence, f.is_accepted,
    cast(f.model_version as varchar) as model_version
from final as f
inner join text_read as r on r.first_id = f.text_id
order by r.text_id, method, indicator_code is not null, target_code is not null, rank
"""
