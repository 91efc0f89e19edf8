"""A repository of an Open SDG site, as a folder or an archive: the second route.

The files that matter are kept as one zip archive that is the same bytes for
the same files: `data/*.csv`, the metadata (Markdown with YAML front matter,
CSV or YAML), the translations that it refers to, and the configuration. Where the tree holds a build too
(`_built/<lang>/…`, or a checkout of the built site), its bodies are kept as
they would be served.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.scratch import scratch_folder
from localsdg.common.settings import Settings
from localsdg.common.zip_files import fixed_entry
from localsdg.registry.local_sites import LANGUAGE, Site
from localsdg.sources.opensdg.bodies import PARTS, REPOSITORY_ROLE
from localsdg.sources.opensdg.site import wanted_languages
from localsdg.sources.opensdg.snapshots import PullOutcome, SiteFile, SitePull, in_use, keep
from localsdg.sources.opensdg.tree import Entry, commit_of, open_tree
from localsdg.sources.snapshot import sha256_of

#: Folders of a site's own files; `config_data.yml` may name more (`path_pattern`).
FOLDERS = ("data", "meta", "csv-meta", "global-meta", "indicator-config", "data-config", "translations")
_KEPT = (".csv", ".md", ".yml", ".yaml")
_CONFIG = re.compile(r"config[\w-]*\.ya?ml|_prose\.yml|metadata[\w-]*\.(?:ya?ml|csv)", re.IGNORECASE)
_PATTERN = re.compile(r"^\s*(?:-\s*)?path_pattern:\s*['\"]?([\w.-]+)/", re.MULTILINE)
#: Folders that builds are in, the likeliest first.
_BUILDS = ("_built", "_site", "_build", "")


def take_repository(
    settings: Settings,
    site: Site,
    path: Path | str,
    *,
    languages: str | Iterable[str] | None = None,
) -> SitePull:
    """Keep a folder or an archive (zip, tar.gz) of a site's repository as a snapshot.

    `languages` chooses among the builds that are in it, like `pull_site`.
    The outcome is `failed` for a tree that cannot be used, with nothing kept.
    Raises `UsageError` where there is no such folder or file.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise UsageError("no such folder or file", where=path, expected="a folder, zip or tar.gz")
    try:
        with scratch_folder() as folder:
            drafts, extra, summary = repository_drafts(site, path, folder, languages, {})
            origin = site.base_url or site.repository or "a folder or file that the user gave"
            snapshot, new = keep(settings, site, drafts, origin=origin, extra=extra)
    except (LocalsdgError, OSError) as error:
        if isinstance(error, UsageError):
            raise
        line = error.reason if isinstance(error, LocalsdgError) else f"{type(error).__name__}: {error}"
        used, stays = in_use(settings, site.site_id)
        return SitePull(site.site_id, PullOutcome.FAILED, used, " ".join(f"{line}; {stays}".split()))
    message = f"{summary}, kept as {snapshot.release}" if new else f"unchanged since {snapshot.release}"
    return SitePull(site.site_id, PullOutcome.NEW if new else PullOutcome.UNCHANGED, snapshot.path, message)


def repository_drafts(
    site: Site, path: Path, scratch: Path, languages: str | Iterable[str] | None, request_info: dict
) -> tuple[list[SiteFile], dict, str]:
    """The files to keep of a tree, what the manifest adds, and one line about them.

    `facts` are those of the request that brought an archive. Raises
    `LocalsdgError` for a tree that is no Open SDG site or must not be read.
    """
    with open_tree(path, scratch) as tree:
        builds = _builds(tree)
        chosen = wanted_languages(site, languages, builds) if builds else ()
        if missing := [language for language in chosen if language not in builds]:
            raise LocalsdgError(
                "the site has no such language",
                where=path.name,
                expected=", ".join(builds),
                got=", ".join(missing),
            )
        drafts = [
            _served(site, tree, language, builds[language], part, request_info) for language in chosen for part in PARTS
        ]
        own = _own_files(tree, builds)
        if own:
            drafts.append(_packed(site, tree, own, scratch / "repository.zip", request_info))
    n_data = sum(name.startswith("data/") for name in own)
    if not builds and not n_data:
        raise LocalsdgError(
            "that is no Open SDG site",
            where=path.name,
            expected="data/*.csv, or {lang}/meta/all.json of a build",
            got=_sample(tree),
        )
    commit = commit_of(path)
    extra = {"commit": commit} if commit else {}
    told_builds = f"build in {', '.join(chosen)}" if chosen else "no complete build"
    return drafts, extra, f"{n_data} data files and {told_builds}"


