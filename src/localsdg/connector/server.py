"""The server: tools and resources by the official library, over standard input and output.

Nothing is written. Standard output carries the protocol alone; what is logged goes to standard error.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from localsdg import __version__
from localsdg.common.errors import LocalsdgError
from localsdg.connector import data, own_sql, resources, tables
from localsdg.connector.answer import OUTSIDE, Answer
from localsdg.research.connect import Warehouse
from localsdg.research.search_document import KINDS

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

INSTRUCTIONS = (
    "localsdg holds UN SDG series in several releases, data of local governments, their reviews and actions, and "
    "metrics of fourteen claims. Begin with search. Every answer has source, release, unit, caveats and how to cite: "
    "repeat them with a number. A value that is not there is a gap, never zero. Do not mix releases, definitions or "
    "units, and do not add up percentages. Read the resource localsdg://what-not-to-conclude before a conclusion. "
    + OUTSIDE
)
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
#: Longest text that a tool takes, so that a question cannot fill the memory.
_LONGEST = 20_000

Text = Annotated[str, Field(max_length=_LONGEST)]
Name = Annotated[str, Field(max_length=300)]
Names = Annotated[list[Name], Field(max_length=300)]
Rows = Annotated[int, Field(ge=1, le=tables.MOST_ROWS, description="Rows at most.")]
Result = Annotated[CallToolResult, Answer]
Areas = Annotated[Names | None, Field(description="Names or codes of areas: Kenya, KEN, 404, LDCs.")]
Year = Annotated[int | None, Field(ge=1900, le=2200)]


def make_server(settings: Settings, seconds: float = own_sql.SECONDS) -> MCPServer:
    """The server with its tools and resources; it opens the published file for each question, so that a new
    publication is answered from at once."""
    server: MCPServer = MCPServer(
        "localsdg", title="localsdg", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )
    answer = _Answering(settings)
    _add_search(server, answer)
    _add_data(server, answer)
    _add_tables(server, answer, settings, seconds)
    for uri, (name, description, read) in resources.RESOURCES.items():
        server.resource(uri, name=name, description=description, mime_type="text/markdown")(
            _readable(answer.with_warehouse, read)
        )
    return server


class _Answering:
    """Opens the warehouse for one question at a time: DuckDB's interrupt and its memory are of one connection."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()

    def with_warehouse(self, make: Callable[[Warehouse], Any]) -> Any:
        """What a function makes of the open warehouse."""
        with self._lock, Warehouse(self._settings) as warehouse:
            return make(warehouse)

    def __call__(self, make: Callable[[Warehouse], Answer]) -> CallToolResult:
        """The answer as structured content and as text; an error in plain words as a tool's error."""
        return _result(lambda: self.with_warehouse(make))


def _result(make: Callable[[], Answer]) -> CallToolResult:
    try:
        answer = make()
    except LocalsdgError as error:
        raise ToolError(str(error)) from error
    except Exception as error:
        if "duckdb" not in type(error).__module__:
            raise
        raise ToolError(f"the warehouse cannot answer that: {str(error).splitlines()[0]}") from error
    return CallToolResult(
        content=[TextContent(type="text", text=answer.as_text())], structured_content=answer.model_dump(mode="json")
    )


def _readable(with_warehouse: Callable, read: Callable[[Warehouse], str]) -> Callable[[], str]:
    def readable() -> str:
        try:
            return with_warehouse(read)
        except LocalsdgError as error:
            raise ResourceError(str(error)) from error

    return readable


def _add_search(server: MCPServer, answer: _Answering) -> None:
    @server.tool(title="Search", annotations=_READ_ONLY)
    def search(
        text: Annotated[Name, Field(description="Words, a code such as 1.1.1 or SI_POV_DAY1, or a name.")],
        kinds: Annotated[Names | None, Field(description=f"Of {', '.join(KINDS)}; all by default.")] = None,
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        language: Annotated[Name | None, Field(description="Of titles: en, es, fr or pt.")] = None,
    ) -> Result:
        """Find series, indicators, metrics, figures, local indicators, actions and places; in four languages."""
        return answer(lambda warehouse: resources.answer_search(warehouse, text, kinds, limit, language))


