"""Passwords and tokens of the channels, taken out of every text that others may read.

A server may answer with what it was sent, in its own coding. So a secret is
hidden as given, percent-encoded, in base64, and as JSON, HTML and Python
escape it.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

#: What is printed in the place of a secret.
HIDDEN = "***"
#: A shorter secret is part of many words: the whole text is left out then, because the gaps would show it.
SHORTEST = 4
#: Loggers of the HTTP transport that write addresses.
_TRANSPORT = ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager")


class Secrets:
    """Secret texts; `hide` takes them out of a text, and no representation of this object shows them."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        written = {form for value in values if value for form in _written(value)}
        # the longest first: a part of it may be a secret too
        self._forms = sorted(written, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, self._forms)), re.IGNORECASE) if written else None

    def __repr__(self) -> str:
        return f"Secrets({HIDDEN})"

    def hide(self, text: str) -> str:
        """The text with `***` for each secret in it; `(left out)` where that would still show one."""
        if self._pattern is None:
            return text
        if any(len(found) < SHORTEST for found in self._pattern.findall(text)):
            return "(left out)"
        return self._pattern.sub(HIDDEN, text)

    @contextmanager
    def hidden_in_transport_logs(self) -> Iterator[None]:
        """Hide them in what the HTTP transport logs, which has whole addresses."""
        log_filter = _HideInLog(self)
        loggers = [logging.getLogger(name) for name in _TRANSPORT]
        for logger in loggers:
            logger.addFilter(log_filter)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeFilter(log_filter)


class _HideInLog(logging.Filter):
    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._secrets.hide(record.getMessage()), ()
        return True


def _written(value: str) -> set[str]:
    """The ways in which a server or a library may write a secret."""
    coded = base64.b64encode(value.encode()).decode()
    return {
        value,
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        coded,
        coded.rstrip("="),
        json.dumps(value)[1:-1],
        html.escape(value),
        repr(value)[1:-1],
        repr(value.encode())[2:-1],
    }
