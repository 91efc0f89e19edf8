"""Actions in a tiny warehouse in memory, with their links, countries, partners and registers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from evidence_helpers import insert, run_model, warehouse_with_areas

from localsdg.registry.actor_kinds import actor_kind

if TYPE_CHECKING:
    import duckdb

#: Kabul and Dhaka lie in Afghanistan and Bangladesh; of Nowhere no source states the country.
GOVERNMENTS = (("kabul", "004"), ("dhaka", "050"), ("nowhere", None))
LINK = {"method": "declared", "confidence": 1.0, "rank": 1}
#: What is no column of core.action.
_BESIDE = ("countries", "partner_kinds")


def action(action_id: str, *links: str | dict, government: str | None = "kabul", **facts) -> tuple[dict, list[dict]]:
    """An action and its links: '11.5' is declared, a dict says what differs.

    `partners` are names, of which the kinds are read, or `partner_kinds` names with
    their kinds; `countries` are the codes that the record states.
    """
    row = {
        "action_id": action_id,
        "local_government_id": government,
        "title": "T",
        "partners": [],
        "dataset_id": "projects",
        "release": "2024-05",
        "snapshot_sha256": "s",
        **facts,
    }
    made = []
    for one in links:
        one = {"code": one} if isinstance(one, str) else dict(one)
        code = one.pop("code")
        made.append(
            {
                "action_id": action_id,
                "goal_code": code.split(".")[0],
                "target_code": code if "." in code else None,
                **LINK,
                **one,
            }
        )
    return row, made


def learned(code: str, confidence: float = 0.8) -> dict:
    """A link that a model learned."""
    return {"code": code, "method": "learned", "confidence": confidence, "model_version": "m1"}


def with_actions(*actions: tuple[dict, list[dict]], goals=(1, 2, 11, 13), as_of=None) -> duckdb.DuckDBPyConnection:
    """A warehouse with these actions; `as_of` says of registers by their id what day they are as of."""
    con = warehouse_with_areas()
    insert(
        con,
        "core.local_government",
        [{"local_government_id": one, "name": one, "area_code": area, "iso3": area} for one, area in GOVERNMENTS],
    )
    insert(con, "core.goal", [{"goal_code": str(n), "title": f"Goal {n}"} for n in goals])
    for row, links in actions:
        insert(con, "core.action", [{name: cell for name, cell in row.items() if name not in _BESIDE}])
        actors = {one.name: (one.kind, one.basis) for one in map(actor_kind, row["partners"]) if one.name}
        actors |= {name: (kind, "stated") for name, kind in row.get("partner_kinds", ())}
        insert(
            con,
            "core.action_partner",
            [
                {"action_id": row["action_id"], "partner": name, "partner_kind": kind, "kind_basis": basis}
                for name, (kind, basis) in actors.items()
            ],
        )
        of_row = {name: row[name] for name in ("release", "snapshot_sha256", "action_id")} | {"row_number": 1}
        insert(con, "staging.action_country", [of_row | {"iso3": one} for one in row.get("countries", ())])
        insert(con, "core.action_link", links)
    for dataset_id, day in (as_of or {}).items():
        facts = {"release": "2024-05", "snapshot_sha256": "s", "as_of": date.fromisoformat(day)}
        insert(con, "staging.action_dataset", [facts | {"dataset_id": dataset_id}])
    return con


def counts(con, metric_id: str, where: str = "area_code = '001'", dataset: str = "projects") -> dict[str, float]:
    """Breakdown within a register -> value of one place, rows with 0 left out; the areas' own rows unless asked.

    Rows of all registers together come under their whole breakdown.
    """
    if "local_government_id" not in where:
        where += " and local_government_id is null"
    rows = run_model(con, metric_id, f"breakdown, dimensions['dataset'], value, {where} as here")
    return {
        breakdown.removeprefix(f"dataset={dataset}").removeprefix("; "): value
        for breakdown, of, value, here in rows
        if here and value and of in (None, dataset)
    }
