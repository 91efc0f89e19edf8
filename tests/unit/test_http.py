"""The retry policy and the error lines of `sources/http.py`, on a scripted adapter: no sockets."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from replay_server import ReplayServer
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import IncompleteRead, ProtocolError

from localsdg import __version__
from localsdg.common.settings import Settings
from localsdg.sources.http.client import CSV, JSON, HttpClient, HttpLimits, Kind
from localsdg.sources.http.failures import FetchError, again_after
from localsdg.sources.http.text import first_words, is_html, public_url, retry_after_seconds, shown_url

URL = "http://sdg.test/v1/sdg/Goal/List"
PROXY_PAGE = b"<!DOCTYPE html><html><script>var x='no';</script><p>Sign&nbsp;in</p> please</html>"


class Script(BaseAdapter):
    """Plays one step a request: an exception, or (status, headers, body)."""

    def __init__(self, *steps: object) -> None:
        super().__init__()
        self.steps, self.sent = list(steps), []

    def send(self, request, **settings):
        self.sent.append((request, settings))
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        status, headers, body = step
        raw = HTTPResponse(
            body=io.BytesIO(body),
            headers=headers,
            status=status,
            reason="Reason",
            preload_content=False,
            enforce_content_length=False,
        )
        answer = requests.adapters.HTTPAdapter().build_response(request, raw)
        answer.content  # noqa: B018  reads the body, as a session does
        return answer

    def close(self) -> None:
        pass


class Clock:
    """Stands in for the event that waits are made with; remembers them and waits for none."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float) -> None:
        self.waits.append(timeout)


def client_for(*steps: object, **options: object) -> tuple[HttpClient, Script, Clock]:
    client, script, clock = HttpClient(HttpLimits(**options)), Script(*steps), Clock()
    client.session.mount("http://", script)
    client._stop = clock
    return client, script, clock


OK = (200, {}, b'[{"code":"1"}]')


def test_answer_holds_bytes_value_and_facts():
    client, script, _ = client_for((200, {"ETag": "x", "Set-Cookie": "a=b"}, OK[2]))
    answer = client.get(URL, {"areaCode": [4, 8]}, kind=JSON)
    assert (answer.body, answer.value) == (OK[2], [{"code": "1"}])
    facts = answer.facts()
    assert facts["url"] == URL + "?areaCode=4&areaCode=8"
    assert (facts["status"], facts["headers"]) == (200, {"ETag": "x"})
    assert not client.session.cookies
    request, settings = script.sent[0]
    assert request.headers["User-Agent"] == f"localsdg/{__version__}"
    assert settings["timeout"] == (10.0, 120.0)


def test_timeouts_are_parameters():
    client, script, _ = client_for(OK, connect_timeout=1.5, read_timeout=3)
    client.get(URL)
    assert script.sent[0][1]["timeout"] == (1.5, 3)


@pytest.mark.parametrize(
    "fault",
    [
        requests.ConnectionError("refused"),
        requests.ConnectTimeout("slow"),
        requests.ReadTimeout("slow"),
        requests.exceptions.ChunkedEncodingError("cut"),
        requests.exceptions.ContentDecodingError("gzip cut"),
        ProtocolError("Connection broken", IncompleteRead(3, 5)),
        (429, {}, b""),
        (500, {}, b"x"),
        (502, {}, b"x"),
        (503, {}, b"x"),
        (504, {}, b"x"),
        (200, {}, b""),
        (200, {}, b"\x00\x00"),
        (200, {}, PROXY_PAGE),
        (200, {}, b"[{"),
        (200, {"Content-Length": "99"}, b"[1]"),
    ],
    ids=lambda fault: str(fault)[:40],
)
def test_passing_faults_are_tried_again(fault):
    client, script, clock = client_for(fault, fault, OK)
    assert client.get(URL, kind=JSON).value == [{"code": "1"}]
    assert (len(script.sent), len(clock.waits)) == (3, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 501])
