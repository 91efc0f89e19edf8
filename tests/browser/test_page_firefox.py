"""Addresses of the web page in Firefox, driven by its own remote protocol (Marionette): no driver is needed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.long]
FIREFOX = next(filter(None, map(shutil.which, ("firefox", "firefox-esr"))), None)
SEEN = """const one = document.getElementById('c08-slums');
return [document.documentElement.dataset.ready, location.hash, document.getElementById('place').textContent,
  one.querySelectorAll('.plot svg').length,
  one.getBoundingClientRect().top >= 0, one.querySelector('h3').textContent]"""


class Firefox:
    """One window of Firefox; a message is its length, a colon and JSON."""

    def __init__(self, port: int) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port), 60)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
        self._stream = self._socket.makefile("rb")
        self._receive()
        self.ask("WebDriver:NewSession")

    def _receive(self) -> Any:
        length = b""
        while (char := self._stream.read(1)) != b":":
            length += char
        return json.loads(self._stream.read(int(length)))

    def ask(self, command: str, **values: Any) -> Any:
        message = json.dumps([0, 1, command, values])
        self._socket.sendall(f"{len(message)}:{message}".encode())
        *_, error, result = self._receive()
        assert error is None, error
        return result

    def open(self, address: str) -> list[Any]:
        """What is seen of the page once its figure is drawn."""
        self.ask("WebDriver:Navigate", url="about:blank")
        self.ask("WebDriver:Navigate", url=address)
        for _ in range(80):
            seen = self.ask("WebDriver:ExecuteScript", script=SEEN, args=[])["value"]
            if seen[0] == "yes" and seen[3]:
                break
            time.sleep(0.25)
        return seen


@pytest.fixture
def firefox(tmp_path):
    if FIREFOX is None:
        pytest.skip("no Firefox on this machine")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "user.js").write_text(f'user_pref("marionette.port", {port});\n', encoding="utf-8")
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(tmp_path), "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Firefox(port)
    finally:
        process.terminate()
        process.wait(30)


def test_addresses_lead_to_a_figure_of_an_area(firefox, built_page) -> None:
    for address, area, title in (
        ("#figure=c08-slums&area=404&compare=800,834", "Kenya", "Uganda"),
        ("?area=KEN&figure=c08-slums", "Kenya", ""),
        ("#c08-slums", "World", ""),
    ):
        ready, _, place, n_drawn, is_below_top, told = firefox.open(built_page.as_uri() + address)
        assert (ready, place, n_drawn, is_below_top) == ("yes", area, 1, True), address
        assert title in told