def _builds(tree: dict[str, Entry]) -> dict[str, str]:
    """Language -> folder of every build that has all three bodies, from one place of the tree."""
    places: dict[str, dict[str, str]] = {}
    end = f"/{PARTS[0].path}"
    for name in tree:
        folder = name.removesuffix(end)
        root, _, language = folder.rpartition("/")
        if name.endswith(end) and LANGUAGE.fullmatch(language):
            if all(f"{folder}/{part.path}" in tree for part in PARTS):
                places.setdefault(root, {})[language] = folder
    if not places:
        return {}

    def rank(root: str) -> tuple:
        last = root.rpartition("/")[2]
        return (_BUILDS.index(last) if last in _BUILDS else len(_BUILDS), root.count("/"), root)

    return dict(sorted(places[min(places, key=rank)].items()))


def _served(site: Site, tree: dict[str, Entry], language: str, folder: str, part, request_info: dict) -> SiteFile:
    name = f"{folder}/{part.path}"
    body = tree[name].read()
    try:
        value = part.kind.read(body)
    except ValueError as error:
        raise LocalsdgError("a body of the build is broken", where=name, expected=part.kind.name, got=error) from error
    return SiteFile(
        f"{language}.{part.name}",
        part.role,
        language,
        body,
        hashlib.sha256(body).hexdigest(),
        # The path tells equal bodies of two languages apart.
        {
            **request_info,
            "params": {"path": name},
            "rows": value if isinstance(value, int) else None,
            "extra": {"site_id": site.site_id, "language": language},
        },
    )


def _own_files(tree: dict[str, Entry], builds: dict[str, str]) -> dict[str, str]:
    """Name in the kept archive -> name in the tree, for the repository's own files."""
    roots = {
        name[: match.start()]
        for name in tree
        if (match := re.search(r"(?:(?<=/)|^)(?:data/[^/]+\.csv|config_data\.ya?ml)$", name, re.I))
    }
    build_folders = tuple(f"{folder}/" for folder in builds.values())  # a build has a data folder too
    roots = {
        root
        for root in roots
        if not root.startswith(build_folders) and not re.search(r"/_(built|site|build)/", f"/{root}")
    }
    if not roots:
        return {}
    root = min(roots, key=lambda folder_name: (folder_name.count("/"), folder_name))
    own = {name.removeprefix(root): name for name in tree if name.startswith(root)}
    config = next((own[name] for name in ("config_data.yml", "config_data.yaml") if name in own), None)
    text = tree[config].read().decode("utf-8", "replace") if config else ""
    folders = {*FOLDERS, *_PATTERN.findall(text)}
    return {
        short: name
        for short, name in sorted(own.items())
        if short.lower().endswith(_KEPT)
        and (short.partition("/")[0] in folders if "/" in short else _CONFIG.fullmatch(short))
    }


def _packed(site: Site, tree: dict[str, Entry], own: dict[str, str], target: Path, request_info: dict) -> SiteFile:
    """One zip archive, in which equal files give equal bytes; `own` is sorted by name."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for short, name in own.items():
            with tree[name].open() as source, archive.open(fixed_entry(short), "w") as out:
                shutil.copyfileobj(source, out)
    return SiteFile(
        "repository.zip",
        REPOSITORY_ROLE,
        "",
        target,
        sha256_of(target),
        {**request_info, "params": {"path": ""}, "rows": len(own), "extra": {"site_id": site.site_id, "language": ""}},
    )


def _sample(tree: dict[str, Entry]) -> str:
    names = sorted(tree)[:5]
    return ", ".join(names) if names else "no csv, md, yml or json file"
