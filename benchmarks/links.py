"""Texts linked a second, and the size of what does it: `python -m benchmarks.links`.

Short texts are the official names of targets and indicators, cut to twelve
words and numbered so that no two are alike; long ones are eight of them.
"""

from __future__ import annotations

import argparse
import statistics
import time

import pyarrow as pa

from benchmarks.measure import Figure, add_record_flag, finish
from localsdg.common.settings import load_settings
from localsdg.linking.links import Elements, Linker
from localsdg.linking.model import SHIPPED, read_model
from localsdg.registry.sdg_codes import sdg_codes
from localsdg.warehouse.query import run_query

RUNS, SHORT, LONG = 3, 20_000, 4_000
#: Short texts a second.
TARGET = 5_000.0


def table(texts: list[str], language: str | None) -> pa.Table:
    return pa.table(
        {
            "text_id": pa.array(range(len(texts)), pa.int64()),
            "text": texts,
            "language": pa.array([language] * len(texts), pa.string()),
        }
    )


def main() -> int:
    """Print the figures; the exit code is 1 where the target is not reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_record_flag(parser)
    given = parser.parse_args()
    figures = []
    settings = load_settings()
    names = [
        row["title"]
        for row in run_query(
            settings, "select title from core.target union select title from core.indicator order by 1"
        ).to_pylist()
    ]
    short = [f"{' '.join(names[i % len(names)].split()[:12])} {i}" for i in range(SHORT)]
    long = [" ".join(names[(i + k) % len(names)] for k in range(8)) for i in range(LONG)]
    model = read_model(SHIPPED)
    print(f"model {model.version}: {SHIPPED.stat().st_size / 1e6:.2f} MB; {settings.threads} threads")
    with Linker(settings, model, Elements.of(sdg_codes())) as linker:
        for name, texts, language in (
            ("short, language detected", short, None),
            ("short, language given", short, "en"),
            ("long, language detected", long, None),
        ):
            spent = []
            for _ in range(RUNS):
                started = time.perf_counter()
                n = sum(links.num_rows for links, _ in linker.batches(table(texts, language)))
                spent.append(time.perf_counter() - started)
            words = statistics.mean(len(text.split()) for text in texts)
            print(f"{name}: {len(texts):,} texts, {words:.0f} words each, {n:,} links")
            rates = [len(texts) / one for one in spent]
            target = TARGET if texts is short else None
            figures.append(Figure(f"texts linked a second, {name}", "", rates, target, is_at_most=False))
    return finish("links", figures, is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
