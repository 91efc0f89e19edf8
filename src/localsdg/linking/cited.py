"""Citations of SDG elements in free text: `SDG 1.3`, `ODS 1, 2 y 3`, `Objectif 6`, `target 11.5`.

Precision before recall. Names of the Agenda (`SDG`, `ODS`, `ODD`, the full
names) speak for themselves. Bare words (`Goal 6`, `meta 11.5`) count only
when nothing around says that they are a plan's own, another frame's (MDGs,
Aichi), a quantity, a date or a score. Where in doubt there is no citation.

What a reader may miss, on purpose: `Objetivo 1.2` and `target 3` without a
name of the Agenda beside them, `Target 3c` without the point, Roman numerals,
decimal commas, numbers in words. Goals 1 to 17 of a plan that a text calls
plain `Goal 3` cannot be told from the SDGs and are read as those.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from localsdg.linking import citation_words as words
from localsdg.linking.visible_text import UNSEEN, original_position, read_seen, same_length_lower
from localsdg.registry.sdg_codes import Declared

EVIDENCE_LENGTH = 80
#: Characters on either side of a phrase that have a say in it.
WINDOW = 80

#: For DuckDB's `regexp_matches` (RE2): holds for every text in which `find_citations` can find
#: anything, and for others. Markup and unseen characters may split a word, so they count as one.
CITATION_HINT = (
    r"(?is)(?:sdg|ods|odd|goal|obje[ct]|ziel|target|meta|cible|fita|fites|indica|indik|sustainable"
    rf"|[<&\x00{UNSEEN}]).*[0-9０-９]"
)


@dataclass(frozen=True)
class Citation(Declared):
    """An element of the Agenda, with the words that name it.

    `evidence` is at most 80 characters of `seen_text(text)`; `start` is where
    it begins in the text as it was given.
    """

    evidence: str = ""
    start: int = 0


_CODE = r"[0-9]{1,2}(?:\.(?:[0-9]{1,2}|[a-d])(?:\.[0-9]{1,2})?)?(?!\w)"
_RANGE = r" ?[-–—] ?| (?:to|through|a|al|à|bis|até) "
_AND = r",?\s(?:and|or|as well as|y|e|o|u|et|ou|und|oder|sowie|i)\s"
_SEPARATOR = rf"(?:{_RANGE}|{_AND}|,\s?|;\s?| ?[/+&] ?)"
_NUMBER_SIGN = r"(?:(?:n\.? ?[°º]|n\.[°º]|no\.?|nr\.?|núm\.?|num\.?|number|número|numero|numéro|nummer) ?)?#?"
_LIST = rf"(?P<list>{_CODE}(?:{_SEPARATOR}#?{_CODE}){{0,200}}+)"
_KINDS = (
    rf"(?:(?P<goal>{words.GOAL_WORDS})|(?P<target>{words.TARGET_WORDS})"
    rf"|(?P<indicator>{words.INDICATOR_WORDS}))"
)
_NAMES = rf"(?P<name>(?P<agenda>{words.AGENDA_NAMES})|{words.OWNABLE_NAMES})".replace(" ", r"\s")
_PHRASE = re.compile(
    r"(?<![\w.$@])(?=[sogtmcfizun])"
    rf"(?:{_NAMES}(?:(?:\s|-| - )(?P<what>{words.GOAL_WORDS}|{words.TARGET_WORDS}|{words.INDICATOR_WORDS}))?+"
    r"(?P<gap>\)?\s?:?\s?[(\[]?|[-_])"
    rf"|(?<![-/_#]){_KINDS}(?P<bare_gap>:? ))"
    rf"{_NUMBER_SIGN}{_LIST}"
)
_ITEM = re.compile(rf"(?P<separator>{_SEPARATOR})?#?(?P<code>{_CODE})")
_MANY = re.compile(r"sdg['’]?s|sustainable development goals|objetivos|objectifs|objectius|ziele")
_NEXT_WORD = re.compile(r"[ -]?([%‰€$£°º]|[^\W\d_]+)")
#: Glued to the last number: it is a date, a thousand, a time, a version or a longer code.
_BROKEN = re.compile(
    r"[.,:/'’][0-9]|\.[a-z]\w*|[-–—/] ?[0-9]| [0-9]{1,3}(?![0-9])| ?[%‰€$£°º]|[*×=]| per cent| por cien"
)
_OF_ANOTHER = re.compile(r" (?:to|a|à|bis|até|or|o|ou|oder|of|de|von|sur|out of|per) ?[0-9]")
_CLOSED = re.compile(r"$| ?[\n.,;:!?)\]}\"'»”’|…/]|[-–—](?=[^\W\d])| [-–—] (?![0-9])| [(\[\"«“|&+](?! ?[0-9])")
_OF_THE_AGENDA = re.compile(
    r",? (?:of|in|under|within|from|de|del|dels|des|du|der|da|do|dos|en|dans|im|aus|em|d['’])"
    r"(?: the| la| los| les| las| els| el| os| den| dem| l['’]| un| onu| de| d['’])*"
    rf" ?(?:{words.AGENDA_NAMES}|agenda[ -]2030|2030[ -]agenda|agenda für nachhaltige)\b"
)
_ITS_GOAL = re.compile(rf" (?:of|under|de|del|du|der|des|do|von|zu|unter) (?:the |l['’])?(?:{words.GOAL_WORDS}) [0-9]")
_AGENDA_JUST_BEFORE = re.compile(
    r"(?:(?i:agenda[ -]2030|2030[ -]agenda)(?:['’]s)?|\b(?:UN|U\.N\.|ONU|UNO))[ ,:–-]{1,3}"
    r"(?i:the |el |la |l['’]|das )?$"
)
_LAST_WORD = re.compile(r"([^\W_]+(?:\.[a-z]\.)?) $")
_ELISION = re.compile(r"(?<!\w)[ld]['’]$")
_OWNER = re.compile(words.OWNER)
_BACK = re.compile(words.BACK_TO_AGENDA)
_OWNED = re.compile(f"{words.PLAN}|{words.OTHER_FRAME}")
_OTHER_FRAME = re.compile(words.OTHER_FRAME)
_PLAN_AFTER = re.compile(
    rf"(?: (?:in|en|dans|im|under|within|bajo|sous|em|of|de[l]?|du|des|der|do|da|dels)\b|,? ?\()"
    rf"[^.;:\n]{{0,30}}?(?:{words.PLAN})"
)
_SPORT = re.compile(words.SPORT)


def _is_owned(before: str, after: str) -> bool:
    """Whether the words around say that the goal is a plan's, another frame's, or a match's."""
    last = [0, 0]
    for place, pattern in enumerate((_OWNED, _BACK)):
        for match in pattern.finditer(before):
            last[place] = match.end()
    if last[0] > last[1]:
        return True
    back = _BACK.search(after)
    near = after[: back.start()] if back else after
    return bool(_OTHER_FRAME.search(near) or _PLAN_AFTER.match(near) or _SPORT.search(before + near))


