"""What a translation key of a repository says in each language of the site."""

from __future__ import annotations

import io
import zipfile

from localsdg.staging.opensdg.translations import Translations

CONFIG = "languages:\n  - de\n  - en\n"


def translations(files: dict[str, str]) -> Translations:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return Translations(zipfile.ZipFile(body))


def test_a_key_is_the_text_of_its_group_in_a_language() -> None:
    found = translations(
        {
            "translations/de/global_indicators.yml": "1-2-1-title: Arbeitslosenquote\n",
            "translations/en/global_indicators.yml": "1-2-1-title: >-\n  Unemployment\n  rate\n",
            "translations/de/units.yml": "percent: Prozent\nper:\n  capita: je Kopf\n",
        }
    )
    assert found.text("global_indicators.1-2-1-title", "de") == "Arbeitslosenquote"
    assert found.text("global_indicators.1-2-1-title", "en") == "Unemployment rate"
    assert found.text("units.per.capita", "de") == "je Kopf"
    assert found.languages == ("de", "en")


def test_a_key_that_nothing_resolves_is_no_text() -> None:
    found = translations({"translations/de/units.yml": "percent:\nloop: units.loop\n"})
    for key in ("units.percent", "units.loop", "units.other", "global_indicators.1-2-1-title"):
        assert found.text(key, "de") is None
    assert found.text("units.percent", "fr") is None


def test_one_file_may_hold_all_languages_and_a_text_may_be_a_key() -> None:
    found = translations(
        {
            "translations/titles.yml": "en:\n  own: Trees\nde:\n  own: other.trees\n",
            "translations/de/other.yml": "trees: Bäume\n",
        }
    )
    assert (found.text("titles.own", "en"), found.text("titles.own", "de")) == ("Trees", "Bäume")


def test_the_configuration_names_the_languages() -> None:
    files = {"translations/hy/units.yml": "percent: x\n", "config_data.yml": CONFIG}
    assert translations(files).languages == ("de", "en")
    assert translations({**files, "config_data.yml": "languages: [: \n"}).languages == ("hy",)


def test_a_broken_file_leaves_the_others() -> None:
    found = translations({"translations/de/a.yml": "x: [", "translations/de/b.yml": "x: Text\n"})
    assert found.text("a.x", "de") is None and found.text("b.x", "de") == "Text"
    assert [fault.name for fault in found.faults] == ["translations/de/a.yml"]
