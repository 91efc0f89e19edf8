"""The web page: one HTML file with the claims, their charts, tables and sources, for any browser, offline.

It loads nothing from any server: script, style, charts and data are in the
file, and its policy (Content-Security-Policy) lets nothing else run. The same
warehouse gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text, clean_value
from localsdg.common.output_files import write_text
from localsdg.figures.chart.theme import PAGE_HEIGHT
from localsdg.figures.data import areas, queries
from localsdg.figures.data.catalogue import claim_codes
from localsdg.figures.data.figure import Figure, Result
from localsdg.figures.messages.messages import Words, words
from localsdg.figures.page import compare, scripts, top
from localsdg.figures.page import data as page_data
from localsdg.figures.page.area_data import pack_areas
from localsdg.figures.page.governments import governments, records, web
from localsdg.figures.page.languages import link_siblings, page_name
from localsdg.figures.page.places import area_lists
from localsdg.figures.page.slots import Specs, for_script, let_follow, sections, slots
from localsdg.registry.evidence import claims
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

__all__ = ["page_name", "write_page"]


def write_page(
    result: Result,
    settings: Settings,
    folder: Path,
    lang: str = "en",
    claim: str | Iterable[str] | None = None,
) -> Path:
    """Write the page (`page_name`) into `folder` and return its path; it appears whole or not at all.

    `result` is what `load_figures` gave for the same language; `claim` keeps
    the page to the named claims. Pages of the same figures in other languages
    that are in the folder link to it, and it to them. Raises `LocalsdgError`
    without a published warehouse.
    """
    w = words(lang)
    result = clean_value(result)
    con = open_published(settings)
    try:
        w = queries.in_edition(con, w)
        base = _base(con, result, w)
        page = _render(result, settings, con, w, base, claim_codes(claim))
    finally:
        con.close()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / page_name(claim, base["code"], lang)
    write_text(path, page)
    link_siblings(path, lang)
    return path


def _render(
    result: Result,
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    w: Words,
    base: dict[str, str],
    asked: tuple[str, ...],
) -> str:
    wanted = [claim for claim in claims() if not asked or claim in asked]
    by_figure = areas.load_areas(con, settings, w, wanted)
    specs = Specs()
    places = slots(result, settings, specs, w)
    let_follow(places, by_figure, specs, w)
    own_specs = list(specs.specs)
    lists = area_lists(con, w, by_figure, base["code"])
    rows = governments(con, settings, w)
    files: dict[str, int] = {}
    release = queries.rows(con, _RELEASE)[0]
    kind = base["kind"] if base["kind"] in top.KINDS else "world"
    line = next((one for one in result.figures if one.kind == "line"), None)
    figures = {
        slot["id"]: for_script(slot, settings, files) | page_data.without_rows(con, w, slot["id"], by_figure)
        for slot in places
    }
    reasons = sorted({*page_data.REASONS, *(key for figure in figures.values() for key in figure["without"])})
    data = {
        "lang": w.lang,
        "words": w.body["page"],
        "reasons": {key: w.say(f"reason.{key}") for key in reasons},
        "headers": w.body["column"],
        "specs": own_specs,
        "compare": compare.compare_specs(line, w) if line else [],
        "base": base,
        "top": top.outline_words(w, {slot["id"] for slot in places}),
        "figures": figures,
        "files": list(files),
        "plot": PAGE_HEIGHT,
        "version": release["version"],
        "lists": lists,
        "governments": rows,
    }
    area_data = {"figures": pack_areas(by_figure, specs.of), "specs": specs.specs[len(own_specs) :]}
    css = scripts.read("page.css")
    running = [scripts.read("no_flash.js"), scripts.own_script()]
    return _template(w).render(
        lang=w.lang,
        base=base,
        briefing=top.briefing(result, w, kind),
        sections=sections(wanted, places, w),
        lists=lists,
        policy=scripts.policy([*running, scripts.vega()], css),
        css=_safe(css),
        scripts=[_safe(text) for text in running],
        packed={
            "page-data": _safe(page_data.packed_json(data)),
            "area-data": _safe(page_data.packed_json(area_data)),
            "government-data": _safe(page_data.packed_json(records(con, settings, w))),
            "vega": _safe(scripts.packed_vega()),
        },
        version=release["version"],
        built=w.date(release["built_at"][:10]),
        sources=_sources(json.loads(release["sources"]), w),
        counts={
            "claims": len(wanted),
            "figures": len(result.figures),
            "missing": len(result.missing),
            "governments": len(rows),
        },
    )


_RELEASE = "select version, cast(built_at as varchar) as built_at, sources from meta.release"


def _template(w: Words) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(scripts.FILES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.globals |= {"say": lambda key, **values: w.say(f"page.{key}", **values), "w": w}
    return environment.get_template("page.html.j2")


def _safe(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def _printable(value: object) -> object:
    """A value without control characters; what is marked as safe is the page's own, and its hash is in the policy."""
    return clean_text(value) if type(value) is str else value


def _base(con: duckdb.DuckDBPyConnection, result: Result, w: Words) -> dict[str, str]:
    """The area that the page opens with."""
    if not result.figures:
        return {"code": "001", "name": w.area("001", "World"), "kind": "world"}
    figure: Figure = result.figures[0]
    kinds = queries.rows(con, f"select kind from core.area where area_code = '{figure.area_code}'")
    return {"code": figure.area_code, "name": figure.area, "kind": kinds[0]["kind"] if kinds else "world"}


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
                {"name": file["name"], "sha256": file["sha256"], "url": web(file["url"])} for file in source["files"]
            ],
        }
        for source in sorted(sources, key=lambda source: (source["source"], source["release"]))
    ]
