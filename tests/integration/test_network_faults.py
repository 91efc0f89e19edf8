"""Each fault of a network and a server ends as the table in `network_faults.py` says: no traceback, no hang."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from network_faults import FAULTS, Fault, answer, faulty_server, moved

from localsdg.sources.http.client import JSON, HttpClient, HttpLimits
from localsdg.sources.http.failures import FetchError
from localsdg.sources.http.redirects import RedirectRefused, Session, check_target
from localsdg.sources.http.watched import Watch

LIMITS = HttpLimits(
    connect_timeout=1,
    read_timeout=0.15,
    max_attempts=3,
    wait_base=0.001,
    wait_max=0.002,
    retry_after_cap=0.02,
    max_body_bytes=1_000_000,
    total_seconds=0.5,
    per_minute=100_000,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.name} -> {fault.end}".replace(" ", "_"))
def test_a_fault_ends_as_expected(fault: Fault) -> None:
    began = time.monotonic()
    with faulty_server(fault.steps) as (url, requests), HttpClient(LIMITS) as http:
        if fault.end == "good":
            assert http.get(url, kind=JSON).value == [{"code": "1", "title": "No poverty"}]
        else:
            with pytest.raises(FetchError) as caught:
                http.get(url, kind=JSON)
            assert fault.end in str(caught.value) and "\n" not in str(caught.value)
            assert caught.value.next_step
        assert len(requests) == fault.attempts
    assert time.monotonic() - began < 5


def test_the_table_has_every_kind() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Certificates of a server on the loopback interface, each with its key: one that is good and one that expired."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder, now = tmp_path_factory.mktemp("tls"), dt.datetime.now(dt.UTC)
    made = {}
    for name, ends in (("good", now + dt.timedelta(days=2)), ("expired", now - dt.timedelta(days=1))):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
        place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        certificate = (
            builder.not_valid_before(now - dt.timedelta(days=9))
            .not_valid_after(ends)
            .add_extension(place, critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        made[name] = folder / f"{name}.pem"
        made[name].write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return made


@pytest.mark.parametrize(
    ("certificate", "trusted", "steps", "end"),
    [
        ("good", "good", (answer(),), ""),
        ("good", "expired", (answer(),), "CERTIFICATE_VERIFY_FAILED"),
        ("expired", "expired", (answer(),), "certificate has expired"),
        ("good", "good", (moved(302, "http://127.0.0.1/x"), answer()), "from https down to http"),
    ],
    ids=["good", "a certificate of nobody known", "an expired certificate", "a redirect from https down to http"],
)
def test_faults_of_encrypted_connections(certificates, monkeypatch, certificate, trusted, steps, end) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates[trusted]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates[certificate])
    with faulty_server(steps, context) as (url, requests), HttpClient(LIMITS) as http:
        if not end:
            assert http.get(url, kind=JSON).status == 200
            return
        with pytest.raises(FetchError, match=end):
            http.get(url, kind=JSON)
        assert len(requests) <= 1


def test_credentials_stay_with_their_host_and_the_final_address_is_kept() -> None:
    with faulty_server((answer(),)) as (there, arrived):
        place = urlsplit(there)
        steps = (moved(302, f"http://me:pw@{place.netloc}/x?token=t0ken&year=2020"),)
        with faulty_server(steps) as (here, _), HttpClient(LIMITS) as http:
            asked = here.replace("//", "//user:secret@")
            with pytest.raises(FetchError, match=f"LOCALSDG_ALLOWED_HOSTS={place.hostname}"):
                http.get(asked)
            with HttpClient(replace(LIMITS, allowed_hosts=(place.netloc,))) as trusting:
                facts = trusting.get(asked, headers={"If-None-Match": "x"}).facts()
    assert len(arrived) == 1 and b"uthorization" not in arrived[0] and b"If-None" not in arrived[0]
    assert facts["url"] == here
    assert facts["headers"]["Location"] == f"http://{place.netloc}/x?year=2020"


@pytest.mark.parametrize(
    ("before", "after", "is_followed"),
    [
        ("http://a.example/x", "https://a.example/y", True),
        ("https://a.example/x", "https://www.a.example/y", True),
        ("https://github.com/a/b/archive/main.zip", "https://codeload.github.com/a/b/zip/main", True),
        ("https://a.example/x", "https://codeload.github.com/a/b/zip/main", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "https://b.example/x", False),
        ("https://a.example/x", "https://169.254.169.254/x", False),
        ("https://a.example/x", "https://[fe80::1]/x", False),
        ("https://a.example/x", "ftp://a.example/x", False),
        ("https://a.example/x", "https:///x", False),
        ("https://a.example/x", "https://fine.example/x", True),
        ("https://a.example/x", "https://FINE.example:444/x", True),
    ],
)
def test_where_a_redirect_may_lead(before: str, after: str, is_followed: bool) -> None:
    with nullcontext() if is_followed else pytest.raises(RedirectRefused):
        check_target(before, after, ("fine.example",))


def test_a_session_never_reads_the_body_of_a_redirect() -> None:
    fault = next(fault for fault in FAULTS if fault.name == "a redirect with a body without end")
    with faulty_server(fault.steps) as (url, requests), Session() as session:
        with session.get(url, stream=True, timeout=2) as answer:
            assert answer.status_code == 302 and session.target(answer) == url.removesuffix("list")
        assert len(requests) == 1


def test_a_watch_that_was_stopped_leaves_the_connection_to_the_next_request() -> None:
    mine, other = socket.socketpair()
    with mine, other:
        watch = Watch(mine)
        checks: list[int] = []
        watch.call(0.01, lambda: checks.append(1) or "")
        time.sleep(0.1)
        watch.stop()
        n_checks = len(checks)
        time.sleep(0.05)
        assert n_checks > 1 and len(checks) == n_checks and watch.reason == ""
        mine.sendall(b"x")
        watch.call(0.01, lambda: "too slow")
        other.settimeout(2)
        assert other.recv(2) == b"x" and other.recv(1) == b"" and watch.reason == "too slow"
