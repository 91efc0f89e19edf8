"""Kinds of actors: what a name, its bracket and a register's own words say, in six languages."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from localsdg.registry.actor_kinds import ACTOR_KINDS, Actor, actor_kind, stated_kind
from localsdg.registry.actor_lists import NAMES_CSV, PHRASES_CSV, STATED_CSV, fold, key_of

LANGUAGES = ("en", "es", "fr", "pt", "de", "ca")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("City Council of Leeds", "local government"),
        ("Ayuntamiento de Málaga", "local government"),
        ("Ville de Lyon", "local government"),
        ("Prefeitura de Santos", "local government"),
        ("Câmara Municipal de Lisboa", "local government"),
        ("Stadt Ingolstadt", "local government"),
        ("Diputació de Barcelona", "local government"),
        ("Noda Village", "local government"),
        ("Västerås stad", "local government"),
        ("Government of Catalonia", "region"),
        ("Kebbi State Government", "region"),
        ("Gobierno de Cantabria", "region"),
        ("Conseil régional de Bretagne", "region"),
        ("Governo do Estado de São Paulo", "region"),
        ("Staatsministerium für Umwelt", "region"),
        ("Generalitat de Catalunya", "region"),
        ("Kenya", "nation"),
        ("Côte d'Ivoire", "nation"),
        ("Government of Kenya", "nation"),
        ("Ministry of Health", "nation"),
        ("Ministerio de Universidades", "nation"),
        ("Ministère de la Culture", "nation"),
        ("Ministério do Meio Ambiente", "nation"),
        ("Bundesumweltministerium", "nation"),
        ("Banco Central do Brasil", "nation"),
        ("UNICEF", "UN or intergovernmental"),
        ("World Bank", "UN or intergovernmental"),
        ("African Development Bank (AfDB)", "UN or intergovernmental"),
        ("Comisión Europea", "UN or intergovernmental"),
        ("Nations Unies", "UN or intergovernmental"),
        ("Nações Unidas", "UN or intergovernmental"),
        ("Europäische Kommission", "UN or intergovernmental"),
        ("Red Cross", "civil society"),
        ("Asociación Costa Rica por Siempre", "civil society"),
        ("Fondation Tara", "civil society"),
        ("Associação dos Jovens", "civil society"),
        ("Kolping e.V.", "civil society"),
        ("Associació de veïns", "civil society"),
        ("Col·legi Oficial de Metges", "civil society"),
        ("Banco de Alimentos", "civil society"),
        ("Acme, Inc.", "business"),
        ("Cámara de Comercio", "business"),
        ("Asociación de Empresarios de Jaén", "business"),
        ("Chambre de commerce de Lyon", "business"),
        ("Fédération des entreprises d’insertion", "business"),
        ("Associação Empresarial", "business"),
        ("Siemens AG", "business"),
        ("Cambra de Comerç", "business"),
        ("Universitat de Barcelona", "academia"),
        ("Escuela de Negocios", "academia"),
        ("École des Ponts", "academia"),
        ("Instituto Politécnico de Leiria", "academia"),
        ("Technische Hochschule", "academia"),
        ("City University of Hong Kong", "academia"),
        ("Bloomberg Philanthropies", "philanthropy"),
        ("The Pew Charitable Trusts", "philanthropy"),
        ("Fundación filantrópica Sol", "philanthropy"),
        ("Bürgerstiftung Hannover", "philanthropy"),
        ("Fundação Calouste Gulbenkian", "philanthropy"),
        ("Indigenous peoples of the Amazon", "community"),
        ("Comunidades locales", "community"),
        ("Communautés locales", "community"),
        ("Comunidades quilombolas", "community"),
        ("Dorfgemeinschaft Lehde", "community"),
        ("C40 Cities", "network of cities"),
        ("Federación Española de Municipios y Provincias", "network of cities"),
        ("Association des Maires du Bénin", "network of cities"),
        ("Confederação Nacional de Municípios", "network of cities"),
        ("Deutscher Städtetag", "network of cities"),
        ("Xarxa de Ciutats i Pobles", "network of cities"),
        ("National Assembly of Wales", "parliament"),
        ("Congreso de los Diputados", "parliament"),
        ("Assemblée nationale", "parliament"),
        ("Assembleia da República", "parliament"),
        ("Deutscher Bundestag", "parliament"),
        # nothing is guessed: a word within a word, a word elsewhere, another script, a formula, an address
        ("Sagres Praia", "not classified"),
        ("Techo para un país", "not classified"),
        ("東京大学", "not classified"),
        ("=1+1", "not classified"),
        ("Banksy", "not classified"),
        ("Maggie", "not classified"),
        ("https://www.example.org/university", "not classified"),
    ],
)
def test_the_kind_of_an_actor_is_read_from_its_name(name, kind):
    actor = actor_kind(name)
    assert (actor.name, actor.kind) == (name, kind)


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("City of Bonn (Government)", Actor("City of Bonn", "local government", "known")),
        ("Fisheries Division (Government)", Actor("Fisheries Division", "nation", "words")),
        ("CORDIO (Government)", Actor("CORDIO", "nation", "stated")),
        ("Mares Mexicanos (ONG)", Actor("Mares Mexicanos", "civil society", "stated")),
        ("Eco Pacfico Plus (Sector privado)", Actor("Eco Pacfico Plus", "business", "stated")),
        ("Bel Avenir (Organisation de la société civile)", Actor("Bel Avenir", "civil society", "stated")),
        ("UNISUL (Instituição acadêmica)", Actor("UNISUL", "academia", "stated")),
        ("Alfred (Wissenschaft)", Actor("Alfred", "academia", "stated")),
        ("Alfa (Entitat sense ànim de lucre)", Actor("Alfa", "civil society", "stated")),
        (
            "WWF Portugal (Non-governmental organization (NGO): beneficiary",
            Actor("WWF Portugal", "civil society", "stated"),
        ),
        ("Rare (Non-governmental organization (NGO))", Actor("Rare", "civil society", "stated")),
        ("HX (lead entity)", Actor("HX", "not classified", "none")),
        ("Lady Lawyer Foundation (LLF), NGO", Actor("Lady Lawyer Foundation (LLF)", "civil society", "stated")),
        # an acronym and another name in brackets are no kinds
        (
            "World Health Organization (WHO)",
            Actor("World Health Organization (WHO)", "UN or intergovernmental", "known"),
        ),
        ("Tonga, in partnership with the UNDP", Actor("Tonga, in partnership with the UNDP", "nation", "known")),
        ("MINAE (Ministry of Environment)", Actor("MINAE (Ministry of Environment)", "nation", "known")),
    ],
)
def test_a_kind_in_brackets_is_taken_out_of_the_name_and_wins(text, actor):
    assert actor_kind(text) == actor


def test_a_column_that_says_local_does_not_turn_a_university_into_a_government():
    stated = "Local / Regional Government"
    assert actor_kind("EIMMS Project", stated) == Actor("EIMMS Project", "local government", "stated")
    assert actor_kind("Ministry of Tourism", stated).kind == "nation"
    assert actor_kind("Junta de Andalucía", stated).kind == "region"
    assert actor_kind("UNDP", "Government").kind == "nation"  # only what is said of a local one is often wrong


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("Non-governmental organization (NGO)", "civil society"),
        ("Local / Regional Government", "local government"),
        ("United Nations / Multilateral body", "UN or intergovernmental"),
        ("Intergovernmental organization", "UN or intergovernmental"),
        ("Other relevant actor", "other"),
        ("Partnership", "other"),
        ("Scientific community", "academia"),
        ("organizacin de sociedad civil", "civil society"),  # without its accented letters
        ("Government, lead entity", "nation"),
        ("network of cities", "network of cities"),
        ("NGO with consultative status", "civil society"),
        ("youth NGO", "civil society"),
        ("in partnership with the UN", None),
        ("WHO", None),
        ("Japan", None),
        ("", None),
    ],
)
def test_what_a_register_calls_a_kind(wording, kind):
    assert stated_kind(wording) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("GlobalCovenantofMayors2019", "network of cities"),
        ("CDPStates&Regions2018-19", "other"),
        ("DDLNetZeroDB2020", "other"),  # a database
        ("Under2Coalition2022", "network of cities"),
    ],
)
def test_lists_of_networks_are_known_by_their_own_names(name, kind):
    assert actor_kind(name) == Actor(name, kind, "known")


def test_an_acronym_is_found_in_capitals_alone():
    assert actor_kind("WHO").kind == "UN or intergovernmental"
    assert actor_kind("People who care").kind == "not classified"
    assert actor_kind("Un mundo mejor").kind == "not classified"
    assert actor_kind("Itu").kind == "not classified"  # a town


def test_the_first_of_several_bodies_decides():
    assert actor_kind("City of Malmö / ICLEI").kind == "local government"
    assert actor_kind("ICLEI, City of Malmö").kind == "network of cities"


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(("path", "column"), [(PHRASES_CSV, "phrase"), (NAMES_CSV, "name"), (STATED_CSV, "wording")])
def test_the_lists_have_each_phrase_once_and_kinds_of_the_vocabulary(path, column):
    rows = listed(path)
    assert {row["actor_kind"] for row in rows} <= set(ACTOR_KINDS)
    phrases = [row[column] for row in rows]
    assert sorted(one for one in set(phrases) if phrases.count(one) > 1 or not key_of(one)) == []


def test_phrases_can_be_found_in_a_name():
    rows = listed(PHRASES_CSV)
    assert {row["place"] for row in rows} == {"0", "1", "2", "3", "4"}
    assert {row["part"] for row in listed(NAMES_CSV)} == {"anywhere", "whole"}
    plain = re.compile(r"(?:\^ )?\*?\w[\w ]*\*?(?: \$)?")
    assert [row["phrase"] for row in rows if not plain.fullmatch(row["phrase"])] == []
    # the same words with and without accents would be two rows for one phrase
    folded = [fold(row["phrase"]) for row in rows]
    assert sorted(one for one in set(folded) if folded.count(one) > 1) == []


def test_every_kind_is_stated_and_told_by_phrases_in_six_languages():
    stated = {(row["actor_kind"], row["language"]) for row in listed(STATED_CSV)}
    assert {(kind, language) for kind in ACTOR_KINDS for language in LANGUAGES} <= stated
    told = {(row["actor_kind"], row["language"]) for row in listed(PHRASES_CSV)}
    of_names = set(ACTOR_KINDS) - {"other", "UN or intergovernmental"}  # those are known by name
    assert {(kind, language) for kind in of_names for language in LANGUAGES} <= told
