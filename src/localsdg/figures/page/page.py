"""The web page: one HTML file with the claims, their charts, tables and sources, for any browser, offline.

It loads nothing from any server: script, style, charts and data are in the
file, and its policy (Content-Security-Policy) lets nothing else run. The same
warehouse gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from localsdg.common.clean_text import clean_text, clean_value
from localsdg.figures.chart.picture import csv_text
from localsdg.figures.chart.spec import page_height, page_look, page_spec, page_step
from localsdg.figures.data import areas, queries
from localsdg.figures.data.catalogue import claim_codes, entries
from localsdg.figures.data.figure import Figure, NoData, Result
from localsdg.figures.messages.messages import Words, words
from localsdg.figures.page import data as page_data
from localsdg.figures.trace.explain import CHANGED, Chain, chains
from localsdg.registry.evidence import claims
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

FILES = Path(__file__).parent / "files"


def page_name(claim: str | Iterable[str] | None, area_code: str, lang: str) -> str:
    """`index.html` for the World's claims in English; a part says which: `index-C04-724.es.html`."""
    parts = ["index", *claim_codes(claim), "" if area_code == "001" else area_code]
    return "-".join(filter(None, parts)) + ("" if lang == "en" else f".{lang}") + ".html"


def write_page(
    result: Result,
    settings: Settings,
    folder: Path,
    lang: str = "en",
    claim: str | Iterable[str] | None = None,
) -> Path:
    """Write the page (`page_name`) into `folder` and return its path; it appears whole or not at all.

    `result` is what `load_figures` gave for the same language; `claim` keeps
    the page to the named claims. Raises `LocalsdgError` without a published warehouse.
    """
    w = words(lang)
    result = clean_value(result)
    base = _base(result, w)
    con = open_published(settings)
    try:
        w = queries.in_edition(con, w)
        page = _render(result, settings, con, w, base, claim_codes(claim))
    finally:
        con.close()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / page_name(claim, base["code"], lang)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(page, encoding="utf-8", newline="\n")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _render(
    result: Result,
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    w: Words,
    base: dict[str, str],
    asked: tuple[str, ...],
) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    wanted = [claim for claim in claims() if not asked or claim in asked]
    by_figure = {
        figure_id: by_area
        for figure_id, by_area in areas.load_areas(con, settings, w).items()
        if entries()[figure_id].claim in wanted
    }
    specs = _Specs()
    slots = _slots(result, settings, specs, w)
    _let_follow(slots, by_figure, specs, w)
    own_specs = list(specs.specs)
    area_data = {"figures": page_data.pack_areas(by_figure, specs.of), "specs": specs.specs[len(own_specs) :]}
    lists = page_data.area_lists(con, w, by_figure, base["code"])
    places = page_data.governments(con, settings, w)
    data = {
        "lang": w.lang,
        "words": w.body["page"],
        "reasons": {key: w.say(f"reason.{key}") for key in page_data.REASONS},
        "headers": w.body["column"],
        "specs": own_specs,
        "base": base,
        "figures": {
            slot["id"]: _for_script(slot, settings) | page_data.without_rows(con, slot["id"], by_figure)
            for slot in slots
        },
        "lists": lists,
        "governments": places,
    }
    css, *own = ((FILES / name).read_text(encoding="utf-8") for name in ("page.css", "no_flash.js", "page.js"))
    scripts = [own[0], _vega(), own[1]]
    release = queries.rows(con, _RELEASE)[0]
    environment = Environment(
        loader=FileSystemLoader(FILES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.globals |= {"say": lambda key, **values: w.say(f"page.{key}", **values), "w": w}
    return environment.get_template("page.html.j2").render(
        lang=w.lang,
        base=base,
        sections=_sections(wanted, slots, w),
        lists=lists,
        policy=_policy(scripts, css),
        css=Markup(css),
        scripts=[Markup(text) for text in scripts],
        data=Markup(page_data.packed_json(data)),
        area_data=Markup(page_data.packed_json(area_data)),
        version=release["version"],
        built=w.date(release["built_at"][:10]),
        sources=_sources(json.loads(release["sources"]), w),
        counts={
            "claims": len(wanted),
            "figures": len(result.figures),
            "missing": len(result.missing),
            "governments": len(places),
        },
    )


_RELEASE = "select version, cast(built_at as varchar) as built_at, sources from meta.release"


def _printable(value: object) -> object:
    """A value without control characters; what is marked as safe is the page's own, and its hash is in the policy."""
    return clean_text(value) if type(value) is str else value


def _let_follow(
    slots: list[dict[str, Any]], by_figure: dict[str, dict[str, Figure | str]], specs: _Specs, w: Words
) -> None:
    """Mark the places that the filter changes; one without a figure yet gets the frame for it."""
    for slot in slots:
        slot["follows"] = slot["id"] in by_figure
        if not slot["follows"] or slot["figure"]:
            continue
        if entries()[slot["id"]].areas == "country":
            slot["reason"] += " " + w.say("page.pick_country")
        slot |= _skeleton(next(area for area in by_figure[slot["id"]].values() if isinstance(area, Figure)), specs)


def _base(result: Result, w: Words) -> dict[str, str]:
    """The area that the page opens with."""
    for figure in result.figures:
        return {"code": figure.area_code, "name": figure.area}
    return {"code": "001", "name": w.area("001", "World")}


def _slots(result: Result, settings: Settings, specs: _Specs, w: Words) -> list[dict[str, Any]]:
    """The places of the page in the order of the catalogue: a figure, or why there is none."""
    traced = chains(settings, result.figures, samples=False)
    by_id: dict[str, Figure | NoData] = {}
    asked: list[Figure | NoData] = [*result.figures, *result.missing]
    for figure in asked:
        base = figure.figure_id if figure.figure_id in entries() else figure.figure_id.rpartition("-")[0]
        by_id[base] = figure
    slots = []
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
            "chain": None,
            "empty_title": subject[:1].upper() + subject[1:],
        }
        if isinstance(figure, NoData):
            slot["reason"] = figure.reason
        else:
            slot |= {
                "figure": figure,
                "chain": _chain(traced[figure.figure_id]),
                "table": _table(figure),
                "csv": "data:text/csv;charset=utf-8," + quote(csv_text(figure), safe="/,;:()!*"),
                **_skeleton(figure, specs),
            }
        slots.append(slot)
    return slots


def _skeleton(figure: Figure, specs: _Specs) -> dict[str, Any]:
    return {
        **specs.of(figure),
        "height": page_height(figure),
        "step": page_step(figure),
        "definition": figure.definition,
    }


def _for_script(slot: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """What the script has to know of a place."""
    place = {key: slot[key] for key in ("kind", "spec", "height", "step", "follows", "empty_title", "reason")}
    place["countries_only"] = entries()[slot["id"]].areas == "country"
    figure = slot["figure"]
    if figure:
        place["own"] = page_data.pack(figure) | {"figure_id": figure.figure_id}
        place["own"]["highlight"] = figure.encoding.highlight
    if slot["follows"]:
        sql = areas.sql_of_any(settings, entries()[slot["id"]])
        # the script finds the SQL of another area in that of the page's own, where nothing but the code differs
        if not figure or figure.sql.replace(f"'{figure.area_code}'", f"'{areas.ANY_AREA}'") != sql:
            place["sql"] = sql
    return place


def _table(figure: Figure) -> dict[str, Any]:
    """The table of a figure: heads and cells; a cell of `shown` carries the number as it is."""
    heads = dict(zip(figure.columns, figure.headers, strict=True))
    columns = page_data.table_columns(figure)
    return {
        "heads": [heads["value"] if c == "shown" else heads[c] for c in columns],
        "columns": columns,
        "rows": figure.rows,
    }


def _chain(chain: Chain) -> dict[str, Any]:
    """The chain of a figure as the page shows it: models, and files with their hash.

    Lists of areas and goals are left out here: they are among the sources.
    """
    files = [
        {
            "name": file.name,
            "release": file.release,
            "sha256": file.sha256,
            "rows": file.rows,
            "changed": file.state == CHANGED,
            "listed": file.source != "registry",
        }
        for file in chain.files
        if file.rows or file.source == "registry"
    ]
    return {"metrics": chain.metrics, "query": chain.query, "files": files, "count": chain.row_count}


def _sections(wanted: list[str], slots: list[dict[str, Any]], w: Words) -> list[dict[str, Any]]:
    return [
        {
            "id": claim_id,
            "title": w.say(f"claim.{claim_id}"),
            "statement": w.say(f"statement.{claim_id}"),
            "slots": [slot for slot in slots if slot["claim"] == claim_id],
        }
        for claim_id in wanted
    ]


def _sources(sources: list[dict[str, Any]], w: Words) -> list[dict[str, Any]]:
    """The files that the build read, by release; links only to web addresses."""
    return [
        {
            "source": source["source"],
            "release": source["release"],
            "origin": source["origin"],
            "fetched": w.date(str(source["fetched_at"])[:10]) if source["fetched_at"] else "",
            "licence": source["licence"],
            "attribution": source["attribution"],
            "files": [
                {"name": file["name"], "sha256": file["sha256"], "url": _web(file["url"])} for file in source["files"]
            ],
        }
        for source in sorted(sources, key=lambda source: (source["source"], source["release"]))
    ]


def _web(url: str | None) -> str:
    return url if url and url.startswith(("https://", "http://")) else ""


@cache
def _vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, as vl-convert holds them."""
    import vl_convert

    # a literal end tag inside a string of the bundle would end the script element
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub has no default
    return bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(scripts: list[str], css: str) -> str:
    """Only these scripts and this style run; nothing is loaded or sent, but pictures made here."""

    def hashed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {' '.join(map(hashed, scripts))}; style-src {hashed(css)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


class _Specs:
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
