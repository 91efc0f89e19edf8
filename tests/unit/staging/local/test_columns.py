"""What the columns of a data file are, and which of their cells mean the whole."""

from __future__ import annotations

import pytest
from local_helpers import HOME, data_file

from localsdg.staging.local.columns import column_roles
from localsdg.staging.local.whole_labels import is_whole, whole_cells


def test_the_role_of_a_column_is_found_by_its_name_and_cells() -> None:
    file = data_file(
        "Year,Sex,Ward,Series,Units,Observation status,Unit multiplier,Value,Group\n"
        "2019,F,Old Town,Base,%,,units,1,A\n2020,,Weirford,Base,%,,units,2,B\n"
    )
    roles = column_roles(file, HOME)
    assert (roles.year, roles.value, roles.unit, roles.status) == ("Year", "Value", "Units", "Observation status")
    assert roles.names == ("Sex", "Ward", "Series", "Group")  # a multiplier of one is no column of the table
    assert roles.areas == ((2, "part"),)
    assert roles.series == (3,)
    assert roles.groups == (1, 4)
    assert roles.wholes == (("",), ())
    assert roles.keys == (1, 2, 3, 4)


def test_a_file_without_years_is_refused() -> None:
    with pytest.raises(ValueError, match="year"):
        column_roles(data_file("Quarter,Value\n2019,1\n"), HOME)


@pytest.mark.parametrize(
    ("heading", "cells", "is_group"),
    [
        ("Lower confidence limit", ("1.2", "1.3"), False),
        ("95% CI", ("1.2 to 1.9", "1.3–2.0"), False),
        ("Intervalle de confiance (95 %)", ("[1,2 ; 1,9]", ""), False),
        ("Límite superior", ("1,2", "n/a"), False),
        ("Standardfehler", ("0.1", "0.2"), False),
        ("样本量", ("100", "120"), False),
        ("знаменатель", ("100", "120"), False),
        ("Population", ("1,000", "1 200"), False),
        ("Population", ("Children", "Adults"), True),  # words are groups, whatever the heading
        ("Sample", ("Adults", "Adults"), True),
        ("Age", ("16", "17"), True),
        ("Fußnote 2", ("vorläufig", ""), False),
        ("Quelle", ("Amt", "Amt"), False),
        ("End", ("2019", "2020"), False),
        ("LowerCI", ("4.1", "4.2"), False),
        ("Umbral", ("8.114,2", "8.209,5", "8.522,1"), False),  # an amount that goes with the year
        ("Cohort", ("2001", "2002", "2003"), True),
        ("GeoCode", ("08019", "08019"), False),
        ("End", ("Summer", "Summer"), True),
        ("Unit measure", ("%", "%"), False),
    ],
)
def test_columns_that_measure_or_annotate_are_no_groups(heading, cells, is_group) -> None:
    file = data_file(
        f"Year,Units,{heading},Value\n" + "".join(f'201{n},x,"{cell}",{n}\n' for n, cell in enumerate(cells))
    )
    assert bool(column_roles(file, HOME).groups) == is_group


def test_a_source_that_tells_rows_apart_throughout_is_a_breakdown() -> None:
    rows = "".join(f"{year},{source},{n}\n" for year in (2019, 2020) for n, source in enumerate(("Wind", "Solar")))
    assert column_roles(data_file(f"Year,Source,Value\n{rows}"), HOME).groups == (1,)


@pytest.mark.parametrize(
    "label",
    """total; _T; T; All; Both sexes; persons; Ensemble; Totale; Tots dos; Insgesamt; Gesamt; Ambos sexos; всего;
    合計; 总计; 합계; المجموع; Totaal; Ogółem; RAZEM; Samtliga; I alt; Yhteensä; ΣΥΝΟΛΟ; σύνολο; Guztira; Toplam;
    Összesen; Todos os sexos; (Total); ［総数］; \u00a0TOTAL\u00a0; SEXO._T; AGE._Z; X._L_SERVICE_T; sex.total;
    -""".split(";"),
)
def test_words_for_the_whole(label) -> None:
    assert is_whole(label)


@pytest.mark.parametrize(
    "label",
    [
        "Dones",
        "Rural",
        "M",
        "Other",
        "All others",
        "EDAD.Y15",
        "65+",
        "t1",
        "SKILL_Z",
        "sex.female",
        "1.5",
        "Z",
        "女",
        "да",
    ],
)
def test_other_labels_are_not_the_whole(label) -> None:
    assert not is_whole(label)


