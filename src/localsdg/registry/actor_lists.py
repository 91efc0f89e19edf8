"""Reviewed lists from which kinds of actors are read, and how a name is compared with them.

`actor_phrases.csv` has phrases that tell a kind, by language: of those in a name the
lowest `place` decides. A star stands for any letters, a caret and a dollar sign for the
beginning and the end of the name. `actor_names.csv` has well-known bodies: `anywhere` in a name, or as the `whole` of
it. `stated_kinds.csv` has what registers call a kind, `actor_words.csv` headings,
roles and legal forms.
A phrase in capitals is an acronym: `WHO` is found, `who` is not.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PHRASES_CSV = HERE / "actor_phrases.csv"
NAMES_CSV = HERE / "actor_names.csv"
STATED_CSV = HERE / "stated_kinds.csv"
WORDS_CSV = HERE / "actor_words.csv"

#: Letters that Unicode does not take apart, and marks between words that have no ASCII form.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ı": "i", "ł": "l", "Ł": "L", "đ": "d", "æ": "ae", "œ": "oe"})
_LETTERS |= dict.fromkeys(map(ord, "’‘ʼ´·–—‑…“”„«»•"), " ")
_WORD = re.compile(r"[A-Za-z0-9]+")
_INNER = re.compile(r"(?<=\w)[^\W\d_a-zA-Z](?=\w)")
_BEGIN, _END = "^", "$"
#: The fewest letters before or after the star of a phrase.
_LEAST = 3
#: The most letters of an acronym.
_ACRONYM = 8
#: An acronym of so many letters is no common word in small letters either.
_LONG_ACRONYM = 6


def fold(text: str) -> str:
    """A text without accents, its case kept; letters that have no ASCII form are left out."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()


def words_of(text: str) -> list[str]:
    """The words of a text in ASCII letters and digits, their case kept."""
    return list(_words_of(text))


@lru_cache(maxsize=20_000)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


def key_of(text: str) -> str:
    """The form in which whole names and wordings are compared: words in lower case, single blanks."""
    return " ".join(words_of(text)).lower()


def spellings(phrase: str) -> set[str]:
    """A phrase without accents, and as files write it that lost its accented letters (`asociacin`)."""
    words = phrase.split()
    lost = [_INNER.sub("", word) for word in words]
    shortened = [word for word, before in zip(lost, words, strict=True) if word != before]
    found = {fold(phrase)}
    if shortened and min(map(len, shortened)) > _LEAST + 1:
        found.add(fold(" ".join(lost)))
    return found


@cache
def listed(path: Path) -> tuple[dict[str, str], ...]:
    """The rows of a reviewed list."""
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


@cache
def actor_words(use: str) -> frozenset[str]:
    """The words of one use as `key_of` writes them. Raises `KeyError` for a use that the list does not have."""
    words = frozenset(key_of(form) for row in listed(WORDS_CSV) if row["use"] == use for form in spellings(row["word"]))
    if not words:
        raise KeyError(f"actor_words.csv has no words for {use!r}")
    return words


@cache
def stated_wordings() -> dict[str, str]:
    """What registers call a kind -> actor kind."""
    return {key_of(form): row["actor_kind"] for row in listed(STATED_CSV) for form in spellings(row["wording"])}


@cache
def whole_names() -> dict[str, str]:
    """Well-known names as one word (`c40cities`) -> kind; acronyms in capitals."""
    return {joined_key(row["name"].strip("*")): row["actor_kind"] for row in listed(NAMES_CSV)}


def joined_key(name: str) -> str:
    """A whole name as one word: an acronym in capitals, all else in lower case."""
    return joined_words(words_of(name))


def joined_words(words: list[str]) -> str:
    """As `joined_key`, of words."""
    joined = "".join(words)
    return joined if joined.isupper() and len(joined) <= _ACRONYM else joined.lower()


class Hit(NamedTuple):
    """A phrase in a name: what it says, its rank, and the words from `start` to before `end`."""

    place: int
    kind: str
    start: int
    end: int


@dataclass
class _Node:
    """What may follow in a phrase, and what the phrase that ends here says."""

    following: dict[str, _Node] = field(default_factory=dict)
    says: tuple[int, str] | None = None


@cache
def _trie() -> tuple[_Node, frozenset[str], frozenset[str]]:
    """All phrases word by word; and the beginnings and endings that a star completes."""
    root = _Node()
    begins, finishes = set(), set()
    known = [
        (0, row["actor_kind"], name)
        for row in listed(NAMES_CSV)
        if row["part"] == "anywhere"
        for name in {row["name"], row["name"].lower() if len(row["name"]) >= _LONG_ACRONYM else row["name"]}
    ]
    phrases = [(int(row["place"]) + 1, row["actor_kind"], row["phrase"]) for row in listed(PHRASES_CSV)]
    for place, kind, phrase in known + phrases:
        for form in spellings(phrase):
            node = root
            for word in re.sub(r"[^A-Za-z0-9*$^]+", " ", form).split():
                node = node.following.setdefault(word, _Node())
                if word.endswith("*"):
                    begins.add(word)
                elif word.startswith("*"):
                    finishes.add(word)
            node.says = min(node.says or (place, kind), (place, kind))
    return root, frozenset(begins), frozenset(finishes)


@lru_cache(maxsize=100_000)
def _symbols(word: str) -> tuple[str, ...]:
    """What a word may be in a phrase: itself, an acronym, and its parts with a star."""
    _, begins, finishes = _trie()
    small = word.lower()
    found = [small] if word == small else [small, word]
    found += [star for at in range(1, len(small) + 1) if (star := small[:at] + "*") in begins]
    found += [star for at in range(len(small)) if (star := "*" + small[at:]) in finishes]
    return tuple(found)


@lru_cache(maxsize=100_000)
def _starts(word: str) -> tuple[_Node, ...]:
    """What phrases go on with that begin with a word."""
    following = _trie()[0].following
    return tuple(following[symbol] for symbol in _symbols(word) if symbol in following)


def find_phrases(words: list[str]) -> list[Hit]:
    """Every phrase of the lists in the words of a name; known bodies have place 0."""
    hits: list[Hit] = []
    last = len(words)
    anchored = _trie()[0].following.get(_BEGIN)
    for start, word in enumerate(words):
        open_nodes: Sequence[_Node] = _starts(word)
        if not start and anchored:
            open_nodes = [*open_nodes, *_following([anchored], word)]
        at = start + 1
        while open_nodes:
            for node in open_nodes:
                if node.says:
                    hits.append(Hit(*node.says, start, at))
                if at == last and (end := node.following.get(_END)) and end.says:
                    hits.append(Hit(*end.says, start, at))
            if at == last:
                break
            open_nodes = _following(open_nodes, words[at])
            at += 1
    return hits


def _following(nodes: Sequence[_Node], word: str) -> list[_Node]:
    return [
        node.following[symbol]
        for node in nodes
        if node.following
        for symbol in _symbols(word)
        if symbol in node.following
    ]
