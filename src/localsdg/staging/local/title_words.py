"""A title -> what it speaks of: concepts that several languages share, and the stems of all other words.

    tokens("Tasa de desempleo de los jóvenes")   -> {"=unemployment", "=youth"}

A word of `title_words.csv` becomes its concept, whatever its language; another
word is cut to a stem of `STEM` letters, which joins most forms of a word in the
languages that sites write. Writing without spaces is cut into pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from localsdg.registry.official_titles import title_words

#: Letters of a word that are compared.
STEM = 6
_PART = re.compile(r"(?:(?:;|,)?\s*(?:and|y|et|und|eta)?\s*)\(?\b(?:[abcd]|i{1,3}|iv)\)\s*", re.IGNORECASE)
_OF_COUNTRIES = re.compile(r"\b(countries|paises|pays|staaten|lander)\b.*\b(that|que|qui|ayant|die)$")
_WORD = re.compile(r"[^\W_]+")
#: Accents of Latin, Greek and Cyrillic, and vowel signs of Arabic.
_MARKS = re.compile(r"[\u0300-\u036f\u0640\u064b-\u065f]")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
#: Words, and what is written without spaces also where digits are beside it: `5岁以下儿童死亡率`.
_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
#: What begins the list of breakdowns at the end of an official title, folded.
_BREAKDOWN = re.compile(
    r"(,\s*|\s+)(by|disaggregated by|desglosad[oa]s?( por| segun)?|segun|por|par|ventilee?s?( par)?|nach)\s+"
    r"(sex|age|type|sector|occupation|location|sexo|edad|tipo|ocupacion|sexe|geschlecht|alter)\b.*$"
    r"|[,，]?\s*按.*$|,? в разбивке по .*$|[,،]?\s*بحسب.*$|, sexuaren.*$"
)


@dataclass(frozen=True)
class Vocabulary:
    """Concepts by word, by beginning (`mortal*`) and by part (`*sterblich*`); phrases by their first word.

    A compound is every part that it has: `Neugeborenensterblichkeit` is of the newborn and of death.
    """

    words: dict[str, str]
    beginnings: dict[str, str]
    parts: tuple[tuple[str, str], ...]
    phrases: dict[str, list[tuple[tuple[str, ...], str]]]

    def concepts(self, word: str) -> list[str]:
        """The concepts of a word, `-` for one that says nothing of the subject; none for one not listed."""
        if word in self.words:
            return [self.words[word]]
        beginnings = (self.beginnings.get(word[:length]) for length in range(len(word), 1, -1))
        parts = [(part, concept) for part, concept in self.parts if part in word]
        inner = [concept for part, concept in parts if not any(part in other and part != other for other, _ in parts)]
        return list(dict.fromkeys([*filter(None, [next(filter(None, beginnings), None)]), *inner]))

    @cached_property
    def _known(self) -> dict[str, list[str]]:
        """Concepts of the words that were asked for: titles share most of their words."""
        return {}

    def spans(self, words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
        """The words in order, those of a listed phrase together, each with its concepts."""
        place = 0
        while place < len(words):
            width, concept = self.phrase(words, place)
            span = words[place : place + (width or 1)]
            if not width and span[0] not in self._known:
                self._known[span[0]] = self.concepts(span[0])
            yield span, [concept] if width else self._known[span[0]]
            place += width or 1

    def phrase(self, words: list[str], place: int) -> tuple[int, str]:
        """Length and concept of the longest listed phrase that begins at a place; 0 where none does."""
        for pattern, concept in self.phrases.get(words[place], ()):
            part = words[place : place + len(pattern)]
            if len(part) == len(pattern) and all(map(_fits, part, pattern)):
                return len(pattern), concept
        return 0, ""


def fold(text: str) -> str:
    """Lower case without accents, in any script."""
    text = text.casefold()
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))


def is_latin(text: str) -> bool:
    """Whether most letters of a text are Latin ones."""
    letters = [one for one in text[:100] if one.isalpha()]
    return 2 * sum(one < "\u0250" for one in letters) >= len(letters)


def core(title: str) -> str:
    """An official title without its breakdowns (`, by sex and age`)."""
    return _BREAKDOWN.sub("", fold(title))


@cache
def title_keys(title: str) -> frozenset[str]:
    """The forms in which a title is the same as another: its words, and those without the breakdowns at its end."""
    return frozenset(filter(None, (title_key(title), title_key(core(title)))))


def title_key(title: str) -> str:
    """The words of a title, without accents, signs and capitals."""
    return " ".join(_WORD.findall(fold(title)))


def parts_of(title: str) -> list[str]:
    """An official title, and each of its sub-indicators where it lists them: `(a) …; and (b) …`.

    Letters inside a sentence list stages or subjects of one indicator; only those at the
    beginning, or after the countries that do what follows, begin a sub-indicator.
    """
    parts = [part.strip(" ,;") for part in _PART.split(title)]
    if len(parts) < 3:
        return [title]
    if not parts[0]:
        return [title, *filter(None, parts[1:])]
    if _OF_COUNTRIES.search(fold(parts[0])):
        return [title, *(f"{parts[0]} {part}" for part in parts[1:] if part)]
    return [title]


@cache
def tokens(text: str) -> frozenset[str]:
    """Concepts (`=name`) and stems of a text; a word that says nothing of the subject is none."""
    kept: set[str] = set()
    for (word, *_), concepts in _vocabulary().spans(split_words(fold(text))):
        if concepts:
            kept.update(concept if concept[0] in "-!" else f"={concept}" for concept in concepts)
        elif len(word) > 1 and not word[0].isdigit():
            kept.add(word[:STEM])
    return frozenset(kept - {"-"})


def split_words(text: str) -> list[str]:
    """The words of a folded text; what is written without spaces as pairs of characters."""
    words: list[str] = []
    for word in _RUN.findall(text):
        if _SPACELESS.fullmatch(word):
            words += [word[n : n + 2] for n in range(max(1, len(word) - 1))]
        else:
            words.append(word)
    return words


def _fits(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


@cache
def _vocabulary() -> Vocabulary:
    return vocabulary_of(title_words())


def vocabulary_of(pairs: Iterable[tuple[str, str]]) -> Vocabulary:
    """The vocabulary of (concept, word) pairs; `*` in a word stands for any letters."""
    words: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    parts: list[tuple[str, str]] = []
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, word in pairs:
        pattern = tuple(re.findall(r"[^\W_]+\*?", word))
        if word.startswith("*"):
            parts.append((word.strip("*"), concept))
        elif len(pattern) > 1:
            phrases.setdefault(pattern[0], []).append((pattern, concept))
        elif word.endswith("*"):
            beginnings[word[:-1]] = concept
        else:
            words[word] = concept
    for listed in phrases.values():
        listed.sort(key=lambda one: -len(one[0]))
    return Vocabulary(words, beginnings, tuple(parts), phrases)
