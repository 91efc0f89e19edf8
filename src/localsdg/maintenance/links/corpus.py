"""Labelled texts: what a model learns from and is judged on.

Three kinds: the files of a labelled folder (never in the project), the
project's own lists (terms of each target, texts about nothing of the Agenda),
and a user's file. Each example says which goals it is about, which it is not,
and whether somebody looked at all goals (`is_closed`).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from localsdg.common.csv_files import read_rows
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.registry.sdg_codes import Declared, parse_declared

HERE = Path(__file__).parent
#: goal_code, target_code, language, term: our own words for every target.
TERMS_CSV = HERE / "terms.csv"
#: goal_code, language, words: the words of sample passages that we wrote on each goal, in alphabetical
#: order. The passages themselves made up their cases and numbers, so they are not kept.
VOCABULARY_CSV = HERE / "vocabulary.csv"
#: language, text: our own texts that have nothing to do with the Agenda.
UNRELATED_CSV = HERE / "unrelated.csv"
#: The same names in more languages, beside the labelled folder, in a site that shows them.
_MORE_NAMES = Path("local/opensdg/canarias-istac/translations")
#: Languages that a model is trained in.
LEARNED_LANGUAGES = ("en", "es", "de")
_YES, _NO = frozenset({"true", "yes", "1", "accepted"}), frozenset({"false", "no", "0", "refused"})


@dataclass(frozen=True)
class LabelledSource:
    """Where labelled texts come from, and on which terms."""

    name: str
    title: str
    licence: str
    #: A model trained on these alone may be given on without a doubt about its licence.
    is_free: bool = False


SOURCES = {
    one.name: one
    for one in (
        LabelledSource("terms", "Terms of each target, written for this project", "MIT", True),
        LabelledSource(
            "vocabulary", "Words of sample report prose on each goal, written for this project", "MIT", True
        ),
        LabelledSource("unrelated", "Texts about nothing of the Agenda, written for this project", "MIT", True),
        LabelledSource(
            "official_names", "Official names of goals, targets and indicators (Open SDG translations)", "MIT", True
        ),
        LabelledSource("expert_en", "English paragraphs with a goal, accepted or refused by experts", "MIT", True),
        LabelledSource(
            "goal_labels_es",
            "Spanish paragraphs with one goal each (a translation of the OSDG dataset)",
            "none stated; the original is CC BY 4.0",
        ),
        LabelledSource("policy_actions", "Measures of national climate plans with goal and target", "none stated"),
        LabelledSource(
            "local_targets",
            "Local targets of Barcelona with the UN target of their indicator, strategic goals of Ingolstadt",
            "none stated; the sites' data are open",
        ),
        LabelledSource("local_projects_de", "Local projects in German, with the goals they serve", "none stated"),
        LabelledSource(
            "un_partnerships_2018", "Partnerships registered with the UN, with the goals they declare", "none stated"
        ),
        LabelledSource(
            "un_ocean_commitments_2026", "Ocean commitments registered with the UN, with their goals", "none stated"
        ),
        LabelledSource("los_angeles_vlr_2021", "Activities in a city's review, with the goal of each", "none stated"),
        LabelledSource("decided", "Links that people accepted or refused", "the user's own"),
        LabelledSource("user", "Labelled records of the user", "the user's own"),
    )
}


@dataclass(frozen=True)
class Example:
    """One text and what it is about; codes are those of the Agenda."""

    text: str
    language: str
    source: str
    goals: frozenset[str] = frozenset()
    #: Goals and targets that it is not about.
    refused: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    #: True: the goals named are all there are, a link to another is wrong. False: nobody judged the others.
    is_closed: bool = True
    #: Texts of one group are learned from or judged on together (a country's plan, one project in two registers).
    group: str = ""
    #: Words without case and accents: two examples with one key are one text.
    key: str = field(default="", compare=False)


def text_key(text: str) -> str:
    """Letters and digits alone, without case, accents and tags: equal for texts of the same words."""
    plain = re.sub(r"<[^>]{0,200}>", " ", text)
    bare = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    return re.sub(r"[\W_]+", " ", bare.casefold()).strip()


def own_lists() -> list[Example]:
    """The project's own terms and unrelated texts."""
    found = [
        Example(
            row["term"],
            row["language"],
            "terms",
            frozenset([row["goal_code"]]),
            targets=frozenset(filter(None, [row["target_code"]])),
        )
        for row in _rows(TERMS_CSV)
    ]
    found += [
        Example(row["words"], row["language"], "vocabulary", frozenset([row["goal_code"]]))
        for row in _rows(VOCABULARY_CSV)
    ]
    found += [Example(row["text"], row["language"], "unrelated") for row in _rows(UNRELATED_CSV)]
    return found


