"""Citations of SDG elements in text: what counts, what only looks like one, and bad input."""

from __future__ import annotations

import random
import re
import time

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localsdg.linking.cited import CITATION_HINT, EVIDENCE_LENGTH, find_citations
from localsdg.linking.visible_text import seen_text
from localsdg.registry.sdg_codes import Declared

#: Numbered and lettered targets of each goal, as the General Assembly adopted them.
TARGETS = {
    1: (5, "ab"),
    2: (5, "abc"),
    3: (9, "abcd"),
    4: (7, "abc"),
    5: (6, "abc"),
    6: (6, "ab"),
    7: (3, "ab"),
    8: (10, "ab"),
    9: (5, "abc"),
    10: (7, "abc"),
    11: (7, "abc"),
    12: (8, "abc"),
    13: (3, "ab"),
    14: (7, "abc"),
    15: (9, "abc"),
    16: (10, "ab"),
    17: (19, ""),
}
TARGET_CODES = {
    f"{goal}.{end}" for goal, (count, letters) in TARGETS.items() for end in (*map(str, range(1, count + 1)), *letters)
}
KNOWN = frozenset(
    {str(goal) for goal in TARGETS}
    | TARGET_CODES
    | {"1.4.1", "1.4.2", "2.2.1", "2.2.2", "3.3.3", "11.5.1", "11.b.2", "16.10.2", "5.1.1", "11.6.2", "8.5.1"}
)


def codes(text: str) -> list[str]:
    return [one.code for one in find_citations(text, KNOWN)]


def test_the_known_set_is_whole() -> None:
    assert len(TARGET_CODES) == 169


