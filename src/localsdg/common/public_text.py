"""Addresses and messages without what must stay with the person who typed it.

An address may carry `user:password@`, or a token in its query. The request
sends them; manifests, tables, messages, logs and pages never hold them.

What cannot be known stays: a query that is a bare value (`?S`), a password
that starts like a port (`http://u:80/S@host`), and a value that only looks
random: those of `id=`, `resource_id=` or `hash=` tell sources apart.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

#: Shorter secrets are not looked for in what a server says: they may be any word.
_SHORTEST = 4
#: After `//`, or what a typing mistake or a path makes of it: `ftp:/u:p@host`, `http:\\u:p@host`.
_USER = re.compile(r"(?P<start>//|[a-z]{2}:(?:/+|(?:\\\\)+))(?P<user>[^/?#\s\"'<>\\]*)@", re.IGNORECASE)
#: A password with signs that end a host, such as `/`: what follows the name is no port.
_ODD_USER = re.compile(
    r"(?P<start>[a-z]{2}:(?:/+|(?:\\\\)+))(?P<user>[^/?#@\s:\"'<>\\\[]*:(?!\d*(?:[/?#\s\"'<>\\,;)|]|$))"
    r"(?:(?!://)[^\s\"'<>]){0,300})@",
    re.IGNORECASE,
)
#: The same within an address that is a part of another: `?next=https%3A%2F%2Fuser%3Apass%40host`.
_QUOTED_USER = re.compile(r"(?<=%2F%2F)(?:(?!%2F|%3F|%23)[^/?#&\s\"'<>\\])*%40", re.IGNORECASE)
#: The path of a bot of Telegram: `/bot123456:S/sendMessage`.
_BOT = re.compile(r"(?<=/bot)(?P<token>\d+(?::|%3A)[\w%-]+)", re.IGNORECASE)
_WORDS = (
    r"access|app|auth|api|bearer|client|csrf|id|private|refresh|sas|security|service|session|shared|subscription|"
    r"user|aws"
)
_NAME = re.compile(
    rf"(?:[\w.%-]*[_.-])?(?:{_WORDS})*"
    r"(?:token|key|key_?id|sig|signature|secret|password|passwd|passphrase|pwd|pass|auth|authorization|"
    r"credentials?|jwt|jsessionid|session_?id|sas)",
    re.IGNORECASE,
)
#: Names of a key of a function or a session, and of ordinary codes too: the value decides.
_EITHER = frozenset({"code", "sid"})
#: An ordinary code: parts in one case, or a few words.
_CODE = re.compile(r"(?:[A-Z0-9]{1,15}|[a-z0-9]{1,15})(?:[ _.:,+-]+(?:[A-Z0-9]{1,15}|[a-z0-9]{1,15}))*")
_LONG = 20
#: What else a shared access signature consists of; without `sig` in the same query each may be anything.
_BESIDE_SIG = frozenset("sv ss srt se st sr sp spr sip si sdd skoid sktid skt ske sks skv saoid suoid scid".split())
#: Tokens whose own form tells what they are, whatever their name.
_TOKEN = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|"
    r"sk-[\w-]{20,}|sk_live_\w{10,}|hf_[A-Za-z0-9]{20,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}"
)


class _Grammar(NamedTuple):
    """How the pairs of a query are written: a name with its sign, and a value with what parts it from the next."""

    name: re.Pattern[str]
    value: re.Pattern[str]


_PLAIN = _Grammar(
    re.compile(r"(?<=[?&#;])([^=?&#;\s\"'<>\\|)]+)="),
    re.compile(r"([^&#\s\"'<>\\|)]*)(?:&|(?=#)|)"),
)
_QUOTED = _Grammar(
    re.compile(
        r"(?:(?<=%3F)|(?<=%26)|(?<=%23)|(?<=%3B))((?:(?!%3F|%26|%23|%3B|%3D)[^=?&#;\s\"'<>\\|)])+)%3D", re.IGNORECASE
    ),
    re.compile(r"((?:(?!%26|%23)[^&#\s\"'<>\\|)])*)(?:%26|)", re.IGNORECASE),
)
_QUERY_END = re.compile(r"%3F|[?\s\"'<>\\|)]", re.IGNORECASE)
_SIG = re.compile(r"(?:^|[&;]|%26)sig(?:=|%3D)", re.IGNORECASE)
_VALUE_END = re.compile(r"%26|[&#;\s\"'<>\\|)]")
#: So many signs beside the name of a pair are looked at.
_NEAR = 600
#: A head of a request that a server or a library repeats.
_HEAD = re.compile(
    r"\b((?:proxy-)?authorization|(?:x-)?api-?key|cookie)(\\?[\"']?\s*[:=]\s*\\?[\"']?)"
    r"(?:(?:basic|bearer|digest|token|negotiate|apikey)\s+)?[^\s\"',;\\]+",
    re.IGNORECASE,
)
# a semicolon before a blank is the sentence's
_LEFT = re.compile(r"[?&;]+(?=[#\"'<>\\|)]|$)|[?&][?&;]*(?=\s)|#(?=[\s\"'<>\\|)]|$)")


def without_user(text: str) -> str:
    """The text without the user name and password of its addresses."""
    if "@" in text:
        text = _ODD_USER.sub(r"\g<start>", _USER.sub(r"\g<start>", text))
    return _QUOTED_USER.sub("", text) if "%40" in text else text


def public_text(text: str) -> str:
    """The text with every address in it fit for others: no user, password, token, key or signature."""
    text = without_user(text)
    if "/bot" in text:
        text = _BOT.sub("…", text)
    if "%3" in text:
        text = _without_pairs(text, _QUOTED)
    if "=" in text and (shorter := _without_pairs(text, _PLAIN)) != text:
        text = _LEFT.sub("", shorter)
    return _HEAD.sub(r"\1\2…", text) if ":" in text or "=" in text else text


def public_url(url: str | None) -> str:
    """One address, fit for a manifest."""
    return public_text(url or "")


def secrets_of(url: str) -> tuple[str, ...]:
    """What `public_url` takes out of an address, in the forms in which a server may repeat it; the longest first."""
    found: set[str] = set()
    users = [match["user"] for form in (_USER, _ODD_USER) for match in form.finditer(url)]
    for user in users:
        name, _, password = user.partition(":")
        plain = f"{unquote(name)}:{unquote(password)}"
        found |= {user, plain, base64.b64encode(plain.encode()).decode(), password, unquote(password)}
    values = [value[1] for name, value in _secret_pairs(url, _PLAIN) if name[1].lower() not in _BESIDE_SIG]
    for value in (*values, *(match["token"] for match in _BOT.finditer(url))):
        found |= {value, unquote(value), unquote_plus(value)}
    return tuple(sorted((one for one in found if len(one) >= _SHORTEST), key=lambda one: (-len(one), one)))


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text fit for others, and without what it repeats of the secrets of an address."""
    for secret in secrets:
        text = text.replace(secret, "…")
    return public_text(text)


