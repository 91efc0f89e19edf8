"""What a poverty number means, by row: the line, who is counted, and what states it."""

from __future__ import annotations

import pytest
from local_helpers import HOME, data_file

from localsdg.staging.local.columns import column_roles
from localsdg.staging.local.describe import describe
from localsdg.staging.local.parse import FileToParse
from localsdg.staging.local.poverty import NOT_STATED, Meaning, meaning_of, parts_of_cell, parts_of_text
from localsdg.staging.local.poverty_rows import row_meanings
from localsdg.staging.local.reference_area import Home
from localsdg.staging.local.snapshot_content import StatedFacts

CANTABRIA = Home("Cantabria", "autonomous community", "ESP")
JOHANNESBURG = Home("Johannesburg", "city", "ZAF")
SANTANDER = Home("Santander", "city", "ESP")


def meanings(content: str, stated: StatedFacts | None = None, home: Home = HOME, indicator_id: str = "1-2-1") -> list:
    """The meaning of each row of a file."""
    file = data_file(content, indicator_id)
    description = describe(indicator_id, stated or StatedFacts(), home)
    return row_meanings(FileToParse(1, file, description, home, column_roles(file, home)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Households below the food poverty line (FPL)", "food"),
        ("Porcentaje por debajo de la línea de pobreza alimentaria", "food"),
        ("LBPL", "lower"),
        ("below the upper-bound poverty line", "upper"),
        ("persones per davall del llindar autonòmic de pobresa", "regional"),
        ("considerando el umbral regional de pobreza", "regional"),
        ("Armutsgefährdungsquote, gemessen am Landesmedian", "regional"),
        ("considerando el umbral de pobreza nacional", "national"),
        ("UMBRAL_POBREZA._L_PL_COUNTRY", "national"),
        ("sous le seuil national de pauvreté", "national"),
        ("abaixo do limiar nacional de pobreza", "national"),
        ("sotto la soglia nazionale di povertà", "national"),
        ("Percent below the federal poverty level", "national"),
        ("Population earning less than 50 percent of the poverty level", "half of the national line"),
        ("income below 50 % of the median", "50 % of the median"),
        ("ingresos inferiores al 60 por ciento de la mediana", "60 % of the median"),
        ("unter 60 Prozent des Medianeinkommens", "60 % of the median"),
        ("half of the median income", "50 % of the median"),
        ("60 % of the regional median", "regional"),
        ("low-income measure, after tax (LIM-AT)", "50 % of the median"),
        ("at-risk-of-poverty rate", "60 % of the median"),
        ("Taxa de risc de pobresa", "60 % of the median"),
        ("Taux de risque de pauvreté", "60 % of the median"),
        ("Households below Real Cost Measure", "basic needs"),
        ("people living on less than $2.15 a day", "international"),
        ("below the international poverty line", "international"),
        ("Absolute low income", "absolute low income"),
        # a text that lists three lines states none of them
        ("national poverty lines: food, lower-bound and upper-bound poverty line; food poverty", "national"),
        ("Arbeitslosenquote", None),
        ("60 % of households are connected", None),
    ],
)
def test_the_line_that_a_text_states(text: str, line: str | None) -> None:
    assert parts_of_text(text, HOME).get("line") == line


@pytest.mark.parametrize(
    ("text", "population"),
    [
        ("Proportion of men, women and children of all ages", "persons"),
        ("Proporción de hombres, mujeres y niños de todas las edades", "persons"),
        ("Proporción de personas viviendo en hogares con baja intensidad", "persons"),
        ("Children living in households below the line", "children"),
        ("Percentage of households with children", "households"),
        ("Llars familiars formades per persones de 65 anys", "households"),
        ("Barcelona (0-15 population)", "children"),
        ("Población menor de 16 años: menores en riesgo", "children"),
        ("65 years and over", "older people"),
        ("Working-age adults", "people of working age"),
        ("by sex, age, employment status of the population", "persons"),
        ("Personas ocupadas en riesgo de pobreza", "workers"),
        ("Anteil der Bevölkerung", "persons"),
        ("18 to 64 years", None),
    ],
)
def test_the_population_that_a_text_states(text: str, population: str | None) -> None:
    assert parts_of_text(text, HOME).get("population") == population


def test_the_three_lines_of_one_file_are_told_apart() -> None:
    title = "Percentage of people below the national poverty lines (food, lower-bound and upper-bound poverty lines)"
    stated = StatedFacts(titles={"en": title}, own_titles=(title,))
    found = meanings(
        "Year,Series,Units,Value\n2015,Food poverty line,%,20\n2015,Lower-bound poverty line,%,30\n"
        "2015,Upper-bound poverty line,%,40\n2015,,%,50\n",
        stated,
        JOHANNESBURG,
    )
    lines = [(one.threshold, one.threshold_basis) for one in found]
    assert lines == [("food", "series"), ("lower", "series"), ("upper", "series"), ("national", "title")]
    assert {(one.population, one.population_basis) for one in found} == {("persons", "title")}


@pytest.mark.parametrize(
    ("header", "cell", "home", "line"),
    [
        ("Umbral", "España", CANTABRIA, "national"),
        ("Umbral", "ES", CANTABRIA, "national"),
        ("Umbral", "Cantabria", CANTABRIA, "regional"),
        ("Umbral", "Santander", SANTANDER, "local"),
        ("Umbral", "60 %", CANTABRIA, "60 % of the median"),
        ("Poverty line", "Upper bound", JOHANNESBURG, "upper"),
        ("Territorio", "España", CANTABRIA, None),
        ("Serie", "Riesgo de pobreza con el umbral de Cantabria", CANTABRIA, "regional"),
        ("Serie", "Riesgo de pobreza con el umbral de España", CANTABRIA, "national"),
    ],
)
def test_a_column_of_lines_names_places_and_shares(header: str, cell: str, home: Home, line: str | None) -> None:
    assert parts_of_cell(header, cell, home).get("line") == line