CITATIONS = {
    "en": [
        ("SDG 1.3", "1.3"),
        ("SDGs 1, 3 and 11", "1 3 11"),
        ("SDG1", "1"),
        ("SDG-11", "11"),
        ("SDG #4", "4"),
        ("SDG 11.5.1", "11.5.1"),
        ("Sustainable Development Goal 13", "13"),
        ("Goal 6", "6"),
        ("Goals 1–5", "1 2 3 4 5"),
        ("Goals 1 to 3", "1 2 3"),
        ("target 11.5", "11.5"),
        ("targets 11.5 and 11.b", "11.5 11.b"),
        ("Target 11.B", "11.b"),
        ("indicator 1.4.1", "1.4.1"),
        ("SDG target 1.3", "1.3"),
        ("UN SDG 4 (quality education)", "4"),
        ("(SDG 3)", "3"),
        ("SDG3/SDG5", "3 5"),
        ("SDG 1 & 10", "1 10"),
        ("Agenda 2030 goal 5", "5"),
        ("SDG 03", "3"),
        ("Sustainable Development Goals (SDGs) 3 and 4", "3 4"),
        ("SDG indicators 1.4.1 and 1.4.2", "1.4.1 1.4.2"),
        ("Goal 6: clean water and sanitation", "6"),
        ("Goal 2 zero hunger", "2"),
        ("SDG 16+", "16"),
        ("Goal 17 of the 2030 Agenda", "17"),
        ("target 11.5 of Goal 11", "11.5 11"),
        ("#SDG3 #SDG5", "3 5"),
        ("SDG 16.10.2", "16.10.2"),
        ("SDG 4.7-themed", "4.7"),
        ("targets 1.1–1.3", "1.1 1.2 1.3"),
        ("SDG 3. Goal 5 and SDG 3 again", "3 5"),
        ("SDGs 7,11,12", "7 11 12"),
        ("SDG goal 3", "3"),
        ("MLT;Goal 6 - Clean Water", "6"),
        ("SDG 3 per country", "3"),
        ("SDG 13 Day", "13"),
        ("SDG 11 in 5 years", "11"),
    ],
    "es": [
        ("ODS 11", "11"),
        ("ODS 1, 2 y 3", "1 2 3"),
        ("Objetivo de Desarrollo Sostenible 5", "5"),
        ("Objetivo 6", "6"),
        ("meta 11.5", "11.5"),
        ("indicador 1.4.1", "1.4.1"),
        ("#ODS11", "11"),
        ("La meta 8.3 de los ODS insta a la comunidad", "8.3"),
        ("ODS 4,6.a y 6.b", "4 6.a 6.b"),
        ("Las metas del Objetivo 6 hacen referencia", "6"),
        ("meta del ODS 11.5", "11.5"),
        ("el indicador 2.2.1 de los ODS sobre retraso", "2.2.1"),
        ("metas 11.5, 11.6 y 11.7", "11.5 11.6 11.7"),
        ("ODS 1 a 3", "1 2 3"),
        ("ODS nº 11", "11"),
        ("objetivos 3 y 4 de la Agenda 2030", "3 4"),
        ("indicador ODS 1.4.1", "1.4.1"),
        ("Objetivo 6 (agua)", "6"),
        ("el ODS 3 por su alcance", "3"),
    ],
    "fr": [
        ("ODD 6", "6"),
        ("ODD 6 et 7", "6 7"),
        ("Objectif 6", "6"),
        ("l’Objectif 6", "6"),
        ("cible 11.5", "11.5"),
        ("Objectif de développement durable n° 6", "6"),
        ("indicateur 1.4.1", "1.4.1"),
        ("Objectifs 1 à 3", "1 2 3"),
        ("l'objectif 6 des ODD", "6"),
        ("les cibles 11.5 et 11.b", "11.5 11.b"),
    ],
    "de": [
        ("Ziel 7", "7"),
        ("SDG-Ziel 7", "7"),
        ("Nachhaltigkeitsziel 11", "11"),
        ("Unterziel 11.5", "11.5"),
        ("Zielvorgabe 11.5", "11.5"),
        ("Indikator 1.4.1", "1.4.1"),
        ("Ziele 1 bis 3", "1 2 3"),
        ("Unser Projekt trägt zu Ziel 7 bei.", "7"),
        ("Ziel für nachhaltige Entwicklung 7", "7"),
        ("SDGs 11, 12 und 13", "11 12 13"),
        ("Ziel 11 der Agenda 2030", "11"),
    ],
    "ca": [
        ("Objectiu 11", "11"),
        ("fita 11.5", "11.5"),
        ("ODS 3 i 4", "3 4"),
        ("les fites 11.5 i 11.b", "11.5 11.b"),
        ("relacionat amb l’ODS 12 durant l'exercici", "12"),
        ("objectius 3 i 4 de l'Agenda 2030", "3 4"),
        ("Objectiu de Desenvolupament Sostenible 5", "5"),
        ("indicador 1.4.1", "1.4.1"),
    ],
    "pt": [
        ("ODS 3 e 4", "3 4"),
        ("Objetivo 6", "6"),
        ("meta 11.5", "11.5"),
        ("indicador 1.4.1", "1.4.1"),
        ("Objetivos de Desenvolvimento Sustentável 3 e 4", "3 4"),
        ("a meta 11.5 dos ODS", "11.5"),
    ],
}
#: A sentence of each language around the citation.
FRAMES = {
    "en": "This is part of the work on {}.",
    "es": "Esta línea se refiere a {}, entre otros.",
    "fr": "Voir aussi : {} ; la suite est en annexe.",
    "de": "Mehr dazu im Anhang: {}.",
    "ca": "Vegeu l'annex: {}.",
    "pt": "Ver o anexo: {}; página 12.",
}


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [(language, text, wanted) for language, pairs in CITATIONS.items() for text, wanted in pairs],
)
def test_citations(language: str, text: str, wanted: str) -> None:
    for whole in (text, FRAMES[language].format(text), text.upper() if "nº" not in text else text):
        assert " ".join(codes(whole)) == wanted, whole


