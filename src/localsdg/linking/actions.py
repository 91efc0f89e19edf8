"""Action records -> `staging.action_suggestion`: what their texts cite or point to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.context import RunContext

if TYPE_CHECKING:
    from localsdg.linking.shared_linker import SharedLinker

#: A title made of the first words of a description says nothing more than it.
_TEXTS = """
select
    row_number() over (order by release, snapshot_sha256, row_number) as text_id,
    release, snapshot_sha256, row_number, action_id,
    concat_ws('. ', if(starts_with(description, title), null, title), description) as text,
    nullif(language, 'und') as language
from staging.action
"""


def suggest_for_actions(context: RunContext, linker: SharedLinker) -> int:
    """Fill `staging.action_suggestion` from `staging.action`; returns the rows added.

    Raises `LocalsdgError` when the model cannot be read.
    """
    con = context.con
    con.execute(f"create or replace temp table action_text as {_TEXTS}")
    texts = con.execute("select text_id, text, language from action_text order by text_id").to_arrow_table()
    added = 0
    for links, _ in linker.batches(texts):
        con.register("found_links", links)
        con.execute(
            "insert into staging.action_suggestion by name "
            "select t.release, t.snapshot_sha256, t.row_number, t.action_id, l.* exclude (text_id) "
            "from found_links as l join action_text as t using (text_id)"
        )
        con.unregister("found_links")
        added += links.num_rows
    return added