def _may_stand_after(before: str, bare: str, kind: str, named: bool) -> bool:
    """Whether what comes before a bare `Goal 6` leaves it to the Agenda.

    `named`: the word has a capital and the one before it has none.
    """
    if not before or before[-1] in "\n([{\"'«“‘‹|•*>,;:":
        return True
    if _ELISION.search(before):
        return True
    if before[-1] != " ":
        return False
    if before[-2:-1] in tuple(".,;:!?|•*–—-&+/\n>"):
        return True
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    if word.group(1) in words.BEFORE:
        return not (kind == "target" and word.group(1) == "under")
    if word.group(1) == "a":  # Spanish "a la meta", never English "a target"
        return bare.startswith(("objet", "objectiu", "meta", "indicador", "fit"))
    if not word.group(1).isalpha() or _OWNER.fullmatch(word.group(1)):
        return False
    # "names Goal 6": a capital marks a name, and a small word before it is most often a verb;
    # three parts are seldom anything but a code
    return named or kind == "indicator" or kind == "target" and word.group(1).endswith("s")


def _may_stand_before(after: str, allowed: frozenset[str]) -> bool:
    """Whether what follows a bare `Goal 6` can follow a name, and not a quantity."""
    if _BROKEN.match(after) or _OF_ANOTHER.match(after):
        return False
    if _CLOSED.match(after):
        return True
    word = re.match(r" ([^\W\d_]+)(?! [0-9])(?!\w)", after)
    return word is not None and word.group(1) in allowed


