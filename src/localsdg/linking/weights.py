"""The tables of a model in DuckDB, and the scores of texts by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.database import packaged_select

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: Candidates that are scored for each text: goals, targets.
GOALS, TARGETS = 4, 5
#: Words of English, Spanish and German that are in every text: no evidence of anything.
SMALL_WORDS = tuple(
    "a an the of and or to in on at by for from with as is are was were be been being it its this that these "
    "those which who will shall may can has have had not no than then their there they them he she his her "
    "we our us you your i if so such into also all any each between during through under over per via up "
    "de la el los las del al y e o u en un una unos unas por para con sin que se su sus lo le les es son ser "
    "ha han fue como mas no ni si este esta estos estas ese esa eso sobre entre hasta desde cada tanto muy "
    "ya cual cuales cuyo donde cuando "
    "der die das und im den dem des zu zur zum mit von vom fur auf bei aus ein eine einer eines einem einen ist sind "
    "werden wird wurde wurden als auch sowie oder nicht sich durch uber unter nach vor bis dass damit sie wir ihr ihre "
    "ihren ihrer dieser diese dieses diesem diesen am um haben hat kann konnen".split()
)
#: Columns of the artefact: one row a weight; a row without feature is an intercept.
COLUMNS = ("language", "level", "feature", "idf", "code", "weight")
#: Numbers instead of names, so that the large join and sum run on integers.
_TABLES = {
    "link_vocabulary": """
        select language, feature,
            cast(row_number() over (order by language, feature) as integer) as feature_id,
            coalesce(max(idf) filter (where level = 'goal'), 0) as goal_idf,
            coalesce(max(idf) filter (where level = 'target'), 0) as target_idf
        from {model} where feature <> '' group by language, feature""",
    "link_code": """
        select language, level, code, weight as intercept,
            cast(row_number() over (order by language, level, code) as smallint) as code_id
        from {model} where feature = ''""",
    "link_weight": """
        select v.feature_id, c.code_id, m.weight
        from {model} as m
        inner join link_vocabulary as v on v.language = m.language and v.feature = m.feature
        inner join link_code as c on c.language = m.language and c.level = m.level and c.code = m.code""",
}


@dataclass(frozen=True)
class Scorer:
    """Scores texts inside one DuckDB connection, with the tables of one model."""

    con: duckdb.DuckDBPyConnection

    def load(self, model: str) -> None:
        """Lay out the tables of a model; `model` is a table, view or `read_parquet(…)`."""
        for name, select in _TABLES.items():
            self.con.execute(f"create or replace temp table {name} as {select.format(model=model)}")

    def score(self, into: str) -> None:
        """Read `text_input` (text_id, language, text), write the candidates to the temp table `into`."""
        self.con.execute(
            f"create or replace temp table text_feature as {packaged_select('linking/features')}",
            {"small_words": list(SMALL_WORDS)},
        )
        self.con.execute(
            f"create or replace temp table {into} as {packaged_select('linking/scores')}",
            {"goals": GOALS, "targets": TARGETS},
        )


def give_texts(con: duckdb.DuckDBPyConnection, texts: pa.Table) -> None:
    """Make `text_input` of a table with text_id, language and text."""
    con.register("given_texts", texts)
    con.execute("create or replace temp table text_input as select text_id, language, text from given_texts")
    con.unregister("given_texts")
