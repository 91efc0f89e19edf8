"""Bodies of the replay server: records, envelopes, bulk CSV and lists made from rows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

FIXED = (
    "Goal",
    "Target",
    "Indicator",
    "SeriesCode",
    "SeriesDescription",
    "GeoAreaCode",
    "GeoAreaName",
    "TimePeriod",
    "Value",
    "Time_Detail",
    "TimeCoverage",
    "UpperBound",
    "LowerBound",
    "BasePeriod",
    "Source",
    "GeoInfoUrl",
    "FootNote",
)


def record(
    series: str = "SI_POV_DAY1",
    area: int | str = 724,
    year: float = 2015,
    value: str = "1",
    *,
    indicators: tuple[str, ...] = ("1.1.1",),
    name: str = "Spain",
    **changes: object,
) -> dict:
    """A record in the shape of `Series/Data`; `changes` replaces any key."""
    return {
        "goal": [one.split(".")[0] for one in indicators],
        "target": [one.rsplit(".", 1)[0] for one in indicators],
        "indicator": list(indicators),
        "series": series,
        "seriesDescription": f"{series} (%)",
        "seriesCount": "1",
        "geoAreaCode": str(area),
        "geoAreaName": name,
        "timePeriodStart": float(year),
        "value": value,
        "valueType": "Float",
        "time_detail": None,
        "timeCoverage": None,
        "upperBound": None,
        "lowerBound": None,
        "basePeriod": None,
        "source": "World Bank",
        "geoInfoUrl": None,
        "footnotes": [""],
        "attributes": {"Nature": "G", "Units": "PERCENT"},
        "dimensions": {"Age": "ALLAGE", "Sex": "BOTHSEX", "Reporting Type": "G"},
    } | changes


def records_from_csv(path: Path) -> list[dict]:
    """Records from a bulk CSV: rows that differ in nothing but the indicator become one."""
    found: dict[tuple, dict] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            key = tuple(value for name, value in row.items() if name not in FIXED[:3])
            if key in found:
                for name in FIXED[:3]:
                    found[key][name.lower()].append(row[name])
                continue
            cells = {name.strip("[]"): row[name] for name in row if name[0] == "[" and row[name]}
            attributes = {key: cells.pop(key) for key in ("Nature", "Units") if key in cells}
            found[key] = record(
                row["SeriesCode"],
                row["GeoAreaCode"],
                float(row["TimePeriod"]),
                row["Value"],
                indicators=(row["Indicator"],),
                name=row["GeoAreaName"],
                seriesDescription=row["SeriesDescription"],
                source=row["Source"] or None,
                time_detail=row["Time_Detail"] or None,
                footnotes=[row["FootNote"]],
                attributes=attributes,
                dimensions=cells,
            )
    return list(found.values())


def recorded_rows(payloads: Path | None) -> list[dict]:
    files = sorted(payloads.glob("Series_Data*.json")) if payloads else []
    return [row for file in files for row in json.loads(file.read_bytes())["data"]]


def envelope(rows: list[dict], size: int, page: int, total: int) -> dict:
    def codes(part: str) -> list[dict]:
        found: dict[str, dict] = {}
        for row in rows:
            for name, code in row[part].items():
                found.setdefault(name, {})[code] = {"code": code, "description": "", "sdmx": code}
        return [{"id": name, "codes": list(listed.values())} for name, listed in found.items()]

    return {
        "size": size,
        "totalElements": total,
        "totalPages": -(-total // size) if size else 0,
        "pageNumber": page,
        "attributes": codes("attributes"),
        "dimensions": codes("dimensions"),
        "data": rows,
    }


def bulk_csv(rows: list[dict]) -> bytes:
    """The bulk layout: a bracketed column a dimension, a row under each of its indicators."""
    extra = sorted({name for row in rows for name in row["attributes"] | row["dimensions"]})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*FIXED, *(f"[{name}]" for name in extra)])
    for row in rows:
        cells = row["attributes"] | row["dimensions"]
        start = row["timePeriodStart"]
        fixed = [
            row["series"],
            row["seriesDescription"],
            row["geoAreaCode"],
            row["geoAreaName"],
            int(start) if start == int(start) else start,
            row["value"],
            row["time_detail"],
            row["timeCoverage"],
            row["upperBound"],
            row["lowerBound"],
            row["basePeriod"],
            row["source"],
            row["geoInfoUrl"],
            "\n".join(note or "" for note in row["footnotes"]),
        ]
        for above in zip(row["goal"], row["target"], row["indicator"], strict=True):
            writer.writerow([*above, *fixed, *(cells.get(name) for name in extra)])
    return out.getvalue().encode()


def made(path: str, rows: list[dict], release: str) -> list[dict]:
    """A metadata list as the rows imply it."""
    first = {row["series"]: row for row in reversed(rows)}
    series = [
        {
            "goal": row["goal"],
            "target": row["target"],
            "indicator": row["indicator"],
            "release": release,
            "code": code,
            "description": row["seriesDescription"],
            "uri": f"/v1/sdg/Series/{code}",
        }
        for code, row in sorted(first.items())
    ]
    triples = sorted(
        {triple for row in rows for triple in zip(row["goal"], row["target"], row["indicator"], strict=True)}
    )
    areas = {row["geoAreaCode"]: row["geoAreaName"] for row in rows}
    if path == "series/list":
        return series
    if path == "goal/list":
        return [{"code": one, "title": f"Goal {one}"} for one in sorted({t[0] for t in triples})]
    if path == "target/list":
        pairs = sorted({triple[:2] for triple in triples})
        return [{"goal": goal, "code": code, "indicators": None} for goal, code in pairs]
    if path == "indicator/list":
        return [
            {
                "goal": goal,
                "target": target,
                "code": code,
                "tier": "1",
                "series": [one for one in series if code in one["indicator"]],
            }
            for goal, target, code in triples
        ]
    if path == "geoarea/list":
        return [{"geoAreaCode": code, "geoAreaName": name} for code, name in sorted(areas.items())]
    leaves = [
        {"geoAreaCode": int(code), "geoAreaName": name, "type": "Country", "children": None}
        for code, name in sorted(areas.items())
    ]
    return [{"geoAreaCode": 1, "geoAreaName": "World", "type": "Region", "children": leaves}]


def to_json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