def labelled_folder(folder: Path) -> list[Example]:
    """All labelled texts of a folder, in the languages that are learned.

    Raises `UsageError` when none of the known files is there.
    """
    readers = {
        "official_names": _official_names,
        "expert_goal_labels_en.csv": _expert,
        "goal_labels_es.csv": _spanish,
        "policy_actions_goal_target_en.csv": _policy,
        "local_targets_and_goals.csv": _local_targets,
        "local_projects_goal_de.csv": _projects,
    }
    present = [name for name in readers if (folder / name).exists()]
    if not present:
        raise UsageError("no labelled texts", where=folder, expected=", ".join(readers))
    return [one for name in present for one in readers[name](folder / name)]


def labelled_file(path: Path) -> list[Example]:
    """A user's CSV: `text`, `codes` (as `1.3; 11`), `language` (en, es or de), and optionally `label`.

    `label` false says that the text is not about the codes; of the others it
    says nothing then. Raises `UsageError` with the line at fault.
    """
    rows = _rows(path)
    if not rows or not {"text", "codes"} <= set(rows[0]):
        raise UsageError(
            "not labelled records",
            where=path,
            expected="columns text, codes, language [, label]",
            got=", ".join(rows[0]) if rows else "no rows",
        )
    found = []
    for line, row in enumerate(rows, 2):
        named, faults = parse_declared(row["codes"] or "")
        if faults or not named or not (row["text"] or "").strip():
            no_text = "no text" if named else "no codes"
            raise UsageError(
                "a record that cannot be learned from",
                where=f"{path}, line {line}",
                expected="a text, and codes of goals, targets or indicators",
                got=", ".join(faults) or no_text,
            )
        language = (row.get("language") or "").strip().lower()
        if language not in LEARNED_LANGUAGES:
            raise UsageError(
                "a record in no language that is learned",
                where=f"{path}, line {line}",
                expected=" or ".join(LEARNED_LANGUAGES),
                got=language or "no language",
                next_step="take these records out, or state their language",
            )
        found.append(_labelled(row["text"], language, "user", named, _says(row, path, line)))
    return found


def decided(rows: list[dict], language_of) -> list[Example]:
    """Manual reviews (rows of `warehouse.decisions.decided_texts`), as examples.

    `language_of` tells the language of a text whose record states none.
    """
    found = []
    for row in rows:
        one = Declared(row["goal_code"], row["target_code"])
        language = row["language"] or language_of(row["text"])
        if language in LEARNED_LANGUAGES:
            found.append(_labelled(row["text"], language, "decided", [one], row["label"]))
    return found


def free(examples: list[Example]) -> list[Example]:
    """Those whose licence allows anything."""
    return [example for example in examples if SOURCES[example.source].is_free]


def _labelled(text: str, language: str, source: str, named: list[Declared], is_right: bool) -> Example:
    """A refused target says nothing of its goal; an accepted one is about its goal too."""
    if not is_right:
        refused = frozenset(one.target_code or one.goal_code for one in named)
        return Example(text, language, source, refused=refused, is_closed=False)
    targets = frozenset(one.target_code for one in named if one.target_code)
    goals = frozenset(one.goal_code for one in named)
    return Example(text, language, source, goals, targets=targets, is_closed=source != "decided")


def _says(row: dict[str, str], path: Path, line: int) -> bool:
    """The label of a record: true where there is none."""
    said = (row.get("label") or "true").strip().lower()
    if said in _YES or said in _NO:
        return said in _YES
    raise UsageError("a label that is none", where=f"{path}, line {line}", expected="true or false", got=said)


