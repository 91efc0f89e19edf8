"""What a local indicator is, resolved once from what its metadata state."""

from __future__ import annotations

import pytest
from local_helpers import HOME, snapshot_content

from localsdg.staging.local.describe import describe, describe_all
from localsdg.staging.local.reference_area import Place
from localsdg.staging.local.snapshot_content import StatedFacts

FULL = StatedFacts(
    titles={"und": "Porcentaje de la población por debajo del umbral nacional", "en": "Poverty"},
    own_titles=("Porcentaje de hogares por debajo del umbral nacional",),
    unit="Porcentaje",
    coverage="United Kingdom",
    reporting_status="complete",
)


def test_every_fact_is_resolved_into_one_record() -> None:
    description = describe("1-2-1", FULL, HOME)
    assert (description.title, description.language) == (FULL.titles["und"], "es")
    assert (description.unit, description.unit_basis) == ("PERCENT", "metadata")
    assert (description.place, description.place_basis) == (Place("national", "United Kingdom"), "metadata")
    assert description.poverty == {"line": ("national", "title"), "population": ("households", "title")}
    assert (description.reporting_status, description.is_complete, description.fault) == ("complete", True, None)


def test_what_nothing_states_is_not_guessed() -> None:
    description = describe("3-1-1", StatedFacts(), HOME)
    assert (description.title, description.language, description.reporting_status) == (None, None, None)
    assert (description.unit, description.unit_basis) == ("NOT STATED", "none")
    assert (description.place, description.place_basis) == (Place("own", "Weirford"), "assumed")
    assert description.poverty == {}


@pytest.mark.parametrize(
    ("status", "is_complete"),
    [
        ("", True),
        ("Complete", True),
        ("completo", True),
        ("vollständig", True),
        ("complete computation_units: broken front matter", True),
        ("Complète", True),
        ("completado", True),
        ("status.complete", True),
        ("Abgeschlossen.", True),
        ("status.notstarted", False),
        ("未开始", False),
        ("no disponible", False),
        ("notstarted", False),
        ("exploring", False),
        ("完了", False),
    ],
)
def test_a_status_denies_or_confirms(status: str, is_complete: bool) -> None:
    assert describe("1-1-1", StatedFacts(reporting_status=status), HOME).is_complete is is_complete


def test_facts_of_a_bundle_go_before_those_derived_from_texts() -> None:
    facts = {"line": ("upper", "metadata"), "population": ("households", "title")}
    stated = StatedFacts(own_titles=("Children below the lower bound",), poverty=facts)
    assert describe("1-2-1", stated, HOME).poverty == facts


def test_words_that_were_cut_off_a_title_count_in_the_comparison() -> None:
    stated = StatedFacts(titles={"en": "Share of …", "es": "Parte"}, cut_words={"en": "people poor", "es": ""})
    description = describe("1-2-1", stated, HOME)
    assert description.title == "Share of …"
    assert description.titles == {"en": "Share of … people poor", "es": "Parte"}


def test_one_indicator_that_cannot_be_described_costs_itself() -> None:
    odd = StatedFacts(titles={"en": 5})  # type: ignore[dict-item]
    content = snapshot_content({"1-1-1": "Year,Value\n2019,1\n"}, {"1-1-1": odd, "2-1-1": FULL})
    descriptions = describe_all(content)
    assert list(descriptions) == ["1-1-1", "2-1-1"]
    assert descriptions["1-1-1"].fault and descriptions["2-1-1"].fault is None


def test_an_interrupt_is_no_fault_of_an_indicator(monkeypatch) -> None:
    def interrupted(*_):
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr("localsdg.staging.local.describe.coverage_of", interrupted)
    with pytest.raises(RuntimeError, match="interrupted"):
        describe("1-1-1", StatedFacts(), HOME)
