"""A snapshot of a site -> its files, and what its metadata state in the terms of all platforms."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from localsdg.registry.local_sites import read_sites
from localsdg.sources.opensdg.repository import repository_drafts
from localsdg.sources.snapshot import Snapshot, SnapshotWriter
from localsdg.staging.local.describe import describe_all
from localsdg.staging.local.framework_match import Claim, Framework, Match, match_indicator
from localsdg.staging.local.judge import judge_all
from localsdg.staging.opensdg.site import read_site
from localsdg.staging.opensdg.stage import read_snapshot_content
from localsdg.staging.opensdg.stated import content_of

GOOD = "Year,Value\n2019,21.6\n2020,20.1\n"


def zipped(files: dict[str, str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


def snapshot(
    tmp_path: Path,
    *,
    repository: dict[str, str] | None = None,
    build: dict[str, str] | None = None,
    meta: dict[str, dict] | None = None,
    left_out: list[dict] | None = None,
) -> Snapshot:
    """A snapshot of Weirford; `meta` maps a language to the fields of its indicators."""
    facts = {"site_id": "weirford", "local_government": "Weirford", "level": "city", "country_iso3": "GBR"}
    writer = SnapshotWriter(
        tmp_path, "opensdg", "weirford@2024-03-01", origin="a folder", licence="", attribution="", extra=facts
    )
    with writer:
        if repository is not None:
            writer.add("repository.zip", "opensdg_repository", zipped(repository))
        if build is not None:
            writer.add("all.zip", "opensdg_zip", zipped(build), extra={"language": "en"})
        for language, by_id in (meta or {}).items():
            body = json.dumps(by_id).encode()
            writer.add(f"{language}.meta.json", "opensdg_meta", body, extra={"language": language})
        if left_out is not None:
            writer.add("left_out.json", "opensdg_left_out", json.dumps(left_out).encode())
    return writer.commit()


def test_a_repository_is_read_whole_and_a_build_adds_what_it_lacks(tmp_path) -> None:
    repository = {"x/data/indicator_1-1-1.csv": GOOD, "x/data/old/indicator_9-1-1.csv": GOOD, "x/README.csv": GOOD}
    build = {"1-1-1.csv": "Year,Value\n2019,99\n", "2-1-1.csv": GOOD, "3-1-1.csv": "Year,Value\n"}
    site = read_site(snapshot(tmp_path, repository=repository, build=build))
    assert [(file.indicator_id, file.rows_in, file.rule) for file in site.files] == [
        ("1-1-1", 2, None),
        ("old/indicator_9-1-1", 2, "R03"),  # where the site's build does not look
        ("2-1-1", 2, None),  # the build's; its file without rows is of an indicator without data
    ]
    assert (site.home.name, site.home.level, site.year_pulled) == ("Weirford", "city", 2024)


def test_the_untranslated_build_states_and_the_others_fill_up(tmp_path) -> None:
    meta = {
        "es": {"1-1-1": {"graph_title": "Pobreza", "computation_units": "Porcentaje"}},
        "untranslated": {"1-1-1": {"graph_title": "global_indicators.1-1-1-title", "reporting_status": "complete"}},
    }
    repository = {"data/indicator_1-1-1.csv": GOOD, "meta/1-1-1.md": "---\ngraph_title: Poor people of Weirford\n---\n"}
    site = read_site(snapshot(tmp_path, repository=repository, meta=meta))
    stated = content_of(site).stated["1-1-1"]
    assert dict(stated.titles) == {"es": "Pobreza", "en": "Poor people of Weirford"}, "a translation key is no title"
    assert (stated.unit, stated.reporting_status, stated.is_status_known) == ("Porcentaje", "complete", True)
    assert stated.has_template_title and stated.own_titles == ("Poor people of Weirford",)


def test_metadata_in_a_folder_that_the_configuration_names(tmp_path) -> None:
    repository = {
        "data/indicator_1-1-1.csv": GOOD,
        "our-meta/1-1-1.yml": "reporting_status: notstarted\n",
        "config_data.yml": "inputs:\n  - path_pattern: data/*-*.csv\n  - path_pattern: our-meta/*-*.yml\n",
    }
    stated = content_of(read_site(snapshot(tmp_path, repository=repository))).stated
    assert stated.keys() == {"1-1-1"} and stated["1-1-1"].reporting_status == "notstarted"


@pytest.mark.parametrize("name", ["1-2-1", "1.2.1", "1_2_1", "indicator_1-2-1", "Indicator 1.2.1", "indicador-1_2_1"])
def test_one_id_in_many_spellings(tmp_path, name: str) -> None:
    repository = {f"data/{name}.csv": GOOD, f"meta/{name}.md": "---\nreporting_status: notstarted\n---\n"}
    content = content_of(read_site(snapshot(tmp_path, repository=repository)))
    assert [(file.indicator_id, file.rule) for file in content.files] == [("1-2-1", None)]
    assert content.stated.keys() == {"1-2-1"} and content.stated["1-2-1"].reporting_status == "notstarted"


def test_names_that_are_no_codes_stay_apart(tmp_path) -> None:
    names = ("1-2-1-SERIE_A", "indicator_gini", "goal1-budget", "1-2-1 (copy)", "indicators")
    site = read_site(snapshot(tmp_path, repository={f"data/{name}.csv": GOOD for name in names}))
    assert {file.indicator_id for file in site.files} == {
        "1-2-1-SERIE-A",
        "gini",
        "goal1-budget",
        "1-2-1 (copy)",
        "indicators",
    }


def test_a_build_that_was_packed_with_its_folder(tmp_path) -> None:
    site = read_site(snapshot(tmp_path, build={"all/1-1-1.csv": GOOD, "all/2-1-1.csv": GOOD}))
    assert [(file.indicator_id, file.rule) for file in site.files] == [("1-1-1", None), ("2-1-1", None)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"data_non_statistical": "True"}, {"is_statistical": False}),
        ({"target_id": "1.2", "sdg_goal": "1"}, {"target": "1.2", "goal": "1", "is_target_in_words": False}),
        ({"SDG_TARGET": "Reduce poverty"}, {"is_target_in_words": True}),
        ({"unidad_medida": "Euro"}, {"unit": "Euro"}),
        ({"indicator": "1.1.1", "indicator_number": ""}, {"indicator": "1.1.1"}),
        ({"national_geographical_coverage": "None"}, {"coverage": ""}),
        ({"localsdg_poverty": {"line": ["upper", "title"]}}, {"poverty": {"line": ("upper", "title")}}),
        ({"localsdg_poverty": "upper"}, {"poverty": {}}),
        ({"localsdg_poverty_cells": {"S1": {"line": "food"}}}, {"cell_parts": {"S1": {"line": "food"}}}),
    ],
)
def test_a_field_of_the_platform_is_a_fact_of_all(tmp_path, fields, expected) -> None:
    content = content_of(read_site(snapshot(tmp_path, build={"1-1-1.csv": GOOD}, meta={"en": {"1-1-1": fields}})))
    stated = content.stated["1-1-1"]
    assert {name: getattr(stated, name) for name in expected} == expected


def test_metadata_that_cannot_be_read_leave_the_status_unknown(tmp_path) -> None:
    repository = {
        "data/indicator_1-1-1.csv": GOOD,
        "data/indicator_2-1-1.csv": GOOD,
        "meta/1-1-1.md": "---\n- x\n---\n",
    }
    content = content_of(read_site(snapshot(tmp_path, repository=repository)))
    assert [(fault.name, fault.indicator_id) for fault in content.faults] == [("meta/1-1-1.md", "1-1-1")]
    judged = judge_all(content, describe_all(content))
    assert [(one.file.indicator_id, one.rule) for one in judged] == [("1-1-1", "R12"), ("2-1-1", None)]


def test_a_bundle_states_what_it_left_out_and_the_hash_of_what_it_cut(tmp_path) -> None:
    listed = {"local_indicator_id": "2-1-1", "entry_name": "2-1-1.csv", "rule": "OSDG-P02", "n_rows": 9}
    content = content_of(
        read_site(
            snapshot(
                tmp_path,
                build={"1-1-1.csv": GOOD},
                meta={"untranslated": {"1-1-1": {"localsdg_content_sha256": "b" * 64}}},
                left_out=[listed | {"content_sha256": "a" * 64}],
            )
        )
    )
    judged = judge_all(content, describe_all(content))
    assert [(one.file.indicator_id, one.file.sha256[0], one.rule, one.is_listed_only) for one in judged] == [
        ("2-1-1", "a", "P02", True),
        ("1-1-1", "b", None, False),
    ]


def test_a_changed_archive_is_refused(tmp_path) -> None:
    changed = snapshot(tmp_path, build={"1-1-1.csv": GOOD})
    (changed.path / "all.zip").write_bytes(zipped({"1-1-1.csv": "Year,Value\n2019,99\n"}))
    with pytest.raises(Exception, match="was changed"):
        read_snapshot_content(changed)


#: A code of the framework whose title the site overwrites with a subject of its own.
KEY = "global_indicators.2-1-1-title"
OFFICIAL = [
    ("2.1.1", "2.1", "2", "Prevalence of undernourishment", "en"),
    ("2.1.1", "2.1", "2", "Unterernährung", "de"),
]
OWN_META = f"graph_title: {KEY}\nindicator_name: {KEY}\ncomputation_units: units.percent\nreporting_status: complete\n"
OWN_TEXTS = {"global_indicators": "2-1-1-title: Anzahl der Obstbäume\n", "units": "percent: Prozent\n"}


def matched(site) -> Match:
    description = describe_all(content_of(site))["2-1-1"]
    claim = Claim(
        "weirford",
        "2-1-1",
        titles=description.titles,
        has_template_title=description.stated.has_template_title,
        unit=description.unit,
    )
    return match_indicator(claim, Framework.from_rows(OFFICIAL))


def test_an_own_subject_under_an_official_key_is_found_by_either_route(tmp_path) -> None:
    repository = {"data/indicator_2-1-1.csv": GOOD, "meta/2-1-1.yml": OWN_META, "config_data.yml": "languages: [de]\n"}
    texts = {f"translations/de/{group}.yml": text for group, text in OWN_TEXTS.items()}
    by_folder = read_site(snapshot(tmp_path / "folder", repository=repository | texts))
    shown = {"graph_title": "Anzahl der Obstbäume", "computation_units": "Prozent"}
    meta = {"untranslated": {"2-1-1": {"graph_title": KEY, "indicator_name": KEY}}, "de": {"2-1-1": shown}}
    by_build = read_site(snapshot(tmp_path / "build", build={"2-1-1.csv": GOOD}, meta=meta))
    for site in (by_folder, by_build):
        stated = content_of(site).stated["2-1-1"]
        assert (dict(stated.titles), stated.unit) == ({"de": "Anzahl der Obstbäume"}, "Prozent")
        found = matched(site)
        assert found.match == "proxy", found
    # the same without the texts: the key says nothing
    found = matched(read_site(snapshot(tmp_path / "key", repository=repository)))
    assert found.match == "official, title not compared" and "no title of its own" in found.reason


def test_a_text_that_was_never_translated_is_of_the_language_that_it_is_in(tmp_path) -> None:
    meta = {"en": {"1-1-1": {"graph_title": "Proporción de personas en riesgo de pobreza de la región"}}}
    site = read_site(snapshot(tmp_path, build={"1-1-1.csv": GOOD}, meta=meta))
    assert list(site.titles("1-1-1")) == ["es"]


@pytest.mark.parametrize(
    ("languages", "language", "match"),
    [
        ("[pl]", "pl", "official, title not compared"),
        # one of several is not stated of any text
        ("[pl, en]", "und", "proxy"),
    ],
)
def test_a_text_without_small_words_is_of_the_only_language_of_the_site(tmp_path, languages, language, match) -> None:
    repository = {
        "data/indicator_2-1-1.csv": GOOD,
        "meta/2-1-1.yml": "indicator_name: Powszechne niedozywienie\ncomputation_units: percent\n",
        "config_data.yml": f"languages: {languages}\n",
    }
    site = read_site(snapshot(tmp_path, repository=repository))
    assert site.titles("2-1-1") == {language: "Powszechne niedozywienie"}
    assert matched(site).match == match


def test_cells_that_are_translation_keys_have_their_text(tmp_path) -> None:
    repository = {
        "data/indicator_1-2-1.csv": "Year,Line,Value\n2019,LINE.national,21.6\n2019,LINE.other,20.1\n",
        "translations/es/LINE.yml": "national: Umbral nacional\n",
    }
    site = read_site(snapshot(tmp_path, repository=repository))
    assert site.cell_words == {"LINE.national": "Umbral nacional"}


def test_translations_stay_in_what_is_kept_of_a_repository(tmp_path) -> None:
    for name in ("data/indicator_2-1-1.csv", "meta/2-1-1.yml", "translations/de/units.yml", "scripts/build.yml"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD, encoding="utf-8")
    (tmp_path / "scratch").mkdir()
    site = next(iter(read_sites(None).values()))
    drafts, _, _ = repository_drafts(site, tmp_path / "tree", tmp_path / "scratch", None, {})
    with zipfile.ZipFile(drafts[0].content) as archive:
        kept = archive.namelist()
    assert "translations/de/units.yml" in kept and "scripts/build.yml" not in kept
