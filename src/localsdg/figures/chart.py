"""Drawing a figure with Altair: SVG, PNG of 1920 x 1080, and a CSV of what it shows."""

from __future__ import annotations

import csv
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localsdg.figures.world import Figure

_WIDTH, _HEIGHT = 840, 340
_BLUE, _INK, _GREY = "#0a5c8c", "#1b1b1b", "#595959"


def draw(figure: Figure, folder: Path) -> list[Path]:
    """Write `<figure_id>.svg`, `.png` and `.csv` into `folder`; returns the paths.

    The axis of values starts at zero; years without a published value are
    gaps between the points, joined by a thin line.
    """
    import vl_convert

    folder.mkdir(parents=True, exist_ok=True)
    spec = _chart(figure).to_json()
    svg = folder / f"{figure.figure_id}.svg"
    svg.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    png = svg.with_suffix(".png")
    png.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))
    table = svg.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, ["year", "value"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(figure.rows)
    return [svg, png, table]


def _chart(figure: Figure):
    import altair as alt

    data = alt.Data(values=list(figure.rows))
    years = [row["year"] for row in figure.rows]
    base = alt.Chart(data).encode(
        x=alt.X("year:Q", axis=alt.Axis(format="d", title=None, grid=False, tickCount=8),
                scale=alt.Scale(domain=[min(years), max(years)], nice=False)),
        y=alt.Y("value:Q", axis=alt.Axis(title=None, domain=False), scale=alt.Scale(zero=True)),
    )
    ends = base.transform_filter(
        (alt.datum.year == min(years)) | (alt.datum.year == max(years))
    )
    return alt.layer(
        base.mark_line(color=_BLUE, strokeWidth=1.5),
        base.mark_circle(color=_BLUE, size=90, opacity=1),
        ends.mark_text(dy=-18, fontSize=18, fontWeight="bold", color=_INK).encode(text="value:Q"),
    ).properties(
        width=_WIDTH, height=_HEIGHT, padding={"left": 40, "right": 40, "top": 24, "bottom": 12},
        autosize=alt.AutoSizeParams(type="pad", contains="padding"),
        title=alt.TitleParams(
            textwrap.wrap(figure.title, 70), anchor="start", fontSize=24, color=_INK, offset=18,
            subtitle=[figure.subtitle], subtitleFontSize=16, subtitleColor=_GREY,
        ),
    ).properties(
        name=figure.figure_id.replace("-", "_"),
    ).configure_view(stroke=None).configure_axis(
        labelFontSize=16, labelColor=_INK, gridColor="#dddddd"
    ).configure(font="DejaVu Sans, Arial, sans-serif", background="white")
