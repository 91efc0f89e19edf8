"""Words of texts and queries, in the forms in which `localsdg search` compares them.

    index_text("Proporción de niños pobres")   -> "proporci c0child nin c0poverty pobr"

A word is kept as its stem, which joins singular and plural in English, Spanish, French and
Portuguese, and as the concepts that the languages share (`c0poverty`), so that a Spanish query
finds an English title. The words of the concepts are data: `registry/title_words.csv`, which
local titles are compared by, and `registry/search_words.csv` for what it lacks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from localsdg.registry.official_titles import title_words
from localsdg.registry.search_words import EMPTY, search_words
from localsdg.staging.local.title_words import Vocabulary, fold, split_words, vocabulary_of

#: What begins the term of a concept: no word of a text does.
_CONCEPT = "c0"
#: A word alone, and a word by way of its concept: another word of the same concept is a little less near.
_SAME, _RELATED = 1.0, 0.8
#: Letters from which a word also finds the words that begin with it, and how near those are.
_LEAST_PREFIX, _BEGINS = 5, 0.6
_NOT_LETTERS = re.compile(r"[^a-z0-9]")
#: Endings of plurals, longest first, and what they become.
_PLURALS = (("oes", "ao"), ("aes", "ao"), ("ies", "y"), ("eaux", "eau"), ("aux", "al"))
#: Plurals that no ending tells.
_IRREGULAR = {"women": "woman", "men": "man", "children": "child", "people": "person", "data": "data"}


@dataclass(frozen=True)
class Term:
    """One word of a query: the forms that it may be found by, each with its weight, and its concepts."""

    word: str
    forms: tuple[tuple[str, float], ...]
    concepts: frozenset[str]
    is_weak: bool = False


@cache
def stem(word: str) -> str:
    """A folded word without plural ending and last vowel: `niños` and `niña` give `nin`, `cities` gives `city`."""
    word = _IRREGULAR.get(word, word)
    if len(word) <= 3 or not word.isascii():
        return word
    for ending, instead in _PLURALS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word[: -len(ending)] + instead
            break
    else:
        word = word[:-1] if word[-1] in "sx" and word[-2] != "s" else word
    return word[:-1] if len(word) > 3 and word[-1] in "aeo" else word


@cache
def concept_term(concept: str) -> str:
    """The term that stands for a concept in the index: `!neet` gives `c0neet`."""
    return _CONCEPT + _NOT_LETTERS.sub("", concept.casefold())


@cache
def concepts_of(text: str) -> frozenset[str]:
    """The concepts of a text as terms, those of phrases and of their single words alike."""
    return frozenset(term for words in _spans(text) for _, terms in words for term in terms)


@cache
def index_text(text: str) -> str:
    """The terms of a text with blanks between them, as the index has it."""
    spans = _spans(text)
    return " ".join(
        " ".join([*(stem(word) for word, _ in words), *dict.fromkeys(term for _, terms in words for term in terms)])
        for words in spans
    )


def index_name(text: str) -> str:
    """The terms of a proper name: the stems of its words, and no concepts."""
    return " ".join(stem(word) for word in split_words(fold(text)))


def words_of(text: str) -> list[str]:
    """The folded words of a text, for the list of words that a misspelling is compared with."""
    return [word for word in split_words(fold(text)) if len(word) > 2 and not word.isdigit()]


def name_key(text: str) -> str:
    """The form in which names of places are compared."""
    return " ".join(split_words(fold(text)))


def query_terms(text: str) -> list[Term]:
    """The words of a query that say what is sought; all of its words where none does."""
    terms = [
        _term(word, concepts)
        for words in _spans(text)
        for word, concepts in words
        if len(words) > 1 or word not in _empty()
    ]
    return terms or [_term(word, ()) for word in split_words(fold(text))]


def _term(word: str, concepts: tuple[str, ...]) -> Term:
    own = stem(word)
    forms = {own: _SAME}
    if len(own) >= _LEAST_PREFIX:
        forms[f"{own}*"] = _BEGINS
    forms |= dict.fromkeys(concepts, _RELATED)
    return Term(word, tuple(forms.items()), frozenset(concepts), is_weak=not concepts and word in _weak())


def _spans(text: str) -> list[list[tuple[str, tuple[str, ...]]]]:
    """The words of a text in order, those of a phrase together: each with its concepts and those of its phrase."""
    return [
        [(word, _concept_terms(tuple(concepts), word if len(words) > 1 else "")) for word in words]
        for words, concepts in _vocabulary().spans(split_words(fold(text)))
    ]


@cache
def _concept_terms(concepts: tuple[str, ...], word: str) -> tuple[str, ...]:
    """The terms of the concepts of a phrase or word, and of a word of a phrase those of its own."""
    own = _vocabulary().concepts(word) if word else []
    return tuple(dict.fromkeys(map(concept_term, [*concepts, *own])))


@cache
def _vocabulary() -> Vocabulary:
    # the later list wins where both have a word
    pairs = [pair for pair in title_words() if pair[0] != EMPTY]
    return vocabulary_of([*pairs, *(pair for pair in search_words() if pair[0] != EMPTY)])


@cache
def _empty() -> frozenset[str]:
    """Articles, prepositions and words of questions."""
    return frozenset(word for concept, word in search_words() if concept == EMPTY)


@cache
def _weak() -> frozenset[str]:
    """Words that most official titles have: `proportion`, `tasa`."""
    return frozenset(word for concept, word in title_words() if concept == EMPTY)
