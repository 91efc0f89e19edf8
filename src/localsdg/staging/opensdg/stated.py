"""Metadata fields of the platform -> what they state of an indicator, in the terms of all platforms."""

from __future__ import annotations

from localsdg.staging.local.rules import DOUBLE
from localsdg.staging.local.snapshot_content import SnapshotContent, StatedFacts
from localsdg.staging.opensdg.metadata import as_list, flag, stated_text
from localsdg.staging.opensdg.site import Site
from localsdg.staging.opensdg.starter import starter_hashes
from localsdg.staging.opensdg.targets import local_targets

RULE_PREFIX = "OSDG"
#: Fields that define an indicator in words.
_DEFINITIONS = (
    "national_indicator_description",
    "indicator_description",
    "computation_definitions",
    # the Canary Islands define each term of a formula in words
    "formula_teorica",
)
#: Fields that name a target in words; a bundle keeps the fact alone.
_TARGET_WORDS = ("localsdg_target_in_words", "SDG_TARGET", "target_name")
_GOALS = ("sdg_goal", "goal_number")
#: Longer than this is no number of a goal.
_CODE_LENGTH = 80


def content_of(site: Site) -> SnapshotContent:
    """A site in the form that the further steps take."""
    ids = dict.fromkeys(indicator_id for by_id in site.metadata.values() for indicator_id in by_id)
    unreadable = {fault.indicator_id for fault in site.faults}
    # a file whose metadata could not be read states nothing, not even that it is complete
    with_files = {file.indicator_id for file in site.files if file.rule != DOUBLE}
    unknown = [indicator_id for indicator_id in sorted(unreadable & with_files) if indicator_id not in ids]
    return SnapshotContent(
        site.snapshot,
        RULE_PREFIX,
        site.site_id,
        site.local_government_id,
        site.home,
        site.year_pulled,
        site.archives,
        {indicator_id: stated_facts(site, indicator_id, unreadable) for indicator_id in [*ids, *unknown]},
        site.metadata_sha256,
        targets=local_targets(site.site_id, {indicator_id: site.fields(indicator_id) for indicator_id in ids}),
        known_placeholders=starter_hashes(),
        left_out=site.left_out,
        faults=site.faults,
        n_cleaned=site.n_cleaned,
    )


def stated_facts(site: Site, indicator_id: str, unreadable: set[str]) -> StatedFacts:
    """What the metadata of one indicator state; `unreadable` are ids of which some metadata could not be read."""
    fields = site.fields(indicator_id)

    def stated(name: str) -> str:
        return stated_text(fields.get(name))

    titles = site.titles(indicator_id)
    status = stated("reporting_status")
    return StatedFacts(
        titles=titles,
        own_titles=tuple(site.own_titles(indicator_id)),
        has_template_title=site.has_template_title(indicator_id),
        template_title=stated("indicator_name"),
        definition=" ".join(map(stated, _DEFINITIONS)),
        unit=stated("computation_units"),
        coverage=stated("national_geographical_coverage"),
        reporting_status=status,
        is_statistical=not flag(fields.get("data_non_statistical")),
        is_status_known=bool(status) or indicator_id not in unreadable,
        indicator=stated_text(fields.get("indicator_number") or fields.get("indicator")),
        target=stated("target_id"),
        goal=stated("sdg_goal"),
        is_target_in_words=any(map(stated, _TARGET_WORDS)),
        goals={name: stated(name)[:_CODE_LENGTH] for name in _GOALS},
        cut_words={
            language: " ".join(map(str, as_list(fields.get(f"localsdg_title_words_{language}")))) for language in titles
        },
        cell_words=site.cell_words,
        poverty=_poverty(fields.get("localsdg_poverty")),
        cell_parts=_cell_parts(fields.get("localsdg_poverty_cells")),
    )


def _poverty(value: object) -> dict[str, tuple[str, str]]:
    """Part -> value and basis, as a bundle keeps it; what has another shape states nothing."""
    pairs = value.items() if isinstance(value, dict) else ()
    return {
        str(part): (str(pair[0]), str(pair[1])) for part, pair in pairs if isinstance(pair, list) and len(pair) == 2
    }


def _cell_parts(value: object) -> dict[str, dict[str, str]]:
    """Cell -> part -> value, as a bundle keeps it."""
    by_cell = value.items() if isinstance(value, dict) else ()
    return {str(cell): {str(k): str(v) for k, v in parts.items()} for cell, parts in by_cell if isinstance(parts, dict)}
