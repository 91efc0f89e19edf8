"""How much random input is tried, from which seed, and what was."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, settings

TRIED: Counter[str] = Counter()
#: Inputs for a cheap parser; `make fuzz` sets it, the usual tests try a few.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
SEED = os.environ.get("FUZZ_SEED")


def fuzz(share: float = 1.0) -> settings:
    """The limits of a test: `share` of the inputs of a cheap parser, as many seconds as they take."""
    return settings(
        max_examples=max(2, int(EXAMPLES * share)),
        deadline=None,
        # without a seed every run tries the same, so that only a change of the code turns it red
        derandomize=SEED is None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
