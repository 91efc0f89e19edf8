"""Action records -> `staging.action_suggestion`: what their texts cite or point to.

A record that declares its goals is not asked again: links are learned of the
others. With the setting `link_declared` links of all are learned, those of a
record that declares its goals as suggestions alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.linking.calibrate import RECORD

if TYPE_CHECKING:
    from localsdg.linking.shared_linker import SharedLinker

#: A title made of the first words of a description says nothing more than it.
_TEXTS = """
with declared as (
    select distinct release, snapshot_sha256, row_number from staging.action_declared
)
select
    row_number() over (order by a.release, a.snapshot_sha256, a.row_number) as text_id,
    a.release, a.snapshot_sha256, a.row_number, a.action_id,
    concat_ws('. ', if(starts_with(a.description, a.title), null, a.title), a.description) as text,
    nullif(a.language, 'und') as language,
    concat_ws(' ', a.release, a.snapshot_sha256) as file,
    d.row_number is not null as is_declared,
    d.row_number is null or $link_declared as is_learned
from staging.action as a
left join declared as d
    on d.release = a.release and d.snapshot_sha256 = a.snapshot_sha256 and d.row_number = a.row_number
"""
#: A learned link of a record that declares its goals is for people to accept.
_INSERT = """
insert into staging.action_suggestion by name
select
    t.release, t.snapshot_sha256, t.row_number, t.action_id,
    l.* exclude (text_id, is_accepted, evidence),
    l.is_accepted and (l.method = 'cited' or not t.is_declared) as is_accepted,
    if(l.method = 'learned' and t.is_declared, 'the record declares its goals; ', '') || l.evidence as evidence
from found_links as l
join action_text as t using (text_id)
"""


@dataclass
class Suggested:
    """What was found: the rows added, and the records that no model could read, by language."""

    rows: int = 0
    without_model: Counter[str] = field(default_factory=Counter)

    @property
    def line(self) -> str:
        """One line on the records without a model; empty where there are none."""
        return describe_unsupported(self.without_model, "record")


def describe_unsupported(languages: Counter[str], name: str) -> str:
    """`1,204 records in 9 languages have no model of links: fr 310, ja 200, …`; empty for none."""
    n = sum(languages.values())
    if not n:
        return ""
    named = ", ".join(f"{language} {count:,}" for language, count in languages.most_common())
    texts = f"{n:,} {name}{'s' if n > 1 else ''}"
    of = f"{len(languages)} languages" if len(languages) > 1 else "1 language"
    return f"{texts} in {of} {'have' if n > 1 else 'has'} no model of links: {named}"


def suggest_for_actions(context: RunContext, linker: SharedLinker) -> Suggested:
    """Fill `staging.action_suggestion` from `staging.action`.

    Raises `LocalsdgError` when the model cannot be read.
    """
    con = context.con
    con.execute(
        f"create or replace temp table action_text as {_TEXTS}", {"link_declared": bool(context.settings.link_declared)}
    )
    texts = con.execute(
        "select text_id, text, language, file, is_learned from action_text order by text_id"
    ).to_arrow_table()
    learned = dict(zip(texts.column("text_id").to_pylist(), texts.column("is_learned").to_pylist(), strict=True))
    found = Suggested()
    for links, read in linker.batches(texts, RECORD):
        con.register("found_links", links)
        con.execute(_INSERT)
        con.unregister("found_links")
        found.rows += links.num_rows
        found.without_model.update(
            row["language"] or "unknown"
            for row in read.to_pylist()
            if learned[row["text_id"]] and not row["is_supported"]
        )
    return found
