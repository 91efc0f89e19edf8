"""What stays with the person who typed an address."""

from __future__ import annotations

import json
import time

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
        ("https://a.org/x?sv=1&sig=a%26b&se=2&sas_token=4", "https://a.org/x"),
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
    ("given", "expected"),
    [
        ("https://a.org/f?code=aB3dEfGh1jKlMnOpQrStUvWxYz0123456789AbCd==&y=1", "https://a.org/f?y=1"),
        ("https://a.org/f?sid=9f8e7D6c5b4a39281706f5e4d3c2b1a0", "https://a.org/f"),
        ("https://a.org/f?sp=r&st=2026&se=2027&sv=22&sr=b&sig=S%3D&year=1", "https://a.org/f?year=1"),
        ("https://a.org/f?TOKEN[]=S&token%5B0%5D=S&auth[key]=S&y=1", "https://a.org/f?y=1"),
        ("https://a.org/f?p%61ssword=S&p%2561ss=S", "https://a.org/f"),
        ("https://a.org/f?x=eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl&y=1", "https://a.org/f?y=1"),
        ("https://api.telegram.org/bot12:SEK-RET_1/getMe", "https://api.telegram.org/bot…/getMe"),
        ("http://u:SEK/RET22@host/x", "http://host/x"),
        ("http://u:1SEK/RET22@host/x", "http://host/x"),
        ("http://u:SEK?RET#2@host/x", "http://host/x"),
        ("ftp://u:S@host/x", "ftp://host/x"),
        ("ftp:/u:S@host/x", "ftp:/host/x"),
        ("http:\\\\u:S@host/x", "http:\\\\host/x"),
    ],
)
def test_secrets_in_unusual_places(given: str, expected: str) -> None:
    assert public_text(given) == expected
    assert public_text(f"a {given} | b") == f"a {expected} | b"
    assert "RET" not in public_text(json.dumps({"where": given}))
    for secret in secrets_of(given):
        assert secret not in without_secrets(f"you sent {secret}", secrets_of(given))


@pytest.mark.parametrize(
    "address",
    [
        "https://a.org/v1/sdg/Series/Data?seriesCode=SI_POV_DAY1&areaCode=724&timePeriod=2015&pageSize=500",
        "https://a.org/rest/data/IAEG-SDGs,DF_SDG_GLH,1.20/..SI_POV_DAY1.724..?startPeriod=2015&dimensionAtObservation=x",
        "https://a.org/api/3/action/datastore_search?resource_id=0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0&limit=5",
        "https://a.org/x?id=0b1c2d3e4f5061728394a5b6c7d8e9f0&hash=0B1C2D3E4F5061728394A5B6C7D8E9F0&t=1&k=2",
        "https://a.org/uc?id=1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms&export=download",
        "https://a.org/x?code=SI_POV_DAY1,SI_POV_EMP1,SP_ACS_BSRVH2O",
        "https://a.org/x?code=sdg_01_10a.sdg_01_20.sdg_02_10&sid=SH.STA.BRTC.ZS",
        "https://a.org/x?sp=r&st=2026&se=2027&sv=22&sr=b&si=3",
        "http://host:8080/people/@name",
        "http://[::1]:80/people/@name",
        "http://host:8080, mail me@a.org",
        "http://host:8080?mail=me@a.org",
        "https://a.org/bots:1/x",
        r"C:\x\me@home",
    ],
)
def test_what_tells_sources_apart_stays(address: str) -> None:
    assert public_url(address) == address
    assert secrets_of(address) == ()


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


@pytest.mark.parametrize("text", ["note:\nme@a.org", "ab:\\\nfoo:x@b", "ab:/\nu:p@c", "ab:/u:\n\\x@d", "see //u:\\@e"])
def test_a_line_of_json_stays_one(text: str) -> None:
    assert "where" in json.loads(public_text(json.dumps({"where": text})))


@pytest.mark.parametrize("piece", ["ab:/u:x", "?a=1;", "&sv=1&sig", "http://u:x/", "//u:", "%3Fsv%3D1", "/bot1:"])
def test_a_long_text_takes_no_time(piece: str) -> None:
    began = time.process_time()
    public_text(piece * 3_000)
    assert time.process_time() - began < 2
