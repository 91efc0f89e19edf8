"""The servers that a live run asks: one light request each, side by side and bounded in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from localsdg.common.public_text import public_url
from localsdg.pipeline.doctor.finding import CheckContext, Finding, in_short, ok, problem, warning

#: Seconds for all requests together, and requests at a time.
SECONDS = 10.0
_AT_ONCE = 16
_PULL_LATER = "localsdg run, which uses the last good snapshots"


def check_endpoints(context: CheckContext) -> Iterator[Finding]:
    """The UN service and each local site."""
    from localsdg.sources.opensdg import known_sites

    if context.is_offline:
        yield ok("endpoints", "not asked (--offline)")
        return
    known = known_sites.known_sites(context.settings)
    service = context.settings.unsd_base_url.rstrip("/").removesuffix("/v1/sdg") + "/v1/sdg/Goal/List"
    addresses = {"the UN service": service, **{site.site_id: str(site.base_url) for site in known.with_address}}
    faults = ask(addresses, agent=_agent(context))
    if reason := faults.pop("the UN service", None):
        yield problem("UN service", f"{public_url(service)}: {reason}", remedy=_PULL_LATER)
    else:
        yield ok("UN service", public_url(service))
    total = len(addresses) - 1
    if not faults:
        yield ok("local sites", f"{total} answer")
        return
    lines = [f"{name} ({reason})" for name, reason in faults.items()]
    found = f"{len(faults)} of {total} do not answer: {in_short(lines)}"
    # every one at once is the network of this machine
    if len(faults) == total:
        yield problem("local sites", found, remedy=_PULL_LATER)
    else:
        yield warning("local sites", found, remedy=_PULL_LATER)


def check_prefect_api(context: CheckContext) -> Iterator[Finding]:
    """The Prefect server that the environment names."""
    address = context.environ.get("PREFECT_API_URL")
    if not address:
        yield ok("prefect api", "PREFECT_API_URL is not set: a run starts a temporary server")
        return
    reason = ask({"api": f"{address.rstrip('/')}/health"}, seconds=2.0).get("api")
    if reason:
        yield problem("prefect api", f"{public_url(address)}: {reason}", remedy="prefect server start")
    else:
        yield ok("prefect api", public_url(address))


def _agent(context: CheckContext) -> str:
    """The user agent of pulls, with the contact of the settings."""
    from localsdg.sources.http.client import HttpClient

    with HttpClient.of(context.settings) as client:
        return str(client.session.headers["User-Agent"])


def ask(addresses: dict[str, str], seconds: float = SECONDS, agent: str = "localsdg") -> dict[str, str]:
    """Why each address that does not answer does not; at most `seconds` for all."""
    end = time.monotonic() + seconds
    faults = dict.fromkeys(addresses, f"no answer within {seconds:g} s")
    waiting = list(addresses.items())

    def work() -> None:
        while waiting and time.monotonic() < end:
            try:
                name, address = waiting.pop(0)
            except IndexError:
                return
            if reason := _fault(address, max(0.5, end - time.monotonic()), agent):
                faults[name] = reason
            else:
                faults.pop(name, None)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(_AT_ONCE, len(addresses)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return dict(faults)


def _fault(address: str, seconds: float, agent: str) -> str | None:
    """Why an address does not answer; the body is not read, that of a redirect neither."""
    import requests

    from localsdg.sources.http.redirects import Session

    try:
        with Session() as session:
            timeout = (min(4.0, seconds), seconds)
            answer = session.get(address, headers={"User-Agent": agent}, timeout=timeout, stream=True)
            answer.close()
    except ValueError:  # of `requests` and of what it calls
        return "the address cannot be used"
    except requests.exceptions.SSLError:
        return "its certificate is not valid here"
    except requests.exceptions.Timeout:
        return "no answer in time"
    except requests.exceptions.RequestException:
        return "no connection"
    return None if answer.status_code < 400 else f"status {answer.status_code}"
