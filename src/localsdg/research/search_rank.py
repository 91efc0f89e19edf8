"""Ranks the documents of the index for a query.

The score of a document is the sum, over the words of the query, of its BM25 (columns weighted, the
nearest form of the word alone), times the share of the words that it has, times what its kind counts.
Codes and names of places that are written in full come first. A breakdown that is asked for (`by sex`)
favours what has it.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field

from localsdg.common.close_matches import close_matches
from localsdg.research.search_index import FIELDS
from localsdg.research.search_text import Term, name_key, query_terms

#: Kinds that hold all areas: a place in the query is no word that they lack.
_OF_ALL_AREAS = frozenset({"series", "indicator", "target", "goal", "metric", "figure"})
#: Added for a code of its own, a code of what it belongs to, the whole query as a name, a name within it.
_OWN_CODE, _OTHER_CODE, _WHOLE_NAME, _PART_NAME = 200.0, 60.0, 120.0, 8.0
#: How far a word counts that most titles have.
_WEAK = 0.3
#: What a breakdown that is asked for weighs beside a word of the subject.
_BREAKDOWN = 0.5
#: Power of the share of words that a document has: two of three words are worth much less than three.
_POWER = 2.0
#: Times the score, where a breakdown that is asked for is there; and where the query is the title.
_BY, _IS_TITLE = 1.6, 1.5
#: A word that fewer titles have may be a slip for one that so many times more have.
_RARE, _TIMES = 3, 30
_LIKENESS = 0.78
_LONGEST_NAME = 5
_GOAL = re.compile(r"\b(?:sdgs?|ods|odd|goal|objetivo|objectif|objectivo|ziel)\s*(\d{1,2})\b", re.IGNORECASE)
_DIMENSIONS = frozenset({"c0sex", "c0age", "c0location", "c0educationlevel", "c0quantile"})


@dataclass
class Ranking:
    """Document number -> score, the words that each has, and what the query was taken for.

    `corrected` are words that were taken for another, `unknown` those that nothing has.
    """

    scores: dict[int, float] = field(default_factory=dict)
    words: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    terms: list[Term] = field(default_factory=list)
    area_code: str = ""
    corrected: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    nearest: list[str] = field(default_factory=list)


def rank(con: sqlite3.Connection, text: str) -> Ranking:
    """The ranking of all documents that have a word, a code or a name of the query."""
    codes, rest = _by_code(con, text)
    ranking = Ranking(terms=query_terms(rest) if rest else [])
    names, placed, ranking.area_code = _by_name(con, text)
    found = {term.word: _found(con, term) for term in ranking.terms}
    for place, term in enumerate(ranking.terms):
        if _may_be_a_slip(con, found[term.word], term) and term.word not in placed and not codes:
            ranking.terms[place] = _corrected(con, term, ranking, found)
    _add_up(con, ranking, found, placed)
    for number, score in [*codes.items(), *names.items()]:
        ranking.scores[number] = ranking.scores.get(number, 0.0) + score
    return ranking


def _add_up(con: sqlite3.Connection, ranking: Ranking, found: dict[str, dict[int, float]], placed: set[str]) -> None:
    terms = list({term.word: term for term in ranking.terms}.values())
    sums: dict[int, float] = defaultdict(float)
    for term in terms:
        for number, score in found.get(term.word, {}).items():
            sums[number] += score * _weight(term)
            ranking.words[number].add(term.word)
    whole = {term.word: _weight(term) for term in terms if found.get(term.word)}
    asked_by = {one for term in terms for one in term.concepts & _DIMENSIONS}
    n_own = sum(1 for term in terms if not term.concepts & _DIMENSIONS)
    facts = con.execute("select id, kind, prior, breakdowns, n_words from document")
    for number, kind, prior, breakdowns, n_words in facts:
        if number not in sums:
            continue
        has = ranking.words[number]
        needed = {w: v for w, v in whole.items() if not (kind in _OF_ALL_AREAS and w in placed and w not in has)}
        share = sum(v for w, v in needed.items() if w in has) / (sum(needed.values()) or 1)
        score = sums[number] * share**_POWER * prior
        if asked_by & set(breakdowns.split()) and (not n_own or share > 0.5):
            score *= _BY
        if n_words and share == 1 and n_words <= len(has):
            score *= _IS_TITLE
        ranking.scores[number] = score


def _weight(term: Term) -> float:
    return _BREAKDOWN if term.concepts & _DIMENSIONS else _WEAK if term.is_weak else 1.0


def _found(con: sqlite3.Connection, term: Term) -> dict[int, float]:
    """Document number -> BM25 of the nearest form of a word."""
    best: dict[int, float] = {}
    for form, weight in term.forms:
        phrase = f'"{form[:-1]}"*' if form.endswith("*") else f'"{form}"'
        sums: dict[int, float] = defaultdict(float)
        for name, counts in FIELDS.items():
            # the names of the tables are constants, the phrase is letters and digits of a folded word
            for number, score in con.execute(f"select rowid, -bm25({name}) from {name} where text match ?", [phrase]):
                sums[number] += weight * counts * score
        for number, score in sums.items():
            best[number] = max(best.get(number, 0.0), score)
    return best


def _by_code(con: sqlite3.Connection, text: str) -> tuple[dict[int, float], str]:
    """Scores of what the query names by a code (`1.1.1`, `SI_POV_DAY1`, `ODS 5`, `KEN`), and the rest of the query."""
    words = text.split()
    codes = {word: word.strip(".,;:()'\"").upper() for word in words if _is_code(word, len(words))}
    scores: dict[int, float] = {}
    for word, code in codes.items():
        known = con.execute("select document, is_own from code where code = ?", [code]).fetchall()
        if not known and "_" in code:
            sql = "select document, false from code where is_own and code >= ? and code < ?"
            known = con.execute(sql, [code, code + "\uffff"]).fetchall()
        for number, is_own in known:
            scores[number] = max(scores.get(number, 0.0), _OWN_CODE if is_own else _OTHER_CODE)
        if known and not word.isalpha():
            words.remove(word)
    for goal in _GOAL.findall(text):
        sql = "select c.document from code c join document d on d.id = c.document where c.code = ? and d.kind = 'goal'"
        scores |= dict.fromkeys([number for (number,) in con.execute(sql, [str(int(goal))])], _OWN_CODE)
    return scores, _GOAL.sub(" ", " ".join(words)).strip()


def _is_code(word: str, n_words: int) -> bool:
    """A single word may be any code; among others it has a digit or `_`, or is in capitals as ISO codes are."""
    if n_words == 1:
        return True
    return bool(re.search(r"_|^\d+[.\-]\w+$|^\d+[.\-]\w+[.\-]\w+$|[A-Za-z]\d", word)) or (
        len(word) == 3 and word.isupper() and word != "AND"
    )


def _by_name(con: sqlite3.Connection, text: str) -> tuple[dict[int, float], set[str], str]:
    """Scores of the places that the query names, the words of areas' names, and the code of the only area."""
    words = name_key(text).split()
    scores: dict[int, float] = {}
    placed: set[str] = set()
    areas: dict[int, str] = {}
    sql = "select n.document, d.kind, d.key from name n join document d on d.id = n.document where n.name = ?"
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            span = words[start : start + length]
            if length < len(words) and (placed & set(span) or len(" ".join(span)) < 4):
                continue
            for number, kind, key in con.execute(sql, [" ".join(span)]):
                scores[number] = _WHOLE_NAME if length == len(words) else _PART_NAME * length
                if kind == "area":
                    areas[number] = key
                    placed.update(span)
    return scores, placed, next(iter(areas.values())) if len(areas) == 1 else ""


