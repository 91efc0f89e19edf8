"""What stays with the person who typed an address."""

from __future__ import annotations

import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.common.public_text import public_text, public_url


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://user:pass@a.org/x", "https://a.org/x"),
        ("https://user@a.org", "https://a.org"),
        ("https://us%40er:p@ss@a.org:8080/x", "https://a.org:8080/x"),
        ("https://a.org/x?token=1", "https://a.org/x"),
        ("https://a.org/x?v=2&access_token=1&page=3", "https://a.org/x?v=2&page=3"),
        ("https://a.org/x?page=3&sig=a%2Fb%3D&v=2", "https://a.org/x?page=3&v=2"),
        ("https://a.org/x?X-Amz-Signature=ab&X-Amz-Credential=c/d", "https://a.org/x"),
        ("https://a.org/x?apiKey=1&API_KEY=2&subscription-key=3&key=4&private_token=5", "https://a.org/x"),
        ("https://a.org/x#access_token=1", "https://a.org/x"),
        ("https://a.org/x?token=1#part", "https://a.org/x#part"),
        ("https://a.org/x?seriesCode=SI_POV_DAY1&pageSize=5", "https://a.org/x?seriesCode=SI_POV_DAY1&pageSize=5"),
        ("https://a.org/x?monkey=1&keyword=a", "https://a.org/x?monkey=1&keyword=a"),
        ("https://a.org/people/@name", "https://a.org/people/@name"),
        ("mail me@a.org? yes", "mail me@a.org? yes"),
        ("", ""),
    ],
)
def test_addresses(given: str, expected: str) -> None:
    assert public_url(given) == public_text(given) == expected


def test_in_the_middle_of_a_message() -> None:
    text = "Max retries exceeded with url: /en/meta?token=abc (Caused by X) of 'http://u:p@h/a?key=1'"
    assert public_text(text) == "Max retries exceeded with url: /en/meta (Caused by X) of 'http://h/a'"


def test_no_error_prints_it() -> None:
    error = LocalsdgError(
        "failed",
        where="http://u:geheim@h/a",
        expected="x\x1b[31m",
        got=ValueError("/a?token=geheim"),
        next_step="curl 'http://h/?sig=geheim'",
    )
    assert str(error) == "failed in http://h/a | expected x[31m | got /a | next: curl 'http://h/'"
    assert "geheim" not in f"{error.where}{error.got}{error.next_step}"