def _without_pairs(text: str, grammar: _Grammar) -> str:
    kept, place = [], 0
    for name, value in _secret_pairs(text, grammar):
        kept.append(text[place : name.start()])
        place = value.end()
    return "".join((*kept, text[place:]))


def _secret_pairs(text: str, grammar: _Grammar) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Name and value of each pair that must stay with the person who typed it, in their order."""
    place = 0
    for name in grammar.name.finditer(text):
        if name.start() < place:  # within a value that goes
            continue
        if _is_secret(text, name) and (value := grammar.value.match(text, name.end())):
            place = value.end()
            yield name, value


def _is_secret(text: str, name: re.Match[str]) -> bool:
    plain = unquote(unquote(name[1]))  # `p%61ssword` is read as `password`
    base, *parts = (part.rstrip("]") for part in plain.split("["))  # `token[]`, `auth[key]`
    if any(_NAME.fullmatch(part) for part in (base, *parts)):
        return True
    given = unquote(_VALUE_END.split(text[name.end() : name.end() + _NEAR], maxsplit=1)[0])
    if _TOKEN.fullmatch(given):
        return True
    if base.lower() in _EITHER:
        return len(given) >= _LONG and _CODE.fullmatch(given) is None
    return base.lower() in _BESIDE_SIG and _has_signature(text, name.start(), name.end())


def _has_signature(text: str, start: int, end: int) -> bool:
    if "sig" not in text[max(0, start - _NEAR) : end + _NEAR].lower():
        return False
    before = _QUERY_END.split(text[max(0, start - _NEAR) : start])[-1]
    after = _QUERY_END.split(text[end : end + _NEAR], maxsplit=1)[0]
    return _SIG.search(before) is not None or _SIG.search(after) is not None
