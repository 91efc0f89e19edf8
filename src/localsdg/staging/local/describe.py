"""What a local indicator is: title, unit, place, population, threshold and status, resolved once.

describe(indicator_id, stated, home) -> Description
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from localsdg.common.clean_text import comparable
from localsdg.registry.language import language_of_title
from localsdg.registry.local_words import word_set
from localsdg.staging.contain import reason_of
from localsdg.staging.local.poverty import (
    FRAMEWORK,
    METADATA,
    TEMPLATE,
    TITLE,
    TRANSLATION,
    UNIT,
    Facts,
    facts_of,
    is_framework_title,
    is_poverty_number,
)
from localsdg.staging.local.reference_area import Home, Place, coverage_of
from localsdg.staging.local.snapshot_content import SnapshotContent, StatedFacts
from localsdg.staging.local.units import NOT_STATED, file_unit


@dataclass(frozen=True)
class Description:
    """One local indicator as all later steps see it; `None` where nothing states a fact.

    `place` is the reference area of rows that name none; `*_basis` says what states the
    unit and the place. `fault` is the reason why it could not be resolved, else None.
    """

    indicator_id: str
    stated: StatedFacts
    place: Place
    place_basis: str = "assumed"
    title: str | None = None
    language: str | None = None
    unit: str = NOT_STATED
    unit_basis: str = "none"
    #: What the texts state of a poverty number; rows may state more.
    poverty: Facts = field(default_factory=dict)
    reporting_status: str | None = None
    is_complete: bool = True
    is_statistical: bool = True
    is_status_known: bool = True
    fault: str | None = None
    #: Titles by language for the comparison with the official ones, with the words that a bundle cut.
    titles: Mapping[str, str] = field(default_factory=dict)


def describe(indicator_id: str, stated: StatedFacts, home: Home) -> Description:
    """The description of one indicator of a government; whatever its metadata hold, it raises nothing.

    An interrupt of the database is raised again.
    """
    try:
        return _resolved(indicator_id, stated, home)
    except Exception as error:  # whatever one indicator states, the others are described
        return Description(indicator_id, stated, Place("own", home.name), fault=reason_of(error))


def describe_all(content: SnapshotContent) -> dict[str, Description]:
    """Indicator id -> description, of every indicator with a data file or metadata: files first, as read."""
    every = [*(content.left_out.files if content.left_out else ()), *content.files]
    ids = dict.fromkeys([*(file.indicator_id for file in every), *content.stated])
    empty = StatedFacts()
    return {
        indicator_id: describe(indicator_id, content.stated.get(indicator_id, empty), content.home)
        for indicator_id in ids
    }


def _resolved(indicator_id: str, stated: StatedFacts, home: Home) -> Description:
    language, title = next(iter(stated.titles.items()), (None, None))
    if title and language == "und":
        language = language_of_title(title, language)
    unit, unit_basis = file_unit(stated.unit, title or "")
    place, place_basis = coverage_of(stated.coverage, title or "", home)
    return Description(
        indicator_id,
        stated,
        place,
        place_basis,
        title=title,
        language=language,
        unit=unit,
        unit_basis=unit_basis,
        poverty=stated.poverty or _poverty_facts(indicator_id, stated, title, home),
        reporting_status=stated.reporting_status or None,
        is_complete=_is_complete(stated.reporting_status),
        is_statistical=stated.is_statistical,
        is_status_known=stated.is_status_known,
        titles={
            code: " ".join([text, *filter(None, [stated.cut_words.get(code)])]) for code, text in stated.titles.items()
        },
    )


def _poverty_facts(indicator_id: str, stated: StatedFacts, title: str | None, home: Home) -> Facts:
    """What the texts of a poverty number state; nothing for other indicators."""
    if not is_poverty_number(indicator_id):
        return {}
    # a build shows the framework's title where the repository has one of its own in another field
    own = [one for one in stated.own_titles if not is_framework_title(one)]
    main = title if title in own else next(iter(own), title)
    translated = set(stated.titles.values()) - {main}
    texts = [(TRANSLATION if one in translated else TITLE, one) for one in own]
    texts += [(FRAMEWORK, one) for one in stated.own_titles if one not in own]
    texts += [(UNIT, stated.unit), (METADATA, stated.definition), (TEMPLATE, stated.template_title)]
    return facts_of(texts, home)


def _is_complete(status: str) -> bool:
    """Whether a status says that the indicator is reported; one that is not stated does not deny it."""
    # the first word: broken front matter runs on into the text (Cape Town's 1-2-1.md)
    first = status.casefold().split()[:1]
    # a site that lost its translations states the key `status.complete`
    return not first or comparable(first[0].rpartition(".")[2] or first[0]) in word_set("complete status")
