"""Ask again: sources that did not answer are asked in rounds while the patience of the run lasts.

The HTTP client tries a request again within a minute or two; this is for
outages of a quarter of an hour, at the level of a source, so that they do not
cost a scheduled run. What a server refuses for good (404, a wrong series) is
not asked for again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from localsdg.pipeline.pull import SitePuller, pull_service, pull_sites, pull_tables

if TYPE_CHECKING:
    import tenacity

    from localsdg.pipeline.run import Run

log = logging.getLogger(__name__)

#: The first wait and the longest one, as parts of the patience: 1 and 5 minutes of half an hour.
FIRST_WAIT, LONGEST_WAIT = 1 / 30, 1 / 6


def pull_again(run: Run, pull_some: SitePuller | None = None) -> None:
    """Ask again for what is waiting, until it is there or `run.patience` (minutes) is used up.

    The waits double from `FIRST_WAIT`; where a server asked for a longer one,
    that is kept, unless it is longer than what is left. Raises what the
    service raised where series or areas were named and none of them came.
    """
    import tenacity

    seconds = run.patience * 60.0
    grown = tenacity.wait_exponential(multiplier=seconds * FIRST_WAIT, max=seconds * LONGEST_WAIT)
    for attempt in tenacity.Retrying(
        stop=tenacity.stop_before_delay(seconds),
        wait=lambda state: max(grown(state), *(one.again_after for one in run.waiting.values())),
        retry=tenacity.retry_if_result(bool),
        before_sleep=lambda state: _say(run, state),
        retry_error_callback=lambda state: None,
    ):
        with attempt:
            if attempt.retry_state.attempt_number > 1:
                _ask(run, pull_some)
        attempt.retry_state.set_result(bool(run.waiting))
    for one in run.waiting.values():
        if one.fatal:
            raise one.fatal


def _say(run: Run, state: tenacity.RetryCallState) -> None:
    names = ", ".join(name for _, name in list(run.waiting)[:3])
    more = f" and {len(run.waiting) - 3} more" if len(run.waiting) > 3 else ""
    text = f"{names}{more} did not answer: asked again in {state.upcoming_sleep:.0f} s (try {state.attempt_number})"
    log.warning(text)
    run.progress.step(0, 1, text)


def _ask(run: Run, pull_some: SitePuller | None) -> None:
    """One round: what failed before is taken back, and asked for."""
    waiting, run.waiting = set(run.waiting), {}
    run.sources = [one for one in run.sources if (one.source, one.name) not in waiting]
    sites, tables = ({name for source, name in waiting if source == kind} for kind in ("opensdg", "table"))
    if ("unsd", "indicators") in waiting:
        run.set_aside = [one for one in run.set_aside if not one.rule_id.startswith("PULL-U")]
        pull_service(run)
    if sites:
        run.set_aside = [
            one
            for one in run.set_aside
            if one.rule_id != "PULL-S03" and not (one.rule_id == "PULL-S01" and one.set_aside_name in sites)
        ]
        pull_sites(run, pull_some, only=sites)
    if tables:
        run.set_aside = [
            one for one in run.set_aside if not (one.rule_id == "PULL-T01" and one.set_aside_name in tables)
        ]
        pull_tables(run, only=tables)
