"""Pictures that do not lie: each rule is checked on the specification, and has a case that breaks it."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import struct
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import altair as alt
import pytest
from figure_helpers import settings, value

from localsdg.common.progress import Progress
from localsdg.figures.chart import layout
from localsdg.figures.chart import picture as chart
from localsdg.figures.chart.datasets import bridges, params, runs
from localsdg.figures.chart.draw_pool import NotDrawn
from localsdg.figures.chart.foot import foot_text
from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.chart.spec import chart_spec, page_look, page_spec
from localsdg.figures.chart.theme import PAGE, PICTURE, page_rows
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures

EVIL = ("<script>alert(1)</script>", "=1+1", "@SUM(A1)")
SITES = "c05_completeness"


def one_figure(tmp_path: Path, rows: list[dict], figure_id: str, area: str = "001", **more) -> Figure:
    found = load_figures(settings(tmp_path, rows, **more), figure_id[:3], area)
    return next(one for one in found.figures if one.figure_id == figure_id)


@pytest.fixture
def line(tmp_path) -> Figure:
    rows = [value(1990, 36), value(1991, 35), value(1995, 30), value(1996, 2.5, censoring="<")]
    return one_figure(tmp_path, rows, "c01-extreme-poverty")


@pytest.fixture
def bar(tmp_path) -> Figure:
    rows = [value(2015, 10), value(2015, 44, "202"), value(2015, 5, "150", censoring=">")]
    return one_figure(tmp_path, rows, "c01-extreme-poverty-areas")


@pytest.fixture
def evil(tmp_path) -> Figure:
    names = [{"local_government_id": f"g{n}", "name": name, "area_code": "724"} for n, name in enumerate(EVIL)]
    counts = ("official indicators with own numbers", "called complete by the site")
    rows = [
        value(
            2024,
            n + 3 * counts.index(part),
            "724",
            SITES,
            local_government_id=f"g{n}",
            dimensions={"measure": part, "site": f"s{n}"},
        )
        for n in range(3)
        for part in counts
    ]
    return one_figure(tmp_path, rows, "c05-completeness", core_local_government=names)


def channels(spec: dict, mark: str) -> list[dict]:
    return [layer["encoding"] for layer in spec["layer"] if layer["mark"]["type"] == mark and "encoding" in layer]


def values_of(spec: dict) -> dict[str, object]:
    """The parameters of a specification."""
    return {param["name"]: param["value"] for param in spec["params"]}


def not_from_zero(spec: dict) -> list[str]:
    """Bars whose axis of values does not hold zero."""
    named = values_of(spec)
    return [
        name
        for encoding in channels(spec, "bar")
        for name in ("x", "y")
        if encoding[name]["type"] == "quantitative"
        and not named[encoding[name]["scale"]["domain"][0]["expr"]] <= 0 <= named["high"]
    ]


def test_specifications_are_valid(line, bar, evil) -> None:
    for one in (line, bar, evil):
        alt.LayerChart.from_dict(picture_spec(one))
        alt.LayerChart.from_dict(page_spec(one))
    with pytest.raises(Exception, match="nonsense"):
        alt.LayerChart.from_dict({**picture_spec(line), "nonsense": 1})


@pytest.mark.parametrize("which", ["line", "bar", "evil"])
def test_picture_and_page_share_one_specification(which, request) -> None:
    figure = request.getfixturevalue(which)
    picture, page = (chart_spec(figure, theme, page_rows(figure)) for theme in (PICTURE, PAGE))

    def drawn(spec: dict) -> set[tuple]:
        """Which columns each mark draws, and from which data."""
        return {
            (
                layer["mark"]["type"],
                layer.get("data", {}).get("name", "rows"),
                str(layer.get("transform")),
                *sorted(part["field"] for part in layer["encoding"].values() if "field" in part),
            )
            for layer in spec["layer"]
            if layer["mark"].get("size") != 700 and layer.get("data", {}).get("name") != "names"
        }

    assert drawn(picture) == drawn(page)
    assert picture["transform"] == page["transform"] and values_of(picture) == values_of(page)
    assert set(values_of(picture)) >= set(params(figure, PICTURE))


def test_a_specification_of_the_page_holds_no_number_of_the_figure(line, bar) -> None:
    for one in (line, bar):
        other = replace(one, rows=tuple({**row, "value": row["value"] / 2} for row in one.rows), title="x")
        assert page_look(one) == page_look(other) and page_spec(one) == page_spec(other)


def test_bars_start_at_zero(bar) -> None:
    spec = picture_spec(bar)
    assert channels(spec, "bar") and not_from_zero(spec) == []


def test_a_bar_that_does_not_start_at_zero_is_found(bar) -> None:
    spec = deepcopy(picture_spec(bar))
    next(param for param in spec["params"] if param["name"] == "low")["value"] = 5
    assert set(not_from_zero(spec)) == {"x"}


def test_missing_years_break_the_line(line) -> None:
    assert [row["run"] for row in runs(line)] == [0, 0, 1, 1]
    assert [(one["x0"], one["x1"]) for one in bridges(line)] == [(1991, 1995)]
    whole = replace(line, rows=line.rows[:2])
    assert {row["run"] for row in runs(whole)} == {0} and bridges(whole) == []


def test_a_break_is_drawn_and_not_bridged(line) -> None:
    broken = replace(line, encoding=replace(line.encoding, breaks=((1991, 1995, "another release: b"),)))
    assert bridges(broken) == []
    text = str(picture_spec(broken))
    assert "another release: b" in text and "another release: b" not in str(picture_spec(line))


def test_limits_are_hollow_and_signed(line, bar) -> None:
    (points,) = (one for one in channels(picture_spec(line), "point") if "fill" in one)
    full = channels(picture_spec(bar), "bar")[-1]
    for encoding in (points, full):
        assert encoding["fill"]["condition"] == {"test": "datum.censoring", "value": "#ffffff"}
    assert [row["censoring"] for row in picture_spec(line)["datasets"]["rows"]] == [None, None, None, "<"]
    assert [row["shown"] for row in picture_spec(bar)["datasets"]["rows"] if row["censoring"]] == ["> 5%"]


def test_limits_are_drawn_hollow(bar, tmp_path) -> None:
    (with_limit,) = chart.draw(bar, tmp_path, ("svg",))
    (without,) = chart.draw(
        replace(bar, rows=tuple({**row, "censoring": None} for row in bar.rows)), tmp_path / "b", ("svg",)
    )
    hollow = re.compile('aria-roledescription="bar" d="[^"]*" fill="#ffffff"')
    assert [len(hollow.findall(path.read_text(encoding="utf-8"))) for path in (with_limit, without)] == [1, 0]


def test_columns_keep_the_place_of_missing_years(tmp_path) -> None:
    rows = [value(year, 3, metric="c04_reviews_by_year") for year in (2016, 2019)]
    one = one_figure(tmp_path, rows, "c04-reviews-by-year")
    assert one.encoding.order == ("2016", "2017", "2018", "2019") and len(one.rows) == 2


def test_the_same_figure_gives_the_same_bytes(line, tmp_path) -> None:
    first, second = (chart.draw(line, tmp_path / name) for name in "ab")
    assert [path.name for path in first] == [f"c01-extreme-poverty.{kind}" for kind in chart.USUAL]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    other = chart.draw(replace(line, title="Another title"), tmp_path / "c")
    assert first[0].read_bytes() != other[0].read_bytes()


def test_a_picture_has_the_size_of_a_screen(line, tmp_path) -> None:
    (png,) = chart.draw(line, tmp_path, ("png",))
    assert struct.unpack(">II", png.read_bytes()[16:24]) == (1920, 1080)


def test_other_languages_have_other_files(line, tmp_path) -> None:
    (path,) = chart.draw(replace(line, lang="es"), tmp_path, ("csv",))
    assert path.name == "c01-extreme-poverty.es.csv"


def test_the_csv_holds_the_rows_shown(line) -> None:
    read = list(csv.DictReader(io.StringIO(chart.csv_text(line))))
    assert [(row["year"], row["value"], row["shown"]) for row in read] == [
        ("1990", "36.0", "36%"),
        ("1991", "35.0", "35%"),
        ("1995", "30.0", "30%"),
        ("1996", "2.5", "< 2.5%"),
    ]


def test_names_are_never_run(evil, tmp_path) -> None:
    assert {row["label"] for row in evil.rows} == set(EVIL)
    cells = {row["label"] for row in csv.DictReader(io.StringIO(chart.csv_text(evil)))}
    assert cells == {EVIL[0], "'=1+1", "'@SUM(A1)"}
    (svg,) = chart.draw(evil, tmp_path, ("svg",))
    text = svg.read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script" in text


@pytest.mark.parametrize(
    ("cell", "safe"), [("=1+1", "'=1+1"), ("-2", "'-2"), ("\t=1", "'\t=1"), (-2.5, -2.5), ("a=b", "a=b"), (None, None)]
)
def test_cells(cell, safe) -> None:
    assert chart.safe_cell(cell) == safe


def too_wide(spec: dict) -> list[str]:
    """Lines of the title block and the foot that pass the right margin."""
    room = layout.WIDTH - layout.MARGIN + 0.5
    found = []
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] == "text" and isinstance(mark.get("text"), list) and mark.get("align") == "left":
            left = mark["x"] + spec["padding"]["left"]
            found += [
                line
                for line in mark["text"]
                if left + layout.text_width(line, mark["fontSize"], bold=mark.get("fontWeight") == "bold") > room
            ]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("title", ["word " * 100, "Donaudampfschifffahrt" * 30, "W" * 400, "x"])
def test_long_titles_wrap_and_shrink(line, title) -> None:
    spec = picture_spec(replace(line, title=title.strip(), caveat=title * 3))
    assert too_wide(spec) == [] and spec["height"] > 120
    block = layout.fit(title.strip(), 888, (26.0, 18.0), 3, bold=True)
    assert len(block.lines) <= 3 and (len(title) < 40 or block.lines[-1].endswith("…"))


def test_a_line_that_is_too_wide_is_found(line) -> None:
    spec = deepcopy(picture_spec(line))
    next(layer["mark"] for layer in spec["layer"] if layer["mark"].get("fontSize") == 26)["text"] = ["W" * 90]
    assert too_wide(spec) == ["W" * 90]


def test_the_foot_carries_source_caveat_and_id(line) -> None:
    foot = foot_text(line, 888)
    assert "series SI_POV_DAY1; release" in foot and line.caveat.split(". ")[0] in foot
    assert foot.endswith("[c01-extreme-poverty]")


@pytest.mark.slow
def test_many_figures_in_processes_are_the_same(line, tmp_path) -> None:
    many = tuple(replace(line, figure_id=f"f{n:02}") for n in range(12))
    alone = chart.draw_all(many, tmp_path / "a", ("svg",))
    together = chart.draw_all(many, tmp_path / "b", ("svg",), workers=2)
    assert [one[0].name for one in together] == [f"f{n:02}.svg" for n in range(12)]
    assert [one[0].read_bytes() for one in alone] == [one[0].read_bytes() for one in together]


def _dies_at_f05(figure, **given):
    """As `draw`, but one figure ends its process, and another fails."""
    if figure.figure_id == "f05":
        os.kill(os.getpid(), signal.SIGKILL)
    if figure.figure_id == "f07":
        raise ZeroDivisionError("odd")
    return TRUE_DRAW(figure, **given)


TRUE_DRAW = chart.draw


@pytest.mark.slow
def test_a_process_that_dies_costs_its_own_figure_alone(line, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(chart, "draw", _dies_at_f05)
    many = tuple(replace(line, figure_id=f"f{n:02}") for n in range(12))
    found = chart.draw_all(many, tmp_path, ("csv",), workers=2)
    assert [one for one in found if not isinstance(one, list)] == [
        NotDrawn("f05", "the process that drew it died"),
        NotDrawn("f07", "ZeroDivisionError: odd"),
    ]
    drawn = {one[0].name for one in found if isinstance(one, list) and one[0].exists()}
    assert drawn == {f"f{n:02}.csv" for n in range(12) if n not in (5, 7)}
    few = chart.draw_all(many[6:9], tmp_path / "few", ("csv",))
    assert few[1] == NotDrawn("f07", "ZeroDivisionError: odd") and few[2][0].exists()


def test_the_command_names_what_was_not_drawn_and_fails(tmp_path, cli, monkeypatch) -> None:
    def failing(figure, **given):
        raise ZeroDivisionError("odd")

    settings(tmp_path, [value(1990, 36), value(2015, 10)])
    monkeypatch.setattr(chart, "draw", failing)
    arguments = ("figures", "--claim", "C01", "--format", "svg", "--output", tmp_path / "out")
    done = cli(tmp_path, *arguments)
    assert done.exit_code == 1 and "not drawn: c01-extreme-poverty: " in done.stdout
    assert "0 figures in" in done.stdout and "c01-extreme-poverty: ZeroDivisionError: odd" in done.stderr
    assert '"not_drawn": [' in cli(tmp_path, *arguments, "--json").stdout


def test_figures_of_a_command_that_fails_are_not_drawn(line, tmp_path) -> None:
    with pytest.raises(ZeroDivisionError), chart.drawing((line,), tmp_path / "a", ("csv",)) as drawn:
        assert drawn() == [[tmp_path / "a" / "c01-extreme-poverty.csv"]]
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), chart.drawing((line,), tmp_path / "b", ("csv",)):
        raise ZeroDivisionError
    assert (tmp_path / "a").exists() and not (tmp_path / "b").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_the_drawing_says_how_far_it_is(line, tmp_path, monkeypatch, workers) -> None:
    seen, progress = [], Progress(show=False)
    monkeypatch.setattr(progress, "step", lambda done, total, text: seen.append((done, total)))
    many = tuple(replace(line, figure_id=f"f{n:02}") for n in range(12))
    with chart.drawing(many, tmp_path, ("csv",), workers=workers, progress=progress) as drawn:
        drawn()
    assert seen == [(n, 12) for n in range(1, 13)]


@pytest.mark.parametrize(
    ("low", "high", "marked"),
    [(0, 36, [0, 10, 20, 30, 40]), (-10, 30, [-10, 0, 10, 20, 30]), (0, 1.2, [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2])],
)
def test_axes_have_round_marks(low, high, marked) -> None:
    assert layout.ticks(low, high) == marked


@pytest.mark.parametrize(("high", "marked"), [(15, [0, 5, 10, 15]), (2, [0, 1, 2]), (100, [0, 20, 40, 60, 80, 100])])
def test_axes_of_counts_have_whole_marks(high, marked) -> None:
    assert layout.ticks(0, high, are_whole=True) == marked


def test_labels_are_moved_apart() -> None:
    assert layout.spread([10, 12, 100], 20, 0, 110) == [10, 30, 100]
    assert layout.spread([100, 105], 20, 0, 110) == [90, 110]


def test_the_command_draws_and_tells_what_is_missing(tmp_path, cli) -> None:
    settings(tmp_path, [value(1990, 36), value(2015, 10)])
    out = tmp_path / "out"
    done = cli(tmp_path, "figures", "--claim", "C01", "--lang", "fr", "--format", "svg", "--output", out)
    assert done.exit_code == 0, done.output
    assert [path.name for path in sorted(out.iterdir())] == ["c01-extreme-poverty.fr.svg"]
    assert "no data: c01-working-poor: " in done.stdout and "1 figure in" in done.stdout
    (out / "c01-working-poor.csv").write_text("of an earlier run")
    told = cli(tmp_path, "figures", "--claim", "C01", "--json", "--format", "csv", "--output", out)
    assert '"figure_id": "c01-extreme-poverty"' in told.stdout and '"reason"' in told.stdout
    assert not (out / "c01-working-poor.csv").exists() and (out / "c01-extreme-poverty.csv").exists()
    none = cli(tmp_path, "figures", "--claim", "C01", "--area", "KEN", "--output", out)
    assert none.exit_code == 1 and "insufficient data" in none.stderr
    assert cli(tmp_path, "figures", "--claim", "C77").exit_code == 2
    assert cli(tmp_path, "figures", "--area", "Atlantis").exit_code == 2


def _written_by() -> int:
    return os.getpid()


def _fails_elsewhere(home: int) -> str:
    if os.getpid() != home:
        raise ValueError("in another process")
    return "here"


@pytest.mark.slow
def test_something_else_is_done_beside_the_figures_and_here_where_that_fails(line, tmp_path) -> None:
    many = tuple(replace(line, figure_id=f"f{n:02}") for n in range(12))
    with chart.drawing(many, tmp_path, ("csv",), workers=2) as drawn:
        elsewhere, again = drawn.beside(_written_by), drawn.beside(_fails_elsewhere, os.getpid())
        assert elsewhere() != os.getpid() and again() == "here" and len(drawn()) == 12
    with chart.drawing(many[:1], tmp_path, ("csv",), workers=2) as drawn:
        assert drawn.beside(_written_by)() == os.getpid()
