"""Kinds of actors: what a name says, in six languages."""

from __future__ import annotations

import csv

import pytest

from localsdg.registry.actor_kinds import ACTOR_KINDS, KINDS_CSV, NOT_CLASSIFIED, Actor, actor_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("UNICEF", "UN or intergovernmental"),
        ("World Bank", "UN or intergovernmental"),
        ("Comisión Europea", "UN or intergovernmental"),
        ("Europäische Kommission", "UN or intergovernmental"),
        ("Ministry of Health", "nation"),
        ("Ministerio de Universidades", "nation"),
        ("Ministère de la Culture", "nation"),
        ("Bundesumweltministerium", "nation"),
        ("City Council of Leeds", "local government"),
        ("Ayuntamiento de Málaga", "local government"),
        ("Ville de Lyon", "local government"),
        ("Stadt Ingolstadt", "local government"),
        ("Diputació de Barcelona", "local government"),
        ("Staatsministerium für Umwelt", "local government"),
        ("Federación Española de Municipios y Provincias", "local government"),
        ("Universitat de Barcelona", "academia"),
        ("Technische Hochschule", "academia"),
        ("École des Ponts", "academia"),
        ("Escuela de Negocios", "academia"),
        ("Red Cross", "civil society"),
        ("Associació de veïns", "civil society"),
        ("Kolping e.V.", "civil society"),
        ("Fundación Telefónica S.A.", "civil society"),
        ("Banco de Alimentos", "civil society"),
        ("Siemens AG", "business"),
        ("Acme, Inc.", "business"),
        ("Aguas S.A.", "business"),
        ("Cámara de Comercio", "business"),
        ("Asociación de Empresarios de Jaén", "business"),
        # nothing is guessed: a word within a word, a word elsewhere, another script, a formula
        ("Sagres Praia", "not classified"),
        ("Techo para un país", "not classified"),
        ("東京大学", "not classified"),
        ("=1+1", "not classified"),
        ("Banksy", "not classified"),
        ("Maggie", "not classified"),
    ],
)
def test_the_kind_of_an_actor_is_read_from_its_name(name, kind):
    assert actor_kind(name) == Actor(name, kind, "none" if kind == NOT_CLASSIFIED else "words")


def listed() -> list[dict[str, str]]:
    with KINDS_CSV.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def faults(rows: list[dict[str, str]]) -> list[str]:
    """Phrases that stand twice, or that no name in its normal form can hold."""
    phrases = [row["phrase"] for row in rows]
    found = [one for one in phrases if phrases.count(one) > 1]
    return sorted(
        set(found)
        | {
            one
            for one in phrases
            if not one.removesuffix(" $").strip("*").replace(" ", "").isascii()
            or not one.removesuffix(" $").strip("*").replace(" ", "").isalnum()
            or one != one.lower()
            or one != " ".join(one.split())
        }
    )


def test_the_list_of_phrases_is_well_formed():
    rows = listed()
    assert faults(rows) == []
    kinds = {row["partner_kind"] for row in rows}
    assert kinds <= {*ACTOR_KINDS, NOT_CLASSIFIED}
    spoken = {(row["partner_kind"], row["language"]) for row in rows}
    assert {(kind, lang) for kind in kinds for lang in ("en", "es", "fr", "de", "ca")} <= spoken
    # kinds are tried in one order; place 0 holds what would be misread word by word
    places = {(row["place"], row["partner_kind"]) for row in rows if row["place"] != "0"}
    assert len(places) == len(kinds) == len({place for place, _ in places})


def test_a_phrase_that_no_name_can_hold_is_found():
    bad = [{"phrase": one} for one in ("école", "City", "a  b", "s.a.", "bank", "bank", "e v $")]
    assert faults(bad) == ["City", "a  b", "bank", "s.a.", "école"]
