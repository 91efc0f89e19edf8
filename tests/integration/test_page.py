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

import altair as alt
import duckdb
import pytest
from page_helpers import (
    FORMULA,
    SCRIPT,
    area_pack,
    areas_of,
    column,
    data_of,
    make_page,
    text_of,
    tree_of,
)

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.figures.briefing.briefing import brief, catalogue_id
from localsdg.figures.chart.csv_file import csv_text
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import words
from localsdg.figures.page import data as page_data
from localsdg.figures.page.page import page_name
from localsdg.figures.trace.explain import chains
from localsdg.registry.evidence import claims

LIMIT = 3_000_000


@pytest.fixture(scope="module")
def world(built):
    return load_figures(built)


@pytest.fixture(scope="module")
def path(built_page):
    return built_page


@pytest.fixture(scope="module")
def tree(path):
    return tree_of(path)


@pytest.fixture(scope="module")
def hostile(hostile_page):
    return hostile_page


@pytest.mark.long
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
        assert {one.get("id") for one in section.cssselect("article.figure:not(.empty)")} == {
            one.figure_id for one in drawn
        }
        # the strongest are open, the others below them
        opened = [one.get("id") for one in section.cssselect("article.figure") if one.getparent() is section]
        ranks = {one.figure_id: ("strong", "fair", "weak").index(one.finding.strength) for one in drawn}
        assert (
            len(opened) <= 2
            and [ranks.get(one, 9) for one in opened] == sorted([*ranks.values(), *[9] * len(gone)])[:2]
        )
        told = section.text_content()
        assert all(one.title in told for one in drawn)
        assert all(one.reason in told for one in gone)
        assert drawn or gone or section.cssselect("p.none")


def test_tables_and_downloads_hold_the_numbers_of_the_figures(tree, world) -> None:
    held = data_of(tree)["figures"]
    for figure in world.figures:
        article = tree.get_element_by_id(figure.figure_id)
        values = [one.get("value") for one in article.cssselect("tbody data")]
        assert values == [str(row["value"]) for row in figure.rows], figure.figure_id
        assert [one.text for one in article.cssselect("tbody data")] == [r["shown"] for r in figure.rows]
        assert held[figure.figure_id]["csv"] == csv_text(figure, "comment")
        assert article.cssselect("a.csv")[0].get("download") == f"{figure.figure_id}.csv"
        assert held[figure.figure_id]["trace"]["sql"] == figure.sql
        pack = held[figure.figure_id]["own"]
        assert column(pack, "value") == [row["value"] for row in figure.rows]
        for part in (figure.caveat, figure.source, figure.coverage, *figure.notes):
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
    facts, seen = data_of(tree), 0
    for figure_id, held in areas_of(tree)["figures"].items():
        pack, figure, place = area_pack(held, code), by_id[figure_id], facts["figures"][figure_id]
        if pack is None:
            if place["countries"] and code == "202" and not hasattr(figure, "reason"):
                continue  # the page says how to draw it
            key = place["without"][int(code == "202")]
            if code in place["apart"]:
                key = "no_breakdown"
            if place["only"] == "country" and code == "202":
                key = "only_country"
            assert figure.reason == facts["reasons"][key].format(area=asked.figures[0].area), figure_id
        elif isinstance(pack, str):
            assert pack == figure.reason
        else:
            seen += 1
            assert (pack["title"], pack["subtitle"]) == (figure.title, figure.subtitle)
            assert pack["caveat"] == figure.caveat if figure.caveat else not pack.get("caveat")
            assert column(pack, "value") == pytest.approx([row["value"] for row in figure.rows])
            for name in ("year", "shown", "series", "release"):
                got = [one or "" for one in column(pack, name)] if name == "series" else column(pack, name)
                assert got == [row[name] for row in figure.rows], (figure_id, name)
            own = place["trace"]["sql"].replace("'001'", "'{area}'") if "trace" in place else ""
            assert place.get("sql", own).replace("{area}", code) == figure.sql
    assert seen >= 20


def test_every_figure_answers_for_a_country_or_says_why_not(built, tree) -> None:
    """Each figure of the page has numbers of Kenya, or one of the reasons; none is left with those of the World."""
    facts, held = data_of(tree), areas_of(tree)["figures"]
    country = load_figures(built, area="KEN")
    here = {catalogue_id(one) for one in country.figures}
    drawn = {one for one in held if isinstance(area_pack(held[one], "404"), dict)}
    assert drawn <= here
    for figure_id in here - drawn:  # the page says how to draw it
        place = facts["figures"].get(figure_id)  # a page of the World has no place for figures of profiles alone
        assert place is None or "404" in place["apart"], figure_id
    assert "{command}" in facts["reasons"]["not_on_page"] and len(drawn) > 35


def test_charts_are_valid_and_shared(tree) -> None:
    own, more = data_of(tree)["specs"], areas_of(tree)["specs"]
    for spec in own + more:
        alt.LayerChart.from_dict(spec)
    assert len(own) < 25
    with pytest.raises(Exception, match="nonsense"):
        alt.LayerChart.from_dict({**own[0], "nonsense": 1})