@pytest.mark.parametrize(
    ("heading", "titles", "cells", "whole"),
    [
        ("Bildungsbereich", [], ["Bildungsbereich Gesamt", "Schule"], ["Bildungsbereich Gesamt"]),
        ("Sektoren", ["CO2e-Emissionen"], ["Gesamtemissionen", "Haushalte"], ["Gesamtemissionen"]),
        ("Gruppe", ["Erwerbstätige AufstockerInnen"], ["Aufstocker*innen Gesamt"], ["Aufstocker*innen Gesamt"]),
        ("Groupe", [], ["Ensemble de la population", "Femmes"], ["Ensemble de la population"]),
        ("区分", [], ["人口総数", "男"], ["人口総数"]),
        ("Sex", [], ["Both sexes (total)", "F"], ["Both sexes (total)"]),
        ("Art", ["Erwerb"], ["Frauen gesamt", "Frauen unter 25"], []),  # all women are no population
        ("Cargo", ["Cargo exports and imports"], ["Total exports", "Total imports"], []),
        ("Art", ["Leistung"], ["Leistung gesamt", "Insgesamt"], ["Insgesamt"]),
        ("Subject", ["Employment rate"], ["employment rate", "Youth"], ["employment rate"]),
    ],
)
def test_a_word_for_the_whole_beside_words_of_the_indicator(heading, titles, cells, whole) -> None:
    assert list(whole_cells(heading, cells, titles)) == whole


def test_numbers_that_tell_rows_apart_throughout_are_a_breakdown() -> None:
    rows = [f"{year},{size},1" for year in (2018, 2019) for size in ("1", "2.5", "10")]
    assert column_roles(data_file("\n".join(["Year,Particles,Value", *rows])), HOME).groups == (1,)


def test_one_code_of_a_place_in_all_rows_is_the_files() -> None:
    assert column_roles(data_file("Year,GeoCode,Value\n2018,08019,1\n2019,08019,2\n"), HOME).areas == ()
    for codes in (("08019", "08020"), ("", "08019"), ("E06000023", "E06000023")):
        content = "".join(f"201{n},{code},{n}\n" for n, code in enumerate(codes))
        assert column_roles(data_file(f"Year,GeoCode,Value\n{content}"), HOME).areas == ((1, "area"),)


def test_a_column_of_units_that_holds_none_breaks_rows_down() -> None:
    rows = [f"20{n},{cell},{n}" for n in (18, 19) for cell in ("Opiate", "Non-Opiate")]
    assert column_roles(data_file("\n".join(["Year,Unit,Value", *rows])), HOME).groups == (1,)
    for heading, other in (("Unit", "%"), ("Units", "Alcohol"), ("Unit", "Opiate")):
        roles = column_roles(data_file("\n".join([f"Year,{heading},Value", "2018,Opiate,1", f"2018,{other},2"])), HOME)
        assert roles.unit == heading and not roles.groups


@pytest.mark.parametrize("place", ["Weirford", "South West", "England average", "UK", "European Union"])
def test_a_series_that_is_called_after_a_place_is_the_places(place) -> None:
    roles = column_roles(data_file(f"Year,Series,Value\n2018,{place},1\n2018,Poverty,2\n"), HOME)
    assert roles.areas == ((1, "mixed"),)
    assert roles.series == (1,) and not roles.groups


@pytest.mark.parametrize(
    ("heading", "cells", "is_unit"),
    [
        ("Unité", ("euros", "euros"), True),
        ("Unidade de medida", ("N.º", "N.º"), True),
        ("Jednostka miary", ("zł", "zł"), True),
        ("Единица измерения", ("тысяч человек", "тысяч человек"), True),
        ("Birim", ("bin m3/gün", "bin m3/gün"), True),
        ("Whatever", ("tonnes", "tonnes"), True),
        ("Whatever", ("%", "per 100,000 population"), True),
        # counted people are a group, a code or a subject is no unit, two spellings of a unit are two subjects
        ("Whatever", ("Women", "Women"), False),
        ("Whatever", ("T", "T"), False),
        ("Whatever", ("Bottom 40%", "Bottom 40%"), False),
        ("Whatever", ("Homicides per 100,000", "Homicides per 100,000"), False),
        ("Whatever", ("Euro", "Euros"), False),
        ("Series", ("tonnes", "tonnes"), False),
    ],
)
def test_a_column_of_units_is_known_by_its_name_or_by_its_cells(heading, cells, is_unit) -> None:
    file = data_file(f'Year,{heading},Value\n2019,"{cells[0]}",1\n2020,"{cells[1]}",2\n')
    assert column_roles(file, HOME).unit == (heading if is_unit else None)