TRAPS = {
    "versions": ["v1.3", "version 11.5", "target version 11.5", "Meta 3.1 model", "SDG 1.4.1.2", "indicador 8.5.1.a"],
    "dates": [
        "Goal 2030",
        "1.3.2020",
        "by target 2025",
        "target 1.3.2020",
        "Goal 12/2024",
        "Metas 2021",
        "indicator 1.4.2024",
        "goal 5:30",
    ],
    "sections": ["section 11.5", "Art. 1.3", "§ 11.5", "chapter 3.2", "artículo 11.5"],
    "quantities": [
        "target 1.5 °C",
        "target 1.5°C",
        "target 1.5C",
        "target 1.5 degrees",
        "target 1.5 to 2 °C",
        "targets 1.5 and 2 °C",
        "target 2.5 million",
        "target 11.5 %",
        "target 11.5%",
        "goal 5 million euros",
        "Ziel 7 Prozent",
        "meta 3.2 %",
        "objetivo 15 km",
        "$1.90",
        "target $1.90",
        "target 1.5 by 2030",
        "meta 3.2 para 2030",
        "meta 1.5, 2 y 3 millones",
        "goal 10,000",
        "SDG 10,000",
        "SDG 2.5 million",
        "SDG 5 million",
        "SDG 5 per cent",
        "ODS 3 %",
        "SDG 500",
        "ZIEL: 3 Musiker und 1 Astronaut",
        "Goal: 5 workshops",
        "un objetivo 3 veces mayor",
        "goal 3.2",
        "emissions target 1.5.",
        "Meta 1.2 (2025): 3,4 %",
        "objetivo 50-50-100",
        "goal 5 workshops",
        "SDGs 5 years on",
        "SDGs: 17 goals",
        "los ODS: 17 objetivos",
        "Ziel 3,2",
        "target 3d models",
    ],
    "sport": [
        "goal 2-1",
        "scored goal 5 in minute 80",
        "goals 3",
        "own goal 4",
        "Goals 3-5 points behind",
        "Goal 5, in the 80th minute, was the best of the match.",
    ],
    "no such element": [
        "Goal 18",
        "SDG 1.99",
        "SDG 0",
        "target 11.19",
        "indicator 1.4.9",
        "SDG IV",
        "SDG 1Q.a",
        "Goals 18–20",
        "Goal six",
    ],
    "a plan's own": [
        "objective 1.2 of the plan",
        "Objetivo 3.2 del plan municipal",
        "strategic goal 3",
        "our goal 3 is",
        "Goal 3 of our strategic plan",
        "Strategic plan: Goal 3",
        "Goal 6 in the municipal plan",
        "The strategic plan 2021-2025. Goal 3: more parking",
        "municipal goal 3",
        "climate target 1.5",
        "Objetivo estratégico 3",
        "objetivo 3 del Ayuntamiento",
        "Corporate strategy: target 11.5",
        "Plan estratégico municipal, objetivo 6: mejorar el aparcamiento",
        "Objectif 3 du plan",
        "Ziel 3 der Strategie",
        "Ziel 3 von 5",
        "Objectiu 3 del pla municipal",
        "Goal 5 of 12",
        "unser Ziel 3",
        "strategisches Ziel 3",
        "Nachhaltigkeitsziel 3 der Strategie",
        "the plan's indicator 1.4.1",
        "indicator 1.4.1 of the plan",
        "notre objectif 3",
        "Strategic Goal 3",
    ],
    "another frame": [
        "MDG 4",
        "Millennium Development Goal 4",
        "Goal 4 of the MDGs",
        "ODM 4",
        "SDG Fund 2",
        "COP 13",
        "ISO 37120",
        "ISO 37120 indicator 5.1.1",
        "Aichi Biodiversity Target 2 of the Strategic Plan",
        "Aichi Target 11.5",
        "El objetivo 7 de la Agenda 2063 sobre",
        "Objetivo 3, así como de otros ODM",
        "the odd 6 people",
        "Nivel 2",
        "Article 5",
    ],
    "addresses": [
        "goal 5 55 12 34 56",
        "SDG 5 55 12 34",
        "file.ods 3",
        "Metadata-Goal-9.pdf",
        "https://x.org/goal-5",
        "https://x.org/goals/goal5",
        "info@sdg 3",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, all_ in TRAPS.items() for text in all_])