def _add_data(server: MCPServer, answer: _Answering) -> None:
    @server.tool(title="Values of a UN series", annotations=_READ_ONLY)
    def series(
        code: Annotated[Name, Field(description="A series, an indicator (1.1.1), or words that describe one series.")],
        areas: Areas = None,
        first_year: Year = None,
        last_year: Year = None,
        latest: Annotated[bool, Field(description="Only the newest value of each area.")] = False,
        sex: Annotated[Name | None, Field(description='A code, or "all"; the total by default.')] = None,
        age: Annotated[Name | None, Field(description='A code, or "all"; the total by default.')] = None,
        location: Annotated[Name | None, Field(description='URBAN, RURAL or "all"; the total by default.')] = None,
        release: Annotated[Name | None, Field(description="Such as 2020-10-19; the newest by default.")] = None,
        limit: Rows = 200,
    ) -> Result:
        """Observations of a UN SDG series for areas and years, with unit, definition, nature and release by row."""
        return answer(
            lambda warehouse: data.answer_series(
                warehouse, code, areas or (), first_year, last_year, latest, sex, age, location, release, limit
            )
        )

    @server.tool(title="Values of a metric", annotations=_READ_ONLY)
    def metric(
        metric_id: Annotated[Name, Field(description="Such as c01_extreme_poverty; search finds them.")],
        areas: Areas = None,
        first_year: Year = None,
        last_year: Year = None,
        limit: Rows = 200,
    ) -> Result:
        """Values of a metric of the event's claims, with definition, coverage and caveat; of the World by default."""
        return answer(
            lambda warehouse: data.answer_metric(warehouse, metric_id, areas or (), first_year, last_year, limit)
        )

    @server.tool(title="Profile of a local government", annotations=_READ_ONLY)
    def local_profile(
        name: Annotated[Name, Field(description="A city, municipality or region: Barcelona; Bristol, United Kingdom.")],
        limit: Annotated[Rows, Field(description="Rows of each section at most.")] = 50,
    ) -> Result:
        """What is known of a local government: its indicators, the nation beside them, targets, reviews, actions."""
        return answer(lambda warehouse: data.answer_local_profile(warehouse, name, limit))


def _add_tables(server: MCPServer, answer: _Answering, settings: Settings, seconds: float) -> None:
    @server.tool(title="SQL", annotations=_READ_ONLY)
    def sql(
        query: Annotated[Text, Field(description="One SELECT in DuckDB's SQL.")],
        limit: Rows = 200,
    ) -> Result:
        """Rows of one SELECT on the warehouse, read-only, with limits of time and rows. See describe_tables."""
        return _result(lambda: own_sql.answer_sql(settings, query, limit, seconds))

    @server.tool(title="Tables and columns", annotations=_READ_ONLY)
    def describe_tables(
        table: Annotated[Name, Field(description="For its columns; nothing for the list of tables.")] = "",
    ) -> Result:
        """The tables of the warehouse, or the columns of one: meaning, unit, allowed values, warnings."""
        return answer(lambda warehouse: tables.describe_tables(warehouse, table))

    @server.tool(title="How to cite", annotations=_READ_ONLY)
    def cite(
        sources: Annotated[Names | None, Field(description="Sources, releases or sites; all by default.")] = None,
        format: Annotated[Name, Field(description="text, bibtex or csl-json.")] = "text",
    ) -> Result:
        """How to cite the warehouse, its version and content hash, and each source."""
        return answer(lambda warehouse: resources.answer_citations(warehouse, sources or (), format))


def serve(settings: Settings, seconds: float = own_sql.SECONDS) -> None:
    """Serve over standard input and output until the client goes.

    Raises `LocalsdgError` where nothing is published: a client shows the line of an error better than that of a
    tool which never works.
    """
    Warehouse(settings).close()
    make_server(settings, seconds).run("stdio")
