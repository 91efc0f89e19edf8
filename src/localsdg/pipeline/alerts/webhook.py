"""An alert to a webhook: one POST of JSON."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from localsdg import __version__
from localsdg.common.json_text import json_text
from localsdg.pipeline.alerts.alert import Alert
from localsdg.pipeline.alerts.channel import Channel, ChannelFault, ChannelForm
from localsdg.pipeline.alerts.forms import slack_body, teams_body

if TYPE_CHECKING:
    import requests

#: Bytes of an answer that are read, for its first words.
_READ = 2000
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


def post_alert(channel: Channel, alert: Alert, seconds: float) -> None:
    """Post it; raises `ChannelFault` where the answer is not 2xx or none comes.

    No redirect is followed: another host would get what is in the address and the message.
    """
    import requests

    from localsdg.sources.http.redirects import Session

    body = {ChannelForm.SLACK: slack_body, ChannelForm.TEAMS: teams_body}.get(channel.form, Alert.as_json)(alert)
    with channel.secrets.hidden_in_transport_logs(), Session() as session:
        try:
            answer = session.post(
                channel.url,
                data=json_text(body).encode(),
                headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": f"localsdg/{__version__}"},
                # with an object of its own `requests` takes no password from a .netrc file
                auth=_Login(channel),
                timeout=(min(4.0, seconds), seconds),
                allow_redirects=False,
                stream=True,
            )
            words = _first_words(answer)
        except requests.exceptions.RequestException as error:
            raise _no_answer(error) from None
        status = answer.status_code
        again, wait = status in _AGAIN, _wait(answer)
    if 300 <= status < 400:
        raise ChannelFault(f"it redirects (status {status}), which is not followed: give the new address")
    if not 200 <= status < 300:
        words = channel.secrets.hide(words)
        raise ChannelFault(f"status {status}" + (f' "{words}"' if words else ""), again=again, wait=wait)


class _Login:
    """The user and password of the address, where it has them."""

    def __init__(self, channel: Channel) -> None:
        self._login = channel.login

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._login:
            from requests.auth import HTTPBasicAuth

            user, password = (part.encode() for part in self._login)
            return HTTPBasicAuth(user, password)(request)
        return request


def _first_words(answer: Any) -> str:
    from localsdg.sources.http.text import first_words

    body, end = b"", time.monotonic() + 2
    for piece in answer.iter_content(512):
        body += piece
        if len(body) >= _READ or time.monotonic() > end:
            break
    return first_words(body)


def _wait(answer: Any) -> float:
    from localsdg.sources.http.text import retry_after_seconds

    asked = retry_after_seconds(answer.headers.get("Retry-After"))
    return 0.5 if asked is None else asked


def _no_answer(error: Exception) -> ChannelFault:
    """The reason by the class of the error: its text repeats the address."""
    import requests

    for kind, text, again in (
        (requests.exceptions.SSLError, "the encrypted connection failed: is its certificate valid?", False),
        (requests.exceptions.ProxyError, "the proxy of this machine did not connect", True),
        (requests.exceptions.Timeout, "no answer in time", True),
        (requests.exceptions.ConnectionError, "no connection, or it was closed before an answer came", True),
    ):
        if isinstance(error, kind):
            return ChannelFault(text, again=again)
    return ChannelFault(f"the request failed ({type(error).__name__})")
