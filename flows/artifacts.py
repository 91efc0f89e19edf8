"""What a run leaves on Prefect's pages: a summary however it ended, row counts, and the biggest changes.

The keys are the same in every run, so that Prefect shows the history of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from localsdg.pipeline.report import release_rows
from localsdg.pipeline.report_text import failure_before_run, markdown_report, markdown_text

from .run_page import optional

if TYPE_CHECKING:
    from localsdg.pipeline.run import Run

SUMMARY, ROWS, TABLES, CHANGES = "localsdg-run", "localsdg-rows", "localsdg-tables", "localsdg-changes"
#: Rows of an artifact and characters of a cell: Prefect keeps an artifact in one row of its database.
_LONGEST_TABLE, _LONGEST_CELL = 200, 200


async def write_artifacts(run: Run) -> None:
    """The artifacts of a run that has ended; those that it has nothing for are left out."""
    with optional("artifact of the run"):
        await acreate_markdown_artifact(
            key=SUMMARY, markdown=markdown_report(run), description=f"How the run {run.run_id} ended."
        )
    tables = {
        ROWS: (release_rows, "Rows read, kept and rejected, by release."),
        TABLES: (table_rows, "Rows by table of the new file; empty tables are left out."),
        CHANGES: (biggest_changes, "What the run changed in the published version, headlines first."),
    }
    for key, (read_rows, description) in tables.items():
        with optional(f"artifact {key}"):
            if rows := read_rows(run):
                await acreate_table_artifact(key=key, table=plain_rows(rows), description=description)


async def write_failure(error: BaseException) -> None:
    """The artifact of a run that ended before it began, such as by a wrong setting."""
    with optional("artifact of the run"):
        await acreate_markdown_artifact(
            key=SUMMARY, markdown=failure_before_run(error), description="Why the run did not begin."
        )


def table_rows(run: Run) -> list[dict]:
    """Rows by table."""
    return [{"table": name, "rows": rows} for name, rows in run.tables.items() if rows]


def biggest_changes(run: Run) -> list[dict]:
    """Headline values that moved, then the values that moved most; empty where nothing did."""
    if run.changes is None or run.changes.same_data:
        return []
    headlines = [
        {
            "what": row["title"] or row["metric_id"],
            "where": row["area"],
            "before": _point(row["old_year"], row["old_value"]),
            "after": _point(row["new_year"], row["new_value"]),
            "unit": row["unit"],
        }
        for row in run.changes.headlines
    ]
    movers = [
        {
            "what": f"{row['code']}: {row['description'] or ''}",
            "where": row["area_name"],
            "before": _point(row["year"], row["old_value"]),
            "after": _point(row["year"], row["new_value"]),
            "change %": None if row["change_pct"] is None else round(row["change_pct"], 1),
        }
        for row in run.changes.rows("movers")
    ]
    return [*headlines, *movers]


def _point(year: int | None, value: float | None) -> str:
    return "" if value is None else f"{value:,.6g}" if year is None else f"{value:,.6g} ({year})"


def plain_rows(rows: list[dict]) -> list[dict[str, Any]]:
    """Rows that all have the same keys, of text and numbers: Prefect reads lists of lists as columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    shown: list[dict[str, Any]] = [{name: _cell(row.get(name)) for name in names} for row in rows[:_LONGEST_TABLE]]
    if len(rows) > _LONGEST_TABLE:
        shown.append({name: "" for name in names} | {names[0]: f"and {len(rows) - _LONGEST_TABLE} more"})
    return shown


def _cell(value: object) -> str | int | float:
    """A number, or a text as markdown: Prefect renders the cells of a table too."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = "" if value is None else str(value)
        return markdown_text(text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…")
    return value if value == value and abs(value) != float("inf") else str(value)
