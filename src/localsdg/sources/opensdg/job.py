"""One site's pull, step by step: what to ask next, what came back, what is kept of it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from localsdg.common.errors import LocalsdgError
from localsdg.common.public_text import public_text, public_url
from localsdg.common.scratch import scratch_folder
from localsdg.common.settings import Settings
from localsdg.registry.local_sites import Site
from localsdg.sources.http.client import ANY, Answer, HttpClient, Kind
from localsdg.sources.http.failures import FetchError, again_after
from localsdg.sources.http.text import shown_url
from localsdg.sources.opensdg.bodies import (
    PARTS,
    PROBE,
    PROBE_PATH,
    REPOSITORY_ROLE,
    Part,
    probe_says_unchanged,
)
from localsdg.sources.opensdg.repository import repository_drafts
from localsdg.sources.opensdg.site import LANGUAGES_TRIED, archive_url, split_address, wanted_languages
from localsdg.sources.opensdg.snapshots import (
    PullOutcome,
    SiteFile,
    SitePull,
    in_use,
    is_intact,
    keep,
    pulled_before,
    tells_of,
)
from localsdg.sources.snapshot import FileRecord, Snapshot, utc_now

_PROBE_ROLE, _ARCHIVE_ROLE = "probe", REPOSITORY_ROLE


@dataclass(frozen=True)
class SiteRequest:
    """One request: `before` is the file of the last snapshot that it may confirm.

    `trial` says that a 404 only means that the site has not this language.
    """

    role: str
    language: str
    url: str
    kind: Kind
    before: FileRecord | None = None
    trial: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """If-None-Match and If-Modified-Since, by the validators that the server gave before."""
        known = {name.lower(): text for name, text in (self.before.headers if self.before else {}).items()}
        pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        return {header: known[name] for header, name in pairs if known.get(name)}


class SiteJob:
    """Carries out the pull of one site; only `fetch` is called from other threads."""

    def __init__(self, settings: Settings, site: Site, languages: str | list[str] | None) -> None:
        self.settings, self.site, self.asked = settings, site, languages
        self.base = self.archive = ""
        self.languages = list(wanted_languages(site, languages))
        self.trials: list[str] = []
        self.before: dict[tuple[str, str], FileRecord] = {}
        self.old: Snapshot | None = None
        self.got: dict[tuple[str, str], SiteFile] = {}
        self.n_same = self.n_indicators = self.requests = self.open = 0
        self.lock = threading.Lock()
        self.error: Exception | None = None
        self.downloaded: Answer | None = None
        self.pull: SitePull | None = None

    def start(self) -> list[SiteRequest]:
        """The first request; the others follow where it went well. Never raises."""
        try:
            self.base = split_address(self.site.base_url)[0]
            self.archive = archive_url(self.site)
            self._look_back()
            return self._opened(self._first())
        except Exception as error:  # an address that cannot be read, a damaged snapshot
            self.error = error
            return []

    def fetch(self, http: HttpClient, ask: SiteRequest) -> Answer | None:
        """Make one request; None where the site has failed in the meantime."""
        if self.error is not None:
            return None
        with self.lock:
            self.requests += 1
        return http.get(ask.url, kind=ask.kind, headers=ask.headers, conditional=True)

    def take(self, ask: SiteRequest, answer: Answer | None) -> list[SiteRequest]:
        """Keep what a request brought; returns the requests that follow from it."""
        if answer is None or self.error is not None:
            self.open -= 1
            return []
        if ask.role == _PROBE_ROLE:
            more = self._probed(ask, answer)
        elif ask.role == _ARCHIVE_ROLE:
            self.downloaded, more = answer, []
        else:
            self._draft(ask, answer)
            more = self._after(ask)
        self.open -= 1
        return self._opened(more)

    def refuse(self, ask: SiteRequest, error: Exception) -> list[SiteRequest]:
        """Take a failure: of a trial or a probe it is an answer, else the site has failed."""
        self.open -= 1
        missing = isinstance(error, FetchError) and error.status in (404, 410)
        if ask.role == _PROBE_ROLE and isinstance(error, FetchError):
            return self._opened(self._all_of(ask.language))
        if ask.trial and missing:
            if self.trials:
                return self._opened([self._trial(self.trials.pop(0))])
            if self.languages or self.open:
                return []
        self.error = self.error or error
        return []

    def result(self) -> SitePull:
        """What came of the pull, once it is settled."""
        if self.pull is None:
            raise RuntimeError(f"the pull of {self.site.site_id} has not ended")
        return self.pull

    def settle(self) -> SitePull | None:
        """What came of the pull, once: when nothing is open any more. None at all other times."""
        if self.pull is not None or self.open:
            return None
        if self.error is None:
            try:
                self.pull = self._kept()
                return self.pull
            except Exception as error:  # a full disk, a broken archive: this site's own affair
                self.error = error
        self.pull = self._failed(self.error)
        self.got.clear()
        self.downloaded = None
        return self.pull

    def _opened(self, asks: Iterable[SiteRequest]) -> list[SiteRequest]:
        requests = list(asks)
        self.open += len(requests)
        return requests

    def _look_back(self) -> None:
        """What the last snapshot holds of this address, whole."""
        self.old = pulled_before(self.settings.raw, self.site.site_id)
        if self.asked is None and self.old and self.old.extra.get("asked"):
            self.asked = self.old.extra["asked"]  # the languages that its user named before
            self.languages = list(wanted_languages(self.site, self.asked))
        if self.old:
            for record in self.old.files:
                if record.url and is_intact(self.old, record):
                    self.before[record.url, record.role] = record

    def _first(self) -> list[SiteRequest]:
        if self.archive:
            return [SiteRequest(_ARCHIVE_ROLE, "", self.archive, ANY, self._same_archive())]
        if not self.base:
            raise LocalsdgError("the site has no address", where=self.site.site_id)
        if self.languages:
            return self._language(self.languages[0])
        tried = list(LANGUAGES_TRIED)
        if self.asked and "all" in self.asked:  # only asking finds out which there are
            return [self._trial(language) for language in tried]
        self.trials = tried[1:]
        return [self._trial(tried[0])]

    def _trial(self, language: str) -> SiteRequest:
        return self._ask(PARTS[0], language, trial=True)

    def _ask(self, part: Part, language: str, trial: bool = False) -> SiteRequest:
        url = self._url(language, part.path)
        before = self.before.get((public_url(url), part.role))
        return SiteRequest(part.role, language, url, part.kind, before, trial)

    def _url(self, language: str, path: str) -> str:
        """Address of a body, with the query (a token) that the site's own address has."""
        query = urlsplit(self.site.base_url).query
        return f"{self.base}/{language}/{path}" + (f"?{query}" if query else "")

    def _same_archive(self) -> FileRecord | None:
        """The file whose ETag speaks for the archive, where the same is wanted of it as before."""
        if not self.old or self.old.extra.get("asked") != self.asked:
            return None
        if not tells_of(self.old, self.site):
            return None
        return next((record for (url, _), record in self.before.items() if url == public_url(self.archive)), None)

    def _parts(self, language: str) -> list[SiteRequest]:
        return [self._ask(part, language) for part in PARTS]

    def _language(self, language: str) -> list[SiteRequest]:
        """The requests of a language; the probe alone where the server gave no validators."""
        if all(request.before and not request.headers for request in self._parts(language)):
            return [SiteRequest(_PROBE_ROLE, language, self._url(language, PROBE_PATH), PROBE)]
        return self._all_of(language)

    def _all_of(self, language: str) -> list[SiteRequest]:
        """All three; of the first language the first alone, which opens the way to the rest."""
        asks = self._parts(language)
        return asks[:1] if language == self.languages[0] else asks

    def _after(self, ask: SiteRequest) -> list[SiteRequest]:
        """The first body of a site opens the way to all others."""
        if ask.role != PARTS[0].role:
            return []
        if ask.trial:
            self.languages.append(ask.language)
            return self._parts(ask.language)[1:]
        if ask.language != self.languages[0]:
            return []
        return self._parts(ask.language)[1:] + self._others()

    def _others(self) -> list[SiteRequest]:
        return [ask for name in self.languages[1:] for ask in self._language(name)]

    def _probed(self, ask: SiteRequest, answer: Answer) -> list[SiteRequest]:
        asks = self._parts(ask.language)
        archive = asks[-1].before
        if archive is None or not probe_says_unchanged(answer.value, archive.bytes, archive.fetched_at):
            return self._all_of(ask.language)
        for request in asks:
            self._same(request)
        return self._others() if ask.language == self.languages[0] else []

    def _draft(self, ask: SiteRequest, answer: Answer) -> None:
        if answer.status == 304:
            self._same(ask)
            return
        if ask.role == "opensdg_meta":
            self.n_indicators = max(self.n_indicators, int(answer.value))
        rows = answer.value if isinstance(answer.value, int) else None
        self.got[ask.language, ask.role] = SiteFile(
            _name(ask),
            ask.role,
            ask.language,
            answer.body,
            hashlib.sha256(answer.body).hexdigest(),
            {**answer.facts(), "rows": rows, "extra": self._extra(ask.language)},
        )

    def _same(self, ask: SiteRequest) -> None:
        """The bytes of the last snapshot serve; they keep their address, headers and time."""
        record = ask.before
        if record is None or self.old is None:
            raise FetchError("304 for a file that was never fetched", where=shown_url(ask.url), status=304)
        self.n_same += 1
        if record.role == "opensdg_meta":
            self.n_indicators = max(self.n_indicators, record.rows or 0)
        request_info = {
            "url": record.url,
            "status": record.status,
            "headers": record.headers,
            "rows": record.rows,
            "fetched_at": record.fetched_at,
            "extra": {**self._extra(ask.language), "confirmed_at": utc_now()},
        }
        self.got[ask.language, ask.role] = SiteFile(
            _name(ask), ask.role, ask.language, self.old.file_path(record), record.sha256, request_info
        )

    def _extra(self, language: str) -> dict:
        return {"site_id": self.site.site_id, "language": language}

    def _kept(self) -> SitePull:
        if self.archive:
            return self._kept_archive()
        drafts = [self.got[key] for key in sorted(self.got)]
        saved = f"{self.n_same} of {len(drafts)} files not sent again"
        asked = {"asked": self.asked} if self.asked else None
        snapshot, new = keep(self.settings, self.site, drafts, origin=self.base, extra=asked)
        names = ", ".join(dict.fromkeys(file.language for file in drafts))
        self.got.clear()
        if not new:
            return self._unchanged(snapshot.path, snapshot.release)
        message = f"{self.n_indicators} indicators in {names}, kept as {snapshot.release}"
        message += f" ({saved})" if self.n_same else ""
        return SitePull(self.site.site_id, PullOutcome.NEW, snapshot.path, message, self.requests)

    def _kept_archive(self) -> SitePull:
        answer, self.downloaded = self.downloaded, None
        if answer is None:
            raise LocalsdgError("the archive did not arrive", where=shown_url(self.archive))
        if answer.status == 304 and self.old is not None:
            return self._unchanged(self.old.path, self.old.release)
        with scratch_folder() as folder:
            file = folder / (urlsplit(self.archive).path.rpartition("/")[2] or "repository")
            file.write_bytes(answer.body)
            drafts, extra, summary = repository_drafts(self.site, file, folder, self.asked, answer.facts())
            snapshot, new = keep(
                self.settings,
                self.site,
                drafts,
                origin=self.archive,
                extra={**extra, "asked": self.asked},
            )
        if not new:
            return self._unchanged(snapshot.path, snapshot.release)
        message = f"{summary}, kept as {snapshot.release}"
        return SitePull(self.site.site_id, PullOutcome.NEW, snapshot.path, message, self.requests)

    def _unchanged(self, path: Path, release: str) -> SitePull:
        return SitePull(self.site.site_id, PullOutcome.UNCHANGED, path, f"unchanged since {release}", self.requests)

    def _failed(self, error: Exception) -> SitePull:
        line = error.reason if isinstance(error, LocalsdgError) else f"{type(error).__name__}: {error}"
        if isinstance(error, FetchError) and error.status == 404 and not self.archive:
            line += " | is that the data site? its address is not that of the pages people read"
        path, stays = in_use(self.settings, self.site.site_id)
        reason = public_text(" ".join(line.split()))
        return SitePull(
            self.site.site_id,
            PullOutcome.FAILED,
            path,
            f"{reason}; {stays}",
            self.requests,
            reason=reason,
            unreached=isinstance(error, FetchError) and error.unreached,
            again_after=again_after(error),
        )


def _name(ask: SiteRequest) -> str:
    part = next(candidate for candidate in PARTS if candidate.role == ask.role)
    return f"{ask.language}.{part.name}"