def _first_unit(after: str) -> str:
    word = _NEXT_WORD.match(after)
    return word.group(1) if word else ""


def _is_agendas(match: re.Match[str], low: str, seen: str) -> bool:
    """Whether a bare word is tied to the Agenda by its very neighbours."""
    end = match.end()
    return bool(
        _OF_THE_AGENDA.match(low, end, end + WINDOW)
        or _AGENDA_JUST_BEFORE.search(seen[max(0, match.start() - 30) : match.start()])
    )


def _bare_holds(match: re.Match[str], low: str, seen: str) -> bool:
    """Whether `Goal 6`, `meta 11.5` or `indicator 1.4.1`, without the Agenda's name, is a citation."""
    start, end = match.span()
    kind = "goal" if match["goal"] else "target" if match["target"] else "indicator"
    before, after = low[max(0, start - WINDOW) : start], low[end : end + WINDOW]
    if match["bare_gap"] != " " and kind != "indicator":
        return False  # "Ziel: 3 Musiker"
    many = match[kind] not in words.SINGULAR
    codes = match["list"]
    if not many and re.search(r"[0-9] ?[-–—/] ?[0-9]", codes):
        return False  # "goal 2-1"
    if kind == "goal" and re.fullmatch(r"[0-9]+,[0-9]+", codes):
        return False  # a decimal comma
    if kind == "goal" and many and codes.isdigit() and not _is_agendas(match, low, seen):
        return False  # "goals 3" is a score
    if _BROKEN.match(after) or _first_unit(after) in words.UNITS:
        return False
    if _is_agendas(match, low, seen):
        return True
    allowed = words.AFTER_TARGET if kind == "target" else words.AFTER_GOAL
    word_before = seen[max(0, start - WINDOW) : start].rstrip().rpartition(" ")[2]
    named = seen[start].isupper() and not word_before[:1].isupper()
    if not (
        _may_stand_after(before, match[kind], kind, named)
        and (_may_stand_before(after, allowed) or kind != "goal" and _ITS_GOAL.match(after))
    ):
        return False
    return not _is_owned(before, after)


def _named_items(match: re.Match[str], low: str, seen: str) -> list[tuple[str, str, int]]:
    """The numbers behind a name of the Agenda, without a last one that counts something else."""
    start, end = match.span()
    if match["agenda"] == "odd" and seen[start : start + 3] != "ODD":
        return []
    after = low[end : end + WINDOW]
    if not match["agenda"] and _is_owned(low[max(0, start - WINDOW) : start], after):
        return []
    items = _items(match)
    unit = _first_unit(after)
    many = bool(_MANY.match(match["name"]))
    strict = ")" in match["gap"] or ":" in match["gap"]
    counted = unit in words.COUNTED and (
        len(items) > 1 or many or strict or unit in ("goals", "objetivos", "objectifs", "ziele", "objectius")
    )
    loose_end = items[-1][0].strip() in (",", ";") and not _may_stand_before(after, words.AFTER_GOAL)
    broken = _BROKEN.match(after) and not re.match(r"\.[A-Z][a-z]", seen[end : end + 3])
    loose = strict and not _may_stand_before(after, words.AFTER_GOAL)
    if loose or loose_end or counted or broken or unit in words.UNITS:
        items.pop()
    decimal = re.fullmatch(r"([0-9]+),([0-9]+)", match["list"])
    if decimal and match["name"] in ("sdg", "ods", "odd"):
        items = items[:1]  # `ODS 11,5` is goals 11 and 5 or target 11.5: goal 11 either way
    return items


