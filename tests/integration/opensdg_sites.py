"""Snapshots of the real sites under the test data, made as the connector makes them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

from localsdg.sources.snapshot import Snapshot, SnapshotWriter

LEVELS = {
    "asturias": "region",
    "canarias-istac": "region",
    "schleswig-holstein": "state",
    "andalucia-municipios": "association",
}


def site_rows(data_root: Path) -> list[dict[str, str]]:
    with (data_root / "local" / "opensdg_sites.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def repository_zip(folder: Path) -> bytes:
    """The repository's files as an archive of the service would hold them."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_STORED) as archive:
        for name in ("data", "meta", "csv-meta", "indicator-config", "translations/es"):
            for path in sorted((folder / name).rglob("*")):
                if path.is_file():
                    entry = f"{folder.name}-main/{path.relative_to(folder).as_posix()}"
                    archive.writestr(entry, path.read_bytes())
        archive.writestr(f"{folder.name}-main/config_data.yml", (folder / "config_data.yml").read_bytes())
    return body.getvalue()


def snapshot_of(data_root: Path, raw: Path, row: dict[str, str], *, routes: str = "both") -> Snapshot:
    """A snapshot of one site; `routes` is `build`, `repository` or `both`."""
    site_id, folder = row["site"], data_root / "local" / "opensdg" / row["site"]
    extra = {
        "site_id": site_id,
        "local_government_id": site_id,
        "local_government": row["local_government"],
        "level": LEVELS.get(site_id, "city"),
        "country_iso3": row["country_iso3"],
        "area_code": None,
        "kind": "opensdg",
    }
    writer = SnapshotWriter(
        raw,
        "opensdg",
        f"{site_id}@{row['date']}",
        origin=row["repository"],
        licence="as the site states",
        attribution=row["local_government"],
        extra=extra,
    )
    built = folder / "_built"
    with writer:
        use_build = built.exists() and routes != "repository"
        for language in sorted(path.name for path in built.iterdir()) if use_build else ():
            facts = {"extra": {"site_id": site_id, "language": language}}
            base = f"https://example.org/{site_id}/{language}"
            for role, path in (
                ("opensdg_meta", "meta/all.json"),
                ("opensdg_reporting", "stats/reporting.json"),
                ("opensdg_zip", "zip/all_indicators.zip"),
            ):
                if not (built / language / path).exists():
                    continue  # Thunder Bay's build has no meta/all.json
                writer.add(
                    f"{language}-{path.replace('/', '-')}", role, built / language / path, url=f"{base}/{path}", **facts
                )
        if routes != "build" or not built.exists():
            writer.add("repository.zip", "opensdg_repository", repository_zip(folder), extra={"site_id": site_id})
    return writer.commit()
