"""A small world of labelled texts: three goals, each with words of its own, and texts about nothing."""

from __future__ import annotations

import random

from localsdg.maintenance.links.corpus import Example, merged

#: All codes of this world.
CODES = {"goal": ["1", "6", "7"], "target": ["1.2", "6.1", "7.2"]}
WORDS = {
    "1": "poverty income destitute households pensions welfare cash transfers deprived families".split(),
    "6": "drinking water wells aquifer sewage taps latrines sanitation river basin pipes".split(),
    "7": "solar panels wind turbines electricity grid kilowatt power heating renewable energy".split(),
    "": "meeting chair minutes agenda caretaker calendar office poster rehearsal orchestra".split(),
}
COMMON = "programme region project support people area plan city measure local".split()
TARGETS = {"1": "1.2", "6": "6.1", "7": "7.2"}


def made(
    n: int = 40, language: str = "en", source: str = "policy_actions", noise: float = 0.15, targets: bool = True
) -> list[Example]:
    """`n` texts a goal, some with words of another goal, in groups of five, and as many about nothing."""
    draw = random.Random(7)
    found = []
    for goal in WORDS:
        for number in range(n):
            other = draw.choice(sorted(WORDS)) if draw.random() < noise else goal
            # the number keeps every text different
            mark = [chr(97 + number % 26) * 3, chr(97 + number // 26) * 3]
            text = " ".join([*draw.sample(WORDS[other], 5), *draw.sample(COMMON, 3), *mark])
            if goal:
                found.append(
                    Example(
                        text,
                        language,
                        source,
                        frozenset([goal]),
                        targets=frozenset([TARGETS[goal]] if targets else []),
                        group=f"{goal}-{number // 5}",
                    )
                )
            else:
                found.append(Example(text, language, "unrelated"))
    return merged(found)
