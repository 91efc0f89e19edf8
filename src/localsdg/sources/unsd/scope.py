"""What a snapshot of the UN service holds and lacks, as its manifest states it."""

from __future__ import annotations

from collections.abc import Iterable

from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.sources.unsd.jobs import BULK_CSV, SERIES_DATA, json_groups
from localsdg.sources.unsd.plan import Plan

_LONGEST_REASON = 500
ROUTES = {SERIES_DATA: "json", BULK_CSV: "csv"}


def snapshot_facts(
    plan: Plan,
    records: Iterable[FileRecord],
    before: Snapshot | None,
    failed_series: dict[str, str],
    failed_lists: dict[str, str],
) -> dict:
    """`extra` of a manifest: the scope of the requests so far, and what failed.

    `failed_series` and `failed_lists` map what this pull could not get to the
    reason. A series that an earlier pull of the release failed to get stays
    named until a pull asks for it again.
    """
    held = list(records)
    old = before.extra if before else {}
    failed = [one for one in old.get("failed_series", ()) if one["series"] not in set(plan.codes)] + [
        {
            "series": code,
            "reason": reason[:_LONGEST_REASON],
            "areas": list(plan.request.area_codes),
            "years": list(plan.request.year_numbers),
        }
        for code, reason in failed_series.items()
    ]
    facts = {
        **old,
        "service_release": plan.service_release,
        "scope": scope(held, everything=_asked_for_all(plan, old)),
        "failed_series": sorted(failed, key=lambda one: one["series"]),
        "failed_lists": [
            {"list": role, "reason": reason[:_LONGEST_REASON]} for role, reason in sorted(failed_lists.items())
        ],
    }
    return {key: value for key, value in facts.items() if value or not key.startswith("failed_")}


def scope(records: Iterable[FileRecord], *, everything: bool = False) -> dict:
    """Series, areas and years that the files of a snapshot were asked for.

    `series` is `all`, or the codes; `areas` and `years` are [] where every
    series was asked for without such a limit, else all that were named.
    `partial_series` are the series that were never asked for without a limit;
    each file's own request is in its record. Records of user files have no
    request and are left out.
    """
    asked: dict[str, list[tuple[tuple, tuple]]] = {}
    routes = set()
    for record in _one_a_request(records):
        for code in record.extra.get("series", ()):
            limits = tuple(record.extra["areas"]), tuple(record.extra["years"])
            asked.setdefault(code, []).append(limits)
            routes.add(ROUTES[record.role])
    partial = {code: limits for code, limits in asked.items() if ((), ()) not in limits}
    return {
        "series": "all" if everything else sorted(asked),
        "areas": sorted({area for limits in partial.values() for areas, _ in limits for area in areas}),
        "years": sorted({year for limits in partial.values() for _, years in limits for year in years}),
        "partial_series": sorted(partial),
        "routes": sorted(routes),
    }


def _one_a_request(records: Iterable[FileRecord]) -> list[FileRecord]:
    """The first page of each JSON query, and each bulk CSV that was asked for."""
    held = list(records)
    first = [pages[0] for pages in json_groups(held).values()]
    return first + [record for record in held if record.role == BULK_CSV and "areas" in record.extra]


def _asked_for_all(plan: Plan, old: dict) -> bool:
    before = old.get("scope", {}).get("series") == "all"
    whole = not plan.request.series and not plan.request.areas and not plan.request.years
    return before or whole
