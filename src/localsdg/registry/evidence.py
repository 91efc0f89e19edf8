"""The claims of the event (`evidence.toml`) and the metrics that measure them (`metrics/*.toml`).

A metric's id is the name of its view; the name of its file is its claim. A metric
that only selects UN series names a template (`sql/evidence/templates/`), any other
has a model of its own (`sql/evidence/<metric_id>.sql`). Whether a metric has data
is known to the build alone.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from localsdg.registry.series import RENAMED_CSV

EVIDENCE_TOML = Path(__file__).parent / "evidence.toml"
METRICS = Path(__file__).parent / "metrics"
#: crisis_id, title, first_year, last_year, reason: the crises whose effect is measured.
CRISES_CSV = Path(__file__).parent / "crises.csv"
#: Counts that others published, each with its publisher and date.
PUBLISHED_CSV = Path(__file__).parent / "published_figures.csv"
#: World figures that the UN's Sustainable Development Goals Reports print, and the reports.
PRINTED_FIGURES_CSV = Path(__file__).parent / "printed_figures.csv"
PRINTED_REPORTS_CSV = Path(__file__).parent / "printed_reports.csv"
#: The least number of reporting countries of a headline year, as a share of those of the fullest of the last years.
COVERAGE_FLOOR, COVERAGE_YEARS = 0.6, 6


@dataclass(frozen=True)
class Claim:
    """What the event said, in our words; status as in `evidence.claim`."""

    claim_id: str
    title: str
    statement: str
    status: str


@dataclass(frozen=True)
class Metric:
    """One way to measure a claim: one SELECT, one unit.

    `unit` is a code of the UN service as in `core.observation.unit`, or words.
    `caveat` is the caveat of every row whose SELECT gives none. `needs` says what
    the SELECT asks for beyond a value, for the reason of a metric without data.

    `series_codes` are the UN series that it shows; in the file they are a list of
    codes, or `series`, from code to the label that its rows have in the dimension
    `label`, or follow from `reads`, the metrics that its model reads. `template`
    is the file of `sql/evidence/templates/` that selects them; `breakdowns` limits
    it to the total ([]) or to the total and these dimensions (without it: to
    nothing). `why` is the reason for the metric.

    `over_reporters` is true where the value of a group is summed or counted here
    over the countries that report, whose number changes from year to year: a year
    is a headline from `COVERAGE_FLOOR` on. `incomplete_years` is how many of the
    last years of a register that is filled in late are incomplete.
    """

    metric_id: str
    claim_id: str
    title: str
    unit: str
    definition: str
    caveat: str
    series_codes: tuple[str, ...] = ()
    series: dict[str, str] = field(default_factory=dict, hash=False)
    label: str | None = None
    reads: tuple[str, ...] = ()
    template: str | None = None
    breakdowns: tuple[str, ...] | None = None
    why: str | None = None
    needs: str | None = None
    over_reporters: bool = False
    incomplete_years: int = 0


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by id, in the order of the claims and of their files.

    Raises `ValueError` for an id in two files, for series given twice and for a
    metric that reads one which is not declared.
    """
    declared = {
        metric_id: (claim_id, facts)
        for claim_id, body in _metric_files(METRICS).items()
        for metric_id, facts in body.items()
    }
    return {metric_id: _metric(metric_id, declared) for metric_id in declared}


def _metric(metric_id: str, declared: dict[str, tuple[str, dict[str, Any]]]) -> Metric:
    claim_id, facts = declared[metric_id]
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
    return Metric(metric_id, claim_id, **values | {"series_codes": _series_codes(metric_id, declared)})


def _series_codes(metric_id: str, declared: dict[str, tuple[str, dict[str, Any]]]) -> tuple[str, ...]:
    """The codes of a metric: its own, else those of the metrics that it reads, each once."""
    _, facts = declared[metric_id]
    if "series" in facts and "series_codes" in facts:
        raise ValueError(f"{metric_id}: give series or series_codes, not both")
    if own := facts.get("series_codes", facts.get("series")):
        return tuple(own)
    if unknown := [fact for fact in facts.get("reads", ()) if fact not in declared]:
        raise ValueError(f"{metric_id} reads metrics that are not declared: {', '.join(unknown)}")
    return tuple(dict.fromkeys(code for one in facts.get("reads", ()) for code in _series_codes(one, declared)))


def _metric_files(folder: Path) -> dict[str, dict]:
    """Claim id -> what its file declares. Raises `ValueError` when two files declare one id."""
    bodies = {
        path.stem.upper(): tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))
    }
    ids = [metric_id for body in bodies.values() for metric_id in body]
    if doubled := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise ValueError(f"metrics declared twice: {', '.join(doubled)}")
    return bodies


@cache
def claims() -> dict[str, Claim]:
    """All claims by id; one without a metric is `not measured yet`, and keeps its row."""
    measured = {metric.claim_id for metric in metrics().values()}
    return {
        claim_id: Claim(claim_id, **facts, status="measured" if claim_id in measured else "not measured yet")
        for claim_id, facts in _claim_facts().items()
    }


@cache
def event_day() -> date:
    """The day of the event."""
    return tomllib.loads(EVIDENCE_TOML.read_text(encoding="utf-8"))["event"]["day"]


def _claim_facts() -> dict[str, dict]:
    return tomllib.loads(EVIDENCE_TOML.read_text(encoding="utf-8"))["claim"]


@cache
def series_of() -> dict[str, tuple[str, ...]]:
    """Series codes by metric id and by claim in small letters (`c11`), each code once."""
    by_claim: dict[str, dict[str, None]] = {}
    for metric in metrics().values():
        by_claim.setdefault(metric.claim_id.lower(), {}).update(dict.fromkeys(metric.series_codes))
    return {metric.metric_id: metric.series_codes for metric in metrics().values()} | {
        claim_id: tuple(codes) for claim_id, codes in by_claim.items()
    }


@cache
def evidence_series() -> frozenset[str]:
    """Codes of every series that a metric shows, under either of its names.

    The bundle holds these, and a pull without names takes them.
    """
    codes = {code for metric in metrics().values() for code in metric.series_codes}
    with RENAMED_CSV.open(encoding="utf-8", newline="") as handle:
        older = {row["renamed_from"] for row in csv.DictReader(handle) if row["series_code"] in codes}
    return frozenset(codes | older)
