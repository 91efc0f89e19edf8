"""`localsdg link "TEXT"` and `--file`: the links of texts, and the words that carried them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import click

from localsdg.cli.base import JSON, REPLACE, Command, print_json
from localsdg.common.errors import UsageError
from localsdg.common.formula_guard import guard_formula

#: What `--format csv` prints, in this order.
COLUMNS = ("row", "method", "goal_code", "target_code", "indicator_code", "confidence", "rank", "evidence")


@click.command(
    "text",
    cls=Command,
    hidden=True,
    epilog=(
        "Examples:\n"
        '  localsdg link "Free school meals in the poorest districts"\n'
        '  localsdg link --language es "Rehabilitación de viviendas sociales"\n'
        "  localsdg link --file actions.csv --text-column title --output links.csv\n"
        "  localsdg link --file actions.csv --text-column title --semantic"
    ),
)
@click.argument("text", required=False)
@click.option("--file", type=click.Path(path_type=Path), help="A CSV of texts, one a record.")
@click.option("--text-column", metavar="NAME", help="Its column of texts.")
@click.option("--language-column", metavar="NAME", help="Its column of languages (en, es, …).")
@click.option("--language", metavar="CODE", help="Language of the texts; detected by default.")
@click.option(
    "--kind",
    type=click.Choice(["text", "record"]),
    help="What the confidence is for; by default record for a file with a title and other columns of actions.",
)
@click.option(
    "--accepted", is_flag=True, help="Only links above the threshold, set for 9 in 10 to be right (see the model card)."
)
@click.option("--format", "form", type=click.Choice(["table", "csv"]), help="table, or csv; csv for a file.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the CSV here.")
@REPLACE
@click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Another model that `localsdg link train` wrote.",
)
@click.option(
    "--semantic",
    is_flag=True,
    help="Order targets of English texts with a sentence model's help (extra localsdg[semantic]).",
)
@JSON
def text(
    text, file, text_column, language_column, language, kind, accepted, form, output, force, model, semantic, as_json
) -> None:
    """Goals, targets and indicators that a text cites, or that its words point to.

    Each link has its method (cited, learned), its confidence and the words that carried it. Goals
    come first, then at most five targets in order; an indicator only by way of a target that is
    sure enough. No link is an answer. In the CSV, row 1 is the first record below the header.

    A record of an action names more goals than it serves, so that its links are held to a higher
    score than those of other texts. Words that most texts of a file share, such as the headings of a
    form, are not scored.

    --semantic moves up the targets whose official names are closer to an English text; links,
    confidence and acceptance stay. Measured on texts not learned from: the first target was right
    for 42 instead of 30 in 100 of a city's own targets (123 texts), and for 60 in 100 measures of
    climate plans with it and without it. It is slow: some 30 texts a second.
    """
    import pyarrow as pa

    from localsdg.common.output_files import check_output
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.linking.calibrate import TEXT
    from localsdg.linking.inputs import read_texts
    from localsdg.linking.links import Elements, Linker
    from localsdg.linking.model import find_model, read_model
    from localsdg.registry.sdg_codes import sdg_codes

    if (text is None) == (file is None):
        raise UsageError(
            "a text or a file is needed",
            expected='localsdg link "TEXT", or --file IN.csv',
            got="both" if file else "neither",
        )
    settings = load_settings()
    if output:
        output = check_output(settings, output, inputs=[file] if file else [], replace=force)
    if file:
        given = read_texts(file, text_column, language_column, language)
        texts, kind = given.table, kind or given.kind
        for note in given.notes:
            click.echo(f"{file.name}: {note}", err=True)
    else:
        texts = pa.table(
            {"text_id": pa.array([1], pa.int64()), "text": [text], "language": pa.array([language], pa.string())}
        )
    chosen = read_model(model or find_model(settings.linking))
    reorder = _reorder(settings) if semantic else None
    links, read = [], []
    with Linker(settings, chosen, Elements.of(sdg_codes())) as linker, Progress() as progress:
        for found, known in linker.batches(texts, kind or TEXT):
            if reorder:
                found = reorder(found, texts, known, progress=progress)
            links += [row for row in found.to_pylist() if row["is_accepted"] or not accepted]
            read += known.to_pylist()
            progress.step(len(read), texts.num_rows, "link")
    if as_json:
        print_json(_facts(links, read, chosen))
    elif file and form != "table":
        _print_csv(links, output)
    elif form == "csv" or output:
        _print_csv(links, output)
    else:
        _print_table(links, read, chosen)
    if not as_json:
        _report(read, links, chosen, output)
    if semantic:
        _report_other_languages(read)


def _reorder(settings):
    """`semantic.reorder`, with the sentence model and the official names."""
    from functools import partial

    from localsdg.linking.semantic import load_encoder, reorder
    from localsdg.sources.records.intake import target_names

    return partial(reorder, names=target_names(settings), encode=load_encoder(settings))


def _report_other_languages(read: list[dict]) -> None:
    """Which texts the sentence model had no say in."""
    from localsdg.linking.semantic import LANGUAGES

    left = Counter(one["language"] for one in read if one["is_supported"] and one["language"] not in LANGUAGES)
    if left:
        named = ", ".join(f"{language} {n:,}" for language, n in left.most_common())
        click.echo(f"--semantic reads English alone; in the order of their confidence as ever: {named}", err=True)


def _print_csv(links: list[dict], output: Path | None) -> None:
    body = io.StringIO(newline="")
    writer = csv.DictWriter(body, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "row": row["text_id"], "evidence": _plain(row["evidence"])} for row in links)
    if output:
        from localsdg.common.output_files import write_text

        write_text(output, body.getvalue())
    else:
        click.echo(body.getvalue(), nl=False)


def _plain(evidence: str | None) -> str:
    """Words of a text in a cell: never a formula of a spreadsheet."""
    words = " ".join((evidence or "").split())
    return guard_formula(words)


def _facts(links: list[dict], read: list[dict], model) -> dict:
    """One entry a text: its language, whether links can be learned in it, and its links."""
    by_text: dict[int, list[dict]] = {}
    for row in links:
        by_text.setdefault(row["text_id"], []).append(
            {key: value for key, value in row.items() if key not in ("text_id", "model_version")}
        )
    return {
        "model_version": model.version,
        "texts": [
            {
                "row": one["text_id"],
                "language": one["language"],
                "language_detected": one["is_detected"],
                "answer": _answer(one, found),
                "links": found,
            }
            for one in read
            for found in [by_text.get(one["text_id"], [])]
        ],
    }


def _answer(read: dict, links: list[dict]) -> str:
    if links:
        return "linked"
    return "no link" if read["is_supported"] or not read["language"] else "language not supported"


def _print_table(links: list[dict], read: list[dict], model) -> None:
    import pyarrow as pa

    from localsdg.warehouse.query import print_table

    if not links:
        return
    many = len(read) > 1
    rows = [
        {
            **({"row": row["text_id"]} if many else {}),
            "method": row["method"],
            "links to": row["indicator_code"] or row["target_code"] or row["goal_code"],
            "rank": row["rank"],
            "confidence": f"{row['confidence']:.2f}" + ("" if row["is_accepted"] else " ?"),
            "because of": row["evidence"],
        }
        for row in links
    ]
    print_table(pa.Table.from_pylist(rows), 1_000)


def _report(read: list[dict], links: list[dict], model, output: Path | None) -> None:
    """What a reader must know beside the links, on the error stream."""
    from localsdg.linking.actions import describe_unsupported

    unsupported = Counter(one["language"] for one in read if one["language"] and not one["is_supported"])
    if len(read) == 1:
        one = read[0]
        how = "detected" if one["is_detected"] else "given"
        language = f"language {one['language']} ({how})" if one["language"] else "no words"
        answer = _answer(one, links)
        click.echo(f"{language}; {answer}" if answer != "linked" else language, err=True)
    else:
        linked = len({row["text_id"] for row in links})
        click.echo(
            f"{linked:,} of {len(read):,} texts linked, {len(links):,} links" + (f", in {output}" if output else ""),
            err=True,
        )
    if unsupported:
        click.echo(
            f"{describe_unsupported(unsupported, 'text')}; not supported for learned links, only citations were "
            f"looked for (learned: {', '.join(model.languages)}; --language says what a text is in)",
            err=True,
        )
    if any(not row["is_accepted"] for row in links):
        click.echo("? marks a suggestion: below the threshold, which is set for 9 in 10 to be right", err=True)
