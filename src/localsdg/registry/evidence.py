"""The claims of the event and the metrics that measure them, from `evidence.toml`.

A metric's id is the name of its SQL model (`sql/evidence/<metric_id>.sql`) and
of its view. Whether a metric has data is told by the build, not here.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

EVIDENCE_TOML = Path(__file__).parent / "evidence.toml"
#: claim_id, series_code: what the bundle and a pull without names take.
EVIDENCE_SERIES_CSV = Path(__file__).parent / "evidence_series.csv"
#: Counts that others published, each with its publisher and date.
PUBLISHED_CSV = Path(__file__).parent / "published_figures.csv"


@dataclass(frozen=True)
class Claim:
    """What the event said, in our words; status as in `evidence.claim`."""

    claim_id: str
    title: str
    statement: str
    status: str


@dataclass(frozen=True)
class Metric:
    """One way to measure a claim: one SQL model, one unit."""

    metric_id: str
    claim_id: str
    title: str
    unit: str
    definition: str
    series_codes: tuple[str, ...]
    caveat: str


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by id, in the order of the file."""
    return {
        metric_id: Metric(metric_id, **{**facts, "series_codes": tuple(facts["series_codes"])})
        for metric_id, facts in _body()["metric"].items()
    }


@cache
def claims() -> dict[str, Claim]:
    """All claims by id; one without a metric is `not measured yet`, and keeps its row."""
    measured = {metric.claim_id for metric in metrics().values()}
    return {
        claim_id: Claim(
            claim_id, **facts, status="measured" if claim_id in measured else "not measured yet"
        )
        for claim_id, facts in _body()["claim"].items()
    }


@cache
def _body() -> dict:
    return tomllib.loads(EVIDENCE_TOML.read_text(encoding="utf-8"))


@cache
def evidence_series() -> frozenset[str]:
    """Codes of every series that the claims name, under either of its names."""
    with EVIDENCE_SERIES_CSV.open(encoding="utf-8") as handle:
        return frozenset(row["series_code"] for row in csv.DictReader(handle))
