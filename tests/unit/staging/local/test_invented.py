"""Titles of a test and numbers that nobody measured, and the real ones that look like them."""

from __future__ import annotations

import pytest
from local_helpers import HOME, data_file, snapshot_content

from localsdg.staging.local.describe import describe, describe_all
from localsdg.staging.local.invented import dummy_numbers, title_kind
from localsdg.staging.local.judge import judge_all
from localsdg.staging.local.snapshot_content import Archive, StatedFacts

REAL = "Year,Value\n2010,146.4\n2011,141.7\n2012,141.1\n2013,144\n"
COUNT = "Year,Value\n2015,1\n2016,2\n2017,3\n2018,4\n"


@pytest.mark.parametrize(
    "title",
    "1-1-title|1.2.1-título|prueba|Prueba 2|TEST|1.1.1 test|grafica de prueba titulo|Dieser Wert ist Test.|"
    "Indikator für Test|lorem ipsum dolor sit|xxx|dummy|Datos de ejemplo|Exemple d’indicateur|Prova|Teste|"
    "Indicateur d'essai|Тестовый показатель|مؤشر اختبار|测试指标|テストデータ|테스트|उदाहरण संकेतक|ตัวอย่าง".split("|"),
)
def test_titles_of_a_test(title: str) -> None:
    assert title_kind(title, "1-1-1") == "test"


@pytest.mark.parametrize(
    "title",
    "title|Título|Indicator name|Title of the graph, usually indicator name|Kurzbeschreibung des Indikators|TBD|"
    "1-1-1-title|Indicador 1|Nom de l'indicateur|Название показателя|指标名称".split("|"),
)
def test_titles_that_were_never_filled_in(title: str) -> None:
    assert title_kind(title, "1-1-1") == "unfilled"


@pytest.mark.parametrize(
    "title",
    "Test scores in reading|HIV tests|Pruebas de acceso|Examples of good practice|Sample size|Title I schools|"
    "Indicator of food price anomalies|Nombre de places|Numéro d'essais cliniques|Índex de Gini|Gini|"
    "Water-quality indicator for beaches|检测指标|Тестирование на ВИЧ||1.2.1|2030".split("|"),
)
def test_titles_that_name_something(title: str) -> None:
    assert title_kind(title, "1-1-1") is None


@pytest.mark.parametrize(
    ("content", "is_dummy"),
    [
        (COUNT, True),
        ("Year,Value\n2018,40\n2017,30\n2016,20\n2015,10\n", True),
        ("Year,Value\n2015,123\n2016,9999\n", True),
        ("Year,Sex,Value\n" + "".join(f"{y},{s},50\n" for y in (2015, 2016) for s in "abc"), True),
        # fair-trade certificates of Ingolstadt, every second year
        ("Year,Value\n2014,1\n2016,2\n2018,3\n2020,4\n2022,5\n2024,6\n", False),
        # average age of Barcelona's sewers
        ("Year,Value\n2015,63.37\n2016,63.74\n2017,64.11\n2018,64.48\n", False),
        # no malaria, and electricity in all schools
        ("Year,Sex,Value\n" + "".join(f"{y},{s},0\n" for y in (2015, 2016) for s in "abc"), False),
        ("Year,Sex,Value\n" + "".join(f"{y},{s},100\n" for y in (2015, 2016) for s in "abc"), False),
        ("Year,Value\n2015,0\n2016,0\n2017,0\n2018,0\n", False),
        ("Year,Value\n2015,111\n", False),
        (REAL, False),
    ],
)
def test_numbers_that_look_typed(content: str, is_dummy: bool) -> None:
    assert (dummy_numbers(data_file(content)) is not None) == is_dummy


def titled(*titles: str, **facts) -> StatedFacts:
    return StatedFacts(titles={"en": titles[0]} if titles else {}, own_titles=titles, **facts)


@pytest.mark.parametrize(
    ("content", "stated", "rule", "has_sign"),
    [
        (REAL, titled("prueba"), "P06", False),
        (REAL, titled("1-1-title", "prueba de prueba"), "P06", False),
        # one title that names something: a site's try with real numbers under it
        (REAL, titled("Dieser Indikator ist ein Test", "Glasfaser"), None, True),
        (COUNT, titled("Dieser Indikator ist ein Test", "Glasfaser"), "P07", False),
        # real numbers under a title that was never filled in
        (REAL, titled("Title of the graph, usually indicator name"), None, True),
        (COUNT, titled("Title of the graph, usually indicator name"), "P07", False),
        ("Year,Value\n2001,8\n2002,1\n2003,9\n2004,2\n", titled("Kurzbeschreibung", "Sonnentage"), "P07", False),
        (COUNT, titled(), "P07", False),
        (COUNT, titled("Proportion of people", has_template_title=True), "P07", False),
        # a count with a title of the site's own may be true: it is kept, and a check warns
        (COUNT, titled("Partner towns"), None, True),
        (REAL, titled("Partner towns"), None, False),
        (REAL, titled(), None, False),
        # the status comes after the signs of content
        (REAL, titled("prueba", reporting_status="notstarted"), "P06", False),
    ],
)
def test_which_signs_leave_a_file_out(content, stated, rule, has_sign) -> None:
    site = snapshot_content({"1-1-1": content}, {"1-1-1": stated})
    (judged,) = judge_all(site, describe_all(site))
    assert (judged.rule, judged.sign is not None) == (rule, has_sign)
    assert judged.detail is None if rule is None else judged.detail


def test_a_publisher_that_lost_its_translations_has_no_tests() -> None:
    ids = ("1-1", "1-2", "2-1")
    files = {one: REAL.replace("146", str(n)) for n, one in enumerate(ids)}
    site = snapshot_content(files, {one: titled(f"{one}-title") for one in ids})
    assert [judged.rule for judged in judge_all(site, describe_all(site))] == [None] * 3
    some = {one: titled(f"{one}-title" if one == "1-1" else "Something") for one in ids}
    site = snapshot_content(files, some)
    assert [judged.rule for judged in judge_all(site, describe_all(site))] == ["P06", None, None]


def test_of_a_bundle_titles_decide_nothing() -> None:
    """It keeps one title of each indicator, and files that are tests were left out when it was made."""
    site = snapshot_content({"1-1-1": REAL}, {"1-1-1": titled("prueba")})
    site.left_out = Archive(site.archives[0].record, [])
    (judged,) = judge_all(site, describe_all(site))
    assert judged.rule is None and judged.sign and "prueba" in judged.sign


def test_odd_titles_and_cells_are_no_error() -> None:
    for title in ("\u0301", "x" * 10_000, "1" * 5000, "-", "’"):
        assert title_kind(title) in (None, "test")
    assert dummy_numbers(data_file("Year,Value\n²,1\n5,2\n³,3\n¹,4\n")) is None
    assert describe("1-1-1", StatedFacts(), HOME).title is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Titre à compléter", "unfilled"),
        ("da completare", "unfilled"),
        ("a preencher", "unfilled"),
        ("in te vullen", "unfilled"),
        ("başlık", "unfilled"),
        ("tytuł testowy", "test"),
        ("тест", "test"),
        ("Formulaires à remplir par les communes", None),
    ],
)
def test_unfinished_titles_of_other_languages(title: str, kind: str | None) -> None:
    assert title_kind(title) == kind