def test_what_only_looks_like_one(kind: str, text: str) -> None:
    for whole in (text, f"In the report: {text}.", f"{text}\nand more"):
        assert codes(whole) == [], whole


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("strategic goal 3 (SDG 11)", "11"),
        ("Our municipal plan contributes to Goal 6.", "6"),
        ("The plan has three goals. It is aligned with the SDGs, above all Goal 6.", "6"),
        ("SDGs 3 and 5 schools", "3"),
        ("SDG 3, 5 workshops", "3"),
        ("SDG 1, 18", "1"),
        ("SDGs 3, 2030", "3"),
        ("SDG 11,5", "11"),  # goals 11 and 5, or target 11.5: goal 11 either way
        ("MDG 4 became SDG 4", "4"),
        ("Mesures : ODD 6, odd 7", "6"),
        ("SDG 3 (ODS 3, ODD 3) et cible 3.4", "3 3.4"),
    ],
)
def test_what_stands_beside_something_else(text: str, wanted: str) -> None:
    assert " ".join(codes(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("SDG&nbsp;3", "3"),
        ("SDG&#160;3", "3"),
        ("<b>SDG</b> 3", "3"),
        ("SDG <b class='x9'>3</b>", "3"),
        ("<td>SDG 1</td><td>5</td>", "1"),
        ("SDG 3<sup>5</sup>", "3"),
        ("SDG 3⁵", "3"),
        ("SDG 1 &amp; 10", "1 10"),
        ("SDG\u00a03", "3"),
        ("SDG\n3", "3"),
        ("S\x00D\x00G\x00 \x003\x00", "3"),
        ("Objec\u00adtif 6", "6"),
        ("ＳＤＧ 3", ""),
        ("SDG １１．５", "11.5"),
        ("SDG ١٣", ""),
        ("\u202bهدف SDG 3\u202c التنمية", "3"),
        ("יעד SDG 3", "3"),
        ("Objectif de de\u0301veloppement durable 6", "6"),
        ("İİİ: Goal 6", "6"),
        ("", ""),
        ("SDG", ""),
        ("3", ""),
        ("\x00", ""),
        ("<", ""),
        ("&#99999999999;", ""),
        ('=HYPERLINK("https://x.org/goal-6")', ""),
        ("Es geht um SDG 3, y también ODS 4, et l'ODD 5.", "3 4 5"),
        ("&shy;SD&shy;G 3", "3"),
        ("&lt;b&gt;SDG 3&lt;/b&gt;", "3"),
    ],
)
def test_bad_input_and_markup(text: str, wanted: str) -> None:
    assert " ".join(codes(text)) == wanted


def test_evidence_start_and_what_stands_above() -> None:
    text = "<p>Works  for <b>SDG</b>&nbsp;11.5.1 and\u00a0for Goal 6.</p>"
    first, second = find_citations(text, KNOWN)
    assert isinstance(first, Declared)
    assert (first.goal_code, first.target_code, first.indicator_code) == ("11", "11.5", "11.5.1")
    assert (first.evidence, second.evidence) == ("SDG 11.5.1", "Goal 6")
    assert text[first.start :].startswith("SDG</b>")
    assert text[second.start :].startswith("Goal 6")


def test_each_is_given_once_with_its_first_words() -> None:
    found = find_citations("Goal 6, SDGs 6 and 7, ODS 7", KNOWN)
    assert [(one.code, one.evidence) for one in found] == [("6", "Goal 6"), ("7", "SDGs 6 and 7")]


def test_evidence_of_a_long_list_stays_short_and_ends_with_its_element() -> None:
    text = "SDG targets " + ", ".join(sorted(TARGET_CODES - {"17.1"})) + ", 17.1"
    last = find_citations(text, KNOWN)[-1]
    assert (last.code, len(last.evidence)) == ("17.1", EVIDENCE_LENGTH)
    assert last.evidence.endswith(", 17.1")
    assert text[last.start :].startswith(last.evidence)


