"""The ways in which a request fails for good, each with what to do next."""

from __future__ import annotations

from typing import Unpack

from localsdg.common.errors import ErrorParts, LocalsdgError
from localsdg.sources.http.redirects import RedirectRefused
from localsdg.sources.http.steady_body import BodyTooLarge, TooLong
from localsdg.sources.http.text import shown_url

#: How the reason of what a server refuses for good begins.
REFUSED = "the request was refused"
AGAIN = "run the same command again: what arrived is kept"


class FetchError(LocalsdgError):
    """A request that failed for good.

    `status` is None where no answer came; `empty` says that every attempt
    ended in a 200 without a body, `unreached` that there was no connection.
    `again_after` is where a later try may bring it: the seconds that the
    server asked to wait (0 where it asked for none); None for what does not pass.
    """

    def __init__(
        self,
        what: str,
        *,
        status: int | None = None,
        empty: bool = False,
        unreached: bool = False,
        again_after: float | None = None,
        **parts: Unpack[ErrorParts],
    ) -> None:
        self.status, self.empty, self.unreached, self.again_after = status, empty, unreached, again_after
        super().__init__(what, **parts)


def again_after(error: BaseException | None) -> float | None:
    """`FetchError.again_after` of an error or of what caused it; None where waiting brings nothing."""
    while error is not None and not isinstance(error, FetchError):
        error = error.__cause__
    return None if error is None else error.again_after


def permanent(url: str | None, kind: str, status: int | None, got: str) -> FetchError:
    """What does not pass by waiting."""
    return FetchError(
        REFUSED if status else "the request failed",
        where=shown_url(url),
        status=status,
        expected=f"200 with {kind}",
        got=got,
        next_step=f"curl -sSi '{shown_url(url)}' shows the whole answer",
    )


def beyond_limits(
    url: str | None, status: int, most_bytes: int, total_seconds: float, error: BodyTooLarge | TooLong
) -> FetchError:
    """A body of more bytes than are allowed, or one that took longer."""
    too_large = isinstance(error, BodyTooLarge)
    return FetchError(
        "the body is larger than is allowed" if too_large else "the body takes longer than is allowed",
        where=shown_url(url),
        status=status,
        expected=f"at most {most_bytes / 1e6:,.0f} MB" if too_large else f"at most {total_seconds / 60:,.0f} minutes",
        got=str(error),
        next_step="if the address is right, set "
        f"{'LOCALSDG_MAX_BODY_MB' if too_large else 'LOCALSDG_DOWNLOAD_MINUTES'} higher and run the same command again",
    )


def not_followed(url: str | None, kind: str, status: int, error: RedirectRefused) -> FetchError:
    """A redirect to a place that is not allowed, with what would allow it."""
    return FetchError(
        REFUSED,
        where=shown_url(url),
        status=status,
        expected=f"200 with {kind}",
        got=f"{status}, {error}",
        next_step=f"give the new address, or set LOCALSDG_ALLOWED_HOSTS={error.host} if the host is to be trusted"
        if error.host
        else f"curl -sSi '{shown_url(url)}' shows the whole answer",
    )
