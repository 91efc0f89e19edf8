"""Local indicator -> the UN framework: official, proxy, target, goal or none.

The rules, in order:

1. A row of `registry/local_matches.csv` (reviewed by hand) is final.
2. The id is an official code, or extends one (`1-2-1-a`, `1-2-1-SERIE-A`): a claim by the site.
   - `official` when a title is near the official one (or is it, word for word, in any
     language) and the unit does not contradict;
   - `official, title not compared` when nothing contradicts, and nothing could be
     compared: no official title in a language of the site's and too few of the words known,
     while the unit is stated and of the official kind;
     or no title but the template's own, by its key, over rows that speak of nothing else;
   - else `proxy`, with the reason.
3. Else the id is a local number. `target` that the metadata name
   (`target_id`; or a target in words beside a number under it), else `goal`, else `none`.

A title is compared in its own language first, and by the concepts that languages share
(`title_match`). A unit that nobody states contradicts nothing where the title is near.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from localsdg.common.clean_text import comparable
from localsdg.registry.language import language_of_title
from localsdg.registry.local_words import word_set
from localsdg.registry.official_titles import official_titles, short_titles
from localsdg.staging.local.measure_kind import is_unit_of, unit_fault
from localsdg.staging.local.title_match import Nearness, TitleIndex, is_understood
from localsdg.staging.local.title_words import title_key, title_keys, tokens
from localsdg.staging.local.units import NOT_STATED

MATCHES_CSV = Path(__file__).parents[2] / "registry" / "local_matches.csv"
OFFICIAL = "official"
NOT_COMPARED = "official, title not compared"
UNDER_FIVE = "!underfive"
#: Below this no text of the rows speaks of the indicator.
SPEAKS_OF_IT = 0.45
#: Of the texts of a column under the template's title, this share has a word of the official title.
BREAKS_DOWN = 0.25
#: Fewer texts of a column show nothing.
FEWEST_TEXTS = 4
#: From here a title is the official one's own words, which the template gives to every site.
VERBATIM = 0.95
#: Two titles that share so much of the shorter one's words are of one subject.
NEAR = 0.5


@dataclass(frozen=True)
class Framework:
    """The official list: codes with their titles by language.

    `titles` maps (code, language) to the title; `targets` and `goals` are codes.
    """

    codes: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset(str(n) for n in range(1, 18))
    titles: dict[tuple[str, str], str] = field(default_factory=dict)

    #: English names of the UN series of a code, and short names that publishers use.
    series: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    #: Official titles that another edition of the list words in another way: (code, title).
    editions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_rows(
        cls, rows: list[tuple], series: list[tuple] | None = None, *, with_registry: bool = False
    ) -> Framework:
        """From (indicator_code, target_code, goal_code, title[, language]) rows.

        `series` holds (indicator_code, description) of the UN's series. `with_registry`
        adds the official titles in further languages and the short names of the codes listed.
        """
        codes = frozenset(row[0] for row in rows)
        titles = {(row[0], row[4] if len(row) > 4 else "en"): row[3] for row in rows if row[3]}
        names: dict[str, list[str]] = {}
        of_series: dict[str, list[str]] = {}
        for code, description in series or []:
            of_series.setdefault(code, []).append(re.sub(r"\s*\([^()]*\)\s*$", "", description))
        if with_registry:
            for language, by_code in official_titles().items():
                titles |= {(code, language): title for code, title in by_code.items() if code in codes}
            for code, short in short_titles():
                names.setdefault(code, []).append(short)
        editions = tuple((row[0], row[3]) for row in rows if row[3] and row[3] not in titles.values())
        targets = frozenset(row[1] for row in rows if row[1])
        return cls(codes, targets, titles=titles, series=of_series, names=names, editions=editions)

    @cached_property
    def codes_of_title(self) -> dict[str, frozenset[str]]:
        """Key of an official title (`title_keys`), in any language, -> the codes that have it."""
        found: dict[str, set[str]] = {}
        for code, title in (*((code, title) for (code, _), title in self.titles.items()), *self.editions):
            for key in title_keys(title):
                found.setdefault(key, set()).add(code)
        return {key: frozenset(codes) for key, codes in found.items()}

    @cached_property
    def index(self) -> TitleIndex:
        """The titles by language, reduced to what is compared."""
        texts: dict[str, dict[str, list[str]]] = {}
        for (code, language), title in self.titles.items():
            texts.setdefault(language, {})[code] = [title]
        english = texts.setdefault("en", {})
        for code in sorted(self.codes):
            title = self.titles.get((code, "en"), "")
            # a series is of the indicator's children, whether its name says so or not
            of_whom = " (under five)" if UNDER_FIVE in tokens(title) else ""
            several = [name + of_whom for name in self.series.get(code, [])] + self.names.get(code, [])
            if several:
                english.setdefault(code, []).extend(several)
        return TitleIndex(texts)


@dataclass(frozen=True)
class Match:
    """The match of one local indicator; codes below the class are null."""

    match: str
    reason: str
    indicator_code: str | None = None
    target_code: str | None = None
    goal_code: str | None = None


@dataclass(frozen=True)
class Claim:
    """What a local indicator says of itself: id, titles by language, unit, and the target and goals it names.

    `has_template_title` says that the publisher kept the official title by its
    translation key. `goals` maps a field of the metadata to the goal in it.
    """

    site_id: str
    indicator_id: str
    titles: Mapping[str, str] = field(default_factory=dict)
    has_template_title: bool = False
    unit: str = NOT_STATED
    target: str = ""
    is_target_in_words: bool = False
    goals: Mapping[str, str] = field(default_factory=dict)
    #: Units that the rows state, and texts of their columns that name what is measured.
    row_units: tuple[str, ...] = ()
    row_texts: tuple[str, ...] = ()
    #: Other columns of the rows, with their texts, but for groups of people and places.
    row_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_rows: bool = True


def match_indicator(claim: Claim, framework: Framework) -> Match:
    """Match one indicator, by the rules above."""
    reviewed = reviewed_matches().get((claim.site_id, claim.indicator_id))
    if reviewed:
        # where the review takes a code away, the goal of the id is what is left of the claim
        code = reviewed["indicator_code"] or ".".join(claim.indicator_id.split("-")[:1])
        return _complete(reviewed["match"], f"reviewed: {reviewed['reason']}", code)
    official, is_extended = official_code(claim.indicator_id, framework)
    if official:
        match, reason = _by_title(official, claim, framework)
        if is_extended:
            # a suffix is the site's own: what could not be compared is no claim to be the indicator
            match = "proxy" if match == NOT_COMPARED else match
            reason = f"the id {claim.indicator_id} extends {official}; {reason}"
        return _complete(match, reason, official)
    return _by_metadata(claim, framework)


def official_code(indicator_id: str, framework: Framework) -> tuple[str | None, bool]:
    """The official code that an id is or extends, and whether it extends it."""
    parts = indicator_id.split("-")
    for width in range(len(parts), 2, -1):
        code = ".".join(parts[:width])
        if width == 3 and code.lower() in framework.codes:
            return code.lower(), width < len(parts)
    if len(parts) >= 3 and (stem := re.fullmatch(r"(\d+)[a-z]", parts[2])):
        code = ".".join([*parts[:2], stem[1]]).lower()
        if code in framework.codes:
            return code, True
    return None, False


def similarity(one: str, other: str) -> float:
    """Shared content words of two titles in one language over those of the shorter one, 0 to 1."""
    words, others = _words(one), _words(other)
    if not words or not others:
        return 0.0
    # a title of one word is near to anything that has the word: ask for two
    return len(words & others) / max(2, min(len(words), len(others)))


def _words(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z]{2,}|\d+", comparable(text))
    return frozenset(word.rstrip("s") for word in words if word not in word_set("title stop word"))


@cache
def reviewed_matches() -> dict[tuple[str, str], dict[str, str]]:
    """The reviewed table: (site, local indicator) -> its row."""
    with MATCHES_CSV.open(encoding="utf-8") as handle:
        return {(row["site_id"], row["local_indicator_id"]): row for row in csv.DictReader(handle)}


def _by_title(code: str, claim: Claim, framework: Framework) -> tuple[str, str]:
    """Match and reason of a claim to an official code."""
    titles = [title for title in claim.titles.values() if tokens(title)]
    units = claim.row_units or (claim.unit,)
    is_same = any(code in framework.codes_of_title.get(key, ()) for title in titles for key in title_keys(title))
    # `Number of … per 100,000` begins as a count does: the official title is of its own kind
    fault = unit_fault(framework.titles.get((code, "en"), ""), units, () if is_same else titles)
    if fault:
        return "proxy", fault
    fit = "no unit is stated" if all(unit == NOT_STATED for unit in units) else "unit fits"
    if not claim.has_rows and claim.unit == NOT_STATED:
        return "proxy", "no rows and no unit that show what is measured"
    best, language, title = _nearest(code, claim, framework)
    is_template = claim.has_template_title or not titles
    if (is_template or is_same or best.score >= VERBATIM) and (other := _other_subject(code, claim, framework)):
        return "proxy", other
    if is_template and (not titles or is_same or best.is_near):
        return NOT_COMPARED, f"official code, no title of its own, {fit}"
    if is_same:
        return OFFICIAL, f"official code and official title, {fit}"
    if other := _official_of_another(titles, framework):
        return "proxy", f"the title is the official one of {other}"
    if best.is_near:
        nearer = framework.index.nearer_code(title, language, code, best)
        if nearer is None:
            return OFFICIAL, f"official code, title near, {fit}"
        return "proxy", f"the title is nearer to that of {nearer}"
    if languages := _not_compared(claim, framework):
        reason = f"no official title in {languages} to compare with"
        if is_unit_of(framework.titles.get((code, "en"), ""), units):
            return NOT_COMPARED, f"official code, {reason}, {fit}"
        return "proxy", f"{reason}, and no unit that shows the official measure"
    if best.conflicts and best.score:
        named = ", ".join(sorted(word.strip("!") for word in best.conflicts))
        return "proxy", f"the title is of another measure: {named}"
    return "proxy", f"the title is another: {best.score:.2f} of 1 near"


def _nearest(code: str, claim: Claim, framework: Framework) -> tuple[Nearness, str, str]:
    """The nearest of a claim's titles, with the language that it was compared in."""
    compared = [
        (framework.index.nearness(title, language, code), language, title)
        for stated, title in claim.titles.items()
        for language in _languages(title, stated, framework)
        if framework.index.has(code, language)
    ]
    return max(compared, key=lambda one: one[0].rank, default=(Nearness(), "", ""))


