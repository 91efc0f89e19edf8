"""Addresses and messages without what must stay with the person who typed it.

An address may carry `user:password@`, or a token in its query. The request
sends them; manifests, tables, messages, logs and pages never hold them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import unquote, unquote_plus

#: Shorter secrets are not looked for in what a server says: they may be any word.
_SHORTEST = 4
_USER = re.compile(r"(?<=//)[^/?#\s\"'<>\\]*@")
#: The same within an address that is a part of another: `?next=https%3A%2F%2Fuser%3Apass%40host`.
_QUOTED_USER = re.compile(r"(?<=%2F%2F)(?:(?!%2F|%3F|%23)[^/?#&\s\"'<>\\])*%40", re.IGNORECASE)
_WORDS = (
    r"access|app|auth|api|bearer|client|csrf|id|private|refresh|sas|security|service|session|shared|subscription|"
    r"user|aws"
)
_NAME = (
    rf"(?:[\w.%-]*[_.-])?(?:{_WORDS})*"
    r"(?:token|key|key_?id|sig|signature|secret|password|passwd|passphrase|pwd|pass|auth|authorization|"
    r"credentials?|jwt|jsessionid|session_?id|sas)"
)
_PAIR = re.compile(rf"(?<=[?&#;]){_NAME}=[^&#\s\"'<>\\|)]*(?:&|(?=#)|)", re.IGNORECASE)
_QUOTED_PAIR = re.compile(
    rf"(?:(?<=%3F)|(?<=%26)|(?<=%23)|(?<=%3B)){_NAME}%3D(?:(?!%26|%23)[^&#\s\"'<>\\|)])*(?:%26|)", re.IGNORECASE
)
#: A head of a request that a server or a library repeats.
_HEAD = re.compile(
    r"\b((?:proxy-)?authorization|(?:x-)?api-?key|cookie)(\\?[\"']?\s*[:=]\s*\\?[\"']?)"
    r"(?:(?:basic|bearer|digest|token|negotiate|apikey)\s+)?[^\s\"',;\\]+",
    re.IGNORECASE,
)
_LEFT = re.compile(r"[?&;]+(?=#|[\s\"'<>\\|)]|$)|#(?=[\s\"'<>\\|)]|$)")


def without_user(text: str) -> str:
    """The text without the user name and password of its addresses."""
    text = _USER.sub("", text) if "@" in text else text
    return _QUOTED_USER.sub("", text) if "%40" in text else text


def public_text(text: str) -> str:
    """The text with every address in it fit for others: no user, password, token, key or signature."""
    text = without_user(text)
    if "%3" in text:
        text = _QUOTED_PAIR.sub("", text)
    if "=" in text and _PAIR.search(text):
        text = _LEFT.sub("", _PAIR.sub("", text))
    return _HEAD.sub(r"\1\2…", text) if ":" in text or "=" in text else text


def public_url(url: str | None) -> str:
    """One address, fit for a manifest."""
    return public_text(url or "")


def secrets_of(url: str) -> tuple[str, ...]:
    """What `public_url` takes out of an address, in the forms in which a server may repeat it; the longest first."""
    found: set[str] = set()
    for user in _USER.findall(url):
        name, _, password = user.rstrip("@").partition(":")
        plain = f"{unquote(name)}:{unquote(password)}"
        found |= {user.rstrip("@"), plain, base64.b64encode(plain.encode()).decode(), password, unquote(password)}
    for pair in _PAIR.findall(url):
        value = pair.partition("=")[2].rstrip("&")
        found |= {value, unquote(value), unquote_plus(value)}
    return tuple(sorted((one for one in found if len(one) >= _SHORTEST), key=lambda one: (-len(one), one)))


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text fit for others, and without what it repeats of the secrets of an address."""
    for secret in secrets:
        text = text.replace(secret, "…")
    return public_text(text)
