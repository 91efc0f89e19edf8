"""Headings of a form say nothing of a record; they are found without a list, and nothing else goes."""

from __future__ import annotations

import pytest

from localsdg.linking.headings import FEWEST_TEXTS, find_headings, without_headings

SUBJECTS = (
    "solar roofs school meals river wells girls football night buses bee meadows repair cafes coral reefs "
    "cycle lanes bird nests food banks tram lines heat pumps rain gardens reading clubs fish markets seed banks "
    "bread ovens forest paths water meters book vans street trees".split()
)


def form(left: str, right: str, n: int = 40) -> list[str]:
    """Records of one form: `left`, what the record says, `right`, who does it."""
    said = [(SUBJECTS[k % len(SUBJECTS)].title(), SUBJECTS[(k * 7 + 3) % len(SUBJECTS)]) for k in range(n)]
    return [f"{left}{one} and {other} {k} for all{right}X{k}y" for k, (one, other) in enumerate(said)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Description of initiative", "Partnership governance structurePartner(s)"),  # glued on both sides
        ("Partnership for the goals: ", "\nPartners: "),
        ("Zusammenfassung\n", "\nZiele der Zusammenarbeit\n"),
        ("Описание проекта. ", ". Партнёрство и координация: "),
        ("<h2>Partnership summary</h2>", "<p>Partnership:</p>"),
        ("Partnership - ", ". "),
    ],
)
def test_what_most_records_share_is_gone_and_what_they_say_stays(left: str, right: str) -> None:
    texts = form(left, right)
    headings = find_headings(texts)
    for number, text in enumerate(texts):
        words = without_headings(text, headings).lower().split()
        assert not {"partnership", "partner", "zusammenfassung", "описание", "координация"} & set(words), text
        assert {SUBJECTS[number % len(SUBJECTS)], SUBJECTS[(number * 7 + 3) % len(SUBJECTS)]} <= set(words), text


def test_a_heading_of_half_the_records_stays() -> None:
    texts = [text if k % 2 else text.replace("Aim: ", "") for k, text in enumerate(form("Aim: ", ". "))]
    assert not any("aim" in neighbours for neighbours in find_headings(texts))


def test_few_records_or_the_same_text_again_show_no_form() -> None:
    assert find_headings(form("Aim of the action: ", "", FEWEST_TEXTS - 1)) == frozenset()
    assert find_headings(["Aim of the action: trees"] * 500) == frozenset()


def test_a_text_that_is_all_heading_is_left_as_it_is() -> None:
    headings = find_headings(form("Climate action plan: ", ""))
    assert headings and without_headings("Climate action plan: ", headings) == "Climate action plan: "
    assert without_headings("Any <b>text</b>", frozenset()) == "Any <b>text</b>"


def test_headings_of_a_register_are_found_and_its_words_are_kept(data_root) -> None:
    from localsdg.common.csv_files import read_rows

    rows = read_rows(data_root / "local" / "actions" / "un_partnerships_2018" / "records.csv")
    texts = [row["description"] for row in rows]
    headings = find_headings(texts)
    form_text = next(text for text in texts if text.startswith("Description/achievement of initiativeAs of now"))
    plain = without_headings(form_text, headings)
    assert plain.split()[:6] == "As of now over 10 000".split()
    assert "methodologies" not in plain and "governance" not in plain and "Partner" not in plain
    lost = sum(len(text.split()) for text in texts) - sum(
        len(without_headings(text, headings).split()) for text in texts
    )
    assert lost < 0.1 * sum(len(text.split()) for text in texts)