def test_known_decides() -> None:
    assert find_citations("SDG 3 and SDG 4.7", ["4.7"])[0].code == "4.7"
    assert find_citations("SDG 3", []) == []


def test_the_hint_holds_in_duckdb_and_lets_other_texts_go() -> None:
    cited = [text for pairs in CITATIONS.values() for text, _ in pairs]
    cited += ["SD&shy;G 3", "S\x00DG 3", "Objec\u00adtif 6", "<b>SD</b>G\n 3", "SDG\n\n3", "SDG １"]
    others = ["", "The library opens at 9.", "Goal: more trees", "12 new buses on line 7", "3 SDG"]
    connection = duckdb.connect()
    held = [
        connection.execute("select regexp_matches(?, ?)", [text, CITATION_HINT]).fetchone()[0]
        for text in cited + others
    ]
    assert held == [True] * len(cited) + [False] * len(others)


PARTS = st.one_of(
    st.sampled_from(
        [
            "SDG",
            "SDGs",
            "ODS",
            "ODD",
            "Goal",
            "Goals",
            "goal",
            "meta",
            "Ziel",
            "Objectif",
            "target",
            "indicator",
            " ",
            "\n",
            "\u00a0",
            "&nbsp;",
            "<b>",
            "</b>",
            "<br>",
            "\u00ad",
            "\x00",
            ", ",
            " and ",
            " y ",
            "-",
            "–",
            "/",
            "#",
            "n° ",
            ".",
            ":",
            "(",
            ")",
            "1",
            "3",
            "11",
            "11.5",
            "11.b",
            "1.4.1",
            "18",
            "2030",
            "１",
            "²",
            "%",
            " million",
            " of the SDGs",
            " del plan",
            "de\u0301veloppement",
            "İ",
            "\u202e",
            "&amp;",
            "<",
            "&",
        ]
    ),
    st.text(max_size=6),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PARTS, max_size=25).map("".join))
def test_whatever_the_text(text: str) -> None:
    found = find_citations(text, KNOWN)
    seen = seen_text(text)
    assert len({one.code for one in found}) == len(found)
    for one in found:
        assert one.code in KNOWN
        assert one.evidence and one.evidence in seen and len(one.evidence) <= EVIDENCE_LENGTH
        assert 0 <= one.start < len(text)
    assert not found or re.search(CITATION_HINT, text)


@pytest.mark.parametrize(
    "unit",
    [
        "SDG ",
        "SDG 1, ",
        "SDG 1-17 ",
        "Goal 6 ",
        "goal 6 strategic plan ",
        "scored goal 5 in minute ",
        "<a ",
        "<",
        "&",
        "&#",
        "<!--",
        "SDG <b>",
        "objetivo de desarrollo ",
        "a",
        "targets 1.5 and ",
        "1.1",
        "   \n",
        "\u00ad",
        "\x00",
        "plan goal 7. ",
        "sdg (",
        "İ",
        "sustainable\n",
        "- ",
        "Goal 1, 2, 3, ",
    ],
)
def test_a_megabyte_of_anything_is_read_at_once(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    begun = time.process_time()
    found = find_citations(text, KNOWN)
    # an order above what it takes here, and far below what backtracking would
    assert time.process_time() - begun < 3
    assert {one.code for one in found} <= KNOWN


def test_a_megabyte_of_near_misses_grows_with_its_length() -> None:
    chance = random.Random(4)
    bits = [
        "Goal 6 ",
        "goal 5 million ",
        "strategic ",
        "plan ",
        "SDG 3, ",
        "target 1.5 ",
        "and ",
        "12 ",
        "MDG ",
        "x. ",
    ]
    text = "".join(chance.choices(bits, k=150_000))
    spent = []
    for part in (text[: len(text) // 8], text):
        begun = time.process_time()
        find_citations(part, KNOWN)
        spent.append(time.process_time() - begun)
    assert spent[1] < 8 * 4 * spent[0] + 0.5
