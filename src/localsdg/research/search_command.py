"""The command that goes on from what was found: its values, what it is made of, or how to get it."""

from __future__ import annotations

import re
import shlex

from localsdg.common.database import text as literal
from localsdg.research.search_document import Document

#: What a shell reads within double quotes.
_READ_BY_SHELL = re.compile(r'["$`\\!]')


def next_command(document: Document, area_code: str = "") -> str:
    """The command for a document; where the query names an area, for that area."""
    return _COMMANDS[document.kind](document, area_code)


def query_command(sql: str) -> str:
    """`localsdg query "…"`, quoted so that a shell gives the SQL as it is."""
    quoted = shlex.quote(sql) if _READ_BY_SHELL.search(sql) else f'"{sql}"'
    return f"localsdg query {quoted}"


def _series(document: Document, area_code: str) -> str:
    if not document.has_data:
        return f"localsdg pull indicators --series {document.id}"
    area = f" and area_code = {literal(area_code)}" if area_code else ""
    return query_command(
        "select area_code, year, breakdown, value, unit, release from observation "
        f"where series_code = {literal(document.id)}{area} order by all"
    )


def _metric(document: Document, area_code: str) -> str:
    if not document.has_data:
        return query_command(f"select status, reason from metric where metric_id = {literal(document.id)}")
    area = f" and area_code = {literal(area_code)}" if area_code else ""
    return query_command(
        "select area_code, year, breakdown, value, n_areas, release, caveat from metric_value "
        f"where metric_id = {literal(document.id)}{area} order by all"
    )


def _figure(document: Document, area_code: str) -> str:
    if document.area_kind == "local_government":
        return "localsdg profile Barcelona"
    area = f" --area {area_code}" if area_code and document.area_kind != "world" else ""
    return f"localsdg figures {document.id}{area}"


def _indicator(document: Document, area_code: str) -> str:
    return query_command(
        "select series_code, description, unit from core.series join core.series_indicator using (series_code) "
        f"where indicator_code = {literal(document.id)}"
    )


def _target(document: Document, area_code: str) -> str:
    return query_command(f"select indicator_code, title from indicator where target_code = {literal(document.id)}")


def _goal(document: Document, area_code: str) -> str:
    return query_command(f"select target_code, title from target where goal_code = {literal(document.id)}")


def _local_indicator(document: Document, area_code: str) -> str:
    government, _, indicator = document.id.partition("/")
    where = f"local_government_id = {literal(government)} and local_indicator_id = {literal(indicator)}"
    if not document.has_data:
        return query_command(f"select title, reporting_status, no_headline_reason from local_indicator where {where}")
    return query_command(f"select year, value, unit from local_observation where {where} and is_headline order by year")


def _action(document: Document, area_code: str) -> str:
    return query_command(
        f"select title, lead, partners, year, url from action where action_id = {literal(document.id)}"
    )


def _local_government(document: Document, area_code: str) -> str:
    if document.has_data:
        return f"localsdg profile {shlex.quote(document.id)}"
    return query_command(f"select * from local_government where local_government_id = {literal(document.id)}")


def _area(document: Document, area_code: str) -> str:
    if document.has_data and document.area_kind == "country":
        return f"localsdg profile {document.id}"
    if document.has_data:
        return f"localsdg figures --area {document.id}"
    return query_command(f"select * from area where area_code = {literal(document.id)}")


_COMMANDS = {
    "series": _series,
    "indicator": _indicator,
    "target": _target,
    "goal": _goal,
    "metric": _metric,
    "figure": _figure,
    "local_indicator": _local_indicator,
    "action": _action,
    "local_government": _local_government,
    "area": _area,
}
