"""What a local poverty number means: the threshold below which people are poor, and who is counted."""

from __future__ import annotations

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import poverty_patterns

#: Targets that a poverty number is under.
POVERTY_TARGETS = ("1.1", "1.2")


def poverty_meaning(
    goal_target: str, own_titles: list[str], definition: str, template_title: str
) -> tuple[str | None, str | None]:
    """Threshold and population of a poverty number (targets 1.1 and 1.2), else (None, None).

    The site's own titles come first. Its definition states the threshold, not
    the population (many keep the UN's long text, which names households and
    workers in passing); the template's title counts where all else is silent.
    """
    if goal_target not in POVERTY_TARGETS:
        return None, None
    titles, text, template = map(comparable, (" . ".join(own_titles), definition, template_title))
    return _first("threshold", [titles, text, template]), _first("population", [titles, template, text])


def _first(fact: str, texts: list[str]) -> str | None:
    for text in filter(None, texts):
        for value, pattern in poverty_patterns(fact):
            if pattern.search(text):
                return value
    return None
