"""`localsdg link`: links of actions to the SDGs, and manual reviews of them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.arguments import NumberRange
from localsdg.cli.base import JSON, Group, print_json
from localsdg.cli.link_text import text
from localsdg.cli.link_train import evaluate_links, train
from localsdg.common.errors import UsageError

if TYPE_CHECKING:
    from localsdg.common.settings import Settings


class TextGroup(Group):
    """A group whose first word may be a text: what names no subcommand goes to the command `text`."""

    default = "text"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `text` before arguments that begin with no subcommand and ask for no help."""
        first = args[0] if args else None
        asks_help = first in self.get_help_option_names(ctx)
        if first is not None and not asks_help and first not in self.commands:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=TextGroup,
    epilog=(
        "Examples:\n"
        '  localsdg link "Free school meals in the poorest districts"\n'
        "  localsdg link --file actions.csv --text-column title --format csv\n"
        "  localsdg link review --output links.csv\n"
    ),
)
def link() -> None:
    """Link texts to goals, targets and indicators, and review them by hand.

    What follows is a text (its options: localsdg link text --help), or one of the commands below.
    """


link.add_command(text)
link.add_command(train)
link.add_command(evaluate_links)
#: Confidence of the suggestions in a sheet. A sure link of an action counts without a person, one of a local
#: indicator never does.
_BETWEEN = {"actions": (0.3, 0.9), "indicators": (0.3, 1.0)}


@link.command(
    epilog=(
        "Examples:\n"
        "  localsdg link review --output links.csv --limit 200\n"
        "  localsdg link review --of indicators --output sheet.csv\n"
        '  localsdg link review links.csv --by "M. Ruiz"'
    )
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--of",
    type=click.Choice(["actions", "indicators"]),
    help="Links of actions, the default, or targets of local indicators that are not official ones.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write the sheet; printed by default. An existing file is never replaced.",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Rows of the sheet; 0, the default, for all.")
@click.option("--method", type=click.Choice(["learned", "cited"]), help="Which suggestions; learned by default.")
@click.option(
    "--between",
    nargs=2,
    type=NumberRange(0, 1),
    metavar="LOW HIGH",
    help="Confidence of the suggestions; 0.3 0.9 by default, 0.3 1 of indicators.",
)
@click.option("--by", metavar="NAME", help="Who decided, where FILE leaves decided_by blank.")
@click.option("--accept-partial", is_flag=True, help="Take the good rows, reject the others by rule.")
@JSON
def review(file, of, output, limit, method, between, by, accept_partial, as_json) -> None:
    """Write the uncertain links as a sheet (CSV), or read the filled-in FILE back.

    In the sheet, write accept or refuse (or yes, no) in the column decision, and who decides in
    decided_by. Rows left blank stay open. A manual review wins over the model from the next
    build on; a later decision wins over an earlier one. A row of your own needs action_id (or
    local_indicator: liverpool:1-4-2), code (SDG 11.5) and decision.

    With --of indicators the sheet has the targets that titles of local indicators point to, but
    for those that a site states itself.
    """
    if file is None:
        if by is not None or accept_partial:
            raise UsageError("--by and --accept-partial are for a sheet to be read", expected="FILE with them")
        of = of or "actions"
        _write_sheet(of, output, limit or 0, method or "learned", between or _BETWEEN[of], as_json)
        return
    if of or output is not None or limit is not None or method or between:
        raise UsageError(
            "a sheet is either written or read", got="both", expected="FILE, or the options of a new sheet"
        )
    _read_sheet(file, by or "", accept_partial, as_json)


def _write_sheet(of: str, output: Path | None, limit: int, method: str, between: tuple, as_json: bool) -> None:
    from localsdg.common.output_files import check_output, write_whole
    from localsdg.common.settings import load_settings
    from localsdg.sources.records.contract import DECISIONS, INDICATOR_DECISIONS
    from localsdg.warehouse import decisions

    settings = load_settings()
    contract = INDICATOR_DECISIONS if of == "indicators" else DECISIONS
    low, high = between
    if low > high:
        raise UsageError("the first number of --between is the larger", expected="LOW HIGH", got=f"{low} {high}")
    target = None if output is None else check_output(settings, output)
    if target is not None and target.is_file():
        raise UsageError(
            "the file exists, and may hold decisions",
            where=output,
            next_step=f"localsdg link review {shlex.quote(str(output))}, or give another --output",
        )
    if of == "indicators":
        _report_languages(settings)
    rows = decisions.to_review(settings, contract=contract, method=method, low=low, high=high)
    shown = rows.slice(0, limit) if limit else rows
    if as_json and output is None:
        print_json(shown.to_pylist())
        return
    if not shown.num_rows:
        click.echo(
            f"nothing to decide: no open {method} suggestion from {low:g} to {high:g}; no sheet written", err=True
        )
    elif target is None:
        sys.stdout.buffer.write(decisions.sheet(shown, contract))
        sys.stdout.buffer.flush()
    else:
        write_whole(target, lambda draft: draft.write_bytes(decisions.sheet(shown, contract)))
    if as_json:
        print_json({"file": str(output), "rows": shown.num_rows, "of": rows.num_rows})
    elif output is not None and shown.num_rows:
        click.echo(f"{shown.num_rows:,} of {rows.num_rows:,} uncertain links in {output}")
        click.echo(f"next: fill in the column decision, then localsdg link review {output} --by NAME")


def _report_languages(settings: Settings) -> None:
    """Print the languages of titles for which there is no model, and how many titles they have."""
    from localsdg.linking.model import find_model, read_model
    from localsdg.warehouse.decisions import titles_without_model

    left = titles_without_model(settings, read_model(find_model(settings.linking)).languages)
    if left:
        named = ", ".join(f"{language} {n:,}" for language, n in left.items())
        click.echo(f"titles of local indicators in languages without a model of links: {named}", err=True)


def _read_sheet(path: Path, by: str, accept_partial: bool, as_json: bool) -> None:
    from localsdg.common.settings import load_settings
    from localsdg.sources.records.contract import BrokenRecords, fault_lines
    from localsdg.sources.records.decisions import sheet_contract, take_decisions
    from localsdg.warehouse.decisions import declared_codes

    settings, contract = load_settings(), sheet_contract(path)
    try:
        taken = take_decisions(
            settings,
            path,
            declared=declared_codes(settings, contract),
            contract=contract,
            by=by,
            accept_partial=accept_partial,
        )
    except BrokenRecords as error:
        for line in fault_lines(error.faults):
            click.echo(f"{path.name}: {line}", err=True)
        raise
    for line in fault_lines(taken.rejected):
        click.echo(f"{path.name}: {line}; left out", err=True)
    if as_json:
        print_json(
            {
                "file": path.name,
                "kept_as": str(taken.snapshot.path / taken.file_name),
                "accepted": taken.accepted,
                "refused": taken.refused,
                "undecided": taken.undecided,
                "rejected": taken.rows_rejected,
                "is_new": taken.is_new,
            }
        )
        return
    again = "" if taken.is_new else " (read before: nothing new)"
    click.echo(
        f"{path.name}: {taken.accepted:,} accepted, {taken.refused:,} refused, "
        f"{taken.undecided:,} not decided, {taken.rows_rejected:,} rejected{again}"
    )
    click.echo(f"kept as {taken.snapshot.path / taken.file_name}\nnext: localsdg build")
