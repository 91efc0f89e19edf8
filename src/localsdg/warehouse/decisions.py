"""People's part in links, read from the published warehouse.

What waits for a person's decision, the sheet to decide it in, what records
declare themselves, and the decided texts that a model learns from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.common.formula_guard import guard_formula
from localsdg.sources.records.contract import DECISIONS, INDICATOR_DECISIONS, Contract
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
#: As above, for local indicators: their targets, from which goal and indicators follow; of what a title cites,
#: all. The likeliest first: nothing of it is a link before a person accepts it. Equal titles lie together.
_INDICATORS_TO_REVIEW = """
select
    s.site_id || ':' || s.local_indicator_id as local_indicator, i.title, i.language,
    'SDG ' || coalesce(i.indicator_code, i.target_code, i.goal_code) || ', ' || i.match as declared,
    'SDG ' || coalesce(s.target_code, s.goal_code) as code, coalesce(t.title, g.title) as code_title,
    s.method, round(s.confidence, 4) as confidence, s.evidence, s.model_version
from core.local_indicator_suggestion as s
join core.local_indicator as i on i.site_id = s.site_id and i.local_indicator_id = s.local_indicator_id
left join core.goal as g on g.goal_code = s.goal_code
left join core.target as t on t.target_code = s.target_code
anti join core.local_indicator_decision as d
    on d.site_id = s.site_id and d.local_indicator_id = s.local_indicator_id and d.goal_code = s.goal_code
    and d.target_code is not distinct from s.target_code and d.indicator_code is null
where s.confidence between {low!r} and {high!r} and s.method = '{method}' and not s.is_declared
    and s.indicator_code is null and (s.target_code is not null or s.method = 'cited')
order by s.confidence desc, i.title, code, s.site_id, s.local_indicator_id
"""
_DECLARED = """
select a.action_id, list_distinct(flatten(list([l.goal_code, l.target_code, l.indicator_code]))) as codes
from core.action as a
left join core.action_link as l on l.action_id = a.action_id and l.method = 'declared'
group by a.action_id
"""
_DECLARED_OF_INDICATORS = """
select site_id || ':' || local_indicator_id as local_indicator, [goal_code, target_code, indicator_code] as codes
from core.local_indicator
"""
_WITHOUT_MODEL = """
select coalesce(nullif(i.language, 'und'), 'unknown') as language, count(*) as n
from core.local_indicator as i
anti join core.local_indicator_suggestion as s
    on s.site_id = i.site_id and s.local_indicator_id = i.local_indicator_id
where i.match is distinct from 'official' and i.exclusion_rule is null and i.title is not null
group by all
order by n desc, language
"""
_TEXTS = """
with decided as (
    select
        if(starts_with(a.description, a.title), a.description, concat_ws('. ', a.title, a.description)) as text,
        a.language, d.goal_code, d.target_code, d.decision = 'accepted' as label, d.action_id as record
    from core.link_decision as d
    join core.action as a on a.action_id = d.action_id
    where d.indicator_code is null
    union all by name
    select
        i.title as text, nullif(i.language, 'und') as language, d.goal_code, d.target_code,
        d.decision = 'accepted' as label, d.site_id || ':' || d.local_indicator_id as record
    from core.local_indicator_decision as d
    join core.local_indicator as i on i.site_id = d.site_id and i.local_indicator_id = d.local_indicator_id
    where d.indicator_code is null and i.title is not null
)
select text, language, goal_code, target_code, label from decided
order by record, goal_code, target_code nulls first
"""
_OF_ACTIONS = ("action_suggestion", "link_decision")
_OF_INDICATORS = ("local_indicator_suggestion", "local_indicator_decision")


def to_review(
    settings: Settings,
    *,
    contract: Contract = DECISIONS,
    method: str = "learned",
    low: float = 0.3,
    high: float = 0.9,
) -> pa.Table:
    """Suggestions whose confidence lies from `low` to `high` and on which nobody decided.

    Of actions or of local indicators, by `contract`. One row a suggestion. Of
    actions the most uncertain first: nearest to one half, where a decision
    tells a model most (uncertainty sampling, Lewis and Gale 1994). Of local
    indicators the likeliest first.
    Raises `LocalsdgError` when there is no warehouse, or an older one without
    suggestions.
    """
    of_indicators = contract is INDICATOR_DECISIONS
    select = _INDICATORS_TO_REVIEW if of_indicators else _TO_REVIEW
    needed = _OF_INDICATORS if of_indicators else _OF_ACTIONS
    return _ask(settings, select.format(low=float(low), high=float(high), method=method), needed)


def titles_without_model(settings: Settings, languages: Collection[str]) -> dict[str, int]:
    """Local indicators for which nothing can be suggested, by the language of their title.

    `languages` are those of the model. Raises as `to_review` does.
    """
    rows = _ask(settings, _WITHOUT_MODEL, _OF_INDICATORS).to_pylist()
    return {row["language"]: row["n"] for row in rows if row["language"][:2] not in languages}


def sheet(rows: pa.Table, contract: Contract = DECISIONS) -> bytes:
    """The rows as the CSV that a person fills in, with empty cells to decide in.

    UTF-8 with a byte order mark, without which Excel takes accents apart;
    cells that a spreadsheet would run have a quote before them.
    """
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, contract.column_names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: guard_formula(str(cell)) for name, cell in row.items() if cell is not None} for row in rows.to_pylist()
    )
    return out.getvalue().encode("utf-8-sig")


def declared_codes(settings: Settings, contract: Contract = DECISIONS) -> dict[str, frozenset[str]]:
    """Every action (or local indicator) of the published warehouse with the codes that its record declares.

    A declared target brings its goal, an indicator its target and goal.
    Raises as `to_review` does.
    """
    of_indicators = contract is INDICATOR_DECISIONS
    select, needed = (_DECLARED_OF_INDICATORS, _OF_INDICATORS) if of_indicators else (_DECLARED, _OF_ACTIONS)
    records, codes = _ask(settings, select, needed).to_pydict().values()
    return {record: frozenset(filter(None, found)) for record, found in zip(records, codes, strict=True)}


def decided_texts(settings: Settings) -> pa.Table:
    """Manual reviews, as examples to learn from.

    One row a decision on a goal or target: text (title and description),
    language (null where the record states none), goal_code, target_code (null
    for a goal), label (true: accepted). Decisions on indicators are left out:
    an indicator is never learned from text. Raises as `to_review` does.
    """
    return _ask(settings, _TEXTS, _OF_ACTIONS + _OF_INDICATORS)


def _ask(settings: Settings, sql: str, needed: tuple[str, ...]) -> pa.Table:
    there = run_query(settings, "select table_name from duckdb_tables() where schema_name = 'core'")
    if not set(needed) <= set(there.column("table_name").to_pylist()):
        raise LocalsdgError(
            "the warehouse is of an older version, without suggestions",
            where=settings.published,
            next_step="localsdg build",
        )
    return run_query(settings, sql)
