"""One HTTP client for all sources: pooled connections and one retry policy.

Tried again, with exponential waits and jitter: no connection, a timeout, a
body that was cut off, the statuses 429, 500, 502, 503 and 504, and an answer
200 whose body is empty or not of the expected kind (a proxy's HTML page where
JSON or CSV should be). `Retry-After` is honoured in both of its forms. Every
other 4xx is permanent and fails at once, with one line that says what to do.
Bodies are handed on as served: only the transport's own coding is undone.
"""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import tenacity
from urllib3.exceptions import HTTPError as TransportError
from urllib3.exceptions import NewConnectionError

from localsdg import __version__
from localsdg.common.public_text import public_text, public_url, secrets_of, without_secrets
from localsdg.common.settings import Settings
from localsdg.sources.http.failures import AGAIN, FetchError, beyond_limits, not_followed, permanent
from localsdg.sources.http.redirects import MOST, RedirectRefused, Session, next_request
from localsdg.sources.http.steady_body import BodyLimits, BodyTooLarge, TooLong, read_steadily
from localsdg.sources.http.text import (
    BLANK,
    certificate_error,
    connection_error,
    describe,
    is_html,
    retry_after_seconds,
    short_error,
    shown_url,
)
from localsdg.sources.http.watched import WatchedAdapter
from localsdg.sources.snapshot import utc_now

log = logging.getLogger(__name__)


def _without_secrets(line: logging.LogRecord) -> bool:
    line.msg, line.args = public_text(line.getMessage()), None
    line.exc_info = None
    return True


# urllib3 logs whole addresses: of answers whose head it cannot read as warnings
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(_without_secrets)

USER_AGENT = f"localsdg/{__version__}"
RETRY_STATUS = frozenset({429, 500, 502, 503, 504})
#: Accepted for later, without content, and a part of it: nobody asked for any of them.
_NO_WHOLE_BODY = frozenset({202, 204, 205, 206})
#: Headers worth keeping with a file; the rest is the server's housekeeping.
KEPT_HEADERS = ("Content-Type", "Content-Length", "Content-Encoding", "Date", "ETag", "Last-Modified")
_BROKEN = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    TransportError,
    HTTPException,
)
#: Attempts at a host that cannot even be connected to: without a network a pull ends in seconds.
UNREACHED_ATTEMPTS = 3


@dataclass(frozen=True)
class Kind:
    """What a body should be: `read` gives its content or raises `ValueError` with the reason."""

    name: str
    read: Callable[[bytes], Any]


