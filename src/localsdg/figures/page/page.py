"""The web page: one HTML file with the claims, their charts, tables and sources, for any browser, offline.

Nothing is asked of any server: script, style, charts and data stand in the
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
from localsdg.figures.data import areas
from localsdg.figures.data import queries as ask
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

    wanted = [one for one in claims() if not asked or one in asked]
    made = {
        figure_id: by_area
        for figure_id, by_area in areas.load_areas(con, settings, w).items()
        if entries()[figure_id].claim in wanted
    }
    specs = _Specs()
    slots = _slots(result, settings, specs, w)
    _let_follow(slots, made, specs, w)
    own_specs = list(specs.found)
    area_data = {"figures": page_data.pack_areas(made, specs.of), "specs": specs.found[len(own_specs) :]}
    lists = page_data.area_lists(con, w, made, base["code"])
    places = page_data.governments(con, settings, w)
    data = {
        "lang": w.lang,
        "words": w.body["page"],
        "no_rows": w.say("reason.no_rows"),
        "only_country": w.say("reason.only_country"),
        "headers": w.body["column"],
        "specs": own_specs,
        "base": base,
        "figures": {slot["id"]: _for_script(slot, settings) for slot in slots},
        "lists": lists,
        "governments": places,
    }
    css, *own = ((FILES / name).read_text(encoding="utf-8") for name in ("page.css", "early.js", "page.js"))
    scripts = [own[0], _vega(), own[1]]
    release = ask.rows(con, _RELEASE)[0]
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
        data=Markup(page_data.script_json(data)),
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
    """A value without control characters; what is marked as safe is ours, and its hash is in the policy."""
    return clean_text(value) if type(value) is str else value


def _let_follow(slots: list[dict[str, Any]], made: dict[str, dict[str, Figure | str]], specs: _Specs, w: Words) -> None:
    """Mark the places that the filter changes; one without a figure yet gets the frame for it."""
    for slot in slots:
        slot["follows"] = slot["id"] in made
        if not slot["follows"] or slot["figure"]:
            continue
        if entries()[slot["id"]].areas == "country":
            slot["reason"] += " " + w.say("page.pick_country")
        slot |= _skeleton(next(one for one in made[slot["id"]].values() if isinstance(one, Figure)), specs)


def _base(result: Result, w: Words) -> dict[str, str]:
    """The area that the page opens with."""
    for one in result.figures:
        return {"code": one.area_code, "name": one.area}
    return {"code": "001", "name": w.area("001", "World")}


def _slots(result: Result, settings: Settings, specs: _Specs, w: Words) -> list[dict[str, Any]]:
    """The places of the page in the order of the catalogue: a figure, or why there is none."""
    traced = chains(settings, result.figures, samples=False)
    by_id: dict[str, Figure | NoData] = {}
    for one in (*result.figures, *result.missing):
        base = one.figure_id if one.figure_id in entries() else one.figure_id.rpartition("-")[0]
        by_id[base] = one
    slots = []
    for figure_id in entries():
        if figure_id not in by_id:
            continue
        one, subject = by_id[figure_id], w.say(f"subject.{figure_id}")
        slot = {
            "id": figure_id,
            "claim": one.claim_id,
            "title": one.title,
            "figure": None,
            "reason": "",
            "kind": entries()[figure_id].kind,
            "spec": None,
            "height": 0,
            "step": 0,
            "chain": None,
            "empty_title": subject[:1].upper() + subject[1:],
        }
        if isinstance(one, NoData):
            slot["reason"] = one.reason
        else:
            slot |= {
                "figure": one,
                "chain": _chain(traced[one.figure_id]),
                "table": _table(one),
                "csv": "data:text/csv;charset=utf-8," + quote(csv_text(one)),
                **_skeleton(one, specs),
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
    facts = {key: slot[key] for key in ("kind", "spec", "height", "step", "follows", "empty_title", "reason")}
    facts["countries_only"] = entries()[slot["id"]].areas == "country"
    figure = slot["figure"]
    if figure:
        facts["own"] = page_data.pack(figure) | {"figure_id": figure.figure_id}
        facts["own"]["highlight"] = figure.encoding.highlight
    if slot["follows"]:
        facts["sql"] = areas.sql_of_any(settings, entries()[slot["id"]])
    return facts


def _table(figure: Figure) -> dict[str, Any]:
    """The table of a figure: heads and cells; a cell of `shown` carries the number as it is."""
    heads = dict(zip(figure.columns, figure.headers, strict=True))
    columns = page_data.table_columns(figure)
    return {
        "heads": [heads["value"] if c == "shown" else heads[c] for c in columns],
        "columns": columns,
        "rows": figure.rows,
    }


def _chain(found: Chain) -> dict[str, Any]:
    """The chain of a figure as the page shows it: models, and files with their hash.

    Lists of areas and goals are left out here: they are among the sources.
    """
    files = [
        {
            "name": one.name,
            "release": one.release,
            "sha256": one.sha256,
            "rows": one.rows,
            "changed": one.state == CHANGED,
            "listed": one.source != "registry",
        }
        for one in found.files
        if one.rows or one.source == "registry"
    ]
    return {"metrics": found.metrics, "query": found.query, "files": files, "count": found.row_count}


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


def _sources(found: list[dict[str, Any]], w: Words) -> list[dict[str, Any]]:
    """The files that the build read, by release; links only to web addresses."""
    return [
        {
            "source": one["source"],
            "release": one["release"],
            "origin": one["origin"],
            "fetched": w.date(str(one["fetched_at"])[:10]) if one["fetched_at"] else "",
            "licence": one["licence"],
            "attribution": one["attribution"],
            "files": [
                {"name": file["name"], "sha256": file["sha256"], "url": _web(file["url"])} for file in one["files"]
            ],
        }
        for one in sorted(found, key=lambda one: (one["source"], one["release"]))
    ]


def _web(url: str | None) -> str:
    return url if url and url.startswith(("https://", "http://")) else ""


@cache
def _vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, as vl-convert holds them."""
    import vl_convert

    # a literal end tag inside a string of the bundle would end the script element
    return vl_convert.javascript_bundle().replace("</script", "<\\/script").replace("<!--", "<\\!--")


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
        self._seen: dict[Any, int | None] = {}
        self.found: list[dict[str, Any]] = []

    def of(self, figure: Figure) -> dict[str, Any]:
        """`spec`, the place of the figure's specification in `found` (None for a table)."""
        look = page_look(figure)
        if look not in self._seen:
            spec = page_spec(figure)
            self._seen[look] = None if spec is None else len(self.found)
            if spec is not None:
                self.found.append(spec)
        return {"spec": self._seen[look]}
