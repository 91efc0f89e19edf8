"""The trained artefact: which file it is, and its tables in a database."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows, text
from localsdg.common.errors import LocalsdgError
from localsdg.linking.calibrate import MIN_KNOWN, SHORT
from localsdg.linking.weights import Scorer

if TYPE_CHECKING:
    import duckdb

HERE = Path(__file__).parent
#: The model that the project ships, and the one of free texts alone.
SHIPPED = HERE / "model" / "links.parquet"
FREE = HERE / "model" / "links_free.parquet"
#: A text shows its links when the best goal is at least this likely; chosen so that few texts about
#: nothing of the Agenda show one (see the model card).
SHOWN = 0.35
_CURVE = ("intercept", "score", "first", "lead", "lag", "known", "threshold")


@dataclass(frozen=True)
class Model:
    """An artefact and what its metadata says of it."""

    path: Path
    version: str
    #: Curve by `language:level:length`.
    curves: dict[str, dict]
    #: What its card states: data and figures (`card.py`).
    card: dict = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which links are learned."""
        return tuple(sorted({name.split(":")[0] for name in self.curves}))


def find_model(linking: Path) -> Path:
    """The user's own model in `data/linking`, else the shipped one."""
    own = linking / "links.parquet"
    return own if own.exists() else SHIPPED


def read_model(path: Path) -> Model:
    """Facts of an artefact. Raises `LocalsdgError` when the file is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        facts = json.loads(pq.read_schema(path).metadata[b"localsdg"])
        return Model(path, facts["version"], facts["curves"], facts.get("card", {}))
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise LocalsdgError(
            "not a model of links",
            where=path,
            expected="a file that `localsdg link train` wrote",
            got=error,
            next_step="train again, or take the file away to use the shipped model",
        ) from error


def lay_out(con: duckdb.DuckDBPyConnection, model: Model) -> Scorer:
    """The model's tables in a connection; returns the scorer that uses them."""
    scorer = Scorer(con)
    scorer.load(f"read_parquet({text(model.path)})")
    con.execute(
        "create or replace temp table link_curve (language varchar, level varchar, length varchar, "
        + ", ".join(f"{name} double" for name in _CURVE)
        + ")"
    )
    con.execute(
        "create or replace temp table link_knot (language varchar, level varchar, length varchar, "
        "start double, confidence double, next_start double, next_confidence double)"
    )
    curves, knots = [], []
    for name, curve in model.curves.items():
        place = dict(zip(("language", "level", "length"), name.split(":"), strict=True))
        curves.append({**place, **{one: float(curve[one]) for one in _CURVE}})
        # the line is level before its first knot and after its last
        at = [-1e9, *curve["at"], 1e9]
        sure = [curve["confidence"][0], *curve["confidence"], curve["confidence"][-1]]
        knots += [
            {**place, "start": start, "confidence": low, "next_start": end, "next_confidence": high}
            for (start, end), (low, high) in zip(pairwise(at), pairwise(sure), strict=True)
        ]
    insert_rows(con, "link_curve", curves)
    insert_rows(con, "link_knot", knots)
    return scorer


def link_parameters() -> dict[str, float]:
    """Parameters of `sql/linking/links.sql`."""
    return {"shown": SHOWN, "short": SHORT, "min_known": MIN_KNOWN}
