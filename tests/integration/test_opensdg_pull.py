"""Pulling Open SDG sites from a real loopback server, and reading folders and archives."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from opensdg_server import Fault, OpenSdgServer

from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.common.unpacking import UnpackLimits
from localsdg.registry.local_sites import Site
from localsdg.sources.http.client import HttpClient, HttpLimits
from localsdg.sources.http.failures import FetchError
from localsdg.sources.opensdg.sites import (
    declare_site,
    last_good,
    list_sites,
    pull_site,
    pull_sites,
    take_repository,
)
from localsdg.sources.snapshot import SnapshotWriter, iter_snapshots, read_snapshot

META, REPORTING, ZIP = "meta/all.json", "stats/reporting.json", "zip/all_indicators.zip"
WITHOUT_BUILD = {"canarias-istac", "los-angeles", "thunder-bay", "tijuana"}


@pytest.fixture
def mini(fixtures: Path) -> Path:
    return fixtures / "opensdg" / "mini"


@pytest.fixture
def server(mini: Path):
    with OpenSdgServer({"mini": mini / "_built"}) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", resources=tmp_path / "checkout")


@pytest.fixture
def site(server: OpenSdgServer) -> Site:
    return declare_site(server.url("mini"), name="Mini", country="ESP", level="city")


def snapshots(settings: Settings) -> list[str]:
    return [one.release for one in iter_snapshots(settings.raw)]


def files(path: Path) -> dict[str, tuple[str, str]]:
    """File name -> role and language, after hashing every file again."""
    snapshot = read_snapshot(path)
    snapshot.verify()
    return {one.name: (one.role, one.extra["language"]) for one in snapshot.files}


def left_behind(settings: Settings) -> list[str]:
    folder = settings.raw / "opensdg"
    return sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.exists() else []


# ---------------------------------------------------------------- three requests


def test_three_requests_bring_a_site_as_served(server, settings, site, quick_http, mini) -> None:
    pull = pull_site(settings, site, http=quick_http)
    assert (pull.outcome, pull.requests) == ("new", 3), pull.message
    assert sorted(one.path for one in server.requests) == [
        f"/mini/untranslated/{path}" for path in (META, REPORTING, ZIP)
    ]
    assert files(pull.snapshot) == {
        "untranslated.meta.json": ("opensdg_meta", "untranslated"),
        "untranslated.reporting.json": ("opensdg_reporting", "untranslated"),
        "untranslated.all_indicators.zip": ("opensdg_zip", "untranslated"),
    }
    served = (mini / "_built" / "untranslated" / ZIP).read_bytes()
    assert (pull.snapshot / "untranslated.all_indicators.zip").read_bytes() == served
    snapshot = read_snapshot(pull.snapshot)
    rows = {one.role: one.rows for one in snapshot.files}
    assert rows == {"opensdg_meta": 3, "opensdg_reporting": None, "opensdg_zip": 2}
    assert snapshot.extra["local_government"] == "Mini"
    assert snapshot.extra["country_iso3"] == "ESP" and snapshot.source == "opensdg"
    assert snapshot.path.name.startswith("mini@") and "3 indicators" in pull.message


@pytest.mark.parametrize("end", ["", "/", "/index.html", "/es", "/es/", "/es/index.html"])
def test_any_form_of_the_address_will_do(server, settings, quick_http, end) -> None:
    site = declare_site(server.url("mini") + end, name="Mini", country="ESP")
    pull = pull_site(settings, site, http=quick_http)
    expected = "es" if "/es" in end else "untranslated"
    assert {language for _, language in files(pull.snapshot).values()} == {expected}
    assert pull.requests == 3


def test_all_languages_are_found_where_none_is_declared(server, settings, site, quick_http) -> None:
    pull = pull_site(settings, site, languages="all", http=quick_http)
    assert {language for _, language in files(pull.snapshot).values()} == {"en", "es", "untranslated"}
    assert len(server.seen(META)) == len(server.seen(ZIP)) == 3


def test_all_declared_languages_take_three_requests_each(server, settings, site, quick_http) -> None:
    pull = pull_site(settings, replace(site, languages=("en", "es")), languages="all", http=quick_http)
    assert pull.requests == len(server.requests) == 6
    assert {language for _, language in files(pull.snapshot).values()} == {"en", "es"}
    # the same bytes in two languages are two facts
    assert len(files(pull.snapshot)) == 6


def test_the_first_language_there_is_found(server, settings, site, quick_http, mini, tmp_path) -> None:
    shutil.copytree(mini / "_built" / "es", tmp_path / "only" / "es")
    server.sites["only"] = tmp_path / "only"
    pull = pull_site(settings, replace(site, base_url=server.url("only")), http=quick_http)
    assert pull.outcome == "new" and "in es" in pull.message
    assert [one.status for one in server.requests][:3] == [404, 404, 200]


# ---------------------------------------------------------------- nothing changed


@pytest.mark.parametrize("validators", [("ETag", "Last-Modified"), ("ETag",), ("Last-Modified",)])
def test_an_unchanged_site_costs_no_download(server, settings, site, quick_http, validators) -> None:
    server.validators = validators
    first = pull_site(settings, site, http=quick_http)
    server.requests.clear()
    second = pull_site(settings, site, http=quick_http)
    assert (second.outcome, second.snapshot, second.requests) == ("unchanged", first.snapshot, 3)
    assert {one.status for one in server.requests} == {304}
    assert snapshots(settings) == [first.snapshot.name] and first.snapshot.name in second.message


def test_without_validators_the_probe_speaks(server, settings, site, quick_http) -> None:
    server.validators = ()
    site = replace(site, languages=("en", "es"))
    first = pull_site(settings, site, languages="all", http=quick_http)
    assert first.requests == 6
    server.requests.clear()
    second = pull_site(settings, site, languages="all", http=quick_http)
    assert (second.outcome, second.requests) == ("unchanged", 2)
    assert {one.path.rpartition("/")[2] for one in server.requests} == {"all_indicators.json"}
    # another build: another size and time
    changed = _zip({"1-2-1.csv": "Year,Value\n2021,1\n"})
    server.change(f"/mini/en/{ZIP}", changed)
    probe = {"size_bytes": len(changed), "timestamp": 1_800_000_000}
    server.change("/mini/en/zip/all_indicators.json", json.dumps(probe).encode())
    third = pull_site(settings, site, languages="all", http=quick_http)
    assert third.outcome == "new" and third.snapshot.name.endswith(".2")
    assert (third.snapshot / "en.all_indicators.zip").read_bytes() == changed
    assert len(files(third.snapshot)) == 6


def test_a_missing_probe_is_no_failure(server, settings, site, quick_http) -> None:
    server.validators, server.faults = (), [Fault("all_indicators.json", status=404)]
    site = replace(site, languages=("en", "es"))
    assert pull_site(settings, site, languages="all", http=quick_http).outcome == "new"
    server.requests.clear()
    again = pull_site(settings, site, languages="all", http=quick_http)
    assert (again.outcome, len(server.requests)) == ("unchanged", 8)  # the same bytes came again
    assert len(snapshots(settings)) == 1


def test_what_did_not_change_is_copied(server, settings, site, quick_http) -> None:
    first = pull_site(settings, site, http=quick_http)
    body = _json(server, f"/mini/untranslated/{REPORTING}")
    body["overall"]["totals"]["total"] = 4
    server.change(f"/mini/untranslated/{REPORTING}", json.dumps(body).encode())
    server.requests.clear()
    second = pull_site(settings, site, http=quick_http)
    assert second.outcome == "new" and second.snapshot.name == first.snapshot.name + ".2"
    assert sorted(one.status for one in server.requests) == [200, 304, 304]
    assert len(files(second.snapshot)) == 3 and "2 of 3" in second.message
    old = {one.role: one for one in read_snapshot(first.snapshot).files}
    new = {one.role: one for one in read_snapshot(second.snapshot).files}
    assert new["opensdg_zip"].sha256 == old["opensdg_zip"].sha256
    assert new["opensdg_zip"].headers == old["opensdg_zip"].headers
    assert "confirmed_at" in new["opensdg_zip"].extra
    assert new["opensdg_reporting"].sha256 != old["opensdg_reporting"].sha256
    # and the copies carry their validators on
    assert pull_site(settings, site, http=quick_http).outcome == "unchanged"
    assert last_good(settings, "mini").release == second.snapshot.name


def test_a_damaged_snapshot_confirms_nothing(server, settings, site, quick_http) -> None:
    first = pull_site(settings, site, http=quick_http)
    (first.snapshot / "untranslated.meta.json").write_bytes(b"{}")
    second = pull_site(settings, site, http=quick_http)
    assert second.outcome == "new" and second.snapshot != first.snapshot
    assert len(files(second.snapshot)) == 3


def test_another_description_is_kept_without_a_download(server, settings, site, quick_http) -> None:
    pull_site(settings, site, http=quick_http)
    server.requests.clear()
    pull = pull_site(settings, replace(site, local_government="Minor"), http=quick_http)
    assert pull.outcome == "new" and {one.status for one in server.requests} == {304}
    assert read_snapshot(pull.snapshot).extra["local_government"] == "Minor"


def test_another_address_is_asked_without_conditions(server, settings, site, quick_http, mini) -> None:
    pull_site(settings, site, http=quick_http)
    server.sites["moved"] = mini / "_built"
    server.requests.clear()
    pull = pull_site(settings, replace(site, base_url=server.url("moved")), http=quick_http)
    assert {one.status for one in server.requests} == {200} and pull.outcome == "new"


# ---------------------------------------------------------------- broken sites


BROKEN = [
    (Fault(META, status=404), ["404", "data site"]),
    (Fault(META, "html"), ["HTML page"]),
    (Fault(REPORTING, "html"), ["HTML page"]),
    (Fault(META, "empty"), ["empty body"]),
    (Fault(META, "body", content=b"[1, 2]"), ["list, not an object"]),
    (Fault(META, "body", content=b"{}"), ["no indicator"]),
    (Fault(META, "body", content=b'{"message": "Not Found"}'), ["no indicator with fields"]),
    (Fault(META, "body", content=b'{"1-2-1": {"a": 1}, "1-2'), ["JSON"]),
    (Fault(META, "body", content=b"[" * 200_000), ["deep"]),
    (Fault(REPORTING, "body", content=b'{"error": {}}'), ["overall"]),
    (Fault(META, "truncate"), ["IncompleteRead"]),
    (Fault(META, "drop"), ["no usable answer"]),
    (Fault(ZIP, "body", content=b"Year,Value\n"), ["zip archive"]),
    (Fault(ZIP, "body", content=b"PK\x03\x04" + b"\0" * 40), ["zip archive"]),
    (Fault(ZIP, "html"), ["HTML page"]),
    (Fault(ZIP, status=503), ["503"]),
    (Fault(ZIP, status=304), ["never fetched"]),
]


@pytest.mark.parametrize(("fault", "words"), BROKEN, ids=lambda one: getattr(one, "kind", ""))
def test_a_broken_site_keeps_nothing_and_says_so(server, settings, site, quick_http, fault, words) -> None:
    site = replace(site, languages=("untranslated",))
    server.faults = [replace(fault)]
    pull = pull_site(settings, site, http=quick_http)
    assert (pull.outcome, pull.snapshot) == ("failed", None)
    assert "\n" not in pull.message and [word for word in words if word not in pull.message] == []
    assert "no earlier snapshot" in pull.message and left_behind(settings) == []


def test_a_truncated_zip_is_not_kept(server, settings, site, quick_http) -> None:
    whole = server.body(f"/mini/untranslated/{ZIP}")
    server.change(f"/mini/untranslated/{ZIP}", whole[: len(whole) // 2])
    assert "cut off" in pull_site(settings, site, http=quick_http).message
    spoiled = bytearray(whole)
    spoiled[45] ^= 0xFF
    server.change(f"/mini/untranslated/{ZIP}", bytes(spoiled))
    assert pull_site(settings, site, http=quick_http).outcome == "failed"
    assert left_behind(settings) == []


def test_a_served_archive_that_climbs_out_is_refused(server, settings, site, quick_http) -> None:
    server.change(f"/mini/untranslated/{ZIP}", _zip({"../../1-2-1.csv": "Year,Value\n"}))
    assert "leave the folder" in pull_site(settings, site, http=quick_http).message


def test_an_archive_without_files_is_a_site_without_data(server, settings, site, quick_http) -> None:
    server.change(f"/mini/untranslated/{ZIP}", _zip({}))
    pull = pull_site(settings, site, http=quick_http)
    assert pull.outcome == "new"
    assert read_snapshot(pull.snapshot).with_role("opensdg_zip")[0].rows == 0


def test_the_last_good_snapshot_stays_in_use_and_says_so(server, settings, site, quick_http) -> None:
    good = pull_site(settings, site, http=quick_http)
    before = {one.name: one.read_bytes() for one in good.snapshot.iterdir()}
    server.change(f"/mini/untranslated/{META}", b"<html>gone</html>")
    bad = pull_site(settings, site, http=quick_http)
    assert (bad.outcome, bad.snapshot) == ("failed", good.snapshot)
    assert f"{good.snapshot.name} stays in use" in bad.message
    assert {one.name: one.read_bytes() for one in good.snapshot.iterdir()} == before
    assert last_good(settings, "mini").path == good.snapshot


def test_the_bundled_snapshot_stays_in_use_where_none_was_pulled(server, settings, site, quick_http) -> None:
    writer = SnapshotWriter(settings.bundled, "opensdg", "mini@2024-01-01", origin="x", licence="x", attribution="x")
    writer.add("a", "opensdg_meta", b"{}")
    writer.commit()
    server.faults = [Fault(META, status=404)]
    assert "mini@2024-01-01 stays in use" in pull_site(settings, site, http=quick_http).message


def test_one_broken_site_never_stops_the_others(server, settings, site, quick_http, mini) -> None:
    names = ["a", "b", "dead", "c", "none"]
    server.sites.update({name: mini / "_built" for name in ("a", "b", "c", "dead")})
    server.faults = [Fault("/dead/", "html")]
    sites = [replace(site, site_id=name, base_url=server.url(name)) for name in names]
    sites.append(replace(site, site_id="off", base_url="http://127.0.0.1:9/data"))
    sites.append(replace(site, site_id="blank", base_url=""))
    said = []
    pulls = pull_sites(settings, sites, http=quick_http, progress=lambda done, total, text: said.append((done, total)))
    assert [one.site_id for one in pulls] == [*names, "off", "blank"]
    outcomes = {one.site_id: one.outcome for one in pulls}
    assert outcomes == {
        "a": "new",
        "b": "new",
        "c": "new",
        "dead": "failed",
        "none": "failed",
        "off": "failed",
        "blank": "failed",
    }
    assert said == [(number, 7) for number in range(1, 8)]
    assert len(snapshots(settings)) == 3
    assert {one.rpartition("@")[0] for one in left_behind(settings)} == {"a", "b", "c"}


def test_a_fault_in_the_writing_is_that_sites_own(server, settings, site, quick_http, monkeypatch) -> None:
    def full(self, *args, **facts):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SnapshotWriter, "add", full)
    pull = pull_site(settings, site, http=quick_http)
    assert pull.outcome == "failed" and "No space" in pull.message and left_behind(settings) == []


def test_what_a_kill_left_is_cleared(server, settings, site, quick_http) -> None:
    first = pull_site(settings, site, http=quick_http)
    (first.snapshot / "manifest.json").unlink()
    assert last_good(settings, "mini") is None
    again = pull_site(settings, site, http=quick_http)
    assert again.outcome == "new" and again.snapshot == first.snapshot
    assert len(files(again.snapshot)) == 3


def test_a_wrong_language_is_a_usage_error(server, settings, site, quick_http) -> None:
    with pytest.raises(UsageError):
        pull_site(settings, site, languages=["English!"], http=quick_http)
    pull = pull_site(settings, replace(site, languages=("en",)), languages=["fr"], http=quick_http)
    assert pull.outcome == "failed" and "404" in pull.message


def test_the_concurrency_limit_holds_and_is_used(server, settings, site, mini) -> None:
    server.latency = 0.05
    names = [f"s{number}" for number in range(8)]
    server.sites.update({name: mini / "_built" for name in names})
    sites = {name: replace(site, site_id=name, base_url=server.url(name)) for name in names}
    pulls = pull_sites(replace(settings, concurrency=3), sites)
    assert {one.outcome for one in pulls} == {"new"} and server.max_concurrent == 3


def test_304_is_an_answer_only_where_it_was_asked_for(server, quick_http: HttpClient) -> None:
    url = f"{server.url('mini')}/en/{META}"
    tag = quick_http.get(url).headers["ETag"]
    answer = quick_http.get(url, headers={"If-None-Match": tag}, conditional=True)
    assert (answer.status, answer.body, answer.value) == (304, b"", None)
    with pytest.raises(FetchError):
        quick_http.get(url, headers={"If-None-Match": tag})


# ---------------------------------------------------------------- folders and archives


def test_a_folder_gives_its_build_and_its_own_files(settings, site, mini) -> None:
    pull = take_repository(settings, site, mini)
    assert pull.outcome == "new", pull.message
    assert files(pull.snapshot) == {
        "untranslated.meta.json": ("opensdg_meta", "untranslated"),
        "untranslated.reporting.json": ("opensdg_reporting", "untranslated"),
        "untranslated.all_indicators.zip": ("opensdg_zip", "untranslated"),
        "repository.zip": ("opensdg_repository", ""),
    }
    assert _names(pull.snapshot / "repository.zip") == [
        "config_data.yml",
        "data/indicator_1-2-1.csv",
        "data/indicator_11-6-2.csv",
        "meta/1-2-1.md",
        "meta/11-6-2.md",
        "meta/13-1-1.md",
        "translations/en/general.yml",
    ]
    again = take_repository(settings, site, mini)
    assert (again.outcome, again.snapshot) == ("unchanged", pull.snapshot)
    everything = take_repository(settings, site, mini, languages="all")
    assert everything.outcome == "new" and len(files(everything.snapshot)) == 10


def test_the_manifest_names_no_path_of_the_machine(settings, site, mini) -> None:
    pull = take_repository(settings, replace(site, base_url="", repository=""), mini)
    assert str(mini.parent) not in (pull.snapshot / "manifest.json").read_text(encoding="utf-8")


def test_archives_give_the_same_bytes_as_the_folder(settings, site, mini, tmp_path) -> None:
    """A zip and a tar.gz with one folder on top, as GitHub makes them."""
    source = tmp_path / "mini-main"
    shutil.copytree(mini, source, ignore=shutil.ignore_patterns("_built"))
    shutil.make_archive(str(tmp_path / "as"), "zip", tmp_path, source.name)
    shutil.make_archive(str(tmp_path / "as"), "gztar", tmp_path, source.name)
    pulls = [
        take_repository(settings, replace(site, site_id=name), path)
        for name, path in (("dir", source), ("zip", tmp_path / "as.zip"), ("tar", tmp_path / "as.tar.gz"))
    ]
    assert [one.outcome for one in pulls] == ["new"] * 3, [one.message for one in pulls]
    assert len({(one.snapshot / "repository.zip").read_bytes() for one in pulls}) == 1
    assert [list(files(one.snapshot)) for one in pulls] == [["repository.zip"]] * 3


def test_a_checkout_of_the_built_site_is_a_site_too(settings, site, mini) -> None:
    pull = take_repository(settings, site, mini / "_built", languages="en")
    assert set(files(pull.snapshot)) == {"en.meta.json", "en.reporting.json", "en.all_indicators.zip"}


def test_an_incomplete_build_leaves_the_repository(settings, site, mini, tmp_path) -> None:
    shutil.copytree(mini, tmp_path / "copy")
    for path in (tmp_path / "copy" / "_built").glob(f"*/{META}"):
        path.unlink()
    pull = take_repository(settings, site, tmp_path / "copy")
    assert set(files(pull.snapshot)) == {"repository.zip"} and "no complete build" in pull.message


def test_the_configuration_may_name_other_folders(settings, site, mini, tmp_path) -> None:
    shutil.copytree(mini, tmp_path / "copy", ignore=shutil.ignore_patterns("_built", "meta"))
    shutil.copytree(mini / "meta", tmp_path / "copy" / "world")
    config = tmp_path / "copy" / "config_data.yml"
    config.write_text(config.read_text().replace("meta/*-*.md", "world/*-*.md"))
    pull = take_repository(settings, site, tmp_path / "copy")
    assert "world/1-2-1.md" in _names(pull.snapshot / "repository.zip")


def test_a_repository_archive_is_pulled_where_there_is_no_build(
    server, settings, site, quick_http, mini, tmp_path
) -> None:
    shutil.copytree(mini, tmp_path / "mini-HEAD", ignore=shutil.ignore_patterns("_built"))
    shutil.make_archive(str(tmp_path / "HEAD"), "zip", tmp_path, "mini-HEAD")
    with zipfile.ZipFile(tmp_path / "HEAD.zip", "a") as archive:
        archive.comment = b"0123456789abcdef0123456789abcdef01234567"
    server.sites["repo"] = tmp_path
    address = f"{server.root}/repo/HEAD.zip"
    for form in ({"base_url": "", "repository": address}, {"base_url": address}):
        named = replace(site, site_id=f"by-{len(form)}", **form)
        pull = pull_site(settings, named, http=quick_http)
        assert (pull.outcome, pull.requests) == ("new", 1), pull.message
        assert set(files(pull.snapshot)) == {"repository.zip"}
        snapshot = read_snapshot(pull.snapshot)
        assert snapshot.extra["commit"] == "0123456789abcdef0123456789abcdef01234567"
        assert snapshot.files[0].url == address
        server.requests.clear()
        assert pull_site(settings, named, http=quick_http).outcome == "unchanged"
        assert [one.status for one in server.requests] == [304]
    server.change("/repo/HEAD.zip", b"<html>no</html>")
    bad = pull_site(settings, named, http=quick_http)
    assert bad.outcome == "failed" and bad.snapshot == pull.snapshot and "stays in use" in bad.message


def _zip(members: dict[str, str], link: tuple[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
        if link:
            info = zipfile.ZipInfo(link[0])
            info.create_system, info.external_attr = 3, 0o120777 << 16
            archive.writestr(info, link[1])
    return buffer.getvalue()


def _tar(members: dict[str, str], link: tuple[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
        if link:
            info = tarfile.TarInfo(link[0])
            info.type, info.linkname = tarfile.SYMTYPE, link[1]
            archive.addfile(info)
    return buffer.getvalue()


def _names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def _json(server: OpenSdgServer, path: str) -> dict:
    return json.loads(server.body(path))


GOOD = {"repo/data/indicator_1-2-1.csv": "Year,Value\n2020,1\n"}


@pytest.mark.parametrize("make", [_zip, _tar])
@pytest.mark.parametrize(
    ("extra", "link", "word"),
    [
        ({"../evil.csv": "x"}, None, "leave the folder"),
        ({"repo/../../evil.csv": "x"}, None, "leave the folder"),
        ({"/etc/evil.csv": "x"}, None, "leave the folder"),
        ({"C:\\evil.csv": "x"}, None, "leave the folder"),
        ({"repo\\..\\evil.csv": "x"}, None, "leave the folder"),
        ({}, ("repo/data/indicator_2.csv", "../../../secret"), "points out"),
        ({}, ("repo/data/indicator_2.csv", "/etc/hostname"), "points out"),
    ],
)
def test_archives_that_reach_out_are_refused(settings, site, tmp_path, make, extra, link, word) -> None:
    file = tmp_path / "repo.archive"
    file.write_bytes(make({**GOOD, **extra}, link))
    pull = take_repository(settings, site, file)
    assert pull.outcome == "failed" and word in pull.message
    assert left_behind(settings) == []


@pytest.mark.parametrize("make", [_zip, _tar])
def test_a_link_inside_an_archive_is_not_followed(settings, site, tmp_path, make) -> None:
    file = tmp_path / "repo.archive"
    file.write_bytes(make(GOOD, ("repo/data/indicator_2.csv", "indicator_1-2-1.csv")))
    pull = take_repository(settings, site, file)
    assert _names(pull.snapshot / "repository.zip") == ["data/indicator_1-2-1.csv"]


def test_links_out_of_a_folder_are_refused(settings, site, tmp_path) -> None:
    folder, secret = tmp_path / "repo", tmp_path / "secret.csv"
    (folder / "data").mkdir(parents=True)
    secret.write_text("Year,Value\n")
    (folder / "data" / "indicator_1-1-1.csv").write_text("Year,Value\n2020,1\n")
    os.symlink(folder / "data" / "indicator_1-1-1.csv", folder / "data" / "indicator_1-1-2.csv")
    assert len(_names(take_repository(settings, site, folder).snapshot / "repository.zip")) == 2
    os.symlink(secret, folder / "data" / "indicator_1-2-1.csv")
    assert "points out" in take_repository(settings, site, folder).message
    (folder / "data" / "indicator_1-2-1.csv").unlink()
    os.symlink(tmp_path, folder / "meta")
    assert "points out" in take_repository(settings, site, folder).message


@pytest.mark.parametrize("make", [_zip, _tar])
def test_an_archive_that_swells_is_refused(settings, site, tmp_path, make, monkeypatch) -> None:
    monkeypatch.setattr("localsdg.common.unpacking._Limits.in_force", UnpackLimits(unpacked_bytes=1000))
    file = tmp_path / "repo.archive"
    file.write_bytes(make({**GOOD, "repo/data/indicator_9.csv": "0" * 5000}))
    assert "at most 1,000 bytes" in take_repository(settings, site, file).message


@pytest.mark.parametrize(
    "content",
    [b"", b"<html></html>", b"PK\x03\x04cut", b"\x1f\x8b\x08\x00cut", _tar(GOOD)[:60]],
    # a tar holds its time: without a name each test process would call it otherwise
    ids=["empty", "page", "zip cut off", "gzip cut off", "tar cut off"],
)
def test_a_file_that_is_no_archive_is_refused(settings, site, tmp_path, content) -> None:
    file = tmp_path / "repo.zip"
    file.write_bytes(content)
    pull = take_repository(settings, site, file)
    assert pull.outcome == "failed" and "\n" not in pull.message and left_behind(settings) == []


def test_a_folder_that_is_no_site_is_refused(settings, site, tmp_path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "README.md").write_text("hello")
    assert "no Open SDG site" in take_repository(settings, site, tmp_path / "other").message
    with pytest.raises(UsageError, match="no such folder"):
        take_repository(settings, site, tmp_path / "nowhere")


# ---------------------------------------------------------------- the sixteen


def test_the_sixteen_are_read_from_their_folders(data_root: Path, settings) -> None:
    sites, faults = list_sites(), []
    for folder in sorted((data_root / "local" / "opensdg").iterdir()):
        pull = take_repository(settings, sites[folder.name], folder)
        roles = {role for role, _ in files(pull.snapshot).values()} if pull.snapshot else set()
        expected = {"opensdg_repository"}
        if folder.name not in WITHOUT_BUILD:
            expected |= {"opensdg_meta", "opensdg_reporting", "opensdg_zip"}
        n_data = len(list((folder / "data").rglob("*.csv")))
        if pull.outcome != "new" or roles != expected or f"{n_data} data files" not in pull.message:
            faults.append((folder.name, roles, pull.message))
    assert faults == []


def test_the_built_sites_are_pulled_side_by_side(data_root: Path, settings) -> None:
    root = data_root / "local" / "opensdg"
    built = {path.parent.name: path for path in sorted(root.glob("*/_built"))}
    with OpenSdgServer(built) as server, HttpClient(HttpLimits(wait_base=0.001, max_attempts=2)) as http:
        sites = [
            replace(one, base_url=server.url(one.site_id)) for one in list_sites().values() if one.site_id in built
        ]
        pulls = {one.site_id: one for one in pull_sites(settings, sites, http=http)}
        failed = {name for name, one in pulls.items() if one.outcome == "failed"}
        assert failed == {"thunder-bay", "tijuana"}  # their builds have no meta/all.json
        assert {one.requests for name, one in pulls.items() if name not in failed} == {3}
        again = pull_sites(settings, sites, http=http)
        assert {one.outcome for one in again if one.site_id not in failed} == {"unchanged"}
    served = built["barcelona"] / "en" / META
    assert (pulls["barcelona"].snapshot / "en.meta.json").read_bytes() == served.read_bytes()
