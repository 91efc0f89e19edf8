"""The trained artefact: which file it is, and its tables in a database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows, text
from localsdg.common.errors import LocalsdgError
from localsdg.linking.calibrate import KINDS, MIN_KNOWN, TEXT
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
#: Names of lengths in models of earlier versions, and the fewest words of each; their curves are for both kinds.
_EARLIER = {"short": 0, "long": 50}
#: A kind of text that is about something of the Agenda for sure, as the title of a local indicator is: it
#: shows its links however unlikely, with the confidence of other texts.
INDICATOR = "indicator"
_CURVE = ("intercept", "score", "first", "lead", "lag", "known", "threshold")


@dataclass(frozen=True)
class Model:
    """An artefact and what its metadata says of it."""

    path: Path
    version: str
    #: Curve by `language:level:kind:fewest words` of a class of length.
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
        "create or replace temp table link_curve (language varchar, level varchar, kind varchar, length integer, "
        "longer integer, " + ", ".join(f"{name} double" for name in _CURVE) + ")"
    )
    con.execute(
        "create or replace temp table link_knot (language varchar, level varchar, kind varchar, length integer, "
        "start double, confidence double, next_start double, next_confidence double)"
    )
    curves: list[dict] = []
    knots: list[dict] = []
    classes = {name: list(_classes(name, model)) for name in model.curves}
    lengths = sorted({length for found in classes.values() for _, length in found})
    for name, curve in model.curves.items():
        language, level = name.split(":")[:2]
        for kind, length in classes[name]:
            place = {"language": language, "level": level, "kind": kind, "length": length}
            longer = next((one for one in lengths if one > length), 1_000_000_000)
            curves.append({**place, "longer": longer, **{one: float(curve[one]) for one in _CURVE}})
            knots += [{**place, **knot} for knot in _knots(curve)]
    insert_rows(con, "link_curve", curves)
    insert_rows(con, "link_knot", knots)
    return scorer


def _knots(curve: dict) -> list[dict[str, float]]:
    """The pieces of a curve's line: where each starts and ends, and the confidence there."""
    # the line is level before its first knot and after its last
    at = [-1e9, *curve["at"], 1e9]
    sure = [curve["confidence"][0], *curve["confidence"], curve["confidence"][-1]]
    return [
        {"start": start, "confidence": low, "next_start": end, "next_confidence": high}
        for (start, end), (low, high) in zip(pairwise(at), pairwise(sure), strict=True)
    ]


def _classes(name: str, model: Model) -> Iterator[tuple[str, int]]:
    """Kinds of text, each with the fewest words, that a curve is for: its own, and one without curves of its own."""
    language, level, kind, *_ = parts = name.split(":")
    length = parts[-1]
    if length in _EARLIER:
        yield from ((one, _EARLIER[length]) for one in KINDS)
        return
    for one in KINDS:
        if one == kind or not any(other.startswith(f"{language}:{level}:{one}:") for other in model.curves):
            yield one, int(length)


def link_parameters(kind: str) -> dict[str, float | str]:
    """Parameters of `sql/linking/links.sql` for texts of a kind (`calibrate.TEXT` or `RECORD`, or `INDICATOR`)."""
    shown, curve = (0.0, TEXT) if kind == INDICATOR else (SHOWN, kind)
    return {"shown": shown, "min_known": MIN_KNOWN, "kind": curve}