def _items(match: re.Match[str]) -> list[tuple[str, str, int]]:
    """Separator, code and end of each number in a list."""
    at = match.start("list")
    return [(one["separator"] or "", one["code"], at + one.end()) for one in _ITEM.finditer(match["list"])]


def _expanded(items: list[tuple[str, str, int]], known: Collection[str]) -> Iterator[tuple[str, int]]:
    """Codes with where they end; `1–5` and `1.1 to 1.4` give what lies between, too."""
    previous = ""
    for separator, raw, end in items:
        goal, *rest = raw.split(".")
        code = ".".join((goal.lstrip("0"), *rest))
        stem, _, last = code.rpartition(".")
        first = previous.rpartition(".")[2]
        if re.fullmatch(_RANGE, separator):
            if (
                previous.rpartition(".")[0] == stem
                and first.isdigit()
                and last.isdigit()
                and int(first) < int(last)
                and previous in known
                and code in known
            ):
                for number in range(int(first), int(last) + 1):
                    yield f"{stem}.{number}" if stem else str(number), end
        elif code in known:
            yield code, end
        previous = code


def _elements(match: re.Match[str], low: str, seen: str, known: Collection[str]) -> Iterator[tuple[str, int]]:
    """The known codes that one phrase names, each with where it ends."""
    depths: tuple[int, ...] = (1, 2, 3)
    if match["name"]:
        items = _named_items(match, low, seen)
        if match["what"] and not re.fullmatch(words.GOAL_WORDS, match["what"]):
            depths = (2, 3)
    else:
        items = _items(match) if _bare_holds(match, low, seen) else []
        if match["target"] or match["indicator"]:
            depths = (2,) if match["target"] else (3,)
        elif not _is_agendas(match, low, seen):
            depths = (1,)
    for code, end in _expanded(items, known):
        if code in known and code.count(".") + 1 in depths:
            yield code, end


def find_citations(text: str, known: Collection[str]) -> list[Citation]:
    """Elements of the 2030 Agenda that a text names, each once, in order of first mention.

    `known` holds the codes of all goals, targets and indicators; what is not
    in it (`Goal 18`, `SDG 1.99`) is no citation. English, Spanish, French,
    German, Catalan and Portuguese, mixed as they come. Time grows with the
    length of the text and not faster. Method: names of the Agenda with the
    numbers behind them, then bare words checked against their neighbours
    (`citation_words.py`). Raises nothing: a text without citations gives an
    empty list.
    """
    if not isinstance(known, set | frozenset | dict):
        known = frozenset(known)
    seen, steps = read_seen(text)
    low = same_length_lower(seen)
    found: dict[str, Citation] = {}
    judged = set()
    for match in _PHRASE.finditer(low):
        # the same words between the same words give the same answer: repeats cost nothing
        start, end = match.span()
        around = (seen[max(0, start - WINDOW) : start], seen[start : end + WINDOW])
        if around in judged:
            continue
        judged.add(around)
        for code, until in _elements(match, low, seen, known):
            if code not in found:
                begin, stop = start, end
                if stop - begin > EVIDENCE_LENGTH:
                    begin, stop = max(begin, until - EVIDENCE_LENGTH), until
                parts = code.split(".")
                found[code] = Citation(
                    parts[0],
                    ".".join(parts[:2]) if len(parts) > 1 else None,
                    code if len(parts) > 2 else None,
                    seen[begin:stop],
                    original_position(begin, steps),
                )
    return list(found.values())