def test_permanent_statuses_fail_at_once(status):
    # The service's 400 has the JSON shape of a 200.
    body = b'{"size":1,"totalElements":0,"totalPages":0,"pageNumber":1,"data":[]}'
    client, script, _ = client_for((status, {}, body))
    with pytest.raises(FetchError) as caught:
        client.get(URL, kind=JSON)
    assert (len(script.sent), caught.value.status) == (1, status)
    assert f"got {status} Reason" in str(caught.value)


def test_bad_certificate_and_bad_address_fail_at_once():
    client, script, _ = client_for(requests.exceptions.SSLError("[CERTIFICATE_VERIFY_FAILED] no"))
    with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
        client.get(URL)
    assert len(script.sent) == 1
    with pytest.raises(FetchError, match="the address cannot be used"):
        client.get("no-address")


def test_last_attempt_gives_one_line_with_the_words_of_the_page():
    client, script, _ = client_for((200, {"Content-Type": "text/html"}, PROXY_PAGE), max_attempts=3)
    with pytest.raises(FetchError) as caught:
        client.get(URL, kind=JSON)
    line = str(caught.value)
    assert len(script.sent) == 3
    assert "\n" not in line and "<" not in line and "var x" not in line
    for part in (
        f"no usable answer in {URL}",
        "expected 200 with JSON",
        'got 200 Reason text/html "Sign in',
        "an HTML page, as a proxy or a login page sends",
        "(attempt 3)",
        "next: run the same",
    ):
        assert part in line
    assert not caught.value.empty


def test_empty_to_the_end_is_told_apart():
    client, _, _ = client_for((200, {}, b"\x00" * 9000), max_attempts=2)
    with pytest.raises(FetchError) as caught:
        client.post(URL, kind=CSV)
    assert caught.value.empty and "200 with an empty body" in str(caught.value)


def test_no_connection_gives_one_line_without_memory_addresses():
    broken = requests.ConnectionError("<urllib3.Conn object at 0x7f00aa>: refused\nagain")
    client, _, _ = client_for(broken, max_attempts=1)
    with pytest.raises(FetchError) as caught:
        client.get(URL)
    assert "ConnectionError: refused again" in str(caught.value)
    assert caught.value.status is None


def test_backoff_doubles_and_jitters():
    client, _, clock = client_for((503, {}, b""), wait_base=1.0, wait_max=5.0, max_attempts=5)
    with pytest.raises(FetchError):
        client.get(URL)
    lows = [1, 2, 4, 5]
    assert len(clock.waits) == 4
    assert all(low <= wait <= min(low + 1, 5) for low, wait in zip(lows, clock.waits, strict=True))
    assert any(wait not in lows for wait in clock.waits[:3]), "no jitter"


def test_retry_after_is_honoured_and_capped():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    steps = [
        (429, {"Retry-After": "7"}, b""),
        (503, {"Retry-After": later}, b""),
        (503, {"Retry-After": "3600"}, b""),
        (503, {"Retry-After": "soon"}, b""),
        OK,
    ]
    client, _, clock = client_for(*steps, wait_base=0.001, retry_after_cap=120)
    client.get(URL)
    seven, forty, capped, junk = clock.waits
    assert (seven, capped) == (7.0, 120.0)
    assert 37 <= forty <= 40
    assert junk < 0.1


def test_retry_after_forms():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after_seconds("12") == 12
    assert retry_after_seconds("-3") == 0
    assert retry_after_seconds("Thu, 01 Jan 2026 00:01:00 GMT", now) == 60
    assert retry_after_seconds("Wed, 31 Dec 2025 00:00:00 GMT", now) == 0
    assert retry_after_seconds("soon") is None and retry_after_seconds(None) is None


def test_waits_are_real_seconds():
    client = HttpClient(HttpLimits(wait_base=0.05, max_attempts=2))
    client.session.mount("http://", Script((503, {}, b"")))
    before = datetime.now(UTC)
    with pytest.raises(FetchError):
        client.get(URL)
    assert 0.05 <= (datetime.now(UTC) - before).total_seconds() < 2


