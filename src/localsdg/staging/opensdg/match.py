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
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from localsdg.staging.opensdg.areas import plain
from localsdg.staging.opensdg.meta import Fields, stated_text
from localsdg.staging.opensdg.units import NOT_STATED, PERCENT

MATCHES_CSV = Path(__file__).parents[2] / "registry" / "local_matches.csv"
NEAR = 0.5
_STOP = frozenset(
    "the of and in by to for with on at from as or a an per that their who which total all is are "
    "de la el los las y en por con del al un una que se a su desglosada desglosado desglosadas segun "
    "les des du et par pour der die das und von im den mit nach disaggregated proportion percentage "
    "percent number proporcion porcentaje numero rate tasa sex age".split()
)
_LANGUAGE_WORDS = {
    "en": "the of and by with from below population people number",
    "es": "de los las y por con el la poblacion personas numero segun",
    "ca": "de les els i amb per la poblacio persones nombre que dels",
    "de": "der die das und von im anzahl anteil je pro nach",
    "fr": "des les du et par la le population nombre",
    "pt": "dos das e por com o a populacao numero",
}


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


def match_indicator(
    site_id: str,
    indicator_id: str,
    *,
    titles: dict[str, str],
    template_keys: bool,
    unit: str,
    fields: Fields,
    framework: Framework,
) -> Match:
    """Match one indicator; `titles` maps a language to the local title in it."""
    reviewed = reviewed_matches().get((site_id, indicator_id))
    if reviewed:
        # where the review takes a code away, the goal of the id is what is left of the claim
        code = reviewed["indicator_code"] or ".".join(indicator_id.split("-")[:1])
        return _complete(reviewed["match"], f"reviewed: {reviewed['reason']}", code)
    code, extended = official_code(indicator_id, framework)
    if code and not extended:
        fault = _title_fault(code, titles, template_keys, framework) or _unit_fault(code, unit, framework)
        reason = fault or "official code, title near, unit fits"
        return _complete("proxy" if fault else "official", reason, code)
    if code:
        return _complete("proxy", f"the id {indicator_id} extends {code}", code)
    return _by_metadata(indicator_id, fields, framework)


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
    one, two = _words(local), _words(official)
    if not one or not two:
        return 0.0
    shared = len(one & two)
    # a title of one word is near to anything that has the word: ask for two
    return shared / max(2, min(len(one), len(two)))


def language_of(title: str, stated: str = "und") -> str:
    """The language of a title by its small words; the stated one where they do not tell."""
    words = plain(title).split()
    score = {code: sum(word in small.split() for word in words) for code, small in _LANGUAGE_WORDS.items()}
    best = max(score.values(), default=0)
    leaders = [code for code, n in score.items() if n == best]
    if best < 1 or (len(leaders) > 1 and stated in leaders):
        return stated
    return leaders[0] if len(leaders) == 1 else stated


@cache
def reviewed_matches() -> dict[tuple[str, str], dict[str, str]]:
    """The reviewed table: (site, local indicator) -> its row."""
    with MATCHES_CSV.open(encoding="utf-8") as handle:
        return {(row["site_id"], row["local_indicator_id"]): row for row in csv.DictReader(handle)}


def _title_fault(code: str, titles: dict[str, str], template: bool, framework: Framework) -> str | None:
    if template:
        return None
    best, languages = None, []
    for stated, title in titles.items():
        language = language_of(title, stated)
        official = framework.titles.get((code, language))
        languages.append(language)
        if official:
            best = max(best or 0.0, similarity(title, official))
    if best is None:
        return f"no official title in {', '.join(sorted(set(languages))) or 'any language'} to compare with"
    return None if best >= NEAR else f"the title is another: {best:.2f} of the words are shared"


def _unit_fault(code: str, unit: str, framework: Framework) -> str | None:
    official = plain(framework.titles.get((code, "en"), ""))
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


def _by_metadata(indicator_id: str, fields: Fields, framework: Framework) -> Match:
    target = stated_text(fields.get("target_id")).lower().strip(".")
    target = ".".join(target.split(".")[:2])
    if target in framework.targets:
        reason = "local number; the metadata name the target"
        return Match("target", reason, None, target, target.split(".")[0])
    parts = indicator_id.split("-")
    under = ".".join(parts[:2]).lower()
    in_words = any(stated_text(fields.get(name)) for name in ("localsdg_target_in_words", "SDG_TARGET", "target_name"))
    if len(parts) >= 3 and under in framework.targets and in_words:
        return Match(
            "target", "local number under a target that the metadata name in words", None, under, under.split(".")[0]
        )
    for name in ("sdg_goal", "goal_number"):
        found = re.match(r"\d{1,2}", stated_text(fields.get(name)))
        if found and str(int(found[0])) in framework.goals:
            reason = f"local number; the metadata name the goal ({name})"
            return Match("goal", reason, None, None, str(int(found[0])))
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
    words = re.findall(r"[a-z]{2,}|\d+", plain(text))
    return frozenset(word.rstrip("s") for word in words if word not in _STOP)
