"""Names of pages, and the links between pages of the same figures in several languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from localsdg.common.output_files import write_text
from localsdg.figures.data.catalogue import claim_codes
from localsdg.figures.messages.messages import LANGUAGES, words

#: The place of the links in a page; nothing but links is between the marks.
_LINKS = re.compile(r"(<!--languages-->).*?(<!--/languages-->)", re.DOTALL)


def page_name(claim: str | Iterable[str] | None, area_code: str, lang: str) -> str:
    """`index.html` for the World's claims in English; a part says which: `index-C04-724.es.html`."""
    parts = ["index", *claim_codes(claim), "" if area_code == "001" else area_code]
    return "-".join(filter(None, parts)) + ("" if lang == "en" else f".{lang}") + ".html"


def link_siblings(path: Path, lang: str) -> None:
    """Write into a page, and into those of the same figures in other languages beside it, links to each other."""
    stem = path.name.removesuffix(".html").removesuffix(f".{lang}")
    pages = {
        code: page
        for code in LANGUAGES
        if (page := path.with_name(f"{stem}.html" if code == "en" else f"{stem}.{code}.html")).is_file()
    }
    for own, page in pages.items():
        text = page.read_text(encoding="utf-8")
        links = " ".join(_link(code, pages[code].name, is_own=code == own) for code in pages) if len(pages) > 1 else ""
        linked = _LINKS.sub(rf"\g<1>{links}\g<2>", text, count=1)
        if linked != text:
            write_text(page, linked)


def _link(code: str, name: str, *, is_own: bool) -> str:
    language = words(code).language(code)
    if is_own:
        return f'<b lang="{code}">{language}</b>'
    return f'<a class="language" lang="{code}" hreflang="{code}" href="{name}">{language}</a>'
