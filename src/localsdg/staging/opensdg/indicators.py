"""Files and metadata of a site -> `staging.local_indicator`."""

from __future__ import annotations

from localsdg.common.database import insert_rows
from localsdg.staging.opensdg import cross_site
from localsdg.staging.opensdg.doubles import DOUBLE
from localsdg.staging.opensdg.files import DataFile
from localsdg.staging.opensdg.match import language_of
from localsdg.staging.opensdg.meta import flag, stated_text
from localsdg.staging.opensdg.site import Site
from localsdg.staging.opensdg.units import NOT_STATED, file_unit, poverty_meaning


def unit_text(site: Site, indicator_id: str) -> str:
    """What the metadata say about the unit of an indicator."""
    return stated_text(site.fields(indicator_id).get("computation_units"))


def stage_indicators(con, site: Site, rules: dict[int, str | None]) -> None:
    """Fill the rows of `staging.local_indicator` of one site, and what `cross_site` needs of each."""
    files = _file_of_each(site, rules)
    ids = dict.fromkeys([*files, *(one for by_id in site.metadata.values() for one in by_id)])
    rows, notes = [], []
    for indicator_id in ids:
        file, sha256 = files.get(indicator_id, (None, site.metadata_sha256))
        rows.append(_indicator_row(site, indicator_id, file, rules[id(file)] if file else None, sha256))
        notes.append(
            cross_site.note(
                site.release,
                site.site_id,
                indicator_id,
                site.titles(indicator_id),
                site.has_template_title(indicator_id),
                site.fields(indicator_id),
            )
        )
    insert_rows(con, "staging.local_indicator", rows)
    insert_rows(con, "osdg_note", notes)
    con.execute(_COUNTS, [site.release])


def _file_of_each(site: Site, rules: dict[int, str | None]) -> dict[str, tuple[DataFile, str]]:
    """Indicator id -> its file and the archive's hash; the one that is used where two have the id."""
    every = [
        (file, archive.record.sha256)
        for archive in [*filter(None, [site.left_out]), *site.archives]
        for file in archive.files
    ]
    used = {file.indicator_id.casefold() for file, _ in every if rules[id(file)] != DOUBLE}
    return {
        file.indicator_id: (file, sha256)
        for file, sha256 in every
        if rules[id(file)] != DOUBLE or file.indicator_id.casefold() not in used
    }


def _indicator_row(site: Site, indicator_id: str, file, rule: str | None, sha256: str) -> dict:
    fields, titles = site.fields(indicator_id), site.titles(indicator_id)
    language, title = next(iter(titles.items()), (None, None))
    unit, unit_basis = file_unit(unit_text(site, indicator_id), title or "")
    threshold, population = poverty_of(site, indicator_id)
    return {
        "release": site.release,
        "site_id": site.site_id,
        "local_government_id": site.local_government_id,
        "local_indicator_id": indicator_id,
        "language": language_of(title, language) if title and language == "und" else language,
        "local_title": title,
        "unit": unit or NOT_STATED,
        "unit_basis": unit_basis,
        "reporting_status": stated_text(fields.get("reporting_status")) or None,
        "published_indicator": stated_text(fields.get("indicator_number") or fields.get("indicator")) or None,
        "published_target": stated_text(fields.get("target_id")) or None,
        "published_goal": stated_text(fields.get("sdg_goal")) or None,
        "is_placeholder": bool(rule and rule.startswith("OSDG-P")),
        "placeholder_rule": rule if rule and rule.startswith("OSDG-P") else None,
        "exclusion_rule": rule,
        "is_statistical": not flag(fields.get("data_non_statistical")),
        "poverty_threshold": threshold,
        "population_unit": population,
        "entry_name": file.entry if file else None,
        "content_sha256": file.sha256 if file else None,
        "n_rows": file.rows_in if file else 0,
        "n_rows_rejected": 0,
        "n_headline": 0,
        "snapshot_sha256": sha256,
    }


def poverty_of(site: Site, indicator_id: str) -> tuple[str | None, str | None]:
    """Threshold and population of a poverty number: what the bundle derived, else by the texts."""
    fields = site.fields(indicator_id)
    derived = [stated_text(fields.get(f"localsdg_{one}")) for one in ("poverty_threshold", "population_unit")]
    threshold, population = poverty_meaning(
        ".".join(indicator_id.split("-")[:2]),
        site.own_titles(indicator_id),
        " ".join(
            stated_text(fields.get(name))
            for name in ("national_indicator_description", "indicator_description", "computation_definitions")
        ),
        stated_text(fields.get("indicator_name")),
    )
    return derived[0] or threshold, derived[1] or population


#: What the rows say of their indicator: years, rejects, and the unit where a column states it.
_COUNTS = """
update staging.local_indicator as i set
    n_rows_rejected = i.n_rows - coalesce(o.n, 0), n_headline = coalesce(o.n_headline, 0),
    first_year = o.first_year, last_year = o.last_year,
    unit = case when o.unit_basis = 'column' then o.unit else i.unit end,
    unit_basis = case when o.unit_basis = 'column' then 'column' else i.unit_basis end
from (
    select k.local_indicator_id, o.n, o.n_headline, o.first_year, o.last_year, o.unit, o.unit_basis
    from (select local_indicator_id, release from staging.local_indicator) as k
    left join (
        select release, local_indicator_id, count(*) as n, count(*) filter (is_headline) as n_headline,
            min(year) as first_year, max(end_year) as last_year,
            coalesce(min(unit) filter (is_headline), mode(unit order by row_number)) as unit,
            coalesce(min(unit_basis) filter (is_headline), mode(unit_basis order by row_number)) as unit_basis
        from staging.local_observation group by all
    ) as o using (release, local_indicator_id)
    where k.release = $1
) as o
where i.release = $1 and i.local_indicator_id = o.local_indicator_id
"""
