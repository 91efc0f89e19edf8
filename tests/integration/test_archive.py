"""An archive of a version: whole, checked, citable, the same bytes each time, and only what may be passed on."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import duckdb
import pytest
import yaml
from frictionless import Package
from small_warehouse import copy_home, keep_versions

from localsdg.common.settings import Settings
from localsdg.registry.redistribution import redistribution
from localsdg.registry.sources import sources
from localsdg.warehouse import keeping
from localsdg.warehouse.citation import TEAM

pytestmark = pytest.mark.slow
OLDER, NEWEST = "2026.11.26.1", "2026.11.27.1"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with two kept versions of a small warehouse: UN data, two sites, a review and an action."""
    home = tmp_path_factory.mktemp("archive") / "home"
    keep_versions(Settings(home=home), OLDER, NEWEST)
    return home


@pytest.fixture
def settings(home, tmp_path) -> Settings:
    """A copy of it."""
    return copy_home(home, tmp_path / "home")


@pytest.fixture(scope="module")
def files(home, cli, tmp_path_factory) -> dict[str, bytes]:
    """The files of the archive of the published version, by name below its folder."""
    path = tmp_path_factory.mktemp("files") / "a.zip"
    done = cli(home, "archive", "--no-pin", "--output", path)
    assert done.exit_code == 0, done.stderr
    return members(path, NEWEST)


def members(path: Path, version: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name.removeprefix(f"localsdg-{version}/"): archive.read(name) for name in archive.namelist()}


def rows(files: dict[str, bytes], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"data/{table}.csv"].decode())))


def test_an_archive_has_what_a_repository_asks_for_and_its_checksums_hold(files, tmp_path) -> None:
    assert {"README.md", "LICENSE", "LICENCES.md", "CITATION.cff", ".zenodo.json", "checksums.sha256"} < files.keys()
    sums = dict(reversed(line.split("  ", 1)) for line in files["checksums.sha256"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != "checksums.sha256"
    }
    for name, body in files.items():
        path = tmp_path / "out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    package = Package(str(tmp_path / "out" / "data" / "datapackage.json"))
    assert [resource.name for resource in package.resources if not resource.validate().valid] == []
    readme = files["README.md"].decode()
    assert NEWEST in readme and "| `observation` | 3 | 0 | " in readme and "What not to conclude" in readme


def test_data_whose_terms_permit_no_redistribution_are_named_and_left_out_with_what_rests_on_them(files) -> None:
    readme, terms = files["README.md"].decode(), files["LICENCES.md"].decode()
    assert (
        "bristol@2021-12-07" in readme and "auburn@2023-04-06" in readme and "| `local_observation` | 0 | 3 |" in readme
    )
    assert terms.count("left out of this archive; redistribution is not known to be permitted: no terms") == 2
    assert terms.count("in this archive; redistribution is permitted") == 4
    assert len(rows(files, "observation")) == 3 and len(rows(files, "action")) == len(rows(files, "review")) == 1
    # a metric over all sites rests on them too
    assert [row["metric_id"] for row in rows(files, "metric_value")] == ["m1", "m3"]
    assert rows(files, "local_observation") == [] and "localsdg.duckdb" not in files
    assert not any(b"bristol@" in body for name, body in files.items() if name.endswith(".csv"))


def test_all_puts_everything_in_and_the_warehouse_file_too(settings, cli, tmp_path) -> None:
    done = cli(settings.home, "archive", "--all", "--version", OLDER, "--output", tmp_path / "a.zip", "--json")
    facts = json.loads(done.stdout)
    assert facts["left_out"] == [] and facts["has_warehouse"] and facts["version"] == OLDER and facts["is_pinned"]
    files = members(tmp_path / "a.zip", OLDER)
    assert len(rows(files, "local_observation")) == len(rows(files, "metric_value")) == 3
    kept = settings.warehouse / "releases" / OLDER / "localsdg.duckdb"
    assert files["localsdg.duckdb"] == kept.read_bytes()
    (tmp_path / "own.duckdb").write_bytes(files["localsdg.duckdb"])
    with duckdb.connect(str(tmp_path / "own.duckdb"), read_only=True) as con:
        assert con.execute("select version from meta.release").fetchall() == [(OLDER,)]
    assert [one.reason for one in keeping.read_pins(settings) if one.version == OLDER] == ["archived to a.zip"]


def test_the_same_version_gives_the_same_bytes_and_is_pinned_unless_that_is_refused(settings, cli, tmp_path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    assert cli(settings.home, "archive", "--no-pin", "--output", first).exit_code == 0
    assert keeping.read_pins(settings) == []
    keeping.pin(settings, NEWEST, "the talk")
    assert cli(settings.home, "archive", "--output", second, LOCALSDG_THREADS="1").exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert [one.reason for one in keeping.read_pins(settings)] == ["the talk"], "the first reason stays"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip", "home"]


def test_the_citation_follows_the_citation_file_format(files, settings) -> None:
    """The rules of the schema of CFF 1.2.0 for the fields that are there."""
    cff = yaml.safe_load(files["CITATION.cff"])
    assert {"cff-version", "message", "title", "authors"} <= cff.keys()
    assert cff.keys() <= {
        *("cff-version", "message", "title", "authors", "type", "version", "date-released", "identifiers", "references")
    }
    assert cff["cff-version"] == "1.2.0" and cff["type"] == "dataset" and cff["version"] == NEWEST
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", cff["date-released"]) and datetime.date.fromisoformat(cff["date-released"])
    own = yaml.safe_load((settings.resources / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["authors"] == own["authors"] == [{"name": TEAM}]
    for one in cff["identifiers"]:
        assert one.keys() <= {"type", "value", "description"} and one["type"] in ("doi", "url", "swh", "other")
    assert cff["identifiers"][0]["value"] == "sha256:same"
    for one in cff["references"]:
        assert {"authors", "title", "type"} <= one.keys() and one["type"] == "software"
        assert one["version"] == own["version"] and one["title"] == own["title"] and one["license"] == own["license"]
    zenodo = json.loads(files[".zenodo.json"])
    assert zenodo["upload_type"] == "dataset" and zenodo["version"] == NEWEST and zenodo["creators"] == [{"name": TEAM}]


def test_a_version_that_is_unknown_or_damaged_is_no_archive(settings, cli, tmp_path) -> None:
    unknown = cli(settings.home, "archive", "--version", "2020.01.01.1", "--output", tmp_path / "a.zip")
    assert unknown.exit_code == 2 and OLDER in unknown.stderr
    with (settings.warehouse / "releases" / OLDER / "localsdg.duckdb").open("ab") as handle:
        handle.write(b"x")
    damaged = cli(settings.home, "archive", "--version", OLDER, "--output", tmp_path / "a.zip")
    assert damaged.exit_code == 1 and "not the one that was published" in damaged.stderr
    inside = cli(settings.home, "archive", "--output", settings.warehouse / "releases" / "a.zip")
    assert inside.exit_code == 2
    assert not (tmp_path / "a.zip").exists() and keeping.read_pins(settings) == []


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("CC BY 4.0", True),
        ("CC0 1.0", True),
        (sources()["unsd"].licence, True),
        (sources()["population"].licence, True),
        ("data: not stated; platform: MIT", False),
        ("not stated; facts as submitted to the UN by those who registered them", False),
        (sources()["actions"].licence, False),
        ("all rights reserved", False),
        ("", False),
        (None, False),
    ],
)
def test_nothing_but_stated_terms_is_a_permission(licence, is_allowed) -> None:
    assert redistribution(licence).is_allowed is is_allowed
