"""Cells of partners as registers have them -> names."""

from __future__ import annotations

import pytest

from localsdg.registry.actor_kinds import split_actors


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Oxfam; UNDP | WWF\nIUCN", ["Oxfam", "UNDP", "WWF", "IUCN"]),
        ("- City of Bonn (Government)\n- UNDP (UN)", ["City of Bonn (Government)", "UNDP (UN)"]),
        ("● Rare (NGO) ● Oceana (NGO)", ["Rare (NGO)", "Oceana (NGO)"]),
        ("1. Oxfam\n2. Rare\n10) WWF", ["Oxfam", "Rare", "WWF"]),
        (
            "1 Consiglio Nazionale; 2 Istituto Superiore; 3 XPRO Limited",
            ["Consiglio Nazionale", "Istituto Superiore", "XPRO Limited"],
        ),
        ("350.org; 4/1000 Initiative; 5 Gyres", ["350.org", "4/1000 Initiative", "5 Gyres"]),
        ("Baltic College; Baltic  college", ["Baltic College"]),
        ("Col·lectiu Sol; · Creu Roja · Càritas", ["Col·lectiu Sol", "Creu Roja", "Càritas"]),
        ("Johnson &amp; Johnson; Rare", ["Johnson & Johnson", "Rare"]),
        ("(i)UNDP; ii). Rare; (iv) SPC", ["UNDP", "Rare", "SPC"]),
        # a kind in brackets ends a name
        (
            "Suez (Private Sector), Total (Private Sector), RevolutionR (Private Sector),",
            ["Suez (Private Sector)", "Total (Private Sector)", "RevolutionR (Private Sector)"],
        ),
        (
            "Fisheries and Oceans Canada (Government) Parks Canada Agency (Government)",
            ["Fisheries and Oceans Canada (Government)", "Parks Canada Agency (Government)"],
        ),
        (
            "Ministry of Fisheries, Maldives (Government); Rare (NGO)",
            ["Ministry of Fisheries, Maldives (Government)", "Rare (NGO)"],
        ),
        ("WWF (Non-governmental organization (NGO)); Rare", ["WWF (Non-governmental organization (NGO))", "Rare"]),
        (
            "General Directorate for Fisheries Government); IMO (UN",
            ["General Directorate for Fisheries Government)", "IMO (UN"],
        ),
        ("1. UNDP 2. UNICEF 3) WHO", ["UNDP", "UNICEF", "WHO"]),
        # commas between names
        ("UN-Habitat, UNDP and UNICEF", ["UN-Habitat", "UNDP", "UNICEF"]),
        ("Acme, Inc., Beta GmbH, Oxfam", ["Acme, Inc.", "Beta GmbH", "Oxfam"]),
        ("Government of Kenya, Government of Uganda", ["Government of Kenya", "Government of Uganda"]),
        ("Barcelona (Spain), City of Berlin (Germany)", ["Barcelona (Spain)", "City of Berlin (Germany)"]),
        (
            "IUCN, MCI, ESRI, Mai Tai Global, Ocean Elders, Google",
            ["IUCN", "MCI", "ESRI", "Mai Tai Global", "Ocean Elders", "Google"],
        ),
        ("Benin, Togo, Ghana", ["Benin", "Togo", "Ghana"]),
        ("Oxfam International, University of Ghana", ["Oxfam International", "University of Ghana"]),
        ("McKinsey & Company, Mexico (Government of)", ["McKinsey & Company", "Mexico (Government of)"]),
        # commas within names
        (
            "United Nations Educational, Scientific and Cultural Organization (UNESCO), UNDP",
            ["United Nations Educational, Scientific and Cultural Organization (UNESCO)", "UNDP"],
        ),
        ("Ministry of Women, Community and Youth (MWCY)", ["Ministry of Women, Community and Youth (MWCY)"]),
        ("Ministry of Water, Sanitation and Hygiene", ["Ministry of Water, Sanitation and Hygiene"]),
        (
            "Ministry of Agriculture, Lands, Forestry, Fisheries and Food",
            ["Ministry of Agriculture, Lands, Forestry, Fisheries and Food"],
        ),
        ("Acme, Inc.", ["Acme, Inc."]),
        ("Paris, France", ["Paris, France"]),
        ("WCMC, Cambridge, UK", ["WCMC, Cambridge, UK"]),
        ("Stella Maris College, Chennai, Tamil Nadu, India", ["Stella Maris College, Chennai, Tamil Nadu, India"]),
        ("Department of Geography, Kenyatta University", ["Department of Geography, Kenyatta University"]),
        ("Lady Lawyer Foundation (LLF), NGO", ["Lady Lawyer Foundation (LLF), NGO"]),
        # headings, and words for nobody
        ("Governments: \nGovernment of Norway\n Major Groups: \nOxfam", ["Government of Norway", "Oxfam"]),
        ("Partners: CMA CGM; Rare", ["CMA CGM", "Rare"]),
        ("Lead entity - Ministry of Health", ["Ministry of Health"]),
        ("Other, please specify: C40", ["C40"]),
        ("none", []),
        ("-", []),
        ("N/A; ; TBD", []),
        # prose and lines without separators stay as they are
        ("LARECOTURH and partners of the region", ["LARECOTURH and partners of the region"]),
        ("", []),
    ],
)
def test_a_cell_is_split_where_names_end(cell, names):
    assert split_actors(cell) == names
