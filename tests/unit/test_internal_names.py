"""No name of a table, a column or a metric is in a text that an audience reads."""

from __future__ import annotations

import re

import pytest

from localsdg.figures.messages.messages import LANGUAGES, words
from localsdg.registry.evidence import claims, metrics

#: `evidence.local_progress`, `n_total`; a code of a series is in capitals.
INTERNAL = re.compile(
    r"\b(?:core|evidence|meta|audit|staging|registry)\.[a-z_]+|\b[a-z][a-z0-9]*_[a-z0-9_]+\b|\bSELECT\b"
)
PLACEHOLDER = re.compile(r"\{[^}]*\}")


def test_internal_names_are_found() -> None:
    for text in ("see evidence.local_vs_national", "n_total is the whole", "as in c02_social_protection"):
        assert INTERNAL.search(text)
    assert not INTERNAL.search("series SI_POV_DAY1, IT_USE_ii99; release 2023-12-17, core of it. meta")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_has_one(lang) -> None:
    texts = {f"{table}.{key}": text for table, body in words(lang).body.items() for key, text in body.items()}
    assert {key: text for key, text in texts.items() if INTERNAL.search(PLACEHOLDER.sub("", str(text)))} == {}


def test_nothing_that_is_said_of_a_metric_or_a_claim_has_one() -> None:
    texts = {one.metric_id: f"{one.title} {one.definition} {one.caveat} {one.needs}" for one in metrics().values()}
    texts |= {one.claim_id: f"{one.title} {one.statement}" for one in claims().values()}
    assert {key: text for key, text in texts.items() if INTERNAL.search(text)} == {}
