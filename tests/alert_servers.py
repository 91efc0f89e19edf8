"""Real servers on loopback that take alerts: HTTP ones that behave in every way, and a mail server."""

from __future__ import annotations

import datetime
import email
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Hook(ThreadingHTTPServer):
    """Keeps what is posted; `answers` are given one after the other, then 200.

    An answer is a status, a number of seconds to wait (`float`), or `close`;
    a status of 3xx redirects to `/elsewhere`. It repeats the address and the
    authorization that it got, as some servers do.
    """

    daemon_threads = True

    def __init__(self, *answers: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.headers = list(answers), headers or {}
        self.asked: list[str] = []
        self.bodies: list[dict] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(self.path)
        answer = self.server.answers.pop(0) if self.server.answers else 200
        if answer == "close":
            self.close_connection = True
            return
        if isinstance(answer, float):
            time.sleep(answer)
            answer = 200
        assert isinstance(answer, int)
        if answer == 200:
            self.server.bodies.append(json.loads(body))
        self.send_response(answer)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        if 300 <= answer < 400:
            self.send_header("Location", "/elsewhere")
        said = f"{self.headers.get('Authorization')} {self.path}".encode()
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        with suppress(OSError):  # who asked may have gone
            self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests clean."""


@contextmanager
def hook(*answers: object, headers: dict[str, str] | None = None) -> Iterator[Hook]:
    """A running `Hook`."""
    with Hook(*answers, headers=headers) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


class Mailbox:
    """What a mail server took, and how it treats logins and recipients."""

    def __init__(self, user: str = "", password: str = "", refused: str = "") -> None:
        self.user, self.password, self.refused = user, password, refused
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.port = 0

    def login(self, server, session, envelope, mechanism, data):
        """As aiosmtpd calls it; a wrong password is repeated in the refusal."""
        from aiosmtpd.smtp import AuthResult

        is_right = (data.login.decode(), data.password.decode()) == (self.user, self.password)
        message = None if is_right else f"535 5.7.8 wrong: {data.login.decode()} {data.password.decode()}"
        return AuthResult(success=is_right, handled=is_right, message=message)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


@contextmanager
def mail_server(box: Mailbox, certificate: Path | None = None, *, implicit: bool = False) -> Iterator[Mailbox]:
    """A mail server for `box`: with STARTTLS where there is a certificate, or TLS from the start."""
    from aiosmtpd.controller import Controller

    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=_free_port(),
        server_hostname="localhost",
        ssl_context=context if implicit else None,
        tls_context=None if implicit else context,
        authenticator=box.login if box.user else None,
        auth_require_tls=context is not None and not implicit,
        auth_required=bool(box.user),
    )
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def write_certificate(path: Path) -> Path:
    """A certificate of 127.0.0.1 with its key; to be trusted, name it in SSL_CERT_FILE."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path
