"""Notes to be spoken, and the file of queries beside the deck."""

from __future__ import annotations

import pytest
from deck_helpers import STAMP, bars, figure, notes_of, row, written

from localsdg.figures.briefing.speech import first_sentence, sentence_keys, speech
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.figure import Result
from localsdg.figures.deck.deck import write_deck
from localsdg.figures.deck.sql_appendix import appendix_path
from localsdg.figures.messages.messages import LANGUAGES, words


def test_notes_are_three_sentences_to_say_one_not_to_say_and_the_source(tmp_path) -> None:
    made = bars("c08-slums", statement="Cities change.", coverage="Rests on 3 of 4. More of it.", caveat="Mind it.")
    assert notes_of(written(tmp_path, made).slides[2]).splitlines() == [
        "To say",
        "Title of c08-slums.",
        "The newest number is of 2019. Rests on 3 of 4.",
        "The event said that “Cities change”, and this shows how the share of the urban population in slums moves.",
        "Not to say",
        "Do not say that this is a share of all people. Mind it.",
        "Source: a list.",
        "c08-slums",
    ]


def test_a_figure_without_sentences_of_its_own_has_its_caveat(tmp_path) -> None:
    said = speech(figure("bar", [row("a", 1.0)], as_of="UN data as of 2023"), words("en"))
    assert said.meaning == "The event said that “It was said”." and said.never == "Mind the line."
    assert said.rests_on == "Rests on 3 of 4." and said.source == "Source: a list. UN data as of 2023."


def test_a_year_in_the_coverage_is_not_said_twice() -> None:
    made = bars("c08-slums", coverage="Of 2019 and 80 countries.")
    assert speech(made, words("en")).rests_on == "Of 2019 and 80 countries."
    assert "source below" in speech(bars("c08-slums", coverage=""), words("en")).rests_on


@pytest.mark.parametrize(
    ("text", "first"),
    [("One. Two.", "One."), ("Of 1.5 m. «Dos».", "Of 1.5 m."), ("Una. ¿Dos?", "Una."), ("10 of 31", "10 of 31")],
)
def test_the_first_sentence(text, first) -> None:
    assert first_sentence(text) == first


def test_sentences_are_of_figures_that_exist_and_in_every_language() -> None:
    keys = sentence_keys()
    assert [one for one in keys if one not in entries()] == []
    for lang in LANGUAGES:
        body = words(lang).body
        assert set(body["shows"]) == set(body["never"]) == set(keys.values()), lang
        # they go on behind "this shows" and "do not say"
        ends = [text for table in ("shows", "never") for text in body[table].values()]
        assert [text for text in ends if text[0].isupper() and not text.startswith("l’") or text.endswith(".")] == []


def test_queries_are_in_a_file_beside_the_deck_and_not_in_the_notes(tmp_path) -> None:
    made = bars("c08-slums", title="One <b>*bold*</b>\nline", coverage="Rests on 3. And on 4.")
    path = write_deck(Result((made,), ()), tmp_path / "localsdg-C08.es.pptx", "en", STAMP)
    text = appendix_path(path).read_text(encoding="utf-8")
    assert appendix_path(path).name == "localsdg-C08.es-sql.md"
    assert "```sql\nselect 1 as one\n-- why\nfrom t\n```" in text
    assert "What it is." in text and "`localsdg explain c08-slums`" in text and "And on 4." in text
    assert "One \\<b\\>\\*bold\\*\\</b\\> line" in text
    assert "select 1" not in notes_of(written(tmp_path, made).slides[2])
