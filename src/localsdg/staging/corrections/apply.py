"""Corrections applied to what is staged: rows dropped, values overridden, scaled or flagged.

A correction is applied in the releases that still say what it corrects (`judge`). A row keeps its published
text (`value_raw`) and gets the id of the correction; a dropped one is a reject, and the ledger of its file
is corrected. What cannot be used, and what no longer fits, is set aside with a rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.registry.corrections import Correction, declared_corrections
from localsdg.registry.rules import rule_reason
from localsdg.registry.tables import ensure_tables
from localsdg.staging.corrections.drop import drop_rows
from localsdg.staging.corrections.judge import UNFIT, UNMET, Verdict, judge
from localsdg.staging.corrections.match import match
from localsdg.staging.corrections.unusable import UNUSABLE, unusable
from localsdg.staging.ledger import SetAside, set_aside

if TYPE_CHECKING:
    import duckdb

#: A release no longer says what a correction corrects: rule of the check, too.
NO_LONGER_FITS = "CORR-001"
_TABLE = "staging.correction"
#: The rows of one correction in the releases in which it is applied.
_ROWS = "select {key} from {rows} where is_meant and correction_id = $id and list_contains($releases, release)"
_LOCAL_KEY = "dataset_id, release, site_id, local_indicator_id, row_number"


def apply_corrections(context: RunContext, decode: Callable[[], None]) -> None:
    """Apply what the project and the user declare, and fill `staging.correction`.

    `decode` makes `staging.breakdown` and `staging.observation_key` anew after rows have gone.
    """
    con, settings = context.con, context.settings
    ensure_tables(con, [_TABLE])
    declared = declared_corrections(*settings.corrections)
    aside = [_unusable(fault.declared_in, fault.name, fault.error.reason) for fault in declared.faults]
    found = match(context, declared.corrections)
    dropped = []
    known: dict[str, set[str]] = {}
    for one in declared.corrections:
        verdict = judge(one, found.get(one.correction_id, []))
        if reason := unusable(con, one, verdict, known):
            aside.append(_unusable(one.declared_in, one.correction_id, reason))
            verdict = Verdict(UNMET, (), ())
        by_release = _change(con, one, verdict)
        _record(con, one, verdict, by_release)
        if verdict.status == UNFIT:
            aside.append(_no_longer_fits(one, verdict))
        if one.action == "drop" and by_release:
            dropped.append(one.correction_id)
    if dropped and drop_rows(con, context.run_id, dropped):
        decode()
    set_aside(con, context.run_id, aside)


def _unusable(declared_in: str, name: str, detail: str) -> SetAside:
    return SetAside(declared_in, "correction", name, UNUSABLE, rule_reason(UNUSABLE), detail=detail)


def _no_longer_fits(one: Correction, verdict: Verdict) -> SetAside:
    newest = verdict.unfit[-1]
    where = "" if len(verdict.unfit) == 1 else f", and {len(verdict.unfit) - 1} more releases differ"
    return SetAside(
        one.source,
        "correction",
        one.correction_id,
        NO_LONGER_FITS,
        rule_reason(NO_LONGER_FITS),
        newest.release,
        f"the source says {newest.says} now{where}; remove it from data/corrections.toml, or renew it",
    )


def _change(con: duckdb.DuckDBPyConnection, one: Correction, verdict: Verdict) -> dict[str, int]:
    """Change the rows of a correction; returns their number by release."""
    if not verdict.applied_in:
        return {}
    rows = "correction_local_row" if one.is_local else "correction_row"
    table = "staging.local_observation" if one.is_local else "staging.observation"
    key, row = (f"({_LOCAL_KEY})", f"({_LOCAL_KEY})") if one.is_local else ("staged_row", "rowid")
    parameters = {"id": one.correction_id, "releases": list(verdict.applied_in)}
    chosen = _ROWS.format(key=key, rows=rows)
    sets, values = _assignments(one)
    con.execute(f"update {table} set correction_id = $id{sets} where {row} in ({chosen})", {**parameters, **values})
    counted = con.execute(
        f"select release, count(*) from {rows} where is_meant and correction_id = $id "
        "and list_contains($releases, release) group by release order by release",
        parameters,
    ).fetchall()
    return dict(counted)


def _assignments(one: Correction) -> tuple[str, dict[str, object]]:
    """What an override or a scale sets beside the id. Bounds belong to the value that they were published with."""
    if one.action == "scale":
        bounds = "" if one.is_local else ", lower_bound = lower_bound * $factor, upper_bound = upper_bound * $factor"
        return f", value = value * $factor{bounds}", {"factor": float(one.factor or 1)}
    sets = ""
    values: dict[str, object] = {}
    if one.value is not None:
        sets += ", value = $value, value_status = 'number', censoring = null"
        sets += "" if one.is_local else ", lower_bound = null, upper_bound = null"
        values["value"] = float(one.value)
    if one.unit is not None:
        sets += ", unit = $unit"
        values["unit"] = one.unit
    return sets, values


def _record(con: duckdb.DuckDBPyConnection, one: Correction, verdict: Verdict, by_release: dict[str, int]) -> None:
    con.execute(
        f"insert into {_TABLE} by name select ? as correction_id, ? as what, ? as correction_action, "
        "? as quality_flag, ? as reason, ? as who, ? as dataset_id, ? as source_said, ? as since, ? as declared_in, "
        "? as status, ? as n_corrected, map_from_entries(list_zip(?::varchar[], ?::bigint[])) as rows_by_release, "
        "? as source_says",
        [
            one.correction_id,
            one.what,
            one.action,
            one.flag,
            one.reason,
            one.who,
            one.source,
            "; ".join(said.text for said in one.said),
            one.since,
            one.declared_in,
            verdict.status,
            sum(by_release.values()),
            list(by_release),
            list(by_release.values()),
            verdict.source_says,
        ],
    )
