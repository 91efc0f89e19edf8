"""How near a local title is to the official one, and whether another indicator's is nearer.

    TitleIndex(texts).nearness("Tasa de desempleo", "es", "8.5.2")

Both titles are reduced to concepts and stems (`title_words`), each weighed by how few
official titles have it (the inverse document frequency of retrieval: a word of every title
says nothing). `coverage` is the share of the official title's weight that the local
one has, `precision` the share of the local title's weight that the official one has.

Some concepts decide what is measured (a gap, growth, per capita, the long-term part): they are
marked `!` in the list, and a title that has one more or one less is of another measure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from localsdg.staging.local.title_words import core, is_latin, parts_of, tokens

#: Weight of a word that no official title has, as a share of the largest weight.
UNKNOWN = 0.7
#: From here two titles are about the same. Measured on 300 titles of fifteen sites labelled by
#: hand: below, titles of neighbouring subjects come in; above, long titles of parts are lost.
NEAR = 0.55
#: A title of which less is the official one's speaks of more than the indicator.
LEAST_PRECISION = 0.42
#: Where the deciding concept itself is the official one's, so much is enough.
LEAST_WITH_KEY = 0.15
#: Another indicator's title that is nearer by so much is a contradiction.
MARGIN = 0.15
#: One shared word must be so much of the official title.
LEAST_OF_ONE_WORD = 0.7


@dataclass(frozen=True)
class Nearness:
    """Nearness of two titles from 0 to 1 (harmonic mean of precision and coverage), and its parts.

    `conflicts` are the deciding concepts that one of the titles has and the other not,
    `keys` those that both have.
    """

    score: float = 0.0
    precision: float = 0.0
    coverage: float = 0.0
    n_shared: int = 0
    conflicts: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    @property
    def is_near(self) -> bool:
        """Whether the titles are about the same measure of the same subject."""
        if self.conflicts:
            return False
        if self.keys and self.coverage > 0.99 and self.precision >= LEAST_WITH_KEY:
            return True
        if self.n_shared == 1 and not self.keys and self.coverage < LEAST_OF_ONE_WORD:
            return False
        return self.score >= NEAR and self.precision >= LEAST_PRECISION

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """Order of nearness: near ones first, then those without conflict, then by score."""
        return self.is_near, not self.conflicts, self.score


@dataclass(frozen=True)
class _Text:
    """One official text: its words, those that decide what is measured, and its weight."""

    words: frozenset[str]
    deciding: frozenset[str]
    weight: float


class _Language:
    """The official titles of one language by code: several texts a code, their words and weights."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        words_of = {
            code: [tokens(core(part)) for text in several for part in parts_of(text)] for code, several in texts.items()
        }
        self._known: dict[tuple[frozenset[str], str], Nearness] = {}
        counts: dict[str, int] = {}
        self.codes_of: dict[str, set[str]] = {}
        for code, several in words_of.items():
            for word in frozenset[str]().union(*several):
                counts[word] = counts.get(word, 0) + 1
                self.codes_of.setdefault(word, set()).add(code)
        n_codes = max(1, len(words_of))
        self.weights = {word: math.log(1 + n_codes / count) for word, count in counts.items()}
        self.unknown = UNKNOWN * math.log(1 + n_codes)
        self.texts = {
            code: [_Text(words, _deciding(words), self.weight(words)) for words in dict.fromkeys(several)]
            for code, several in words_of.items()
        }

    def weight(self, words: Iterable[str]) -> float:
        return sum([self.weights.get(word, self.unknown) for word in words])

    def nearness(self, words: frozenset[str], code: str) -> Nearness:
        """Sites share titles, those of the template above all: each is compared once."""
        if (known := self._known.get((words, code))) is None:
            known = self._known[words, code] = self._nearness(words, code)
        return known

    def _nearness(self, words: frozenset[str], code: str) -> Nearness:
        shared = [text for text in self.texts.get(code, ()) if not words.isdisjoint(text.words)]
        if not shared:
            return Nearness()
        weight, deciding = self.weight(words), _deciding(words)
        return max((self._compare(words, weight, deciding, text) for text in shared), key=lambda one: one.rank)

    def _compare(self, words: frozenset[str], weight: float, deciding: frozenset[str], text: _Text) -> Nearness:
        both = words & text.words
        shared = self.weight(both)
        precision, coverage = shared / weight, shared / text.weight
        return Nearness(
            2 * precision * coverage / (precision + coverage),
            precision,
            coverage,
            len(both),
            deciding ^ text.deciding,
            deciding & text.deciding,
        )


