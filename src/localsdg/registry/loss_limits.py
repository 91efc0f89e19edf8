"""How much a newly pulled snapshot may have lost, from `loss_limits.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from localsdg.registry.releases import release_day

_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class LossLimits:
    """Limits in per cent of what was published; above `warn_pct` a loss is reported."""

    warn_pct: float
    hold_pct: float
    neighbour_days: int
    hold_pct_a_year: float

    def hold_between(self, old_release: str, new_release: str) -> float:
        """Per cent above which the newer snapshot is not used, by the days between the two (`release_day`).

        Two of which one has no day count as neighbours.
        """
        old, new = release_day(old_release), release_day(new_release)
        days = abs((new - old).days) if old and new else 0
        if days <= self.neighbour_days:
            return self.hold_pct
        return max(self.hold_pct, self.hold_pct_a_year * days / _DAYS_A_YEAR)


@cache
def loss_limits() -> LossLimits:
    """The limits of the registry."""
    path = Path(__file__).parent / "loss_limits.toml"
    return LossLimits(**tomllib.loads(path.read_text(encoding="utf-8")))
