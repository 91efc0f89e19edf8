"""The page of a profile: one sheet of A4 as an HTML file, without script, offline, with its charts inside.

A browser shows it and prints it on one page. The same warehouse gives the same bytes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_value
from localsdg.figures.chart.layout import text_width, wrap
from localsdg.figures.chart.picture_spec import plain_spec
from localsdg.figures.chart.size import Size
from localsdg.figures.deck.finding import table_cells
from localsdg.figures.deck.profile import reasons
from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from localsdg.figures.briefing.briefing import KeyNumber
    from localsdg.figures.data.figure import Figure
    from localsdg.figures.messages.messages import Words
    from localsdg.figures.profile.profile import Profile

CSS = Path(__file__).parent / "files" / "profile.css"
#: A chart of the page, in the pixels that its text sizes count in.
CHART = Size(600, 270)
#: Names of horizontal bars that a card has room for; reasons below the cards, and letters of one.
_BARS, _REASONS, _LETTERS = {"bar": 7, "grouped_bar": 5, "dumbbell": 5}, 5, 110
#: Points: the width of a card, what a table may take of its height, its text; fonts may be wider than is measured.
_WIDTH, _HEIGHT, _TEXT, _WIDER = 255.0, 106.0, 7.0, 1.2
_IDS = re.compile(r'\b(id="|url\(#|href="#)([\w-]+)')


def page_name(area_code: str, lang: str) -> str:
    """`profile-724.html`, `profile-barcelona.es.html`."""
    return f"profile-{area_code}" + ("" if lang == "en" else f".{lang}") + ".html"


def write_profile_page(profile: Profile, folder: Path, lang: str) -> Path:
    """Write the page into `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / page_name(profile.place.code, lang)
    path.write_text(render(clean_value(profile), words(lang)), encoding="utf-8")
    return path


def render(profile: Profile, w: Words) -> str:
    """The whole page; every text from the warehouse is escaped."""
    stamp, briefing = profile.stamp, profile.briefing
    figures = [figure for section in briefing.sections for figure in section.figures]
    cards = "".join(_card(figure, number, stamp.area, w) for number, figure in enumerate(figures))
    site = f' · <a href="{escape(profile.site)}">{escape(profile.site)}</a>' if profile.site else ""
    made = w.say("profile.made", version=stamp.version, date=w.date(stamp.built_at[:10]))
    body = (
        f'<header><p class="over">{escape(w.say("profile.title"))}</p><h1>{escape(stamp.area)}</h1>'
        f'<p class="facts">{escape(" · ".join(profile.facts))}{site}</p></header>'
        f'<section class="numbers">{"".join(map(_number, briefing.key_numbers))}</section>'
        f'<section class="cards" style="--rows:{-(-len(figures) // 2)}">{cards}</section>'
        f'<section class="ends">{_list(w.say("profile.missing"), _missing(profile, w))}'
        f"{_list(w.say('profile.limits'), list(briefing.limits))}</section>"
        f"<footer>{escape(' '.join(filter(None, [*_dates(figures), w.as_known, made])))}</footer>"
    )
    return (
        f'<!doctype html>\n<html lang="{w.lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:">\n'
        f"<title>{escape(stamp.area)} · localsdg</title>\n<style>\n{CSS.read_text(encoding='utf-8')}</style>\n"
        f"</head>\n<body>\n<main>{body}</main>\n</body>\n</html>\n"
    )


def _dates(figures: list[Figure]) -> list[str]:
    """The releases behind the findings as sentences, each once, at most four; each chart states its newest year."""
    stated = dict.fromkeys(figure.as_of.partition(", ")[0] for figure in figures if figure.as_of)
    return [f"{one[:1].upper()}{one[1:]}." for one in list(stated)[:4]]


def _number(number: KeyNumber) -> str:
    year = f'<span class="year">{number.year}</span>' if number.year else ""
    return f"<div><strong>{escape(number.value)}</strong><p>{escape(number.words)} {year}</p></div>"


def _card(figure: Figure, number: int, area: str, w: Words) -> str:
    """A finding: its title, its chart or table, its source; the page itself names its place."""
    subtitle = figure.subtitle.removeprefix(area).removeprefix(" · ")
    inner = _table(figure, w) if figure.kind == "table" else _chart(figure, number)
    return (
        f'<article id="{escape(figure.figure_id)}"><h2>{escape(figure.title)}</h2><p class="sub">{escape(subtitle)}</p>'
        f'{inner}<p class="source">{escape(figure.source)}</p></article>'
    )


def _chart(figure: Figure, number: int) -> str:
    """The chart as SVG, its ids made unlike those of the others on the page."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(plain_spec(_shortened(figure), CHART))
    svg = _IDS.sub(lambda hit: f"{hit[1]}c{number}-{hit[2]}", svg)
    label = escape(f"{figure.title}. {figure.subtitle}", quote=True)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def _shortened(figure: Figure) -> Figure:
    """Horizontal bars with as many names as a card has room for: the first, and that of the asked place."""
    order = figure.encoding.order
    most = _BARS.get(figure.kind, 0) if figure.encoding.colour != "goal" else 0
    if not most or len(order) <= most:
        return figure
    own = figure.encoding.highlight
    kept = order[:most] if own is None or own in order[:most] else (*order[: most - 1], own)
    rows = tuple(row for row in figure.rows if row["label"] in kept)
    return replace(figure, rows=rows, encoding=replace(figure.encoding, order=tuple(kept)))


def _table(figure: Figure, w: Words) -> str:
    headers, rows = table_cells(figure)
    links = [row.get("url") or "" for row in figure.rows]
    head = "".join(f"<th>{escape(text)}</th>" for text in headers)
    widths = _widths(headers, rows)
    lines: list[str] = []
    room = _HEIGHT - _row_height(headers, widths)
    for cells, url in zip(rows, links, strict=True):
        room -= _row_height(cells, widths)
        if room < 0 and lines:
            break
        first, *rest = map(escape, cells)
        if url.startswith(("https://", "http://")):
            first = f'<a href="{escape(url, quote=True)}">{first}</a>'
        lines.append(f"<tr>{''.join(f'<td>{text}</td>' for text in (first, *rest))}</tr>")
    more = len(rows) - len(lines)
    note = f'<p class="more">{escape(w.say("profile.more_rows", n=w.number(more)))}</p>' if more > 0 else ""
    columns = "".join(f'<col style="width:{100 * width / _WIDTH:.1f}%">' for width in widths)
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody>"
    return f"<table><colgroup>{columns}</colgroup>{body}</table>{note}"


def _row_height(cells: list[str], widths: list[float]) -> float:
    """Points that a row takes, its longest cell wrapped."""
    lines = max(len(wrap(text, (width - 5) / _WIDER, _TEXT)) for text, width in zip(cells, widths, strict=True))
    return lines * _TEXT * 1.3 + 3


def _widths(headers: list[str], rows: list[list[str]]) -> list[float]:
    """Points of each column, as wide as its cells; the widest ones share what is missing."""
    words = [max(text.split(), key=len, default="") for text in headers]
    natural = [
        max(text_width(text, _TEXT) for text in (word, *cells)) * _WIDER + 8
        for word, cells in zip(words, zip(*rows, strict=True), strict=True)
    ]
    over = sum(natural) - _WIDTH
    if over <= 0:
        return [width + -over / len(natural) for width in natural]
    fair = _WIDTH / len(natural)
    long = sum(max(width - fair, 0) for width in natural)
    return [width - max(width - fair, 0) * min(over / long, 1) for width in natural]


def _missing(profile: Profile, w: Words) -> list[str]:
    told = reasons(profile.result.missing, with_titles=not profile.place.is_local, most=_LETTERS)
    if len(told) > _REASONS:
        told = [*told[: _REASONS - 1], w.say("profile.and_more", n=w.number(len(told) - _REASONS + 1))]
    return told or [w.say("profile.nothing")]


def _list(head: str, texts: list[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<div><h3>{escape(head)}</h3><ul>{items}</ul></div>"