def merged(examples: list[Example]) -> list[Example]:
    """One example a text: the same words in one language and source are one, with all their labels.

    In an order of its own, whatever the order given. Other languages are left out.
    """
    found: dict[tuple[str, str, str], Example] = {}
    for example in examples:
        key = text_key(example.text)
        if not key or example.language not in LEARNED_LANGUAGES:
            continue
        place = (example.language, example.source, key)
        other = found.get(place)
        found[place] = Example(
            min(other.text, example.text) if other else example.text,
            example.language,
            example.source,
            example.goals | other.goals if other else example.goals,
            example.refused | other.refused if other else example.refused,
            example.targets | other.targets if other else example.targets,
            example.is_closed and (other.is_closed if other else True),
            # of two groups the first by name
            min(filter(None, (other.group, example.group)), default="") if other else example.group,
            key,
        )
    return [found[place] for place in sorted(found)]


def data_facts(examples: list[Example], languages: tuple[str, ...] = LEARNED_LANGUAGES) -> list[dict]:
    """One row a source in use: its title, licence, whether it is free, and its texts by language."""
    found = []
    for source in SOURCES.values():
        texts = {
            language: sum(example.source == source.name and example.language == language for example in examples)
            for language in languages
        }
        if any(texts.values()):
            found.append(
                {
                    "source": source.name,
                    "title": source.title,
                    "licence": source.licence,
                    "is_free": source.is_free,
                    "texts": texts,
                }
            )
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        return read_rows(path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LocalsdgError("cannot read the labelled texts", where=path, got=error) from error


def _expert(path: Path) -> list[Example]:
    """The experts judged one goal of each text; of the other sixteen they said nothing."""
    return [
        Example(row["text"], "en", "expert_en", frozenset([row["sdg"]]), is_closed=False)
        if row["label"] == "True"
        else Example(row["text"], "en", "expert_en", refused=frozenset([row["sdg"]]), is_closed=False)
        for row in _rows(path)
    ]


def _spanish(path: Path) -> list[Example]:
    return [Example(row["textos"], "es", "goal_labels_es", frozenset([row["ODS"]])) for row in _rows(path)]


def _policy(path: Path) -> list[Example]:
    found = []
    for row in _rows(path):
        goal = re.match(r"Goal (\d+)", row["goal"])
        if goal:
            found.append(
                Example(
                    row["ndc_text"],
                    "en",
                    "policy_actions",
                    frozenset([goal[1]]),
                    targets=frozenset([row["target"]]),
                    group=f"policy_actions:{row['country'].strip()}",
                )
            )
    return found


def _local_targets(path: Path) -> list[Example]:
    return [
        Example(
            row["text"] or row["title"],
            row["language"],
            "local_targets",
            frozenset([row["sdg_goal"]]),
            targets=frozenset(filter(None, [row["sdg_target"]])),
            group=f"local_targets:{row['indicator_id']}",
        )
        for row in _rows(path)
        if row["record_kind"] in ("local target", "strategy goal")
    ]


def _projects(path: Path) -> list[Example]:
    found = []
    for row in _rows(path):
        goals = frozenset(one.goal_code for one in parse_declared(row["sdgs"])[0])
        if goals:
            text = f"{row['name']}. {row['description']}"
            found.append(Example(text, "de", "local_projects_de", goals, group=f"record:{text_key(row['name'])}"))
    return found


def _official_names(folder: Path) -> list[Example]:
    found = []
    for language in LEARNED_LANGUAGES:
        own = folder / language
        if not own.exists():
            own = folder.parents[1] / _MORE_NAMES / language
        for path in sorted(own.glob("global_*.yml")):
            for name, text in yaml.safe_load(path.read_text(encoding="utf-8")).items():
                code = re.fullmatch(r"(\d+)(?:-(\w+))?(?:-\w+)?-(?:title|short)", str(name))
                if code:
                    targets = [f"{code[1]}.{code[2]}"] if code[2] else []
                    found.append(
                        Example(str(text), language, "official_names", frozenset([code[1]]), targets=frozenset(targets))
                    )
    return found
