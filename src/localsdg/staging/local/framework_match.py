"""Local indicator -> the UN framework: official, proxy, target, goal or none.

The rules, in order:

1. A row of `registry/local_matches.csv` (reviewed by hand) is final.
2. The id is an official code: a claim by the site. `official` when the local
   title is near the official one (or is the template's own, by key), and the unit
   fits; else `proxy`, with the reason.
3. The id extends an official code (`1-2-1-a`, `1-2-1-SERIE-A`): `proxy` of its stem.
4. Else the id is a local number. `target` that the metadata name
   (`target_id`; or a target in words beside a number under it), else `goal`, else `none`.

Near: the share of the official title's content words that the local title has,
or the reverse, is a half or more, in the same language. Without an official
title in the language of the local one nothing can be compared: `proxy`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from localsdg.common.clean_text import comparable
from localsdg.registry.language import language_of_title
from localsdg.registry.local_words import word_set
from localsdg.staging.local.units import NOT_STATED, PERCENT

MATCHES_CSV = Path(__file__).parents[2] / "registry" / "local_matches.csv"
#: A local title that shares so much of its words with the official one is about the same.
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

    @classmethod
    def from_rows(cls, rows: list[tuple]) -> Framework:
        """From (indicator_code, target_code, goal_code, title[, language]) rows."""
        return cls(
            frozenset(row[0] for row in rows),
            frozenset(row[1] for row in rows if row[1]),
            titles={(row[0], row[4] if len(row) > 4 else "en"): row[3] for row in rows if row[3]},
        )


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


def match_indicator(claim: Claim, framework: Framework) -> Match:
    """Match one indicator, by the rules above."""
    reviewed = reviewed_matches().get((claim.site_id, claim.indicator_id))
    if reviewed:
        # where the review takes a code away, the goal of the id is what is left of the claim
        code = reviewed["indicator_code"] or ".".join(claim.indicator_id.split("-")[:1])
        return _complete(reviewed["match"], f"reviewed: {reviewed['reason']}", code)
    official, is_extended = official_code(claim.indicator_id, framework)
    if official and is_extended:
        return _complete("proxy", f"the id {claim.indicator_id} extends {official}", official)
    if official:
        fault = _title_fault(official, claim, framework) or _unit_fault(official, claim.unit, framework)
        reason = fault or "official code, title near, unit fits"
        return _complete("proxy" if fault else "official", reason, official)
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


def similarity(local: str, official: str) -> float:
    """Shared content words over the shorter of the two word lists, 0 to 1."""
    local_words, official_words = _words(local), _words(official)
    if not local_words or not official_words:
        return 0.0
    shared = len(local_words & official_words)
    # a title of one word is near to anything that has the word: ask for two
    return shared / max(2, min(len(local_words), len(official_words)))


@cache
def reviewed_matches() -> dict[tuple[str, str], dict[str, str]]:
    """The reviewed table: (site, local indicator) -> its row."""
    with MATCHES_CSV.open(encoding="utf-8") as handle:
        return {(row["site_id"], row["local_indicator_id"]): row for row in csv.DictReader(handle)}


def _title_fault(code: str, claim: Claim, framework: Framework) -> str | None:
    if claim.has_template_title:
        return None
    languages = {stated: language_of_title(title, stated) for stated, title in claim.titles.items()}
    scores = [
        similarity(claim.titles[stated], official)
        for stated, language in languages.items()
        if (official := framework.titles.get((code, language)))
    ]
    if not scores:
        named = ", ".join(sorted(set(languages.values()))) or "any language"
        return f"no official title in {named} to compare with"
    best = max(scores)
    return None if best >= NEAR else f"the title is another: {best:.2f} of the words are shared"


def _unit_fault(code: str, unit: str, framework: Framework) -> str | None:
    official = comparable(framework.titles.get((code, "en"), ""))
    if not official:
        return None
    if unit == NOT_STATED:
        return "no unit is stated"
    is_share = re.match(r"\(?a?\)?\s*(proportion|percentage)\b", official)
    if is_share and unit != PERCENT:
        return f"the unit {unit[:40]} is no share"
    if official.startswith("number of") and unit == PERCENT and "proportion" not in official:
        return "a share where the official indicator counts"
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
        code if match in ("official", "proxy") else None,
        ".".join(parts[:2]) if len(parts) > 1 else None,
        parts[0],
    )


def _words(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z]{2,}|\d+", comparable(text))
    return frozenset(word.rstrip("s") for word in words if word not in word_set("title stop word"))
