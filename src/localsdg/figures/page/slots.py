"""The places of the page, in the order of the claims: a figure, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.csv_file import csv_text
from localsdg.figures.chart.spec import page_height, page_look, page_spec, page_step
from localsdg.figures.data import areas
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.figure import Figure, NoData, Result
from localsdg.figures.page import data as page_data
from localsdg.figures.trace.explain import CHANGED, Chain, chains

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.figures.messages.messages import Words

#: How many figures of a claim are open at once; the others follow below them, closed.
OPEN = 2
_RANK = {"strong": 0, "fair": 1, "weak": 2}


class Specs:
    """Specifications of charts, each made and kept once however many figures look like it."""

    def __init__(self) -> None:
        self._places: dict[Any, int | None] = {}
        self.specs: list[dict[str, Any]] = []

    def of(self, figure: Figure) -> dict[str, Any]:
        """`spec`, the place of the figure's specification in `specs` (None for a table)."""
        look = page_look(figure)
        if look not in self._places:
            spec = page_spec(figure)
            self._places[look] = None if spec is None else len(self.specs)
            if spec is not None:
                self.specs.append(spec)
        return {"spec": self._places[look]}


def slots(result: Result, settings: Settings, specs: Specs, w: Words) -> list[dict[str, Any]]:
    """The places in the order of the catalogue."""
    traced = chains(settings, result.figures, samples=False)
    by_id: dict[str, Figure | NoData] = {}
    asked: list[Figure | NoData] = [*result.figures, *result.missing]
    for figure in asked:
        base = figure.figure_id if figure.figure_id in entries() else figure.figure_id.rpartition("-")[0]
        by_id[base] = figure
    places = []
    for figure_id in entries():
        if figure_id not in by_id:
            continue
        figure, subject = by_id[figure_id], w.say(f"subject.{figure_id}")
        slot: dict[str, Any] = {
            "id": figure_id,
            "claim": figure.claim_id,
            "title": figure.title,
            "figure": None,
            "reason": "",
            "kind": entries()[figure_id].kind,
            "spec": None,
            "height": 0,
            "step": 0,
            "trace": None,
            "empty_title": subject[:1].upper() + subject[1:],
        }
        if isinstance(figure, NoData):
            slot["reason"] = figure.reason
        else:
            slot |= {
                "figure": figure,
                "trace": traced[figure.figure_id],
                "table": table(figure),
                **skeleton(figure, specs),
            }
        places.append(slot)
    return places


def let_follow(
    places: list[dict[str, Any]], by_figure: dict[str, dict[str, Figure | str]], specs: Specs, w: Words
) -> None:
    """Mark the places that the filter changes; one without a figure yet gets the frame for it."""
    for slot in places:
        slot["follows"] = slot["id"] in by_figure
        if not slot["follows"] or slot["figure"]:
            continue
        if entries()[slot["id"]].areas == "country":
            slot["reason"] += " " + w.say("page.pick_country")
        slot |= skeleton(next(area for area in by_figure[slot["id"]].values() if isinstance(area, Figure)), specs)


def skeleton(figure: Figure, specs: Specs) -> dict[str, Any]:
    """What a place needs to draw any figure of its kind."""
    return {
        **specs.of(figure),
        "height": page_height(figure),
        "step": page_step(figure),
        "definition": figure.definition,
    }


def for_script(slot: dict[str, Any], settings: Settings, files: dict[str, int]) -> dict[str, Any]:
    """What the script has to know of a place; `files` are the places of hashes in the list of files."""
    place = {key: slot[key] for key in ("claim", "kind", "spec", "height", "step", "follows", "empty_title", "reason")}
    entry = entries()[slot["id"]]
    place["only"] = entry.areas
    place["countries"] = entry.query == areas.OF_COUNTRIES
    figure = slot["figure"]
    if figure:
        place["own"] = page_data.pack(figure) | {"figure_id": figure.figure_id}
        place["own"]["highlight"] = figure.encoding.highlight
        place["csv"] = csv_text(figure, "comment")
        place["trace"] = _trace(slot["trace"], files) | {"sql": figure.sql}
    if slot["follows"]:
        sql = areas.sql_of_any(settings, entry)
        # the script finds the SQL of another area in that of the page's own, where nothing but the code differs
        if not figure or figure.sql.replace(f"'{figure.area_code}'", f"'{areas.ANY_AREA}'") != sql:
            place["sql"] = sql
    return place


def table(figure: Figure) -> dict[str, Any]:
    """The table of a figure: heads and cells; a cell of `shown` carries the number as it is."""
    heads = dict(zip(figure.columns, figure.headers, strict=True))
    columns = page_data.table_columns(figure)
    return {
        "heads": [heads["value"] if c == "shown" else heads[c] for c in columns],
        "columns": columns,
        "rows": figure.rows,
    }


def _trace(chain: Chain, files: dict[str, int]) -> dict[str, Any]:
    """The chain of a figure as the page shows it: models, and files by their place in the page's list.

    Lists of areas and goals are left out here: they are among the sources.
    """
    listed = [
        [files.setdefault(file.sha256, len(files)), file.name, file.release, file.rows]
        + [int(file.state == CHANGED), int(file.source != "registry")]
        for file in chain.files
        if file.rows or file.source == "registry"
    ]
    return {"models": [*(metric.model for metric in chain.metrics), chain.query], "files": listed}


def sections(wanted: list[str], places: list[dict[str, Any]], w: Words) -> list[dict[str, Any]]:
    """The claims with their places: the strongest first, and what is not drawn last."""

    def rank(slot: dict[str, Any]) -> int:
        return _RANK[slot["figure"].finding.strength] if slot["figure"] else len(_RANK)

    claims = []
    for claim_id in wanted:
        own = sorted((slot for slot in places if slot["claim"] == claim_id), key=rank)
        claims.append(
            {
                "id": claim_id,
                "title": w.say(f"claim.{claim_id}"),
                "statement": w.say(f"statement.{claim_id}"),
                "slots": own[:OPEN],
                "more": own[OPEN:],
            }
        )
    return claims
