"""`localsdg link train` and `localsdg link eval`: a model of one's own, and how good links are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.base import JSON, REPLACE, Command, print_json
from localsdg.common.errors import UsageError
from localsdg.common.json_text import json_text

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.maintenance.links.corpus import Example

FILES = click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of labelled sets, by their known names.",
)
RECORDS = click.option(
    "--records",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of registers whose records declare their goals, by their known names.",
)
FREE = click.option(
    "--free", "only_free", is_flag=True, help="Only sets whose licence allows anything; no FILE, no decisions."
)
FOLDS = click.option(
    "--folds",
    type=click.IntRange(2, 20),
    default=5,
    show_default=True,
    help="Parts of the cross-validation that measures it.",
)


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg link train labelled.csv\n"
        "  localsdg link train labelled.csv --folder ../shared/data/linking --folds 10"
    ),
)
@FILES
@FOLDER
@RECORDS
@FREE
@click.option("--no-decisions", is_flag=True, help="Leave out manual reviews of links.")
@FOLDS
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Where to (.parquet); data/linking/links.parquet by default, which is then used instead of ours.",
)
@click.option(
    "--card",
    "card_path",
    type=click.Path(path_type=Path),
    help="Where its model card goes (.md); beside it by default.",
)
@JSON
def train(files, folder, records, only_free, no_decisions, folds, output, card_path, as_json) -> None:
    """Learn links from labelled records, and write a model and its card.

    FILE is a CSV with the columns text and codes ("1.3; 11"), language (en, es or de) and, where a
    text is not about its codes, label (false). Our own lists, and manual reviews of links, are
    always learned from too. The same data give the same file.
    """
    _require_training()
    from localsdg.common.output_files import check_output, write_text
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.maintenance.links import card, corpus, evaluate
    from localsdg.maintenance.links.train import write

    settings = load_settings()
    if output is not None:
        output = check_output(settings, output, endings=[".parquet"], inputs=files)
    if card_path is not None:
        card_path = check_output(settings, card_path, endings=[".md"], inputs=files, option="--card")
    # free or not: nobody knows the terms of a user's own texts
    decided = [] if only_free or no_decisions else _decided(settings)
    examples = _examples(files, folder, records, only_free, decided)
    path = output or settings.linking / "links.parquet"
    with Progress() as progress:
        model = evaluate.trained(examples, _codes(), folds, progress)
    write(model, path)
    beside = path.with_name(f"{path.stem}_free{path.suffix}")
    card_path = card_path or path.with_suffix(".md")
    write_text(card_path, card.card([path, beside] if beside.exists() else [path]))
    if as_json:
        print_json(
            {
                "file": str(path),
                "card": str(card_path),
                "version": model.version,
                "bytes": path.stat().st_size,
                "decisions": len(decided),
                **model.facts,
            }
        )
        return
    _print("Texts", [_flat(row) for row in corpus.data_facts(examples, model.languages)])
    _print_figures(model.facts["figures"])
    click.echo("decisions of people: " + (f"{len(decided):,}" if decided else "none"))
    click.echo(f"{path}: version {model.version}, {path.stat().st_size:,} bytes; card: {card_path}")


@click.command(
    "eval",
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg link eval --folder ../shared/data/linking --records ../shared/data/local/actions\n"
        "  localsdg link eval labelled.csv --json"
    ),
)
@FILES
@FOLDER
@RECORDS
@FREE
@FOLDS
@click.option("--output", type=click.Path(path_type=Path), help="Write the figures as JSON.")
@REPLACE
@JSON
def evaluate_links(files, folder, records, only_free, folds, output, force, as_json) -> None:
    """Measure learned links on labelled texts that were not learned from; writes nothing by itself.

    Without FILE, --folder or --records the folders beside the checkout are taken. Links are learned in
    English, Spanish and German, so in other languages there is nothing to measure. Of the registers
    (--records) the goals that their records declare are hidden, and found again from the words alone.
    """

    _require_training()
    from localsdg.common.output_files import check_output, write_text
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.maintenance.links import evaluate

    settings = load_settings()
    if output is not None:
        output = check_output(settings, output, endings=[".json"], inputs=files, replace=force)
    if not files and folder is None and records is None:
        shared = settings.resources.parent / "shared" / "data"
        folder, records = shared / "linking", shared / "local" / "actions"
    examples = _examples(files, folder, records, only_free, [])
    with Progress() as progress:
        figures = evaluate.measured(examples, _codes(), folds, progress)
    figures["local_names"] = _local_names(settings, folder, examples)
    facts = {**figures, "published": evaluate.PUBLISHED}
    if output is not None:
        write_text(output, json_text(facts, indent=1) + "\n")
    if as_json:
        print_json(facts)
    else:
        _print_figures(figures)


def _examples(
    files: tuple[Path, ...], folder: Path | None, records: Path | None, only_free: bool, decided: list[Example]
) -> list[Example]:
    from localsdg.maintenance.links import corpus
    from localsdg.maintenance.links.registers import declared_records

    if only_free and files:
        raise UsageError("the licence of your own records is not known", expected="--free, or FILE", got="both")
    if not files and folder is None and records is None:
        raise UsageError(
            "nothing to learn from",
            expected="FILE, or --folder with labelled sets",
            next_step="localsdg link train --help",
        )
    given = [one for path in files for one in corpus.labelled_file(path)]
    sets = (corpus.labelled_folder(folder) if folder else []) + (declared_records(records) if records else [])
    found = corpus.own_lists() + (corpus.free(sets) if only_free else sets) + given + decided
    return corpus.merged(found)


def _codes() -> dict[str, list[str]]:
    """All goals and targets, by level, in the order of the Agenda."""
    from localsdg.maintenance.links.train import LEVELS
    from localsdg.registry.sdg_codes import sdg_codes

    def place(code: str) -> list[tuple[int, str]]:
        return [(int(part) if part.isdigit() else 99, part) for part in code.split(".")]

    known = sorted(sdg_codes(), key=place)
    return {level: [one for one in known if one.count(".") == dots] for dots, level in enumerate(LEVELS)}


def _decided(settings: Settings) -> list[Example]:
    """Manual reviews, from the published warehouse; none where there is no warehouse yet."""
    from localsdg.maintenance.links import corpus
    from localsdg.registry.language import detect
    from localsdg.warehouse.decisions import decided_texts

    if not settings.published.exists():
        return []
    return corpus.decided(decided_texts(settings).to_pylist(), detect)


def _local_names(settings: Settings, folder: Path | None, examples: list[Example]) -> list[dict]:
    """Figures of names of local indicators, where the repositories of sites are beside the labelled folder."""
    from localsdg.linking.model import find_model, read_model
    from localsdg.maintenance.links.short_names import local_names, measured_names

    sites = folder.resolve().parent / "local" / "opensdg" if folder else None
    if sites is None or not sites.is_dir():
        return []
    return measured_names(settings, read_model(find_model(settings.linking)), local_names(sites), examples)


def _flat(row: dict) -> dict:
    return {"set": row["source"], **row["texts"], "licence": row["licence"]}


def _print_figures(figures: dict) -> None:
    from localsdg.maintenance.links.evaluate import PUBLISHED

    _print(f"Texts not learned from, in {figures['folds']} parts (first: the best guess is right)", figures["sets"])
    _print("Records of actions with their declared goals hidden: learned goal links", figures["records"])
    _print("Accepted links, with thresholds of the other parts", figures["links"])
    _print("Texts about nothing of the Agenda that show or have a link", figures["unrelated"])
    _print("Reliability by decile of confidence", figures["reliability"])
    own = [
        {"system": f"here, {name}", **figures[key]}
        for name, key in ((f"{figures['folds']} parts", "experts"), ("held-back halves", "expert_halves"))
        if figures[key]
    ]
    if own:
        # a column more or less makes no table: those of others have an accuracy alone
        others = [
            {**dict.fromkeys(own[0]), "system": f"{name}, published by others", "n": 1251, "accuracy": value}
            for name, value in PUBLISHED.items()
        ]
        _print("English experts: is this text about this goal?", own + others)
    if figures["first_sentences"]:
        click.echo(
            f"\nSpanish first sentences: {figures['first_sentences']['accuracy']:.3f} of "
            f"{figures['first_sentences']['n']:,} have the right goal first"
        )
    learned = sorted({row["language"] for row in figures["sets"]})
    if figures.get("local_names"):
        title = (
            "Names of local indicators with an official code, by the model in use (near: words of the official name)"
        )
        _print(title, figures["local_names"])
    click.echo(f"not learned, so not measured: every language but {' and '.join(learned) or 'none'}")


def _print(title: str, rows: list[dict]) -> None:
    import pyarrow as pa

    from localsdg.warehouse.query import print_table

    click.echo(f"\n{title}")
    if rows:
        print_table(pa.Table.from_pylist(rows), len(rows))
    else:
        click.echo("none: too few texts")


def _require_training() -> None:
    """Raises `UsageError` where the libraries that train a model are not installed."""
    from importlib.util import find_spec

    if find_spec("sklearn") is None or find_spec("threadpoolctl") is None:
        raise UsageError(
            "training needs scikit-learn",
            expected="the extra localsdg[train]",
            got="no such package",
            next_step="python -m pip install 'localsdg[train]'",
        )
