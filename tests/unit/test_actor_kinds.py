"""Kinds of actors: what a name says, in six languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from localsdg.registry.actor_kinds import ACTOR_KINDS, actor_kind
from localsdg.registry.actor_lists import NAMES_CSV, PHRASES_CSV, STATED_CSV, key_of


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
        ("Staatsministerium für Umwelt", "region"),
        ("Federación Española de Municipios y Provincias", "network of cities"),
        ("Universitat de Barcelona", "academia"),
        ("Technische Hochschule", "academia"),
        ("École des Ponts", "academia"),
        ("Escuela de Negocios", "academia"),
        ("Red Cross", "civil society"),
        ("Associació de veïns", "civil society"),
        ("Kolping e.V.", "civil society"),
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
    actor = actor_kind(name)
    assert (actor.name, actor.kind) == (name, kind)


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(("path", "column"), [(PHRASES_CSV, "phrase"), (NAMES_CSV, "name"), (STATED_CSV, "wording")])
def test_the_lists_have_each_phrase_once_and_kinds_of_the_vocabulary(path, column):
    rows = listed(path)
    assert {row["actor_kind"] for row in rows} <= set(ACTOR_KINDS)
    phrases = [row[column] for row in rows]
    assert sorted(one for one in set(phrases) if phrases.count(one) > 1 or not key_of(one)) == []


def test_every_kind_is_stated_in_six_languages():
    spoken = {(row["actor_kind"], row["language"]) for row in listed(STATED_CSV)}
    assert {(kind, lang) for kind in ACTOR_KINDS for lang in ("en", "es", "fr", "pt", "de", "ca")} <= spoken
