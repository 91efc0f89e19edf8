"""The claims of the event (`evidence.toml`) and the metrics that measure them (`metrics/*.toml`).

A metric's id is the name of its SQL model (`sql/evidence/<metric_id>.sql`) and
of its view; the name of its file is its claim. Whether a metric has data is
told by the build, not here.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

EVIDENCE_TOML = Path(__file__).parent / "evidence.toml"
METRICS = Path(__file__).parent / "metrics"
#: claim_id, series_code: what the bundle and a pull without names take.
EVIDENCE_SERIES_CSV = Path(__file__).parent / "evidence_series.csv"
#: crisis_id, title, first_year, last_year, reason: the crises whose effect is measured.
CRISES_CSV = Path(__file__).parent / "crises.csv"
#: Counts that others published, each with its publisher and date.
PUBLISHED_CSV = Path(__file__).parent / "published_figures.csv"
#: place, partner_kind, language, phrase: what tells the kind of a partner (`core.action_partner`).
PARTNER_KINDS_CSV = Path(__file__).parent / "partner_kinds.csv"


@dataclass(frozen=True)
class Claim:
    """What the event said, in our words; status as in `evidence.claim`."""

    claim_id: str
    title: str
    statement: str
    status: str


@dataclass(frozen=True)
class Metric:
    """One way to measure a claim: one SQL model, one unit.

    `unit` is a code of the UN service as in `core.observation.unit`, or words.
    `caveat` is the caveat of every row whose model gives none. `needs` says what
    the model asks for beyond a value, for the reason of a metric without data.
    """

    metric_id: str
    claim_id: str
    title: str
    unit: str
    definition: str
    series_codes: tuple[str, ...]
    caveat: str
    needs: str | None = None


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by id, in the order of the claims and of their files."""
    return {
        metric_id: Metric(metric_id, claim_id, **{**facts, "series_codes": tuple(facts["series_codes"])})
        for claim_id, body in _metric_files(METRICS).items()
        for metric_id, facts in body.items()
    }


def _metric_files(folder: Path) -> dict[str, dict]:
    """Claim id -> what its file declares. Raises `ValueError` when an id stands in two files."""
    bodies = {
        path.stem.upper(): tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))
    }
    ids = [metric_id for body in bodies.values() for metric_id in body]
    if doubled := sorted({one for one in ids if ids.count(one) > 1}):
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


def _claim_facts() -> dict[str, dict]:
    return tomllib.loads(EVIDENCE_TOML.read_text(encoding="utf-8"))["claim"]


@cache
def evidence_series() -> frozenset[str]:
    """Codes of every series that the claims name, under either of its names."""
    with EVIDENCE_SERIES_CSV.open(encoding="utf-8") as handle:
        return frozenset(row["series_code"] for row in csv.DictReader(handle))
