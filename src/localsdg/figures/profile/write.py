"""The files of a profile: its page and its slides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import LocalsdgError
from localsdg.figures.profile.profile import Profile, load_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localsdg.common.settings import Settings

FORMATS = ("html", "pptx")


@dataclass(frozen=True)
class WrittenProfile:
    """A profile and the files that were written of it; None for one that was not asked for."""

    profile: Profile
    page: Path | None
    deck: Path | None

    @property
    def note(self) -> str:
        """What else the name of the place means."""
        return self.profile.place.note

    def lines(self) -> Iterator[str]:
        """What a person reads: key numbers, findings, and the files."""
        yield f"{self.profile.stamp.area}: {' · '.join(self.profile.facts)}"
        for number in self.profile.briefing.key_numbers:
            yield f"  {number.value} {number.words}" + (f" ({number.year})" if number.year else "")
        for section in self.profile.briefing.sections:
            for figure in section.figures:
                yield f"  {figure.figure_id}: {figure.title}"
        for kind, path in (("page", self.page), ("slides", self.deck)):
            if path:
                yield f"{kind}: {path}"

    def as_dict(self) -> dict[str, Any]:
        """The same for a program."""
        briefing, place = self.profile.briefing, self.profile.place
        return {
            "area_code": place.code,
            "area": self.profile.stamp.area,
            "kind": place.kind,
            "note": place.note,
            "key_numbers": [vars(number) for number in briefing.key_numbers],
            "findings": [
                {"figure_id": figure.figure_id, "section": section.title, "title": figure.title}
                for section in briefing.sections
                for figure in section.figures
            ],
            "missing": [vars(one) for one in self.profile.result.missing],
            "page": str(self.page) if self.page else None,
            "deck": str(self.deck) if self.deck else None,
        }


def write_profile(
    settings: Settings,
    area: str,
    folder: Path,
    lang: str = "en",
    *,
    formats: tuple[str, ...] = FORMATS,
    template: Path | None = None,
    size: str = "16:9",
) -> WrittenProfile:
    """Write the page and the slides of a place into `folder`; raises as `load_figures`.

    Raises `LocalsdgError` where the data loaded hold no finding for the place.
    """
    profile = load_profile(settings, area, lang)
    if not profile.briefing.sections:
        raise LocalsdgError(
            "no profile: insufficient data",
            where=profile.stamp.area,
            got=f"{len(profile.result.missing)} figures without data",
            next_step=f"localsdg figures --area {profile.place.code} --format csv",
        )
    page = deck = None
    if "html" in formats:
        from localsdg.figures.profile.page import write_profile_page

        page = write_profile_page(profile, folder, lang)
    if "pptx" in formats:
        from localsdg.figures.deck.deck import write_deck

        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (f"profile-{profile.place.code}" + ("" if lang == "en" else f".{lang}") + ".pptx")
        deck = write_deck(profile.result, path, lang, profile.stamp, kind="profile", template=template, size=size)
    return WrittenProfile(profile, page, deck)