def _languages(title: str, stated: str, framework: Framework) -> list[str]:
    """The languages to compare a title in: its own, and English for the concepts."""
    return list(dict.fromkeys((*_own_languages(title, stated, framework), "en")))


def _own_languages(title: str, stated: str, framework: Framework) -> tuple[str, ...]:
    """The language that a title's words show and the stated one; any with its letters where neither is known."""
    own = language_of_title(title, stated)
    return framework.index.languages_with_letters(title) if own == "und" else (own, stated)


def _not_compared(claim: Claim, framework: Framework) -> str:
    """The languages of titles of which none could be compared; empty where one could."""
    languages: set[str] = set()
    for stated, title in claim.titles.items():
        own = language_of_title(title, stated)
        likely = framework.index.languages_with_letters(title) if own == "und" else (own,)
        if is_understood(title) or any(map(framework.index.knows, likely)):
            return ""
        languages.add("the language of the title" if own == "und" else own)
    return ", ".join(sorted(languages))


def _official_of_another(titles: list[str], framework: Framework) -> str:
    """The codes whose official title one of the titles is, word for word."""
    codes = (framework.codes_of_title.get(title_key(title), frozenset()) for title in titles)
    return " and ".join(sorted(next(filter(None, codes), ())))


def _other_subject(code: str, claim: Claim, framework: Framework) -> str | None:
    """Why rows under an official title are of another subject; None where nothing in them says so.

    What a column names the measure must be near to the official title; of the texts of the
    other columns so many must share a word with it as a breakdown of the indicator has.
    """
    named = [text for text in claim.row_texts if len(tokens(text)) > 1]
    index = framework.index
    scores = [index.nearness(text, language, code) for text in named for language in index.languages_like(text)]
    if scores and not any(one.is_near or (one.score >= SPEAKS_OF_IT and not one.conflicts) for one in scores):
        return f"the title is the template's; the rows are of {named[0][:60]!r}"
    official = index.words(code)
    for header, texts in claim.row_groups.items():
        known = [words for text in texts if (words := tokens(text))]
        if len(known) < FEWEST_TEXTS or tokens(header) & official:
            continue
        if sum(bool(words & official) for words in known) < BREAKS_DOWN * len(known):
            return f"the title is the template's; the rows are by {header[:40]!r}: {texts[0][:40]!r} …"
    return None


def _by_metadata(claim: Claim, framework: Framework) -> Match:
    target = ".".join(claim.target.lower().strip(".").split(".")[:2])
    if target in framework.targets:
        reason = "local number; the metadata name the target"
        return Match("target", reason, None, target, target.split(".")[0])
    parts = claim.indicator_id.split("-")
    under = ".".join(parts[:2]).lower()
    if len(parts) >= 3 and under in framework.targets and claim.is_target_in_words:
        reason = "local number under a target that the metadata name in words"
        return Match("target", reason, None, under, under.split(".")[0])
    for name, text in claim.goals.items():
        number = re.match(r"\d{1,2}", text)
        if number and str(int(number[0])) in framework.goals:
            return Match("goal", f"local number; the metadata name the goal ({name})", None, None, str(int(number[0])))
    return Match("none", "no official code, target or goal is named")


def _complete(match: str, reason: str, code: str | None) -> Match:
    if not code:
        return Match(match, reason)
    parts = code.split(".")
    return Match(
        match,
        reason,
        code if match in (OFFICIAL, NOT_COMPARED, "proxy") else None,
        ".".join(parts[:2]) if len(parts) > 1 else None,
        parts[0],
    )
