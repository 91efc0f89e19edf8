"""Drawing a figure with Altair: SVG, PNG of 1920 x 1080, and a CSV of what it shows."""

from __future__ import annotations

import csv
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localsdg.figures.figure import Figure

_WIDTH, _HEIGHT = 960, 540
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
        writer = csv.DictWriter(handle, ["year", "value"], extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(figure.rows)
    return [svg, png, table]


def _chart(figure: Figure):
    import altair as alt

    data = alt.Data(values=[{"year": r["year"], "value": r["value"]} for r in figure.rows])
    years = [row["year"] for row in figure.rows]
    notes = [*textwrap.wrap(figure.source, 110), *textwrap.wrap(figure.caveat, 110)]
    years_axis = alt.Axis(
        format="d", grid=False, tickCount=8, title=notes, titleAnchor="start", titleAlign="left",
        titleFontSize=14, titleFontWeight="normal", titleColor=_GREY, titlePadding=14,
    )
    base = alt.Chart(data).encode(
        x=alt.X("year:Q", axis=years_axis,
                scale=alt.Scale(domain=[min(years) - 0.5, max(years) + 0.5], nice=False)),
        y=alt.Y("value:Q", axis=alt.Axis(title=None, domain=False, ticks=False),
                scale=alt.Scale(zero=True)),
    )
    ends = base.transform_filter(
        (alt.datum.year == min(years)) | (alt.datum.year == max(years))
    )
    return alt.layer(
        base.mark_line(color=_BLUE, strokeWidth=1.5),
        base.mark_circle(color=_BLUE, size=90, opacity=1),
        ends.mark_text(dy=-18, fontSize=20, fontWeight="bold", color=_INK).encode(text="value:Q"),
    ).properties(
        width=_WIDTH, height=_HEIGHT, padding={"left": 36, "right": 36, "top": 28, "bottom": 20},
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        title=alt.TitleParams(
            textwrap.wrap(figure.title, 66), anchor="start", frame="group", fontSize=24, color=_INK,
            offset=22, subtitle=[figure.subtitle], subtitleFontSize=18, subtitleColor=_GREY,
            subtitlePadding=8,
        ),
    ).configure(
        font="DejaVu Sans, Arial, sans-serif", background="white",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(labelFontSize=16, labelColor=_INK, gridColor="#dddddd"),
    )
