"""Labelled texts: how they are read, refused, merged, and kept out of what they are judged by."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from link_helpers import made

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.maintenance.links.corpus import (
    LEARNED_LANGUAGES,
    SOURCES,
    Example,
    data_facts,
    decided,
    free,
    labelled_file,
    labelled_folder,
    merged,
    own_lists,
    text_key,
)
from localsdg.maintenance.links.train import fold_of, learned_from

JUDGED = ("expert_en", "policy_actions", "local_targets")


def shared(examples: list[Example], folds: int = 3, rows=learned_from) -> set[str]:
    """Texts and groups that stand both in a test and in what its weights are learned from."""
    found = set()
    for fold in range(folds):
        test = [row for row, one in enumerate(examples) if fold_of(one, folds) == fold]
        rest = rows(examples, test)
        for name in ("key", "group"):
            seen = {getattr(examples[row], name) for row in test}
            found |= seen & {getattr(examples[row], name) for row in rest} - {""}
    return found


@pytest.mark.parametrize(
    "one, other",
    [
        ("Solar panels on schools", "solar PANELS, on schools!"),
        ("Educación y salud", "educacion y salud"),
        ("<li>Waste valorization ;</li>", "Waste valorization"),
        ("re\u0301gion", "région"),
    ],
)
def test_texts_of_the_same_words_have_one_key(one, other) -> None:
    assert text_key(one) == text_key(other) != ""


def test_texts_of_other_words_have_another_key() -> None:
    assert text_key("Solar panels on schools") != text_key("Solar panels on roofs")


def test_no_text_that_is_judged_was_learned_from() -> None:
    texts = made()
    twice = merged(
        [
            *texts,
            # the same words from another source, in another case: another fold by itself
            *(Example(one.text.upper(), "en", "user", one.goals) for one in texts),
        ]
    )
    assert len(twice) == 2 * len(texts)
    assert shared(twice) == set()


def test_a_text_given_twice_would_be_found_without_the_rule() -> None:
    texts = made()
    twice = merged([*texts, *(Example(one.text.upper(), "en", "user", one.goals) for one in texts)])

    def all_others(examples, test):
        return [row for row in range(len(examples)) if row not in set(test)]

    assert len(shared(twice, rows=all_others)) > 50


def test_the_labelled_folder_shares_no_text_between_test_and_training(data_root) -> None:
    every = merged(own_lists() + labelled_folder(data_root / "linking"))
    texts = [one for one in every if one.language == "en"]
    judged = [one for one in texts if one.source in JUDGED]
    assert len(judged) > 3_000
    for fold in range(5):
        test = [row for row, one in enumerate(texts) if one.source in JUDGED and fold_of(one) == fold]
        rest = learned_from(texts, test)
        assert {texts[row].key for row in test}.isdisjoint(texts[row].key for row in rest)
        countries = {texts[row].group for row in test if texts[row].source == "policy_actions"}
        assert len(countries) > 5 and countries.isdisjoint(
            texts[row].group for row in rest if texts[row].source == "policy_actions"
        )


def test_merging_does_not_ask_for_an_order() -> None:
    texts = [
        *made(),
        Example("SOLAR power", "en", "user", frozenset("7")),
        Example("solar power", "en", "user", frozenset("1"), group="b"),
        Example("solar, power", "en", "user", refused=frozenset("6"), is_closed=False, group="a"),
    ]
    wanted = merged(texts)
    one = next(each for each in wanted if each.key == "solar power")
    assert (one.goals, one.refused, one.is_closed, one.group) == ({"7", "1"}, {"6"}, False, "a")
    for seed in range(3):
        random.Random(seed).shuffle(texts)
        assert merged(texts) == wanted


def test_languages_that_are_not_learned_are_left_out() -> None:
    assert merged([Example("Nuove ciclabili", "it", "user", frozenset(["11"]))]) == []


def test_own_lists_are_free_and_in_learned_languages() -> None:
    lists = own_lists()
    assert len(lists) > 5_000 and free(lists) == lists
    assert {one.language for one in lists} == set(LEARNED_LANGUAGES)
    assert free([Example("a plan", "en", "policy_actions", frozenset("7"))]) == []


def test_every_source_in_use_states_its_terms() -> None:
    facts = data_facts(made(5))
    assert {one["source"]: one["texts"]["en"] for one in facts} == {"unrelated": 5, "policy_actions": 15}
    assert all(one.licence for one in SOURCES.values())


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_labelled_file_is_read(tmp_path) -> None:
    path = write(
        tmp_path / "mine.csv",
        (
            "text,codes,language,label\n"
            "Flood walls,11.5; 1,EN,\nBilletes de autobús,SDG 1.2.1,es,true\nFlood walls,11.5,en,false\n"
            "Not this one,11,en,NO\n"
        ),
    )
    first, second, third, fourth = labelled_file(path)
    assert (first.goals, first.targets, first.is_closed) == ({"11", "1"}, {"11.5"}, True)
    assert [first.language, second.language] == ["en", "es"]
    assert (second.goals, second.targets) == ({"1"}, {"1.2"})
    # a refused target says nothing of its goal
    assert (third.goals, third.refused, third.is_closed) == (frozenset(), {"11.5"}, False)
    assert fourth.refused == {"11"}


@pytest.mark.parametrize(
    "body, where, said",
    [
        ("codes\n1\n", "", "columns text, codes"),
        ("text,codes,language\nA wall,11,en\nA tower,1.9,en\n", "line 3", "1.9"),
        ("text,codes,language\nA wall,,en\n", "line 2", "no codes"),
        ("text,codes,language\n ,11,en\n", "line 2", "no text"),
        ("text,codes,language\nUn muro,11,it\n", "line 2", "got it"),
        ("text,codes\nA wall,11\n", "line 2", "no language"),
        ("text,codes,language,label\nA wall,11,en,perhaps\n", "line 2", "perhaps"),
        ("", "", "no rows"),
    ],
)
def test_a_labelled_file_that_is_none_is_refused_with_its_line(tmp_path, body, where, said) -> None:
    with pytest.raises(UsageError) as error:
        labelled_file(write(tmp_path / "mine.csv", body))
    assert where in str(error.value) and said in str(error.value)


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path) -> None:
    with pytest.raises(LocalsdgError, match="cannot read the labelled texts"):
        labelled_file(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"text,codes\n\xff\xfe,1\n")
    with pytest.raises(LocalsdgError, match="cannot read the labelled texts"):
        labelled_file(tmp_path / "bytes.csv")


def test_a_folder_without_labelled_sets_is_told(tmp_path) -> None:
    with pytest.raises(UsageError, match="goal_labels_es.csv"):
        labelled_folder(tmp_path)


def test_decisions_become_examples() -> None:
    rows = [
        {"text": "Flood walls", "language": "en", "goal_code": "11", "target_code": "11.5", "label": True},
        {"text": "Flood walls", "language": None, "goal_code": "1", "target_code": None, "label": False},
        {"text": "Nuove ciclabili", "language": "it", "goal_code": "11", "target_code": None, "label": True},
    ]
    accepted, refused = decided(rows, lambda text: "en")
    assert (accepted.goals, accepted.targets, accepted.is_closed) == ({"11"}, {"11.5"}, False)
    assert (refused.goals, refused.refused, refused.language) == (frozenset(), {"1"}, "en")
    (both,) = merged([accepted, refused])
    assert (both.goals, both.refused) == ({"11"}, {"1"})
