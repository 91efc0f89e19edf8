"""What stays with the person who typed an address."""

from __future__ import annotations

import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.common.public_text import public_text, public_url, secrets_of, without_secrets


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
        ("https://a.org/x?a=1;token=2", "https://a.org/x?a=1"),
        ("https://a.org/x;jsessionid=1?a=2", "https://a.org/x"),
        ("https://a.org/x?sv=1&sig=a%26b&se=2&sas_token=4", "https://a.org/x?sv=1&se=2"),
        ("https://a.org/x?X-Amz-Date=1&X-Amz-Security-Token=a&AWSAccessKeyId=b", "https://a.org/x?X-Amz-Date=1"),
        ("https://a.org/x?clientSecret=1&userToken=2&sessionId=3&y=4", "https://a.org/x?y=4"),
        ("https://a.org/x#a=1&id_token=2", "https://a.org/x#a=1"),
        ("https://a.org/x&amp;token=1", "https://a.org/x&amp"),
        (
            "https://a.org/?next=https%3A%2F%2Fu%3Ap%40b.org%2Fx%3Ftoken%3D1%26y%3D2",
            "https://a.org/?next=https%3A%2F%2Fb.org%2Fx%3Fy%3D2",
        ),
        ("https://a.org/x?mail=me%40b.org", "https://a.org/x?mail=me%40b.org"),
        ("https://a.org/people/@name", "https://a.org/people/@name"),
        ("mail me@a.org? yes", "mail me@a.org? yes"),
        ("", ""),
    ],
)
def test_addresses(given: str, expected: str) -> None:
    assert public_url(given) == public_text(given) == expected


@pytest.mark.parametrize(
    "text",
    ["{'Authorization': 'Basic geheim=='}", "authorization: Bearer geheim", "X-Api-Key=geheim", '"api_key": x', "a"],
)
def test_heads_that_are_repeated(text: str) -> None:
    assert "geheim" not in public_text(text)


def test_a_server_that_repeats_what_it_was_sent() -> None:
    secrets = secrets_of("https://us%40r:p%C3%A4ss@a.org/x?token=a%2Bb%26c&year=2020")
    given = "bad login us@r:päss (dXNAcjpww6Rzcw==), p%C3%A4ss, a+b&c, a%2Bb%26c in 2020"
    assert without_secrets(given, secrets) == "bad login … (…), …, …, … in 2020"
    assert secrets_of("https://a.org/x?year=2020") == ()


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