def test_the_chain_on_the_page_is_that_of_explain(built, tree, world) -> None:
    facts = data_of(tree)
    for figure_id, chain in chains(built, world.figures[::4]).items():  # those of all figures: test_explain
        told, trace = tree.get_element_by_id(figure_id).cssselect(".how")[0], facts["figures"][figure_id]["trace"]
        files = {(facts["files"][at], name) for at, name, *_ in trace["files"]}
        for file in chain.files:
            if file.rows:
                assert (file.sha256, file.name) in files
                assert tree.cssselect(f"[id='file-{file.sha256[:12]}']"), file.name
        assert trace["models"] == [*(one.model for one in chain.metrics), chain.query]
        assert f"localsdg explain {figure_id}" in told.text_content()


def test_a_file_that_was_changed_is_told(built, tree, tmp_path) -> None:
    def changed(page) -> bool:
        return any(file[4] for file in data_of(page)["figures"]["c01-extreme-poverty"]["trace"]["files"])

    assert not changed(tree)
    for part in ("data/raw/bundled/unsd", "sql"):
        shutil.copytree(built.resources / part, tmp_path / part)
    (file,) = tmp_path.glob("data/raw/bundled/unsd/2023-12-17/evidence_series.parquet")
    file.write_bytes(b"other bytes")
    assert changed(tree_of(make_page(replace(built, resources=tmp_path), tmp_path / "site", claim="C01")))


def hashes(page) -> set[str]:
    """The hash of each script that runs and of the style, as a policy writes them."""
    run = [one.text for one in page.cssselect("script:not([type]), style")]
    if page.cssselect("#vega"):  # packed; the script puts it in as it is
        run.append(text_of(page, "vega"))
    return {f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in run}


@pytest.mark.parametrize("which", ["path", "hostile"])
def test_only_the_scripts_of_the_page_may_run(which, request) -> None:
    page = tree_of(request.getfixturevalue(which))
    policy = page.cssselect("meta[http-equiv]")[0].get("content")
    assert set(re.findall(r"'sha256-[^']+'", policy)) == hashes(page)
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert len(page.cssselect("script")) == 6
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
    assert SCRIPT in text_of(page, "page-data")
    names = {row[0]: row[-1] for row in data_of(page)["governments"]}
    assert names[SCRIPT] == "" and names[FORMULA].startswith("https://")
    assert not [one.get("href") for one in page.cssselect("a[href]") if "javascript" in one.get("href")]
    lines = data_of(page)["figures"]["c05-completeness"]["csv"].splitlines()
    cells = [row["label"] for row in csv.DictReader(io.StringIO("\n".join(one for one in lines if one[:1] != "#")))]
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


def test_the_top_tells_the_argument_of_the_briefing(tree, world) -> None:
    told = brief(world, words("en"))
    assert [one.text for one in tree.cssselect("#key-numbers b")] == [one.value for one in told.key_numbers]
    assert len(told.key_numbers) == 5
    links = [one.get("href") for one in tree.cssselect("#argument a")]
    assert links == [f"#{figure.figure_id}" for section in told.sections for figure in section.figures]
    assert [one.text for one in tree.cssselect("#argument h2")] == [section.title for section in told.sections]
    assert [one.text for one in tree.cssselect(".limits li")] == list(told.limits)


def test_pages_of_other_languages_beside_it_are_linked(built, tmp_path) -> None:
    one = make_page(built, tmp_path, claim="C02")
    assert tree_of(one).cssselect("a.language") == []
    for lang in ("fr", "es"):
        make_page(built, tmp_path, lang, claim="C02")
    for lang, name in (("en", "index-C02.html"), ("es", "index-C02.es.html"), ("fr", "index-C02.fr.html")):
        page = tree_of(tmp_path / name)
        others = {"en": "index-C02.html", "es": "index-C02.es.html", "fr": "index-C02.fr.html"}
        others.pop(lang)
        assert {link.get("lang"): link.get("href") for link in page.cssselect("a.language")} == others
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["index-C02.html", "index-C02.es.html", "index-C02.fr.html"]
    )


def test_places_are_found_by_other_names(tree) -> None:
    names = data_of(tree)["lists"]["names"]
    assert {"Bolivia", "Bolivie (État plurinational de)"} <= set(names["068"]) or "Bolivia" in names["068"]
    assert "Alemania" in names["276"] and "Allemagne" in names["276"] and "Alemanha" in names["276"]


def test_a_profile_has_the_records_of_its_government(built, tree) -> None:
    records = json.loads(text_of(tree, "government-data"))
    with duckdb.connect(str(built.published), read_only=True) as con:
        n_reviews, n_governments = con.sql(
            "select count(*), count(distinct local_government_id) from core.review "
            "where local_government_id is not null"
        ).fetchone()
        (n_actions,) = con.sql("select count(*) from core.action where local_government_id = 'barcelona'").fetchone()
    assert sum(map(len, records["reviews"].values())) == n_reviews and len(records["reviews"]) == n_governments
    row = next(row for row in data_of(tree)["governments"] if row[9] == "barcelona")
    assert row[8] == n_actions and len(records["actions"]["barcelona"]) == min(30, n_actions)
    assert records["beside"]["barcelona"] and records["targets"]["barcelona"]


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