def _may_be_a_slip(con: sqlite3.Connection, found: dict[int, float], term: Term) -> bool:
    return not term.concepts and len(term.word) > 3 and len(found) < _RARE


def _corrected(con: sqlite3.Connection, term: Term, ranking: Ranking, found: dict) -> Term:
    """The nearest word that titles have, in the place of one that hardly any has; else the word itself."""
    near = _near_words(con, term.word)
    n_own = len(found[term.word])
    for word, n in near:
        other = next(iter(query_terms(word)), None)
        if other and (not n_own or n >= _TIMES * n_own):
            ranking.corrected[term.word] = word
            found[other.word] = {**_found(con, other)}
            return other
    if not n_own:
        ranking.unknown.append(term.word)
        ranking.nearest += [word for word, _ in near]
    return term


def _near_words(con: sqlite3.Connection, word: str) -> list[tuple[str, int]]:
    """The words of titles that are spelled like a word, those of more titles first among equals."""
    rows = con.execute(
        "select word, n from word where length(word) between ? and ? and word <> ?",
        [len(word) - 2, len(word) + 2, word],
    )
    counts = {other: n for other, n in rows if len(set(other) & set(word)) >= len(set(word)) - 2}
    likest = close_matches(word, counts, most=5, likeness=_LIKENESS)
    return sorted(((one, counts[one]) for one in likest), key=lambda pair: -pair[1])
