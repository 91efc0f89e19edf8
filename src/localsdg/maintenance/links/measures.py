"""Measures of confidences: calibration error, and the rounding of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BINS = 10


def calibration_error(sure: np.ndarray, right: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error (Naeini et al., 2015): in bins of equal width, the distance of mean
    confidence and share right, weighed by the candidates in the bin."""
    import numpy as np

    place = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(sure[place == one].mean() - right[place == one].mean()) * (place == one).mean()
            for one in np.unique(place)
        )
    )


def error_by_chance(sure: np.ndarray, times: int = 200) -> float:
    """Mean calibration error of texts whose links are right exactly as often as the confidence says."""
    import numpy as np

    draw = np.random.default_rng(0)
    return float(
        np.mean([calibration_error(sure, (draw.random(len(sure)) < sure).astype(float)) for _ in range(times)])
    )


def error_of(rows: pd.DataFrame) -> float | None:
    """Calibration error of candidates with a label; None of no candidates."""
    if rows.empty:
        return None
    return rounded(calibration_error(rows.confidence.to_numpy(), rows.label.to_numpy(float)))


def rounded(number) -> float | None:
    """A figure to four places; None stays."""
    return None if number is None else round(float(number), 4)