def test_texts_are_asked_in_their_order() -> None:
    stated = StatedFacts(
        titles={"es": "Hogares pobres", "en": "Children below the lower bound"},
        own_titles=("Hogares pobres", "Children below the lower bound"),
        unit="% of persons",
        definition="below the upper-bound poverty line",
        template_title="Proportion of population below the national poverty line",
    )
    plain = "Year,Value\n2019,1\n"
    assert meanings(plain, stated) == [Meaning("lower", "translation", "persons", "unit")]
    assert meanings("Year,Serie,Units,Value\n2019,Food poverty,% of households,1\n", stated) == [
        Meaning("food", "series", "households", "unit")
    ]
    # what the framework's title says comes last for the line, before the definition for the population
    template = StatedFacts(definition=stated.definition + ", households", template_title=stated.template_title)
    assert meanings(plain, template) == [Meaning("upper", "metadata", "persons", "title")]
    assert meanings(plain) == [Meaning()] and Meaning().threshold_basis == NOT_STATED


def test_the_framework_title_in_a_build_gives_way_to_an_own_title() -> None:
    framework = "Proportion of population living below the national poverty line, by sex and age"
    own = "Percentage of households below the upper bound poverty line (UBPL)"
    both = StatedFacts(titles={"en": framework, "und": own}, own_titles=(framework, own))
    plain = "Year,Value\n2019,1\n"
    assert meanings(plain, both) == [Meaning("upper", "title", "households", "title")]
    alone = StatedFacts(titles={"en": framework}, own_titles=(framework,))
    assert meanings(plain, alone) == [Meaning("national", "title", "persons", "title")]


def test_a_measure_in_place_of_a_line_and_one_that_has_a_line() -> None:
    arope = {"measure": ("at risk of poverty or social exclusion", "title")}
    assert meaning_of({"line": ("national", "series")}, arope).threshold == (
        "at risk of poverty or social exclusion, national"
    )
    assert meaning_of({}, {"measure": ("material deprivation", "title"), "line": ("national", "metadata")}) == Meaning(
        "material deprivation", "title"
    )
    assert meaning_of({"line": ("upper", "series")}, {"measure": ("multidimensional", "template")}) == Meaning(
        "upper", "series"
    )
    # the definition of a rate of poverty names the wider measure in passing
    passing = {"line": ("national", "title"), "measure": ("at risk of poverty or social exclusion", "metadata")}
    assert meaning_of({}, passing) == Meaning("national", "title")


def test_the_kind_of_income_is_part_of_the_line() -> None:
    title = "Personas en riesgo de pobreza con alquiler imputado, umbral nacional de pobreza"
    stated = StatedFacts(titles={"es": title}, own_titles=(title,))
    assert meanings("Year,Value\n2019,1\n", stated)[0].threshold == "national, with imputed rent"
    stated = StatedFacts(titles={"en": "Poor"}, own_titles=("Poor",), definition="60 % of the median")
    rows = meanings("Year,Sub-category,Value\n2019,After housing costs,1\n2019,Before housing costs,2\n", stated)
    assert [one.threshold for one in rows] == [
        "60 % of the median, after housing costs",
        "60 % of the median, before housing costs",
    ]


def test_groups_of_people_say_that_the_number_counts_people() -> None:
    title = "Rate of severe material and social deprivation"
    stated = StatedFacts(titles={"en": title}, own_titles=(title,))
    barcelona = Home("Barcelona", "city", "ESP")
    content = "Year,Geographical_Area,Value\n2019,Barcelona,1\n2019,Barcelona(0-15 population),2\n"
    assert meanings(content, stated, barcelona) == [
        Meaning("material deprivation", "title", "persons", "series"),
        Meaning("material deprivation", "title", "children", "series"),
    ]
    # an empty column is no group, and households stay households
    assert meanings("Year,Sex,Value\n2019,,1\n")[0].population == NOT_STATED
    households = StatedFacts(titles={"en": "Households"}, own_titles=("Households",))
    assert meanings("Year,Sex,Value\n2019,F,1\n", households)[0].population == "households"


def test_a_column_of_lines_says_whose_median_the_series_means() -> None:
    rows = "".join(f"2019,Riesgo de pobreza,{cell},{n}\n" for n, cell in enumerate(("Cantabria", "España", "")))
    lines = [one.threshold for one in meanings(f"Year,Serie,Umbral,Value\n{rows}", home=CANTABRIA)]
    assert lines == ["regional", "national", "60 % of the median"]


def test_a_column_of_lines_is_a_series_and_no_place() -> None:
    content = "Year,Umbral,Territorio,Value\n2019,España,Cantabria,1\n2019,Cantabria,España,2\n"
    roles = column_roles(data_file(content, "1-2-1"), CANTABRIA)
    assert (roles.series, roles.areas, roles.groups) == ((1,), ((2, "area"),), ())
    # of another subject it is no line of poverty
    assert column_roles(data_file(content, "11-2-1"), CANTABRIA).series == ()


def test_names_of_places_are_no_lines() -> None:
    content = "Year,Ward,Value\n2019,Upper Bound,1\n2019,Children Town,2\n"
    assert meanings(content) == [Meaning(), Meaning()]


def test_what_a_bundle_states_of_cells_goes_before_their_words() -> None:
    stated = StatedFacts(cell_parts={"S1": {"line": "upper"}}, cell_words={"S2": "food poverty line"})
    found = meanings("Year,Series,Value\n2019,S1,1\n2019,S2,2\n", stated)
    assert [one.threshold for one in found] == ["upper", "food"]
