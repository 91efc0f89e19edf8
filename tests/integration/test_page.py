"""The web page of the bundle, read as text: what it holds, and what it lets nobody do."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import re
import shutil
from dataclasses import replace
from urllib.parse import unquote

import altair as alt
import pytest
from page_helpers import FORMULA, SCRIPT, areas_of, column, data_of, hostile_home, make_page, tree_of

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.figures.chart.picture import csv_text
from localsdg.figures.data.load import load_figures
from localsdg.figures.page import data as page_data
from localsdg.figures.page.page import page_name
from localsdg.figures.trace.explain import chains
from localsdg.registry.evidence import claims

LIMIT = 3_000_000


@pytest.fixture(scope="module")
def world(built):
    return load_figures(built)


@pytest.fixture(scope="module")
def path(built, tmp_path_factory):
    return make_page(built, tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def tree(path):
    return tree_of(path)


@pytest.fixture(scope="module")
def hostile(built, tmp_path_factory):
    return make_page(hostile_home(built, tmp_path_factory.mktemp("hostile")), tmp_path_factory.mktemp("out"))


def test_the_same_warehouse_gives_the_same_bytes(built, path, tmp_path) -> None:
    again = make_page(built, tmp_path)
    assert path.name == "index.html"
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest()
    assert [one.name for one in tmp_path.iterdir()] == ["index.html"]


def test_the_page_is_small(path) -> None:
    assert 1_000_000 < path.stat().st_size < LIMIT


def test_every_claim_has_its_place_and_says_what_it_has(tree, world) -> None:
    sections = [one.get("id") for one in tree.cssselect("section.claim")]
    assert sections == [*claims(), "governments", "sources"]
    for claim_id in claims():
        (section,) = tree.cssselect(f"section#{claim_id}")
        drawn = [one for one in world.figures if one.claim_id == claim_id]
        gone = [one for one in world.missing if one.claim_id == claim_id]
        assert [one.get("id") for one in section.cssselect("article.figure:not(.empty)")] == [
            one.figure_id for one in drawn
        ]
        told = section.text_content()
        assert all(one.title in told for one in drawn)
        assert all(one.reason in told for one in gone)
        assert drawn or gone or section.cssselect("p.none")


def test_tables_and_downloads_hold_the_numbers_of_the_figures(tree, world) -> None:
    for figure in world.figures:
        article = tree.get_element_by_id(figure.figure_id)
        values = [one.get("value") for one in article.cssselect("tbody data")]
        assert values == [str(row["value"]) for row in figure.rows], figure.figure_id
        assert [one.text for one in article.cssselect("tbody data")] == [r["shown"] for r in figure.rows]
        link = article.cssselect("a.csv")[0]
        assert unquote(link.get("href").partition(",")[2]) == csv_text(figure)
        assert link.get("download") == f"{figure.figure_id}.csv"
        pack = data_of(tree)["figures"][figure.figure_id]["own"]
        assert column(pack, "value") == [row["value"] for row in figure.rows]
        for part in (figure.caveat, figure.source, figure.coverage, *figure.notes, figure.sql):
            assert part in article.text_content(), figure.figure_id


def test_tables_can_be_read_out(tree) -> None:
    for table in tree.cssselect("article.figure table"):
        assert table.cssselect("caption")[0].text
        assert {one.get("scope") for one in table.cssselect("thead th")} == {"col"}
        assert all(row[0].tag == "th" and row[0].get("scope") == "row" for row in table.cssselect("tbody tr"))


@pytest.mark.parametrize("code", ["724", "202", "004"])
def test_the_choice_of_an_area_gives_what_the_command_gives(built, tree, code) -> None:
    asked = load_figures(built, area=code)
    by_id = {one.figure_id.removesuffix(f"-{code}"): one for one in (*asked.figures, *asked.missing)}
    areas, facts, seen = areas_of(tree)["figures"], data_of(tree), 0
    for figure_id, held in areas.items():
        pack, figure = held["areas"].get(code), by_id[figure_id]
        if pack is None:
            known = facts["figures"][figure_id]
            key = known["without"][int(code == "202")]
            if code in known["apart"]:
                key = "no_breakdown"
            if known["countries_only"] and code == "202":
                key = "only_country"
            assert figure.reason == facts["reasons"][key].format(area=asked.figures[0].area), figure_id
        elif isinstance(pack, str):
            assert pack == figure.reason
        else:
            seen += 1
            assert (pack["title"], pack["subtitle"]) == (figure.title, figure.subtitle)
            assert held["texts"][pack["caveat"]] == figure.caveat
            for name in ("value", "year", "shown", "series", "release"):
                got = [one or "" for one in column(pack, name)] if name == "series" else column(pack, name)
                assert got == [row[name] for row in figure.rows], (figure_id, name)
            own = tree.cssselect(f"#{figure_id} .sql")[0].text_content().replace("'001'", "'{area}'")
            sql = facts["figures"][figure_id].get("sql", own)
            assert sql.replace("{area}", code) == figure.sql
    assert seen >= 5


def test_an_area_without_data_is_not_drawn(tree) -> None:
    antarctica = [held["areas"].get("010") for held in areas_of(tree)["figures"].values()]
    assert antarctica and not [one for one in antarctica if isinstance(one, dict)]
    assert "010" in {code for code, _ in data_of(tree)["lists"]["countries"]}


def test_charts_are_valid_and_shared(tree) -> None:
    own, more = data_of(tree)["specs"], areas_of(tree)["specs"]
    for spec in own + more:
        alt.LayerChart.from_dict(spec)
    assert len(own) < 25
    with pytest.raises(Exception, match="nonsense"):
        alt.LayerChart.from_dict({**own[0], "nonsense": 1})


def test_the_chain_on_the_page_is_that_of_explain(built, tree, world) -> None:
    for figure_id, chain in chains(built, world.figures).items():
        told = tree.get_element_by_id(figure_id).cssselect(".how")[0].text_content()
        for file in chain.files:
            if file.rows:
                assert file.sha256 in told and file.name in told
                assert tree.cssselect(f"[id='file-{file.sha256[:12]}']"), file.name
        assert all(one.model in told for one in chain.metrics) and f"localsdg explain {figure_id}" in told


def test_a_file_that_was_changed_is_told(built, tree, tmp_path) -> None:
    words = data_of(tree)["words"]["changed"]
    assert words not in tree.text_content()
    for part in ("data/raw/bundled/unsd", "sql"):
        shutil.copytree(built.resources / part, tmp_path / part)
    (file,) = tmp_path.glob("data/raw/bundled/unsd/2023-12-17/evidence_series.parquet")
    file.write_bytes(b"other bytes")
    changed = tree_of(make_page(replace(built, resources=tmp_path), tmp_path / "site", claim="C01"))
    assert words in changed.get_element_by_id("c01-extreme-poverty").text_content()


def hashes(page) -> set[str]:
    """The hash of each script that runs and of the style, as a policy writes them."""
    run = [one.text for one in page.cssselect("script:not([type]), style")]
    return {f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in run}


@pytest.mark.parametrize("which", ["path", "hostile"])
def test_only_the_scripts_of_the_page_may_run(which, request) -> None:
    page = tree_of(request.getfixturevalue(which))
    policy = page.cssselect("meta[http-equiv]")[0].get("content")
    assert set(re.findall(r"'sha256-[^']+'", policy)) == hashes(page)
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert len(page.cssselect("script")) == 5
    attributes = {key for one in page.iter() for key in one.attrib}
    assert not {key for key in attributes if key.startswith("on") or key == "style"}
    loaded = [
        one.get(key) for key in ("src", "srcset", "data", "action", "poster") for one in page.iter() if one.get(key)
    ]
    assert loaded == [] and not page.cssselect("link, base, iframe, object")


def test_the_policy_would_stop_another_script(tree) -> None:
    page = tree_of_text("<script>alert(1)</script>")
    assert hashes(page) - hashes(tree)


def tree_of_text(text: str):
    from lxml import html

    return html.document_fromstring(f"<html><body>{text}</body></html>")


def test_names_that_attack_stay_text(hostile) -> None:
    page = tree_of(hostile)
    assert SCRIPT not in hostile.read_text(encoding="utf-8")
    article = page.get_element_by_id("c05-completeness")
    assert any(SCRIPT in one.text for one in article.cssselect("tbody th"))
    names = {row[0]: row[-1] for row in data_of(page)["governments"]}
    assert names[SCRIPT] == "" and names[FORMULA].startswith("https://")
    assert not [one.get("href") for one in page.cssselect("a[href]") if "javascript" in one.get("href")]
    table = unquote(article.cssselect("a.csv")[0].get("href").partition(",")[2])
    cells = [row["label"] for row in csv.DictReader(io.StringIO(table))]
    assert any(cell.startswith("'=1+1") for cell in cells) and not any(cell.startswith("=") for cell in cells)


@pytest.mark.parametrize("text", ["</script>", "<!--", "a & b", "line\u2028end", "'\"\\"])
def test_json_cannot_leave_its_script(text) -> None:
    packed = page_data.packed_json({"name": text})
    assert packed.isascii() and not set("<>&") & set(packed)
    assert json.loads(gzip.decompress(base64.b64decode(packed))) == {"name": text}


@pytest.mark.parametrize(("lang", "word"), [("es", "Descargar"), ("fr", "Télécharger")])
def test_the_page_speaks_the_language(built, tmp_path, lang, word) -> None:
    page = make_page(built, tmp_path, lang, claim="C04")
    tree = tree_of(page)
    assert page.name == f"index-C04.{lang}.html" and tree.get("lang") == lang
    assert [one.get("id") for one in tree.cssselect("section.claim")] == ["C04", "governments", "sources"]
    assert word in tree.text_content() and "Download" not in tree.cssselect("main")[0].text_content()


def test_a_page_of_a_country_opens_with_it(built, tmp_path) -> None:
    page = make_page(built, tmp_path, area="ESP")
    tree = tree_of(page)
    assert page.name == "index-724.html"
    assert tree.cssselect("#region option")[0].text == "Spain"
    assert ["001", "World"] in data_of(tree)["lists"]["regions"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ((None, "001", "en"), "index.html"),
        (("c04", "724", "es"), "index-C04-724.es.html"),
    ],
)
def test_a_part_never_overwrites_the_page_of_all(asked, name) -> None:
    assert page_name(*asked) == name


def test_without_a_warehouse_the_error_says_what_to_do(world, tmp_path) -> None:
    from localsdg.figures.page.page import write_page

    with pytest.raises(LocalsdgError, match="localsdg run"):
        write_page(world, Settings(home=tmp_path), tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_the_command_writes_the_page(built, cli, tmp_path) -> None:
    done = cli(built.home, "figures", "--claim", "C02", "--format", "html", "--output", tmp_path)
    assert done.exit_code == 0, done.output
    assert [one.name for one in (tmp_path / "site").iterdir()] == ["index-C02.html"]
    assert f"page: {tmp_path / 'site' / 'index-C02.html'}" in done.output
