"""What a run did, for people and as JSON: rows, checks, the headline, the file, the time."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from localsdg.common.terminal import safe_console
from localsdg.pipeline.run_log import RunStatus
from localsdg.warehouse.query_rows import rows_of

if TYPE_CHECKING:
    from localsdg.pipeline.run import Run

_WORLD_POVERTY = (
    "select year, value, unit, definition, release from core.latest_observation "
    "where series_code = 'SI_POV_DAY1' and area_code = '001' and is_total order by year"
)


#: What happened to something that was left out, by the first part of its rule.
_WORDS = {"PULL": "Not pulled", "HELD": "Held"}
#: Other things that were left out that the terminal names.
MOST_NAMED = 40
#: Withheld values that the terminal names, of each rule; all are in core.observation_flag.
VALUES_NAMED = 3


def summarise(run: Run) -> dict:
    """Facts of a run that has published, or found that nothing changed; ready for JSON."""
    return {
        "run_id": run.run_id,
        "status": run.status,
        "version": run.version,
        "file": str(run.settings.published),
        "bytes": run.manifest["bytes"],
        "sha256": run.manifest["sha256"],
        "content_hash": run.manifest["content_hash"],
        "report": str(run.settings.reports / "validation.html"),
        "loads": [
            {key: load[key] for key in ("source", "release", "file_name", "rows_in", "rows_out", "rows_rejected")}
            for load in run.loads
        ],
        "checks": dict(Counter(result["outcome"] for result in run.validation)),
        "warnings": [
            {"rule_id": result["rule_id"], "n_unexpected": result["n_unexpected"], "reason": result["reason"]}
            for result in run.validation
            if result["outcome"] == "failed"
        ],
        "without_model": run.without_model,
        "set_aside": [{**asdict(result), "line": result.line} for result in run.set_aside],
        "sources": [asdict(source) for source in run.sources],
        "last_run": str(run.settings.reports / "last_run.html"),
        "notes": run.notes,
        "pruned": run.pruned,
        "kept_parts": {"used": run.kept.used, "made": run.kept.made, "damaged": len(run.kept.corrupt)},
        "staged_by": run.staged_by,
        "tables": run.tables,
        "changes": _changes(run),
        "world_extreme_poverty": rows_of(run.settings, _WORLD_POVERTY),
        "seconds": {name: round(spent, 2) for name, spent in run.seconds.items()},
    }


def _changes(run: Run) -> dict | None:
    """What differs from the file that was published before; None where there was none, or it could not be read."""
    if run.changes is None:
        return None
    old = run.changes.old.version
    return {"since": old, "same_data": run.changes.same_data, "lines": list(run.changes.lines)}


def _value_lines(items: list[dict]) -> list[str]:
    """Of each rule under which values are withheld the first few by name, the rest as a number of series."""
    lines = []
    for rule_id in dict.fromkeys(item["rule_id"] for item in items):
        of_rule = [item for item in items if item["rule_id"] == rule_id]
        lines += [item["line"] for item in of_rule[:VALUES_NAMED]]
        if rest := {item["set_aside_name"].split()[0].rstrip(",") for item in of_rule[VALUES_NAMED:]}:
            lines.append(
                f"more values of {', '.join(sorted(rest))}: {of_rule[0]['reason']}; "
                'each with its reason: localsdg query "from core.observation_flag"'
            )
    return lines


def print_summary(summary: dict) -> None:
    """The same on the terminal, in the order in which people ask."""
    from rich.markup import escape

    console = safe_console(log_width=120, highlight=False, soft_wrap=True)  # a log has no edge to cut at
    if summary["status"] == RunStatus.UNCHANGED:
        console.print(f"[bold]nothing changed: version {summary['version']} stays[/bold]; its rows and checks:\n")
    console.print(_loads(summary["loads"]))
    if summary["sources"]:
        counts = Counter(source["status"] for source in summary["sources"])
        words = ", ".join(f"{n} {status}" for status, n in counts.items())
        console.print(f"\n[bold]Sources[/bold]  {len(summary['sources'])} asked: {words}; {summary['last_run']}")
    others = [item for item in summary["set_aside"] if item["set_aside_kind"] != "value"]
    for item in others[:MOST_NAMED]:
        what = _WORDS.get(item["rule_id"].partition("-")[0], "Set aside")
        console.print(f"[bold]{what}[/bold]  {escape(item['line'])}")
    if (left := len(others) - MOST_NAMED) > 0:
        console.print(f'[bold]Set aside[/bold]  {left:,} more; all: localsdg query "from audit.quarantine"')
    for line in _value_lines([item for item in summary["set_aside"] if item["set_aside_kind"] == "value"]):
        console.print(f"[bold]Set aside[/bold]  {escape(line)}")
    passed, warnings = summary["checks"].get("passed", 0), summary["checks"].get("failed", 0)
    console.print(
        f"\n[bold]Checks[/bold]  {passed} passed, {warnings} with a warning; all of them: {summary['report']}"
    )
    for check in summary["warnings"]:
        count = "" if check["n_unexpected"] is None else f" ({check['n_unexpected']:,} found)"
        console.print(f"  warning {check['rule_id']}{count}: {escape(check['reason'])}")
    for note in summary["notes"]:
        console.print(f"[bold]Note[/bold]    {escape(note)}")
    if summary["without_model"]:
        console.print(f"\n[bold]Links[/bold]   {summary['without_model']}")
    _print_world(console, summary["world_extreme_poverty"])
    if changes := summary["changes"]:
        since = escape(changes["since"] or "before")
        more = "" if changes["same_data"] else "; all of it: localsdg diff --last"
        console.print(f"\n[bold]Changed[/bold] since version {since}{more}")
        for line in changes["lines"]:
            console.print(f"  {escape(line)}")
    if by := summary["staged_by"]:
        console.print(f"\n[bold]Workers[/bold] {sum(by.values())} snapshots staged by {len(by)} worker processes")
    console.print()
    if seconds := summary["seconds"]:  # none where nothing changed
        times = ", ".join(f"{name} {spent:.1f} s" for name, spent in seconds.items())
        console.print(f"[bold]Time[/bold]    {times}; {sum(seconds.values()):.1f} s in all")
    if line := _kept_line(summary["kept_parts"]):
        console.print(f"[bold]Kept[/bold]    {line}")
    console.print(
        f"[bold]File[/bold]    {summary['file']} ({summary['bytes'] / 1e6:.1f} MB, version {summary['version']})"
    )
    console.print("[bold]Next[/bold]    localsdg query --example extreme_poverty_by_region")


def _kept_line(kept: dict[str, int]) -> str:
    """How much of the run was computed by an earlier one; empty where nothing was read or kept."""
    words = {"used": "read from earlier runs", "made": "kept for the next", "damaged": "damaged and made again"}
    counts = ", ".join(f"{kept[name]:,} {text}" for name, text in words.items() if kept[name])
    return f"parts: {counts}" if counts else ""


def _loads(loads: list[dict]):
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("Source", "Release", "File"):
        table.add_column(name)
    for name in ("Rows in", "Out", "Rejected"):
        table.add_column(name, justify="right")
    for load in loads:
        table.add_row(
            load["source"],
            load["release"],
            load["file_name"],
            f"{load['rows_in']:,}",
            f"{load['rows_out']:,}",
            f"{load['rows_rejected']:,}",
        )
    table.add_section()
    table.add_row(
        "all", "", "", *(f"{sum(load[key] for load in loads):,}" for key in ("rows_in", "rows_out", "rows_rejected"))
    )
    return table


def _print_world(console, rows: list[dict]) -> None:
    if not rows:
        console.print("\n[bold]World extreme poverty[/bold]  no value in the available snapshots")
        return
    console.print(f"\n[bold]World extreme poverty[/bold], % of people (SI_POV_DAY1, release {rows[0]['release']})")
    # values below two poverty lines are two lines here too
    for definition, same in groupby(rows, key=itemgetter("definition")):
        line = f"below {definition}: " if definition else ""
        console.print("  " + line + "  ".join(f"{row['year']} {row['value']:g}" for row in same))
