"""Units of local values, and what a local poverty number means.

A unit stands in a column, in the metadata, in the title, or nowhere. Percent
in its many spellings becomes PERCENT (0 to 100), as in the UN's codes; all
other units stay as the site writes them; none is NOT STATED.
"""

from __future__ import annotations

import re

from localsdg.staging.opensdg.areas import plain

NOT_STATED = "NOT STATED"
PERCENT = "PERCENT"
UNIT_COLUMNS = (
    "units",
    "unit",
    "unit measure",
    "unit of measurement",
    "unit_measure",
    "unidad",
    "unidades",
    "unitat",
    "einheit",
    "unite",
)
_PERCENT = re.compile(
    r"(units[.]|unidad_medida[.]|unidad medida[.])?(pt|pct|percent)"
    r"|.*(percent|percentage|porcentaje|percentatge|prozent|pourcentage|porcentagem|%).*"
)
#: Percent words that make another unit: a change in points, a rate per head.
_NOT_PERCENT = re.compile(
    r"percentage points?|puntos? porcentual|prozentpunkt|"
    r"points de pourcentage|diferencia|difference"
)
_IN_TITLE = re.compile(r"(^|\b)(percentage|percent|porcentaje|percentatge|prozent)\b|\(%\)|^% ")
_EMPTY = ("", "none", "null", "n/a", "-", "unidad_medida.", "undefined", "units")


def unit_of(text: str) -> str | None:
    """One unit, normalised; None where the text states none."""
    key = plain(text)
    if key in _EMPTY:
        return None
    if _PERCENT.fullmatch(key) and not _NOT_PERCENT.search(key):
        return PERCENT
    return " ".join(text.split())


def file_unit(metadata_unit: str, title: str) -> tuple[str, str]:
    """Unit of a file without a unit column, and what says so: metadata, title or none."""
    if unit := unit_of(metadata_unit):
        return unit, "metadata"
    if _IN_TITLE.search(plain(title)):
        return PERCENT, "title"
    return NOT_STATED, "none"


_THRESHOLDS = (
    ("lower", r"\blower.bound|\blbpl\b"),
    ("upper", r"\bupper.bound|\bubpl\b"),
    ("food", r"\bfood poverty|\bpobreza alimentaria"),
    (
        "regional",
        r"(umbral|llindar) (autonomico|regional|de la comunidad)|"
        r"regional (poverty )?threshold|mediana (autonomica|de cada comunidad)|landesmedian",
    ),
    (
        "national",
        r"umbral nacional|mediana nacional|\bnational (poverty )?(line|threshold)|"
        r"official poverty|\bopm\b|poverty line for the nation|bundesmedian|linea de pobreza nacional",
    ),
    (
        "60 % of the median",
        r"60 ?%|relative low income|risk of poverty|riesgo de pobreza|"
        r"armutsgefahrdung|low.income measure",
    ),
    (
        "material deprivation",
        r"material (and social )?deprivation|privacion (social y )?material|"
        r"privacio material|severe material",
    ),
    (
        "international",
        r"international poverty|umbral internacional|\$ ?1[.,]?\d{0,2}|\$ ?2[.,]15|"
        r"extreme poverty|pobreza extrema",
    ),
)
_POPULATION = (
    ("households", r"\bhouseholds?\b|\bhogares\b|\bllars\b|\bhaushalte"),
    ("children", r"\bchild(ren)?\b|\bmenores\b|\bkinder\b|\binfants\b|\bninos\b|under 1[68]"),
    ("workers", r"\bworking poor\b|\bemployed\b|\bocupad[oa]s\b"),
    (
        "persons",
        r"\bpopulation\b|\bpersons?\b|\bpeople\b|\bpersonas\b|\bpoblacion\b|\bpersones\b|"
        r"\bpoblacio\b|"
        r"\bpersonen\b|\bbevolkerung\b|\bpercent below poverty|\bindividuals\b",
    ),
)


def poverty_meaning(
    goal_target: str, own_titles: list[str], definition: str, template_title: str
) -> tuple[str | None, str | None]:
    """Threshold and population of a poverty number (targets 1.1 and 1.2), else (None, None).

    The site's own titles come first. Its definition tells the threshold, not
    the population (many keep the UN's long text, which names households and
    workers in passing); the template's title counts where all else is silent.
    """
    if goal_target not in ("1.1", "1.2"):
        return None, None
    titles, text, template = (plain(one) for one in (" . ".join(own_titles), definition, template_title))
    return _first(_THRESHOLDS, [titles, text, template]), _first(_POPULATION, [titles, template, text])


def _first(rules: tuple[tuple[str, str], ...], texts: list[str]) -> str | None:
    for text in texts:
        for name, pattern in rules:
            if text and re.search(pattern, text):
                return name
    return None
