"""Which figures are asked for, in what size and format, and what is printed of them."""

from __future__ import annotations

import json
import struct

import pytest
from click.testing import CliRunner
from figure_helpers import settings, value

from localsdg.cli.app import main
from localsdg.common.errors import UsageError
from localsdg.figures.chart import picture
from localsdg.figures.chart.size import NAMED, size_of
from localsdg.figures.data import queries
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.load import load_figures
from localsdg.figures.data.selection import figure_ids, selected, split_area_codes

ROWS = [value(year, amount, area) for area in ("001", "404", "724") for year, amount in ((1990, 36), (2015, 10))]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs `localsdg figures` with arguments in a tiny home; gives the exit code and what was printed."""
    settings(tmp_path, ROWS)
    monkeypatch.setenv("LOCALSDG_HOME", str(tmp_path))

    def run(*arguments: str):
        found = CliRunner().invoke(main, ["figures", *arguments, "--output", str(tmp_path / "out")])
        return found.exit_code, found.output

    return run


def test_ids_and_patterns_in_the_order_of_the_catalogue() -> None:
    assert figure_ids(("C12-share", "c01-extreme-poverty")) == ("c01-extreme-poverty", "c12-share")
    assert figure_ids(("c11-disaster-*",)) == ("c11-disaster-affected", "c11-disaster-deaths", "c11-disaster-losses")
    assert [one.figure_id for one in selected("C13", ("c12-share",))][0] == "c12-share"
    assert len(selected()) == len(entries())


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("c01-extrem-poverty", "c01-extreme-poverty.*next: localsdg figures --list"),
        ("c99-*", "no figure fits"),
        ("c08-slums-404-800", "next: localsdg figures c08-slums --area 404,800"),
    ],
)
def test_an_id_that_does_not_exist(asked, told) -> None:
    with pytest.raises(UsageError, match=told):
        figure_ids((asked,))


def test_area_codes_behind_an_id() -> None:
    assert split_area_codes("c08-slums-404-800") == ("c08-slums", ("404", "800"))
    assert split_area_codes("c08-slums") == split_area_codes("c08-slum-404") == ("", ())


def test_only_the_asked_figures_are_computed(tmp_path, monkeypatch) -> None:
    asked: list[str] = []
    question = queries.question
    monkeypatch.setattr(queries, "question", lambda *given: asked.append(given[1].figure_id) or question(*given))
    result = load_figures(settings(tmp_path, ROWS), only=("c01-extreme-poverty",))
    assert asked == [one.figure_id for one in result.figures] == ["c01-extreme-poverty"]


@pytest.mark.parametrize(
    ("asked", "pixels"),
    [("16:9", (1920, 1080)), ("4:3", (1440, 1080)), ("Square", (1080, 1080)), ("1200x630", (1200, 630)),
     ("1080 x 1920", (1080, 1920)), ("1000x777", (1000, 777))],
)  # fmt: skip
def test_a_picture_has_the_asked_pixels(tmp_path, asked, pixels) -> None:
    figure = load_figures(settings(tmp_path, ROWS), only=("c01-extreme-poverty",)).figures[0]
    (path,) = picture.draw(figure, tmp_path / "out", ("png",), size_of(asked))
    assert struct.unpack(">II", path.read_bytes()[16:24]) == pixels == size_of(asked).pixels


def test_pixels_of_a_named_size_are_that_size() -> None:
    assert {name: size_of("x".join(map(str, size.pixels))) for name, size in NAMED.items()} == NAMED


@pytest.mark.parametrize("asked", ["5:4", "wide", "100x100", "9000x9000", "3000x400", "0x0"])
def test_a_size_that_cannot_be_drawn(asked) -> None:
    with pytest.raises(UsageError, match="--size"):
        size_of(asked)


def test_pictures_of_other_sizes_have_other_names_and_go_with_the_figure(run, tmp_path) -> None:
    folder = tmp_path / "out"
    assert run("c01-extreme-poverty", "--format", "png,csv")[0] == 0
    assert run("c01-extreme-poverty", "--format", "pdf,csv", "--size", "4:3")[0] == 0
    assert run("c01-extreme-poverty", "--format", "pdf", "--size", "square", "--lang", "es")[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "c01-extreme-poverty.4x3.pdf",
        "c01-extreme-poverty.csv",
        "c01-extreme-poverty.png",
        "c01-extreme-poverty.square.es.pdf",
    ]
    picture.forget("c01-extreme-poverty", "en", folder)
    assert [path.name for path in folder.iterdir()] == ["c01-extreme-poverty.square.es.pdf"]


def test_single_figures_have_pictures_and_numbers_and_a_deck_on_demand(run, tmp_path) -> None:
    code, _ = run("c01-extreme-poverty", "--only", "c01-progress,c08-slums")
    assert code == 0
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".svg", ".png", ".csv"}
    code, text = run("c01-extreme-poverty", "--format", "csv", "--deck", "full", "--json")
    assert code == 0 and json.loads(text)["deck"].endswith("localsdg-c01-extreme-poverty.pptx")
    assert run("c01-extreme-poverty", "--format", "html")[0] == 2


def test_a_deck_is_left_out(run, tmp_path) -> None:
    assert run("--claim", "C01", "--deck", "none", "--format", "csv,pptx")[0] == 0
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".csv"}


@pytest.mark.parametrize("arguments", [("--format", "gif"), ("--size", "huge"), ("nothing",), ("--area", "Atlantis")])
def test_what_does_not_exist_is_a_wrong_call(run, arguments) -> None:
    assert run(*arguments)[0] == 2


def test_the_list_needs_no_warehouse(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LOCALSDG_HOME", str(tmp_path))
    plain = CliRunner().invoke(main, ["figures", "--list"])
    assert plain.exit_code == 0 and all(figure_id in plain.output for figure_id in entries())
    made = CliRunner().invoke(main, ["figures", "--list", "--claim", "C13", "--lang", "fr", "--json"])
    (first, *_) = json.loads(made.output)["figures"]
    assert (first["figure_id"], first["kind"], first["areas"]) == ("c13-homicide", "line", "all")


def test_json_says_what_a_program_needs_of_a_figure(run) -> None:
    _, text = run("c01-extreme-poverty", "--area", "Spain", "--json", "--format", "csv")
    (figure,) = json.loads(text)["figures"]
    assert figure["number"] == "10%" and figure["year"] == 2015 and figure["area_code"] == "724"
    assert {"strength", "why", "finding", "subtitle", "source", "as_of", "files"} <= figure.keys()


def test_several_areas_are_compared_or_drawn_apart(run, tmp_path) -> None:
    _, text = run("c01-extreme-poverty", "--area", "KEN,ESP", "--area", "Kenya", "--json", "--format", "csv")
    assert [one["figure_id"] for one in json.loads(text)["figures"]] == ["c01-extreme-poverty-404-724"]
    _, text = run("c01-extreme-poverty", "--area", "KEN,ESP,World", "--separate", "--json", "--format", "csv")
    ids = ["c01-extreme-poverty-404", "c01-extreme-poverty-724", "c01-extreme-poverty"]
    assert [one["figure_id"] for one in json.loads(text)["figures"]] == ids
    code, text = run("--area", "KEN,ESP", "--format", "html")
    assert code == 2 and "--separate --format html" in text
    code, text = run("--claim", "C01", "--area", "KEN,ESP", "--format", "pptx", "--json")
    assert code == 0 and json.loads(text)["deck"].endswith("localsdg-C01-404-724.pptx")
