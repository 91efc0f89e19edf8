"""The language of a title by its small words."""

from __future__ import annotations

import pytest

from localsdg.registry.language import language_of_title


@pytest.mark.parametrize(
    ("title", "stated", "language"),
    [
        ("Odsetek osób zagrożonych ubóstwem", "und", "pl"),
        ("Liczba koszy na śmieci", "und", "pl"),
        ("Nüfusun yüzdesi", "und", "tr"),
        ("Proporção da população abaixo do limiar de pobreza", "und", "pt"),
        ("Percentagem de mulheres no município", "es", "pt"),
        ("Tasso di disoccupazione", "und", "it"),
        ("Spesa per la cultura", "es", "it"),
        ("Aandeel van de bevolking", "und", "nl"),
        ("Tasa de paro", "und", "es"),
        # in English where the site was never translated
        ("Number of people in poverty", "ka", "en"),
        # one small word, of Portuguese among others, decides nothing
        ("Udeo otpada na deponiji", "und", "und"),
        ("Udeo otpada na deponiji", "sr", "sr"),
        # two may be those of a language of which none are listed
        ("Stopa nezaposlenosti na području", "hr", "hr"),
        # two languages have as many
        ("Taxa de desocupació", "und", "und"),
        ("Taxa de desocupació", "ca", "ca"),
        # by their endings
        ("Pernoctaciones de turistas por habitante", "en", "es"),
        ("Emissões de carbono por habitante", "es", "pt"),
        ("de de de", "und", "und"),
        ("", "ca", "ca"),
    ],
)
def test_language_of_title(title, stated, language) -> None:
    assert language_of_title(title, stated) == language
