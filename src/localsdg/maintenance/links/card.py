"""The model card: what an artefact is, learned from, measured, and not for.

The figures are in the metadata of the artefact, so that a card can be
written anew from the file alone.
"""

from __future__ import annotations

from pathlib import Path

from localsdg.linking.calibrate import length_name
from localsdg.linking.model import Model, read_model
from localsdg.maintenance.links.corpus import LEARNED_LANGUAGES
from localsdg.maintenance.links.evaluate import PUBLISHED

_TEMPLATE = Path(__file__).with_name("card.md.j2")


def card(paths: list[Path]) -> str:
    """The card of one or several artefacts, as Markdown. Raises `LocalsdgError` for a file that is none."""
    from jinja2 import Environment, StrictUndefined

    # Markdown, not a page: nothing to escape
    environment = Environment(  # noqa: S701
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["share"] = _share
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(models=[_facts(path) for path in paths], published=PUBLISHED)


def _facts(path: Path) -> dict:
    """What the template asks of one artefact."""
    import pyarrow.parquet as pq

    model = read_model(path)
    missing = [language for language in LEARNED_LANGUAGES if language not in model.languages]
    bare = [one for one in model.languages if not any(k.startswith(f"{one}:target") for k in model.curves)]
    return {
        "name": path.name,
        "version": model.version,
        "size": path.stat().st_size,
        "languages": " and ".join(model.languages),
        "n_weights": pq.read_metadata(path).num_rows,
        "data": model.card["data"],
        "data_languages": model.languages,
        "figures": model.card["figures"],
        "missing": " or ".join(missing),
        "without_targets": " or ".join(bare),
        "links": _links(model),
        "reliability": _reliability(model),
    }


def _links(model: Model) -> list[dict]:
    measured = {
        (row["language"], row["level"], row["kind"], row["length"]): row for row in model.card["figures"]["links"]
    }
    found = []
    for (language, level, kind, fewest), threshold in sorted(_thresholds(model).items()):
        row = measured.get((language, level, kind, length_name(fewest)))
        if row:
            found.append({**row, "threshold": threshold})
    return found


def _thresholds(model: Model) -> dict[tuple[str, str, str, int], float]:
    """Threshold by language, level, kind and fewest words."""
    parts = {tuple(name.split(":")): curve["threshold"] for name, curve in model.curves.items()}
    return {(language, level, kind, int(n)): value for (language, level, kind, n), value in parts.items()}


def _reliability(model: Model) -> list[dict]:
    """The deciles of one level, language and kind together."""
    known = {key[:3] for key in _thresholds(model)}
    parts: dict[tuple[str, ...], list[dict]] = {}
    for row in model.card["figures"]["reliability"]:
        if (row["language"], row["level"], row["kind"]) in known:
            parts.setdefault((row["level"], row["language"], row["kind"]), []).append(row)
    return [
        {"level": level, "language": language, "kind": kind, "rows": rows}
        for (level, language, kind), rows in sorted(parts.items())
    ]


def _share(number: float | None) -> str:
    return "not known" if number is None else f"{number:.3f}"
