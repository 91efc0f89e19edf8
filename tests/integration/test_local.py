"""Local governments in the warehouse: what the bundle answers, and what a user's own files give."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from opensdg_server import OpenSdgServer

from localsdg.common.settings import Settings
from localsdg.registry import local_sites


def ask(settings: Settings, sql: str) -> list[tuple]:
    """Rows of the published file."""
    con = duckdb.connect(str(settings.published), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def example(settings: Settings, name: str) -> list[tuple]:
    return ask(settings, f"select * from evidence.{name}")


def done(result) -> str:
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.output


# ------------------------------------------------------------------ the bundle's answers


def test_bristol_kept_152_placeholders_of_258_files(built) -> None:
    rows = {row[0]: row[1:3] for row in example(built, "placeholders_by_site")}
    assert rows["bristol"] == (152, 258)
    assert rows["los-angeles"] == (114, 249)
    assert rows["madrid"] == (210, 245), "with 1-3-2, whose titles are of a test"


def test_no_placeholder_reaches_a_value(built) -> None:
    assert ask(
        built,
        "select count(*) from core.local_observation as o join core.local_indicator as i "
        "using (site_id, local_indicator_id) where i.is_placeholder",
    ) == [(0,)]


def test_who_reports_1_2_1_and_what_stands_beside_it(built) -> None:
    rows = example(built, "local_poverty_beside_the_nation")
    assert len({row[0] for row in rows}) >= 3, "several governments"
    assert {row[8] for row in rows} <= {"same definition", "proxy", "not comparable"}
    assert all(row[9] for row in rows), "each class has its reason"
    assert all(row[7] is None for row in rows if row[8] != "same definition"), "no gap of unlike things"


def test_the_register_counts_every_review_once(built) -> None:
    rows = example(built, "reviews_by_year_and_region")
    assert sum(row[2] for row in rows) == 389
    assert any(row[1] == "country not stated" or row[0] is None for row in rows)


def test_ten_most_reported_official_indicators(built) -> None:
    rows = example(built, "most_reported_indicators")
    assert len(rows) == 10
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)


def test_one_government_across_site_and_reviews(built) -> None:
    found = ask(
        built,
        "select count(distinct local_government_id) from core.local_government "
        "where name = 'Barcelona' and iso3 = 'ESP'",
    )
    assert found == [(1,)]
    assert ask(built, "select count(*) > 0 from core.review where local_government_id = 'barcelona'")[0][0]
    assert ask(built, "select count(*) > 0 from core.local_indicator where local_government_id = 'barcelona'")[0][0]


def test_local_targets_are_actions_with_declared_links(built) -> None:
    rows = ask(
        built,
        "select distinct l.method, l.confidence from core.action_link as l "
        "join core.action as a on a.action_id = l.action_id and a.dataset_id = 'local_targets'",
    )
    assert rows == [("declared", 1.0)]
    assert ask(built, "select count(*) from core.action_link as l anti join core.goal as g using (goal_code)") == [(0,)]
    assert ask(
        built,
        "select count(*) >= 154 from core.action where kind = 'target value' "
        "and local_government_id = 'barcelona' and year = 2030",
    )[0][0]


def test_status_tells_each_site(built, cli) -> None:
    (line,) = [one for one in done(cli(built.home, "status")).splitlines() if one.startswith("bristol ")]
    assert "106" in line and "in the bundle" in line
    sites = {one["site_id"]: one for one in json.loads(done(cli(built.home, "status", "--json")))["sites"]}
    bristol = sites["bristol"]
    assert (bristol["n_placeholders"], bristol["n_with_data"]) == (152, 106)
    assert bristol["n_official"] > 0 and bristol["fetched_at"]


#: The measure of the reference, in prose, in the words of the warehouse; with whom it counts, and what states both.
MEANINGS = {
    "below US official poverty line (ACS S1701)": ("national", "title", "persons", "title"),
    "at risk of relative poverty, national threshold": ("national", "title", "persons", "title"),
    # the reference leaves the two of Cape Town to the site's metadata
    "file under 1.1.1": ("international", "metadata", "persons", "title"),
    "file under 1.2.1": ("upper", "title", "households", "title"),
}
#: The geography of the reference: kind and name of the area, and what states it.
PLACES = {
    "City of Los Angeles": ("own", "City of Los Angeles", "metadata"),
    "City of Cape Town": ("own", "City of Cape Town", "assumed"),
    "Asturias": ("own", "Asturias", "row"),
    "España": ("national", "España", "row"),
}


def test_poverty_numbers_read_by_hand_come_out_exactly(built, data_root) -> None:
    with (data_root / "local" / "poverty_reference.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    con = duckdb.connect(str(built.published), read_only=True)
    faults = []
    for row in rows:
        wanted = dict(part.split("=") for part in row["filter"].split(";") if part)
        unit = wanted.pop("Units", None)
        kept = {name: code for name, code in wanted.items() if code}
        found = con.execute(
            "select value, unit, poverty_threshold, poverty_threshold_basis, population_unit, population_unit_basis, "
            "reference_area_kind, reference_area_name, reference_area_basis "
            "from core.local_observation where site_id = ? and local_indicator_id = ? "
            "and year = ? and (? is null or published_unit = ?) "
            "and dimensions = map_from_entries(list_zip(?::varchar[], ?::varchar[]))",
            [row["site"], row["indicator"], int(row["year"]), unit, unit, list(kept), list(kept.values())],
        ).fetchall()
        expected = (float(row["value"]), "PERCENT", *MEANINGS[row["measure"]], *PLACES[row["geography_of_row"]])
        if found != [expected]:
            faults.append((row["site"], row["indicator"], row["year"], expected, found))
    con.close()
    assert faults == [] and len(rows) == 50


# ------------------------------------------------------------------ sites never seen before


def test_a_folder_of_a_site_never_seen(small_home, cli, fixtures) -> None:
    folder = fixtures / "opensdg" / "mini"
    done(cli(small_home, "pull", "site", folder, "--name", "Test Town", "--country", "PRT", "--level", "city"))
    done(cli(small_home, "build", "--no-bundled"))
    settings = Settings(home=small_home)
    assert ask(settings, "select name, iso3, is_provisional from core.local_government where name = 'Test Town'") == [
        ("Test Town", "PRT", True)
    ]
    counts = ask(settings, "select n_with_data > 0 from core.local_site")
    assert counts == [(True,)]
    assert ask(
        settings,
        "select rows_in = rows_out + rows_rejected and rows_in > 0 from audit.source_load where source = 'opensdg'",
    ) == [(True,)]


def test_a_folder_named_after_a_listed_site_is_that_site(small_home, cli, fixtures, tmp_path) -> None:
    shutil.copytree(fixtures / "opensdg" / "mini", tmp_path / "barcelona")
    assert "barcelona: new" in done(cli(small_home, "pull", "site", tmp_path / "barcelona"))
    shutil.copytree(fixtures / "opensdg" / "mini", tmp_path / "elsewhere")
    result = cli(small_home, "pull", "site", tmp_path / "elsewhere")
    assert result.exit_code == 2 and "--name NAME --country ISO3" in result.stderr


def test_a_url_of_a_site_never_seen_and_then_unchanged(small_home, cli, fixtures) -> None:
    with OpenSdgServer({"town": fixtures / "opensdg" / "mini" / "_built"}) as server:
        call = ("pull", "site", server.url("town"), "--name", "Test Town", "--country", "PRT", "--level", "city")
        assert "new" in done(cli(small_home, *call))
        assert "unchanged" in done(cli(small_home, *call))
    done(cli(small_home, "build", "--no-bundled"))
    assert ask(Settings(home=small_home), "select count(*) > 0 from core.local_observation") == [(True,)]


def test_a_dead_site_does_not_stop_the_others(
    small_home, cli, fixtures, tmp_path, waits_of_milliseconds, monkeypatch
) -> None:
    with OpenSdgServer({"alive": fixtures / "opensdg" / "mini" / "_built"}) as server:
        listed = tmp_path / "sites.csv"
        header = [
            "site_id",
            "local_government_id",
            "local_government",
            "level",
            "country_iso3",
            "area_code",
            "base_url",
            "repository",
            "languages",
            "licence",
            "kind",
            "prefer_language",
        ]
        rows = [
            [
                name,
                name,
                name.title(),
                "city",
                "PRT",
                "620",
                server.url(name),
                "",
                "en",
                "not stated",
                "production",
                "en",
            ]
            for name in ("alive", "dead")
        ]
        with listed.open("w", newline="") as handle:
            csv.writer(handle).writerows([header, *rows])
        monkeypatch.setattr(local_sites, "BUNDLED_LIST", listed)  # no known site is asked
        result = cli(small_home, "pull", "site")
    assert result.exit_code == 0, "what came is used, and what did not is named"
    assert "alive: new" in result.output and "dead: failed" in result.output
    assert list((small_home / "data" / "raw" / "opensdg").glob("alive@*"))


# ------------------------------------------------------------------ records of people


def save(path: Path, rows: list[dict]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


ACTION = {
    "action_id": "a1",
    "title": "Shelter",
    "local_government": "Barcelona",
    "country": "ESP",
    "year": "2023",
    "partners": "Red Cross; University",
    "sdgs": "1; 11.1",
}


def test_actions_are_refused_whole_with_every_fault(small_home, cli, tmp_path) -> None:
    bad = {**ACTION, "action_id": "a2", "title": ""}
    file = save(tmp_path / "actions.csv", [ACTION, bad, {**bad, "title": "=1+1"}])
    result = cli(small_home, "pull", "actions", file)
    assert result.exit_code == 1
    assert "2 faults of title (ACT-R01)" in result.stderr and "row 4 '=1+1'" in result.stderr, "each kind is listed"
    assert not (small_home / "data" / "raw" / "actions").exists()


def test_a_build_keeps_a_record_with_blanked_cells_and_rejects_one_without_words(small_home, cli, tmp_path) -> None:
    blanked = {**ACTION, "action_id": "a2", "year": "20x3"}
    bad = {**ACTION, "action_id": "a3", "title": ""}
    file = save(tmp_path / "actions.csv", [ACTION, blanked, bad])
    done(cli(small_home, "pull", "actions", file, "--accept-partial"))
    done(cli(small_home, "build", "--no-bundled"))
    settings = Settings(home=small_home)
    assert ask(settings, "select rows_in, rows_out, rows_rejected from audit.source_load where source = 'actions'") == [
        (3, 2, 1)
    ]
    assert ask(settings, "select count(*) from audit.reject where source = 'actions'") == [(1,)]
    assert ask(settings, "select column_name, rule_id, n_cells, examples from audit.cell_blanked") == [
        ("year", "ACT-R02", 1, "row 3 '20x3'")
    ]
    links = "select distinct goal_code, target_code, method, confidence from core.action_link order by all"
    assert ask(settings, links) == [
        ("1", None, "declared", 1.0),
        ("11", "11.1", "declared", 1.0),
    ]


def test_the_inbox_is_taken_in_by_name(small_home, cli) -> None:
    inbox = small_home / "data" / "raw" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "projects.jsonl").write_text(json.dumps(ACTION) + "\n", encoding="utf-8")
    assert "projects.jsonl" in done(cli(small_home, "pull", "actions"))
    assert list((small_home / "data" / "raw" / "actions").glob("*/projects.jsonl"))


REVIEW = {
    "local_government": "Malaga",
    "country": "Spain",
    "iso3": "ESP",
    "level": "city",
    "review_year": "2018",
    "kind": "VLR",
    "languages": "es",
    "url": "https://example.org/vlr.pdf",
    "source": "a listing",
}


def test_one_review_in_two_listings_is_one_review(small_home, cli, tmp_path) -> None:
    again = {**REVIEW, "local_government": "Málaga", "source": "another listing", "url": ""}
    for number, row in enumerate((REVIEW, again)):
        done(cli(small_home, "pull", "reviews", save(tmp_path / f"r{number}.csv", [row])))
    done(cli(small_home, "build", "--no-bundled"))
    found = ask(Settings(home=small_home), "select local_government_id, review_year, sources from core.review")
    assert found == [("malaga", 2018, ["a listing", "another listing"])]


# ------------------------------------------------------------------ copies and starters of other places


def town(root: Path, name: str, rows: list[str]) -> Path:
    """A repository with one data file under 1.2.1."""
    folder = root / name
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "indicator_1-2-1.csv").write_text("\n".join(["Year,Value", *rows]) + "\n")
    return folder


@pytest.mark.parametrize(
    ("names", "rows", "rule", "left"),
    [
        # the very file at three governments: a starter that is on no list
        (("Alfa", "Beta", "Gama"), [f"{2011 + n},{4 + n * n}" for n in range(5)], "OSDG-P05", 0),
        # the years and values of another government, and it cannot be determined whose they are
        (("Alfa", "Beta"), [f"{2010 + n},{n}.5" for n in range(8)], "OSDG-C01", 0),
    ],
)
def test_a_file_of_other_places_is_rejected_and_blocks_nothing(
    small_home, cli, tmp_path, names, rows, rule, left
) -> None:
    for name in names:
        done(
            cli(
                small_home,
                "pull",
                "site",
                town(tmp_path, name, rows),
                "--name",
                name,
                "--country",
                "PRT",
                "--level",
                "city",
            )
        )
    done(cli(small_home, "build", "--no-bundled"))
    settings, n = Settings(home=small_home), len(names)
    assert ask(settings, "select count(*) from core.local_observation") == [(left,)]
    assert ask(
        settings,
        "select exclusion_rule, n_headline, n_rows = n_rows_rejected, count(*) "
        "from core.local_indicator where n_rows > 0 group by all",
    ) == [(rule, 0, True, n)]
    assert ask(settings, "select rule_id, count(*) from audit.reject group by 1") == [(rule, n * len(rows))]
    assert ask(
        settings,
        "select sum(rows_in), sum(rows_out), sum(rows_rejected) from audit.source_load where source = 'opensdg'",
    ) == [(n * len(rows), 0, n * len(rows))]
