"""Addresses and messages without what must stay with the person who typed it.

An address may carry `user:password@`, or a token in its query. The request
sends them; manifests, tables, messages, logs and pages never hold them.
"""

from __future__ import annotations

import re

_USER = re.compile(r"(?<=//)[^/?#\s\"'<>\\]*@")
_NAME = (
    r"(?:[\w.%-]*[_.-])?(?:access|auth|api|id|private|refresh|security|subscription)?"
    r"(?:token|key|sig|signature|secret|password|passwd|passphrase|pwd|pass|auth|authorization|"
    r"credentials?|jwt)"
)
_PAIR = re.compile(rf"(?<=[?&#]){_NAME}=[^&#\s\"'<>\\|)]*(?:&|(?=#)|)", re.IGNORECASE)
_LEFT = re.compile(r"[?&]+(?=#|[\s\"'<>\\|)]|$)|#(?=[\s\"'<>\\|)]|$)")


def without_user(text: str) -> str:
    """The text without the user name and password of its addresses."""
    return _USER.sub("", text) if "@" in text else text


def public_text(text: str) -> str:
    """The text with every address in it fit for others: no user, password, token, key or signature."""
    text = without_user(text)
    if "=" not in text or not _PAIR.search(text):
        return text
    return _LEFT.sub("", _PAIR.sub("", text))


def public_url(url: str | None) -> str:
    """One address, fit for a manifest."""
    return public_text(url or "")
