"""Pages for tests: a warehouse with hostile names, and a page taken apart again."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
from lxml import html

from localsdg.common.settings import Settings
from localsdg.figures.data.load import load_figures
from localsdg.figures.page.data import SHARED
from localsdg.figures.page.page import write_page

SCRIPT = "<script>window.hacked = true</script><img src=x onerror='window.hacked = true'>"
FORMULA = "=1+1"


def make_page(settings: Settings, folder: Path, lang: str = "en", **asked: Any) -> Path:
    """The page of a warehouse, as `localsdg figures` writes it."""
    return write_page(load_figures(settings, lang=lang, **asked), settings, folder, lang, asked.get("claim"))


def hostile_home(built: Settings, home: Path) -> Settings:
    """A copy of the built warehouse in which two governments with figures have names that attack."""
    settings = Settings(home=home)
    settings.published.parent.mkdir(parents=True)
    shutil.copyfile(built.published, settings.published)
    with duckdb.connect(str(settings.published)) as con:
        named = con.sql(
            "select distinct local_government_id from evidence.metric_value "
            "where metric_id = 'c05_completeness' and local_government_id in ('bristol', 'barcelona')"
        ).fetchall()
        assert sorted(named) == [("barcelona",), ("bristol",)]
        for place, name, url in (
            ("bristol", SCRIPT, "javascript:window.hacked=true"),
            ("barcelona", FORMULA, 'https://example.org/?a=1&b="2"'),
        ):
            con.execute(
                "update core.local_government set name = ?, site_url = ? where local_government_id = ?",
                [name, url, place],
            )
    return settings


def tree_of(path: Path) -> html.HtmlElement:
    """The page as a tree."""
    return html.document_fromstring(path.read_text(encoding="utf-8"))


def data_of(tree: html.HtmlElement) -> dict[str, Any]:
    """The data of the page's script."""
    return _unpacked(tree, "page-data")


def areas_of(tree: html.HtmlElement) -> dict[str, Any]:
    """The figures of all areas."""
    return _unpacked(tree, "area-data")


def _unpacked(tree: html.HtmlElement, name: str) -> dict[str, Any]:
    return json.loads(text_of(tree, name))


def text_of(tree: html.HtmlElement, name: str) -> str:
    """A text that the page holds packed."""
    return gzip.decompress(base64.b64decode(tree.get_element_by_id(name).text)).decode()


def area_pack(held: dict[str, Any], code: str) -> dict[str, Any] | str | None:
    """The figure of an area out of those of all, as the script unfolds it; why there is none; None without a row."""
    if code in held["none"]:
        return held["none"][code]
    if code not in held["codes"]:
        return None

    def at(values: list[Any], index: int) -> Any:
        return values[0] if len(values) == 1 else values[index]

    place = held["codes"].index(code)
    start = sum(held["n"][:place])
    rows = list(range(start, start + held["n"][place]))
    if "rows" in held:
        rows = [held["rows"][row] for row in rows]
    pack = {name: at(values, place) for name, values in held["fields"].items()}
    texts = {name: held["texts"][pack[name]] for name in SHARED if pack.get(name) is not None}
    columns = {name: [at(values, row) for row in rows] for name, values in held["columns"].items()}
    return pack | texts | {"n": len(rows), "columns": columns}


def column(pack: dict[str, Any], name: str) -> list[Any]:
    """A column of a packed figure, one value a row."""
    values = pack["columns"].get(name)
    return values if isinstance(values, list) else [values] * pack["n"]