class TitleIndex:
    """Official titles of all languages; words are reduced once, when a language is first asked for."""

    def __init__(self, texts: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """`texts` maps a language to codes with the titles of each."""
        self._texts = texts
        self._languages: dict[str, _Language] = {}
        self._words: dict[str, frozenset[str]] = {}

    def languages_like(self, text: str) -> tuple[str, ...]:
        """The languages with official titles that are written in the letters of a text."""
        return self._latin if is_latin(text) else self._other

    @cached_property
    def _latin(self) -> tuple[str, ...]:
        return tuple(one for one, by_code in self._texts.items() if is_latin(next(iter(by_code.values()), [""])[0]))

    @cached_property
    def _other(self) -> tuple[str, ...]:
        return tuple(language for language in self._texts if language not in self._latin)

    def languages_with_letters(self, text: str) -> tuple[str, ...]:
        """Languages like a text whose official titles have all its letters; none has the `ł` of Polish."""
        letters = _letters(text)
        return tuple(language for language in self.languages_like(text) if letters <= self._alphabets[language])

    @cached_property
    def _alphabets(self) -> dict[str, frozenset[str]]:
        return {
            language: _letters("".join(title for several in by_code.values() for title in several))
            for language, by_code in self._texts.items()
        }

    def knows(self, language: str) -> bool:
        """Whether a language has official titles."""
        return bool(self._texts.get(language))

    def has(self, code: str, language: str) -> bool:
        """Whether a language has an official title of the code."""
        return bool(self._texts.get(language, {}).get(code))

    def words(self, code: str) -> frozenset[str]:
        """Every word of a code's official titles in the languages of Latin letters."""
        if code not in self._words:
            texts = (self._of(language).texts.get(code, []) for language in self._latin)
            self._words[code] = frozenset[str]().union(*(text.words for several in texts for text in several))
        return self._words[code]

    def nearness(self, title: str, language: str, code: str) -> Nearness:
        """How near a title is to the official one of a code in a language."""
        return self._of(language).nearness(tokens(title), code)

    def nearer_code(self, title: str, language: str, code: str, own: Nearness) -> str | None:
        """Another code whose title is nearer than the own code's by a margin; None where none is."""
        if own.score + MARGIN > 1:
            return None
        index, words = self._of(language), tokens(title)
        codes = set[str]().union(*(index.codes_of.get(word, set()) for word in words)) - {code}
        others = ((index.nearness(words, other), other) for other in codes)
        free = [(other.score, name) for other, name in others if not other.conflicts]
        score, name = max(free, default=(0.0, ""))
        return name if score >= own.score + MARGIN else None

    def _of(self, language: str) -> _Language:
        if language not in self._languages:
            self._languages[language] = _Language(self._texts.get(language, {}))
        return self._languages[language]


def _letters(text: str) -> frozenset[str]:
    """Letters of a text that are no part of ASCII, but for ideographs, of which no list has all."""
    signs = set(text.casefold())
    return frozenset(sign for sign in signs if sign > "\x7f" and sign.isalpha() and not "\u3400" <= sign <= "\u9fff")


def is_understood(title: str) -> bool:
    """Whether half of a title's words are concepts, which are compared in any language."""
    words = tokens(title)
    return bool(words) and 2 * sum(word[0] in "=!" for word in words) >= len(words)


def _deciding(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[0] == "!")
