"""How an HTTP answer is described in one line, and what its headers mean.

Pure functions for `http.py`: first words of a body, addresses without
passwords, waiting times, the sign of an HTML page.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from localsdg.common.public_text import public_text, public_url, secrets_of, without_secrets

#: What may be in a body that holds nothing: null bytes, white space, a byte order mark.
BLANK = b"\x00 \t\r\n\xef\xbb\xbf"


def retry_after_seconds(text: str | None, now: datetime | None = None) -> float | None:
    """Seconds to wait by a `Retry-After` header (a number or an HTTP date); None without one."""
    if not text or not text.strip():
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def is_html(body: bytes) -> bool:
    """True where a body starts like an HTML page."""
    return body[:2048].lstrip(BLANK)[:1] == b"<"


def first_words(body: bytes, length: int = 120) -> str:
    """The first words of a body for an error line: tags, scripts and null bytes taken out."""
    text = body[:20_000].decode("utf-8", "replace").replace("\x00", " ")
    text = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->", " ", text)
    text = " ".join(html.unescape(re.sub(r"(?s)<[^>]*>", " ", text)).split())
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"


def describe(response: requests.Response) -> str:
    """Status, type and first words of an answer, for an error line."""
    kind = response.headers.get("Content-Type", "").split(";")[0]
    head = public_text(" ".join(part for part in (str(response.status_code), response.reason, kind) if part))
    # a server may repeat the address, or what it was sent
    words = without_secrets(first_words(response.content), secrets_of(str(response.request.url)))
    return f'{head} "{words}"' if words else f"{head} with an empty body"


def shown_url(url: str | None, length: int = 300) -> str:
    """The address as an error line shows it: public, and cut where it is very long."""
    text = public_url(url)
    return text if len(text) <= length else text[:length] + "…"


def connection_error(error: BaseException) -> str:
    """Why no connection came about, without the address, which the error line has already."""
    reason = getattr(error.args[0] if error.args else None, "reason", error)
    text = re.sub(r"^.*?(?:object at 0x[0-9a-f]+>|Connection\([^)]*\)): ", "", str(reason))
    return " ".join(text.split())[:200]


def certificate_error(error: BaseException) -> str:
    """What is wrong with a certificate: `CERTIFICATE_VERIFY_FAILED: certificate has expired`."""
    text = " ".join(str(error).split())
    name, _, reason = text[max(text.find("CERTIFICATE_VERIFY_FAILED"), 0) :].partition("] ")
    return f"{name}: {reason.partition(' (_ssl')[0]}"[:200]


def short_error(error: BaseException, length: int = 200) -> str:
    """An exception as one short line, without addresses in memory."""
    text = public_text(" ".join(f"{type(error).__name__}: {error}".split()))
    # Addresses in memory differ from run to run and help nobody.
    text = re.sub(r"<[\w.]+ object at 0x[0-9a-f]+>:? ?|object at 0x[0-9a-f]+", "", text)
    return text if len(text) <= length else text[:length] + "…"
