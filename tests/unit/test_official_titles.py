"""The official names of the registry: what is taken from a site's own translations, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.maintenance.bundle.official_titles import WHOLE_LIST, collect


def write(tree: Path, language: str, title: str, n_titles: int = WHOLE_LIST) -> None:
    path = tree / language / "global_indicators.yml"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"1-1-{n}-title: {title} {n}\n" for n in range(1, n_titles + 1)), encoding="utf-8")


@pytest.fixture
def names(tmp_path) -> Path:
    write(tmp_path / "names", "en", "Proportion of people in poverty")
    return tmp_path / "names"


def languages(names: Path, site: Path) -> list[str]:
    return sorted({row["language"] for row in collect(names, {"a site": site})})


def test_a_further_language_comes_from_a_site_that_keeps_the_official_names(names, tmp_path) -> None:
    site = tmp_path / "site"
    write(site / "translations", "en", "The proportion of people in poverty")
    write(site / "translations", "de", "Anteil armer Menschen")
    write(site / "translations", "ca", "Anteil armer Menschen")  # begun as a copy
    write(site / "translations", "eu", "Pobrezia", n_titles=9)
    rows = collect(names, {"a site": site})
    assert languages(names, site) == ["en"], "two languages with the same texts are no languages"
    (site / "translations" / "ca" / "global_indicators.yml").unlink()
    rows = collect(names, {"a site": site})
    assert {row["language"]: row["source"] for row in rows} == {"en": "Open SDG translations (MIT)", "de": "a site"}
    assert [row["code"] for row in rows[:3]] == ["1.1.1", "1.1.2", "1.1.3"]


def test_a_site_with_its_own_subjects_under_official_keys_is_no_source(names, tmp_path) -> None:
    site = tmp_path / "site"
    write(site / "translations", "en", "Number of fruit trees")
    write(site / "translations", "de", "Anzahl der Obstbäume")
    assert languages(names, site) == ["en"]


def test_names_without_english_are_refused(tmp_path) -> None:
    with pytest.raises(LocalsdgError):
        collect(tmp_path, {})