@dataclass(frozen=True)
class Answer:
    """One good answer: `body` as served, `value` what its kind read from it.

    `url` is the address that was asked for, `final_url` the one that answered.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    value: Any  # what its kind reads, such as JSON of any shape
    fetched_at: str = field(default_factory=utc_now)
    final_url: str = ""

    def facts(self) -> dict[str, Any]:
        """What a manifest says about this answer: url, status, headers, fetched_at.

        The address to which it was redirected is among the headers, as `Location`.
        """
        kept = {name: self.headers[name] for name in KEPT_HEADERS if name in self.headers}
        if self.final_url and self.final_url != self.url:
            kept["Location"] = self.final_url
        return {"url": self.url, "status": self.status, "headers": kept, "fetched_at": self.fetched_at}


class _Transient(Exception):
    """A failure that may pass; never leaves this module."""

    def __init__(
        self,
        got: str,
        status: int | None = None,
        empty: bool = False,
        retry_after: float | None = None,
        unreached: bool = False,
    ) -> None:
        super().__init__(got)
        self.got, self.status, self.empty, self.retry_after = got, status, empty, retry_after
        self.unreached = unreached


def _read_csv(body: bytes) -> None:
    if body.lstrip(BLANK)[:1] in (b"<", b"{", b"["):
        raise ValueError("it starts like HTML or JSON")


#: `value` is the parsed JSON.
JSON = Kind("JSON", json.loads)
#: Text that is neither HTML nor JSON; `value` is None.
CSV = Kind("CSV", _read_csv)
#: Any body that is not empty; `value` is None.
ANY = Kind("a body", lambda body: None)


@dataclass(frozen=True)
class HttpLimits:
    """How long a client waits, how often it tries, and how much it takes; times are seconds."""

    connect_timeout: float = 10.0
    read_timeout: float = 120.0
    max_attempts: int = 5
    wait_base: float = 1.0  # the first wait of the exponential backoff
    wait_max: float = 60.0  # its ceiling
    retry_after_cap: float = 120.0  # the longest wait that a server can ask for
    max_body_bytes: int = 500_000_000  # after decoding: a body is held in memory
    per_minute: int = 600  # requests to one host; a burst of as many is let through
    total_seconds: float = 3600.0  # the longest that one body may take
    allowed_hosts: tuple[str, ...] = ()  # other hosts to which a redirect may lead


class HttpClient:
    """A session with `pool_size` kept connections; safe to use from as many threads.

    Usable as a context manager.
    """

    def __init__(self, limits: HttpLimits | None = None, *, pool_size: int = 4, contact: str | None = None) -> None:
        self.limits = limits or HttpLimits()
        self._stop = threading.Event()
        self.session = Session()
        self.session.headers["User-Agent"] = f"{USER_AGENT} ({contact})" if contact else USER_AGENT
        self.session.headers["Accept-Encoding"] = "gzip, deflate"
        # No cookies: a jar is state that threads would share.
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = WatchedAdapter(
            per_minute=self.limits.per_minute,
            limit_statuses=(),  # what a server asks for by 429 or 503 is the retry policy's
            pool_connections=4,
            pool_maxsize=pool_size,
            pool_block=True,
        )
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)

    @classmethod
    def of(cls, settings: Settings, limits: HttpLimits | None = None) -> HttpClient:
        """A client with the connections, the largest body, the rate and the contact of the settings."""
        limits = replace(
            limits or HttpLimits(),
            max_body_bytes=settings.max_body_mb * 1_000_000,
            total_seconds=settings.download_minutes * 60.0,
            per_minute=settings.requests_per_minute,
            allowed_hosts=settings.hosts,
        )
        return cls(limits, pool_size=settings.concurrency, contact=settings.contact)

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the kept connections."""
        self.session.close()

    def cancel(self) -> None:
        """End all waits between attempts; requests that wait fail, new ones fail at once."""
        self._stop.set()

    def get(
        self,
        url: str,
        params: Mapping | None = None,
        *,
        kind: Kind = ANY,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
    ) -> Answer:
        """GET a body of the given kind; a list in `params` is repeated.

        With `conditional`, 304 Not Modified is an answer too: its body is
        empty and its value None. Raises `FetchError` for a permanent failure,
        or after the last attempt.
        """
        return self._request("GET", url, kind, conditional=conditional, params=params, headers=headers)

    def post(
        self,
        url: str,
        data: Mapping | None = None,
        *,
        kind: Kind = ANY,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """POST form fields and read a body of the given kind; raises like `get`."""
        return self._request("POST", url, kind, data=data, headers=headers)

    def _request(self, method: str, url: str, kind: Kind, conditional: bool = False, **parts: Any) -> Answer:
        retrying = tenacity.Retrying(
            stop=lambda state: self._stop.is_set() or self._enough(state),
            wait=self._wait,
            sleep=tenacity.sleep_using_event(self._stop),
            retry=tenacity.retry_if_exception_type(_Transient),
            before_sleep=_log_retry,
            reraise=True,
        )
        request = requests.Request(method, url, **parts)
        try:
            prepared = self.session.prepare_request(request)
        except (requests.RequestException, ValueError) as error:
            raise FetchError(
                "the address cannot be used",
                where=shown_url(url),
                expected="http(s)://host/path",
                got=type(error).__name__,  # its text may repeat a part of a password
                next_step="correct the address, and run the same command again",
            ) from error
        try:
            return retrying(self._once, prepared, kind, conditional)
        except _Transient as fault:
            tries = retrying.statistics.get("attempt_number", self.limits.max_attempts)
            raise FetchError(
                "no usable answer",
                where=shown_url(prepared.url),
                status=fault.status,
                expected=f"200 with {kind.name}",
                got=f"{fault.got} (attempt {tries})",
                empty=fault.empty,
                unreached=fault.unreached,
                again_after=fault.retry_after or 0.0,
                next_step=AGAIN,
            ) from fault

    def _once(self, prepared: requests.PreparedRequest, kind: Kind, conditional: bool) -> Answer:
        response = self._followed(prepared, kind)
        url, final = public_url(prepared.url), public_url(response.url)
        if conditional and response.status_code == 304:
            # It may name the length of the body that it spares us: there is nothing to check.
            return Answer(url, 304, response.headers, b"", None, final_url=final)
        _check_status(prepared, response, kind)
        _check_length(response)
        return Answer(
            url=url,
            status=response.status_code,
            headers=response.headers,
            body=response.content,
            value=_read(response, kind),
            final_url=final,
        )

    def _followed(self, prepared: requests.PreparedRequest, kind: Kind) -> requests.Response:
        """The answer at the end of all redirects, its body read."""
        request = prepared
        for _ in range(MOST + 1):
            response = self._sent(request, kind)
            try:
                if (url := self.session.target(response)) is None:
                    return response
                request = next_request(self.session, request, response, url, self.limits.allowed_hosts)
            except RedirectRefused as error:
                raise not_followed(prepared.url, kind.name, response.status_code, error) from error
            if request.method != prepared.method:  # the form of a POST would be lost
                raise permanent(prepared.url, kind.name, response.status_code, f"a redirect to {public_url(url)}")
        raise permanent(prepared.url, kind.name, response.status_code, f"more than {MOST} redirects")

    def _sent(self, prepared: requests.PreparedRequest, kind: Kind) -> requests.Response:
        if self._stop.is_set():
            raise FetchError("the request was called off", where=shown_url(prepared.url))
        limits = self.limits
        try:
            settings = self.session.merge_environment_settings(prepared.url, {}, True, None, None)
            response = self.session.send(prepared, timeout=(limits.connect_timeout, limits.read_timeout), **settings)
            read_steadily(response, BodyLimits(limits.read_timeout, limits.total_seconds, limits.max_body_bytes))
            return response
        except (BodyTooLarge, TooLong) as error:
            raise beyond_limits(
                prepared.url, response.status_code, limits.max_body_bytes, limits.total_seconds, error
            ) from error
        except _BROKEN as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):  # waiting repairs no certificate
                raise permanent(prepared.url, kind.name, None, certificate_error(error)) from error
            if _is_unreached(error):
                raise _Transient(f"no connection: {connection_error(error)}", unreached=True) from error
            raise _Transient(short_error(error)) from error
        except (requests.RequestException, ValueError) as error:
            raise permanent(prepared.url, kind.name, None, short_error(error)) from error

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        fault = state.outcome.exception() if state.outcome else None
        most = self.limits.max_attempts
        if getattr(fault, "unreached", False):
            most = min(most, UNREACHED_ATTEMPTS)
        return state.attempt_number >= most

    def _wait(self, state: tenacity.RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        asked = min(getattr(fault, "retry_after", None) or 0.0, self.limits.retry_after_cap)
        grown = self.limits.wait_base * (2 ** (state.attempt_number - 1) + random.random())
        return max(asked, min(grown, self.limits.wait_max))


def _is_unreached(error: BaseException) -> bool:
    """No connection came about: no name, no route, refused, or no answer to the knock."""
    reason = getattr(error.args[0] if error.args else None, "reason", error)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _check_status(prepared: requests.PreparedRequest, response: requests.Response, kind: Kind) -> None:
    status = response.status_code
    if status in RETRY_STATUS:
        raise _Transient(
            describe(response),
            status,
            retry_after=retry_after_seconds(response.headers.get("Retry-After")),
        )
    if status in _NO_WHOLE_BODY:
        raise _Transient(describe(response), status)
    if not 200 <= status < 300:
        # The UN service's 400 has the JSON shape of a 200: the status decides.
        raise permanent(prepared.url, kind.name, status, describe(response))


def _check_length(response: requests.Response) -> None:
    """A body shorter than its Content-Length was cut off (older urllib3 does not say so)."""
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and response.headers.get("Transfer-Encoding") is None:
        arrived = response.raw.tell()
        if arrived != int(declared):
            raise _Transient(f"{arrived} of {declared} bytes, a body that was cut off", response.status_code)


def _read(response: requests.Response, kind: Kind) -> object:
    body, status = response.content, response.status_code
    if not body[:4096].strip(BLANK) and not body.strip(BLANK):
        raise _Transient(f"{status} with an empty body", status, empty=True)
    try:
        return kind.read(body)
    except (ValueError, RecursionError) as error:
        why = "an HTML page, as a proxy or a login page sends" if is_html(body) else str(error)
        why = without_secrets(why, secrets_of(str(response.request.url)))
        if isinstance(error, RecursionError):
            why = "it is nested too deep"
        raise _Transient(f"{describe(response)}: {why}", status) from error


def _log_retry(state: tenacity.RetryCallState) -> None:
    fault = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0.0
    log.info("attempt %d: %s; again in %.1f s", state.attempt_number, fault, wait)
