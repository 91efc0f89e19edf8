"""Where a redirect may lead: within a host, and to the hosts that are allowed.

A server that was broken into, or an address with a mistake, must not send a
pull to another host, into the network that it runs in, or from https down to
http. What identifies the user stays with the host that it was meant for.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from localsdg.sources.http.text import shown_url

MOST = 5
#: Hosts to which another redirects as a rule: host asked -> hosts that serve what it has.
_ITS_OWN = {
    "github.com": ("codeload.github.com", "raw.githubusercontent.com", "objects.githubusercontent.com"),
    "api.github.com": ("codeload.github.com",),
    "gitlab.com": ("cdn.artifacts.gitlab-static.net",),
}
#: Without the text of the error, which may repeat a user and a password.
_UNREADABLE = "a redirect to an address that cannot be used"
_PORTS = {"http": 80, "https": 443}


class RedirectRefused(Exception):
    """A redirect that is not followed; its text says why, `host` is the one to allow where that would help."""

    def __init__(self, why: str, host: str = "") -> None:
        super().__init__(why)
        self.host = host


class Session(requests.Session):
    """A session that follows no redirect itself: it would read the whole body of each first."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, whatever the answer says."""

    def target(self, response: requests.Response) -> str | None:
        """The address in the head of a redirect, absolute; None for any other answer."""
        location = super().get_redirect_target(response)
        try:
            return urljoin(response.url, location) if location is not None else None
        except ValueError as error:
            raise RedirectRefused(_UNREADABLE) from error


def next_request(
    session: Session, sent: requests.PreparedRequest, response: requests.Response, url: str, allowed: Iterable[str]
) -> requests.PreparedRequest:
    """The request that a redirect to `url` asks for, without the credentials of another host.

    Raises `RedirectRefused` for a place that is not allowed.
    """
    check_target(str(sent.url), url, allowed)
    request = sent.copy()
    # a session's own way: 307 and 308 keep method and form, the others make it a GET
    session.rebuild_method(request, response)
    try:
        request.prepare_url(url, None)
    except (requests.RequestException, ValueError) as error:
        raise RedirectRefused(_UNREADABLE) from error
    if (urlsplit(str(sent.url)).hostname, _port(urlsplit(str(sent.url)))) != (
        urlsplit(url).hostname,
        _port(urlsplit(url)),
    ):
        for name in ("Authorization", "Cookie", "If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
    return request


def check_target(before: str, url: str, allowed: Iterable[str]) -> None:
    """Raise `RedirectRefused` unless a redirect from `before` to `url` may be followed."""
    try:
        old, new = urlsplit(before), urlsplit(url)
        host = (new.hostname or "").rstrip(".").lower()
        same = _is_same_host(old, new)
    except ValueError as error:
        raise RedirectRefused(_UNREADABLE) from error
    shown = shown_url(url)
    if new.scheme not in _PORTS or not host:
        raise RedirectRefused(f"a redirect to {shown}, which is no http address")
    if old.scheme == "https" and new.scheme == "http":
        raise RedirectRefused(f"a redirect from https down to {shown}")
    named = {one.lower() for one in allowed}
    if host in named or f"{host}:{new.port}" in named:
        return
    if not same and _is_link_local(host):
        raise RedirectRefused(f"a redirect to {shown}, an address of this machine's own network", host)
    if not same and host not in _ITS_OWN.get((old.hostname or "").lower(), ()):
        raise RedirectRefused(f"a redirect to another host, {shown}", host)


def _is_same_host(old: SplitResult, new: SplitResult) -> bool:
    """The same host and port; `www.` before it, and the step up from http to https, make no other host."""
    return _place(old) == _place(new) or (
        _place(old)[0] == _place(new)[0] and (_port(old), _port(new)) == (_PORTS["http"], _PORTS["https"])
    )


def _place(parts: SplitResult) -> tuple[str, int | None]:
    return (parts.hostname or "").rstrip(".").lower().removeprefix("www."), _port(parts)


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)


def _is_link_local(host: str) -> bool:
    """Addresses at which machines in a cloud hand out their own credentials."""
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False
