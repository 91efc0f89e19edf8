"""The contracts of reviews, actions and decisions: which columns a file has and what may be in them.

Declared as data; `record_checks` holds a file against them, and the how-to
for people can be printed from them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from localsdg.common.errors import ErrorParts, LocalsdgError
from localsdg.registry.local_words import place_levels
from localsdg.registry.rules import reasons

ACTION_KINDS = (
    "project",
    "programme",
    "commitment",
    "partnership",
    "policy",
    "plan",
    "local target",
    "strategy goal",
    "other",
)


@dataclass(frozen=True)
class ContractColumn:
    """One column of a contract; `type` names the check of its cells.

    A column of type `context` is there for the person who reads the sheet: it
    is neither checked nor kept.
    """

    name: str
    type: str
    example: str
    description: str
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """The columns of one kind of record, and the first and last year that it may name."""

    name: str
    prefix: str
    columns: tuple[ContractColumn, ...]
    first_year: int
    last_year: int | None  # None: next year

    @property
    def column_names(self) -> list[str]:
        """Names in order."""
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        """Names of the columns that a file must have."""
        return [column.name for column in self.columns if column.required]


@dataclass(frozen=True)
class ValidationError:
    """One breach of a contract: the row as a person counts it, the column, what, and the cell.

    The header is row 1; in JSON lines the row is the line.
    """

    row: int
    column: str
    what: str
    got: str
    rule_id: str

    @property
    def is_of_header(self) -> bool:
        """A column that does not fit; it costs no row by itself."""
        return self.rule_id.endswith("-R12")

    @property
    def costs_row(self) -> bool:
        """Whether the row is rejected: not for a fault of the header, or of a cell that may be blank."""
        return not self.is_of_header and self.rule_id != "ACT-R17"

    @property
    def shown(self) -> str:
        """The cell in short."""
        text = " ".join(self.got.split())
        return text if len(text) <= 60 else text[:57] + "..."

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.what}" + (f", got '{self.shown}'" if self.shown else "")


def fault_lines(faults: Sequence[ValidationError], most: int = 3) -> list[str]:
    """A line for each kind of fault (rule and column) with its count and the first examples."""
    kinds: dict[tuple[str, str], list[ValidationError]] = {}
    for fault in faults:
        kinds.setdefault((fault.rule_id, fault.column if not fault.is_of_header else ""), []).append(fault)
    lines = []
    for (rule, column), some in kinds.items():
        if len(some) == 1:
            lines.append(str(some[0]))
            continue
        whats = {fault.what for fault in some}
        meaning = whats.pop() if len(whats) == 1 else RULES[rule.split("-")[1]]
        examples = ", ".join(
            f"{fault.column or 'row'} {fault.shown}".strip()
            if fault.is_of_header
            else f"row {fault.row}" + (f" '{fault.shown}'" if fault.shown else "")
            for fault in some[:most]
        )
        more = ", …" if len(some) > most else ""
        lines.append(f"{len(some):,} faults{' of ' + column if column else ''} ({rule}): {meaning}: {examples}{more}")
    return lines


class BrokenRecords(LocalsdgError):
    """A file that breaks its contract; `faults` holds every fault, in the order of the rows."""

    def __init__(self, what: str, faults: Sequence[ValidationError], **parts: Unpack[ErrorParts]) -> None:
        self.faults = list(faults)
        super().__init__(what, **parts)


def column_key(cell: str) -> str:
    """`Local government` and `local_government` are one column."""
    return re.sub(r"[\s_-]+", "_", cell.strip().lower())


C = ContractColumn
REVIEWS = Contract(
    "reviews",
    "REV",
    (
        C("local_government", "name", "Málaga", "name, as the listing writes it", required=True),
        C("country", "text", "Spain", "country, as the listing writes it; blank where it states none"),
        C("iso3", "iso3", "ESP", "ISO 3166-1 alpha-3 code of the country"),
        C("level", "choice", "city", "level of government; blank where it is not stated", allowed=place_levels()),
        C("review_year", "year", "2021", "year of the review; blank where no source states it"),
        C("kind", "choice", "VLR", "kind of review", required=True, allowed=("VLR", "VSR")),
        C("title", "text", "Málaga leaves no one behind", "title of the document, in its own language"),
        C("languages", "languages", "en es", "ISO 639 codes of the document"),
        C("url", "urls", "https://example.org/malaga_2021_es.pdf", "address of the document"),
        C("alt_urls", "urls", "https://example.org/m.pdf", "further addresses of the same document"),
        C("source", "text", "UN DESA + IGES", "listings that have it, joined by ' + '", required=True),
        C("sdgs_covered", "sdgs", "1;11", "goals or targets that it covers, where the source says so"),
        C("country_basis", "text", "stated on the source page", "on what the country rests"),
        C("year_basis", "text", "stated on the source page", "on what the year rests"),
        C("conflict", "text", "review_year 2018 (another page)", "what another source says, left open"),
        C("n_urls", "count", "1", "number of addresses; not kept, it is counted"),
        C("note", "text", "", "remarks; not kept, the register holds facts"),
    ),
    2015,
    None,
)

ACTIONS = Contract(
    "actions",
    "ACT",
    (
        C("action_id", "text", "P-17", "the record's own id, or none"),
        C(
            "title",
            "name",
            "Solar roofs for social housing",
            "title; where it is blank, the first words of the description are taken",
            required=True,
        ),
        C("description", "text", "Roofs of 40 houses.", "what the action is, in its own language"),
        C("lead", "name", "Barcelona", "who leads it; the local government where one is named"),
        C("lead_kind", "text", "local government", "kind of the lead, in the register's own words"),
        C("local_government", "name", "Barcelona", "name of the local or regional government that leads; else blank"),
        C("country", "country", "ESP", "code or name of the country, or of several; of an address the last part"),
        C("kind", "choice", "project", "kind of action; any other word is `other`", allowed=ACTION_KINDS),
        C(
            "year",
            "year",
            "2023",
            "year of the action, or a span or date: 2012-2015, 2023-06-01; 0000 and 1970 state none",
        ),
        C("end_year", "year", "2025", "last year of the action"),
        C("partners", "text", "A university; A chamber", "partners, separated by semicolons, lines or bullets"),
        C("sdgs", "sdgs", "1;11", "what it declares: 1;11, [1, 11], 1.4, 11.5.1, SDG 1: No Poverty, or the name alone"),
        C("url", "urls", "https://example.org/p-17", "address of the record"),
        C("language", "languages", "en", "ISO 639 code or name of the language of the text"),
        C("dataset", "text", "city_projects", "id of the register; where it is blank, the name of the file"),
    ),
    1945,
    2100,
)

DECISIONS = Contract(
    "decisions",
    "DEC",
    (
        C("action_id", "text", "barcelona:P-17", "id of the action, as in core.action", required=True),
        C("title", "context", "Solar roofs for social housing", "for the reader; not read back"),
        C("description", "context", "Roofs of 40 houses.", "for the reader, cut short; not read back"),
        C("language", "context", "en", "for the reader; not read back"),
        C(
            "code",
            "sdgs",
            "SDG 7.2",
            "one goal, target or indicator; `SDG` before it keeps a spreadsheet from making it a date or a number",
            required=True,
        ),
        C("code_title", "context", "Renewable energy", "for the reader; not read back"),
        C("method", "context", "learned", "how the link was suggested; not read back"),
        C("confidence", "context", "0.52", "how sure the model is; not read back"),
        C("evidence", "context", "solar, roofs", "the words that carried the suggestion; not read back"),
        C("model_version", "text", "2026-11", "model that suggested the link; blank in a row of your own"),
        C("decision", "text", "accept", "accept or refuse, or yes or no; blank is not decided", required=True),
        C("decided_by", "text", "M. Ruiz", "who decides; where it is blank, the name of `--by`"),
        C("decided_at", "text", "2026-11-23T10:00", "when, UTC; where it is blank, the time of reading"),
        C("note", "text", "pilot only", "remarks; kept"),
    ),
    2015,
    None,
)

#: As the sheet of actions, but for what a row is about.
INDICATOR_DECISIONS = Contract(
    "indicator_decisions",
    "IDEC",
    (
        C(
            "local_indicator",
            "text",
            "liverpool:1-4-2",
            "site and id of the local indicator, as in core.local_indicator; an id alone is a day to a spreadsheet",
            required=True,
        ),
        C("title", "context", "Households without internet", "for the reader; not read back"),
        C("language", "context", "en", "for the reader; not read back"),
        C("declared", "context", "SDG 1.4.2, proxy", "what the site declares, for the reader; not read back"),
        *DECISIONS.columns[[column.name for column in DECISIONS.columns].index("code") :],
    ),
    DECISIONS.first_year,
    DECISIONS.last_year,
)
#: The sheets of manual reviews: of actions, of local indicators.
SHEETS = (DECISIONS, INDICATOR_DECISIONS)

#: What a rule means, by the part of its id after `REV-`, `ACT-`, `DEC-` or `IDEC-`.
RULES = reasons("ACT", "R")
