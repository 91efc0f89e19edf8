"""`localsdg explain`: every figure ends in bytes whose hash is taken again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.figures.data.load import load_figures
from localsdg.figures.trace.explain import ABSENT, BUNDLED, CHANGED, UNCHANGED, chain, chains, find_figure
from localsdg.warehouse.query import run_query


@pytest.fixture(scope="module")
def poverty(built):
    return find_figure(built, "c01-extreme-poverty")


@pytest.fixture
def own_bundle(built, tmp_path):
    """The built warehouse beside a copy of the bundle that a test may change."""
    shutil.copytree(built.bundled / "unsd", tmp_path / "data" / "raw" / "bundled" / "unsd")
    shutil.copytree(built.resources / "sql", tmp_path / "sql")
    return replace(built, resources=tmp_path)


def test_a_published_value_is_found_one_by_one(built, poverty) -> None:
    found = chain(built, poverty)
    core = found.core[0]
    assert (core.table, core.exact, core.count) == ("core.latest_observation", True, len(poverty.rows))
    shown = run_query(built, core.sql).to_pylist()
    assert {(one["year"], float(one["value_raw"])) for one in shown} == {
        (row["year"], row["value"]) for row in poverty.rows
    }
    assert found.row_count == len(poverty.rows)
    assert found.metrics[0].model == "sql/evidence/templates/one_series.sql"
    assert (built.resources / found.query).is_file()


def test_the_file_is_named_with_its_hash_and_origin(built, poverty) -> None:
    file = chain(built, poverty).files[0]
    manifest = json.loads((built.bundled / "unsd" / file.release / "manifest.json").read_text())
    record = next(one for one in manifest["files"] if one["name"] == file.name)
    assert (file.sha256, file.found, file.state) == (record["sha256"], record["sha256"], UNCHANGED)
    assert (file.origin, file.fetched_at) == (manifest["origin"], manifest["fetched_at"])
    assert file.rows == len(poverty.rows)


def test_a_count_of_ours_names_all_that_it_may_rest_on(built) -> None:
    found = chain(built, find_figure(built, "c01-countries-below-3"))
    counted = run_query(
        built, ("select count(*) as n from core.latest_observation where series_code = 'SI_POV_DAY1'")
    ).to_pylist()
    assert [(one.exact, one.count) for one in found.core] == [(False, counted[0]["n"])]


def test_reviews_are_those_of_the_places_shown(built) -> None:
    spain = chain(built, find_figure(built, "c04-reviews-724")).core[0]
    counted = run_query(built, "select count(*) as n from core.review_area where area_code = '724'").to_pylist()
    assert spain.count == counted[0]["n"] and "'724'" in spain.sql
    beside = chain(built, find_figure(built, "c04-reviews-areas-724")).core[0]
    assert beside.count > spain.count  # the World is beside Spain


def test_each_figure_ends_in_a_file_or_says_that_it_rests_on_the_code(built) -> None:
    figures = load_figures(built).figures
    found = chains(built, figures)
    assert {one.claim_id for one in figures} >= {"C01", "C02", "C03", "C04", "C05"}
    for one in figures:
        behind = [file for file in found[one.figure_id].files if file.rows]
        assert behind or found[one.figure_id].rests_on_bundled_records, one.figure_id
        assert {file.state for file in found[one.figure_id].files} <= {UNCHANGED, BUNDLED}, one.figure_id


def test_counts_that_others_published_rest_on_the_code(built) -> None:
    found = chain(built, find_figure(built, "c04-consulted"))
    assert found.rests_on_bundled_records and found.core == ()
    assert found.files[-1].path == "src/localsdg/registry/published_figures.csv"


def test_the_area_may_stand_in_the_id(built) -> None:
    one = find_figure(built, "c01-extreme-poverty-724")
    other = find_figure(built, "c01-extreme-poverty", "ESP")
    assert (one.figure_id, one) == ("c01-extreme-poverty-724", other)
    assert find_figure(built, "c01-countries-below-3").area_code == "001"
    found = chain(built, one)
    assert found.area_code == "724" and "'724'" in found.sql and found.core[0].exact


def test_an_unknown_figure_names_the_nearest(built) -> None:
    with pytest.raises(UsageError, match="c01-extreme-poverty, "):
        find_figure(built, "c01-extrem-poverty")
    with pytest.raises(UsageError, match="no such figure"):
        find_figure(built, "c01-extreme-poverty-7241")
    with pytest.raises(UsageError, match="two areas"):
        find_figure(built, "c01-extreme-poverty-724", "250")


def test_a_figure_without_data_says_why(built) -> None:
    with pytest.raises(LocalsdgError, match="no data in c01-national-poverty .* single countries"):
        find_figure(built, "c01-national-poverty")


def test_a_changed_file_is_found(own_bundle, poverty) -> None:
    path = own_bundle.bundled / "unsd" / "2023-12-17" / "evidence_series.parquet"
    assert chain(own_bundle, poverty).changed == ()
    path.write_bytes(path.read_bytes() + b"\n")
    changed = chain(own_bundle, poverty).changed
    assert [(one.name, one.state) for one in changed] == [("evidence_series.parquet", CHANGED)]
    assert changed[0].found != changed[0].sha256
    path.unlink()
    assert chain(own_bundle, poverty).files[0].state == ABSENT


def test_the_command_prints_the_chain(built, cli) -> None:
    done = cli(built.home, "explain", "c01-extreme-poverty")
    assert done.exit_code == 0
    for part in (
        "figure     c01-extreme-poverty: Extreme poverty fell from",
        "metric     c01_extreme_poverty",
        "query      sql/",
        "rows       ",
        "core rows  ",
        "release    2023-12-17",
        "sha256 ",
        ": unchanged (",
    ):
        assert part in done.stdout
    facts = json.loads(cli(built.home, "explain", "c01-extreme-poverty", "--json").stdout)
    assert facts["files"][0]["state"] == "unchanged" and facts["core"][0]["exact"] is True
    unknown = cli(built.home, "explain", "c99")
    assert unknown.exit_code == 2 and "expected a figure such as" in unknown.stderr


def test_the_command_fails_when_a_file_was_changed(built, cli, monkeypatch) -> None:
    from localsdg.figures.trace import explain

    def other(path: Path) -> str:
        return "0" * 64

    monkeypatch.setattr(explain, "sha256_of", other)
    done = cli(built.home, "explain", "c01-extreme-poverty")
    assert done.exit_code == 1
    assert ": CHANGED (" in done.stdout and "were changed after the build" in done.stderr
