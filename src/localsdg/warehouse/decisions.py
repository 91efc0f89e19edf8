"""People's part in links, read from the published warehouse.

What waits for a person's decision, the sheet to decide it in, what records
declare themselves, and the decided texts that a model learns from.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.common.formula_guard import guard_formula
from localsdg.sources.records.contract import DECISIONS
from localsdg.warehouse.query import run_query

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.common.settings import Settings

METHODS = ("learned", "cited")
#: Suggestions that nobody decided, neither on them nor by a refusal of what they belong to, and
#: that the record does not declare (a declared target says its goal too).
_TO_REVIEW = """
select
    s.action_id, a.title, left(regexp_replace(a.description, '\\s+', ' ', 'g'), 300) as description,
    a.language, 'SDG ' || coalesce(s.indicator_code, s.target_code, s.goal_code) as code,
    case
        when s.indicator_code is not null then i.title
        when s.target_code is not null then t.title
        else g.title
    end as code_title,
    s.method, round(s.confidence, 4) as confidence, s.evidence, s.model_version
from core.action_suggestion as s
join core.action as a on a.action_id = s.action_id
left join core.goal as g on g.goal_code = s.goal_code
left join core.target as t on t.target_code = s.target_code
left join core.indicator as i on i.indicator_code = s.indicator_code
anti join core.link_decision as d
    on d.action_id = s.action_id and d.goal_code = s.goal_code
    and (d.target_code is not distinct from s.target_code
        or (d.target_code is null and d.decision = 'refused'))
    and (d.indicator_code is not distinct from s.indicator_code
        or (d.indicator_code is null and d.decision = 'refused'))
anti join core.action_link as l
    on l.method = 'declared' and l.action_id = s.action_id and l.goal_code = s.goal_code
    and (s.target_code is null or s.target_code = l.target_code)
    and (s.indicator_code is null or s.indicator_code = l.indicator_code)
where s.confidence between {low!r} and {high!r} and s.method = '{method}'
order by abs(s.confidence - 0.5), s.action_id, s.goal_code, s.target_code nulls first,
    s.indicator_code nulls first
"""
_DECLARED = """
select a.action_id, list_distinct(flatten(list([l.goal_code, l.target_code, l.indicator_code]))) as codes
from core.action as a
left join core.action_link as l on l.action_id = a.action_id and l.method = 'declared'
group by a.action_id
"""
_TEXTS = """
select
    if(starts_with(a.description, a.title), a.description, concat_ws('. ', a.title, a.description)) as text,
    a.language, d.goal_code, d.target_code, d.decision = 'accepted' as label
from core.link_decision as d
join core.action as a on a.action_id = d.action_id
where d.indicator_code is null
order by d.action_id, d.goal_code, d.target_code nulls first
"""


def to_review(settings: Settings, *, method: str = "learned", low: float = 0.3, high: float = 0.9) -> pa.Table:
    """Suggestions whose confidence lies from `low` to `high` and on which nobody decided.

    One row a suggestion, the most uncertain first: nearest to one half, where
    a decision tells a model most (uncertainty sampling, Lewis and Gale 1994).
    Raises `LocalsdgError` when there is no warehouse, or an older one without
    suggestions.
    """
    return _ask(settings, _TO_REVIEW.format(low=float(low), high=float(high), method=method))


def sheet(rows: pa.Table) -> bytes:
    """The rows as the CSV that a person fills in, with empty cells to decide in.

    UTF-8 with a byte order mark, without which Excel takes accents apart;
    cells that a spreadsheet would run have a quote before them.
    """
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, DECISIONS.column_names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: guard_formula(str(cell)) for name, cell in row.items() if cell is not None} for row in rows.to_pylist()
    )
    return out.getvalue().encode("utf-8-sig")


def declared_codes(settings: Settings) -> dict[str, frozenset[str]]:
    """Every action of the published warehouse with the codes that its record declares.

    A declared target brings its goal, an indicator its target and goal.
    Raises as `to_review` does.
    """
    declared = _ask(settings, _DECLARED).to_pydict()
    return {
        action: frozenset(code for code in codes if code)
        for action, codes in zip(declared["action_id"], declared["codes"], strict=True)
    }


def decided_texts(settings: Settings) -> pa.Table:
    """Manual reviews, as examples to learn from.

    One row a decision on a goal or target: text (title and description),
    language (null where the record states none), goal_code, target_code (null
    for a goal), label (true: accepted). Decisions on indicators are left out:
    an indicator is never learned from text. Raises as `to_review` does.
    """
    return _ask(settings, _TEXTS)


def _ask(settings: Settings, sql: str) -> pa.Table:
    there = run_query(
        settings,
        (
            "select count(*) as n from duckdb_tables() where schema_name = 'core' "
            "and table_name in ('action_suggestion', 'link_decision')"
        ),
    ).to_pylist()
    if there[0]["n"] < 2:
        raise LocalsdgError(
            "the warehouse is of an older version, without suggestions",
            where=settings.published,
            next_step="localsdg build",
        )
    return run_query(settings, sql)
