"""The examples of "no link": whole, varied, and on no theme of the SDGs."""

from __future__ import annotations

import csv
import re
from collections import Counter
from importlib import resources

import pytest

from localsdg.linking.cited import find_citations

#: Beginnings of words that belong to a theme of the SDGs, English, Spanish and German.
THEMES = re.compile(
    r"\b(?:poverty|pobre|hung(?:er|ry)|hambr|nutri|farm|agricult|health|salud\b|hospital|medic|médic|school|escuel"
    r"|colegi|teacher|pupil|educa|gender|género|wom[ae]n|mujer|femin|girl|niñ|child|water|agua\b|sanita|saneam"
    r"|sewage|energ|electric|eléctric|solar|fuel|combustible|jobs?\b|employ|emple|worker|trabaj|econom|tourism"
    r"|turism|industr|infraestr|infrastr|innova|inequal|desigual|migrant|refug|disab|discapac|housing|viviend"
    r"|homeless|urban|transit|transport|bus(?:es)?\b|autob|railway|cycl|bici|waste|residu|recycl|recicl|consum"
    r"|climat|clima|emission|emision|carbon|disaster|desastre|flood|inunda|ocean|océan|marin[ao]s?\b|fish|pesc"
    r"|forest|bosque|biodivers|wildlife|species|especie|soil|suelos|peace|paz\b|violen|crime|delit|police|polic[ií]a"
    r"|corrup|transparen|budget|presupuest|justice|justicia|human rights|derechos humanos"
    r"|partnership|sustainab|sostenib|sdgs?\b|ods\b|agenda 2030|pollut|contamin|vaccin|vacun|debt|deuda"
    r"|poll(?:s|ing)\b"
    r"|armut|ernähr|gesund|krank|schule\b|bildung|frauen|kinder|wasser|energie|strom\b|arbeit|wirtschaft|tourismus"
    r"|ungleich|flücht|behinder|wohn|verkehr|radweg|abfall|müll|klima|katastroph|meer|fisch|wald\b|wälder|artenvielf|boden\b|frieden"
    r"|gewalt|nachhaltig)",
    re.IGNORECASE,
)
WORDS = re.compile(r"[^\W_]+")


def rows() -> list[dict[str, str]]:
    path = resources.files("localsdg.maintenance.links") / "unrelated.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def faults(table: list[dict[str, str]]) -> list[str]:
    """What is wrong with a table of unrelated texts, by kind and text."""
    found = []
    if any(list(row) != ["language", "text"] for row in table):
        return ["columns"]
    bags: list[tuple[str, frozenset[str]]] = []
    for row in table:
        text, bag = row["text"], frozenset(WORDS.findall(row["text"].lower()))
        count = len(text.split())
        if row["language"] not in ("en", "es", "de"):
            found.append(f"language: {text}")
        if text != text.strip() or not 1 <= count <= 90:
            found.append(f"length: {text}")
        if theme := THEMES.search(text):
            found.append(f"theme {theme.group()}: {text}")
        if find_citations(text, [str(goal) for goal in range(1, 18)]):
            found.append(f"citation: {text}")
        for other, words in bags:
            if len(bag & words) > 0.7 * len(bag | words):
                found.append(f"copy: {text} / {other}")
        bags.append((text, bag))
    return found


def test_the_shipped_texts_have_no_fault() -> None:
    assert faults(rows()) == []


def test_as_many_short_as_long_in_both_languages() -> None:
    kinds = Counter((row["language"], len(row["text"].split()) <= 12) for row in rows())
    assert min(kinds[("en", True)], kinds[("es", True)]) >= 200
    assert min(kinds[("en", False)], kinds[("es", False)]) >= 100


def test_long_texts_are_of_every_length() -> None:
    for language in ("en", "es"):
        lengths = [len(row["text"].split()) for row in rows() if row["language"] == language]
        assert sum(25 <= one < 35 for one in lengths) >= 15
        assert sum(one > 55 for one in lengths) >= 15


SOUND = "The brass band of the upper town plays under the old lime on Sunday"


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ([{"text": "Three short words", "language": "en"}], "columns"),
        ([{"language": "fr", "text": "Le bal commence"}], "language"),
        ([{"language": "en", "text": " "}], "length"),
        ([{"language": "en", "text": " ".join([SOUND] * 9)}], "length"),
        ([{"language": "en", "text": "New classrooms for the school"}], "theme school"),
        ([{"language": "es", "text": "Nuevo colector de agua potable"}], "theme agua"),
        ([{"language": "en", "text": "The fair supports Goal 11"}], "citation"),
        (
            [
                {"language": "en", "text": "The fair opens at noon on Sunday"},
                {"language": "en", "text": "The fair opens at noon on Sunday!"},
            ],
            "copy",
        ),
    ],
)
def test_each_fault_is_found(table: list[dict[str, str]], fault: str) -> None:
    assert [one[: len(fault)] for one in faults(table)] == [fault]
