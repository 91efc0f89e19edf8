"""A site's pull without a server: what is asked, in which order, and what each answer leads to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.common.zip_files import zip_bytes
from localsdg.registry.local_sites import Site
from localsdg.sources.http.client import Answer, Kind
from localsdg.sources.http.failures import FetchError
from localsdg.sources.opensdg.job import SiteJob
from localsdg.sources.opensdg.sites import pull_sites
from localsdg.sources.opensdg.snapshots import PullOutcome
from localsdg.sources.snapshot import iter_snapshots

BASE = "https://city.test/data"
BODIES = {
    "stats/reporting.json": json.dumps({"overall": {}}).encode(),
    "meta/all.json": json.dumps({"1-1-1": {"indicator": "1.1.1"}, "1-2-1": {}}).encode(),
    "zip/all_indicators.zip": zip_bytes({"indicator_1-1-1.csv": b"Year,Value\n2020,1\n"}),
}
ETAG = {"ETag": '"1"'}


class FakeHttp:
    """Answers from a dict by the path below the base; 404 for all else. Notes what was asked."""

    def __init__(self, answers: Mapping[str, bytes | int | Exception], headers: Mapping[str, str] = ETAG) -> None:
        self.answers, self.headers = dict(answers), headers
        self.asked: list[str] = []

    def get(self, url: str, *, kind: Kind, headers: Mapping[str, str], conditional: bool) -> Answer:
        path = url.removeprefix(BASE + "/")
        self.asked.append(path)
        answer = self.answers.get(path, 404)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, bytes) and headers.get("If-None-Match") == self.headers.get("ETag", "none"):
            return Answer(url, 304, self.headers, b"", None)
        if answer == 304:
            return Answer(url, 304, {}, b"", None)
        if isinstance(answer, int):
            raise FetchError("the request was refused", where=url, status=answer)
        return Answer(url, 200, self.headers, answer, kind.read(answer))

    def cancel(self) -> None:
        """Nothing waits here."""


def served(*languages: str, **changes: bytes | int | Exception) -> dict[str, bytes | int | Exception]:
    return {f"{language}/{path}": body for language in languages for path, body in BODIES.items()} | changes


def site(name: str = "city", **facts: object) -> Site:
    return Site(name, name, name.title(), "city", "PRT", base_url=BASE, **{"languages": ("en",), **facts})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, concurrency=1)


def pull(settings: Settings, http: FakeHttp, *sites: Site, languages: list[str] | None = None):
    return pull_sites(settings, sites or [site()], languages=languages, http=http)


def test_the_smallest_body_opens_the_way_to_the_others(settings: Settings) -> None:
    http = FakeHttp(served("en"))
    (new,) = pull(settings, http)
    assert http.asked == [f"en/{path}" for path in BODIES]
    assert (new.outcome, new.requests) == (PullOutcome.NEW, 3) and "2 indicators in en" in new.message
    (snapshot,) = iter_snapshots(settings.raw)
    assert {file.role for file in snapshot.files} == {"opensdg_reporting", "opensdg_meta", "opensdg_zip"}


def test_bodies_that_did_not_change_are_not_sent_again(settings: Settings) -> None:
    pull(settings, FakeHttp(served("en")))
    (again,) = pull(settings, FakeHttp(served("en")))
    assert again.outcome == PullOutcome.UNCHANGED
    assert len(list(iter_snapshots(settings.raw))) == 1


def test_one_new_body_makes_a_new_snapshot_with_the_old_others(settings: Settings) -> None:
    pull(settings, FakeHttp(served("en")))
    http = FakeHttp(served("en"))
    http.answers["en/zip/all_indicators.zip"] = zip_bytes({"indicator_1-1-1.csv": b"Year,Value\n2020,2\n"})
    changed = {"ETag": '"2"'}
    get = http.get

    def partly(url: str, **parts) -> Answer:
        http.headers = changed if url.endswith("all_indicators.zip") else ETAG
        return get(url, **parts)

    http.get = partly
    (new,) = pull(settings, http)
    assert new.outcome == PullOutcome.NEW and "2 of 3 files not sent again" in new.message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"en/stats/reporting.json": 404}, "is that the data site?"),
        ({"en/meta/all.json": 500}, "refused"),
        ({"en/zip/all_indicators.zip": 304}, "304 for a file that was never fetched"),
        ({"en/meta/all.json": ValueError("odd")}, "ValueError: odd"),
    ],
)
def test_a_broken_body_fails_its_site_and_keeps_nothing(settings: Settings, changes: dict, words: str) -> None:
    (failed,) = pull(settings, FakeHttp(served("en") | changes))
    assert failed.outcome == PullOutcome.FAILED and words in failed.message, failed.message
    assert list(iter_snapshots(settings.raw)) == []


def test_a_failed_site_keeps_its_last_good_snapshot(settings: Settings) -> None:
    (new,) = pull(settings, FakeHttp(served("en")))
    (failed,) = pull(settings, FakeHttp(served("en") | {"en/stats/reporting.json": 503}))
    assert (failed.outcome, failed.snapshot) == (PullOutcome.FAILED, new.snapshot)


def test_languages_are_tried_until_there_is_one(settings: Settings) -> None:
    http = FakeHttp(served("es"))
    (new,) = pull(settings, http, site(languages=()))
    tried = [path.partition("/")[0] for path in http.asked if path.endswith("reporting.json")]
    assert new.outcome == PullOutcome.NEW and tried[-1] == "es" and len(set(tried)) == len(tried) > 1


def test_a_site_without_address_fails_alone(settings: Settings) -> None:
    without = Site("none", "none", "None", "city", "PRT")
    failed, new = pull(settings, FakeHttp(served("en")), without, site())
    assert failed.outcome == PullOutcome.FAILED and "no address" in failed.reason
    assert new.outcome == PullOutcome.NEW


def test_a_job_that_has_not_ended_has_no_result(settings: Settings) -> None:
    job = SiteJob(settings, site(), None)
    (first,) = job.start()
    assert job.settle() is None, "a request is open"
    with pytest.raises(RuntimeError, match="has not ended"):
        job.result()
    assert job.refuse(first, FetchError("down", unreached=True)) == []
    assert job.settle() is job.result() and job.settle() is None
    assert job.result().unreached