def test_cancel_ends_the_attempts():
    client, script = HttpClient(HttpLimits(wait_base=60)), Script((503, {}, b""))
    client.session.mount("http://", script)
    client.cancel()
    with pytest.raises(FetchError, match="called off"):
        client.get(URL)
    assert script.sent == []


def test_redirected_post_is_refused_because_its_form_is_lost():
    moved = (302, {"Location": "http://sdg.test/x"}, b"")
    client, script, _ = client_for(moved, OK)
    with pytest.raises(FetchError, match="a redirect to http://sdg.test/x"):
        client.post(URL, {"seriesCodes": "A"})
    assert [request.method for request, _ in script.sent] == ["POST"]


def test_bodies_are_not_changed():
    body = "\ufeffGoal,Value\r\n1,<2.5\r\n".encode() + b"\x00" * 5
    client, _, _ = client_for((200, {}, body))
    assert client.get(URL, kind=CSV).body == body


def test_only_the_transport_coding_is_undone():
    packed = gzip.compress(b"[1]" + b" " * 500)
    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
    client, script, _ = client_for((200, headers, packed))
    assert client.get(URL, kind=JSON).body == b"[1]" + b" " * 500
    assert len(script.sent) == 1, "Content-Length counts the packed bytes"


def test_csv_kind_knows_html_and_json():
    for body in (b" <html>", b"\xef\xbb\xbf{}", b"[1]"):
        with pytest.raises(ValueError, match="HTML or JSON"):
            CSV.read(body)
    assert CSV.read(b"a,b\n") is None


def test_own_kind_gives_its_reason():
    def read(body: bytes) -> None:
        raise ValueError("no header")

    client, _, _ = client_for((200, {}, b"Timeout"), max_attempts=1)
    with pytest.raises(FetchError, match='expected 200 with a table .*"Timeout": no header'):
        client.get(URL, kind=Kind("a table", read))


def test_words_and_addresses():
    assert first_words(b"\x00<p>a &lt; b</p><style>x{}</style><!-- y -->\n c") == "a < b c"
    assert first_words(b"word " * 100).endswith("word …") and len(first_words(b"word " * 99)) < 125
    assert is_html(b"\xef\xbb\xbf\n <!doctype html>") and not is_html(b"Goal,Target")
    assert public_url("https://me:secret@host:8/a?b=1") == "https://host:8/a?b=1"
    assert "secret" not in shown_url("https://me:secret@host/" + "x" * 400)
    assert len(shown_url("https://host/" + "x" * 400)) == 301


def test_who_runs_it_can_be_reached_and_a_host_is_not_asked_more_than_is_allowed():
    settings = Settings(contact="statistics@town.test", requests_per_minute=3)
    with ReplayServer([]) as server, HttpClient.of(settings) as client:
        assert client.session.headers["User-Agent"] == f"localsdg/{__version__} (statistics@town.test)"
        adapter = client.session.get_adapter(server.url)
        adapter.max_delay = 0.05
        for _ in range(3):
            client.get(f"{server.url}/v1/sdg/Goal/List", kind=JSON)
        with pytest.raises(requests.Timeout):
            client.session.get(f"{server.url}/v1/sdg/Goal/List", timeout=1)
    assert len(server.seen()) == 3


def test_only_what_may_pass_is_worth_another_try():
    refused, _, _ = client_for((404, {}, b"gone"))
    busy, _, _ = client_for((429, {"Retry-After": "700"}, b""), max_attempts=1)
    for client, expected in ((refused, None), (busy, 700.0)):
        with pytest.raises(FetchError) as caught:
            client.get(URL)
        wrapped = RuntimeError("a series failed")
        wrapped.__cause__ = caught.value
        assert again_after(wrapped) == again_after(caught.value) == expected
    assert again_after(ValueError("a fault of the content")) is None
