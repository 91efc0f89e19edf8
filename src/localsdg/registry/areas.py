"""What the UN's lists do not say of their areas: which are no countries, and whose groups they are."""

from __future__ import annotations

from pathlib import Path

#: area_code or name_like, kind, scheme, reason: what an area of the lists is where neither M49 nor the
#: UN area tree says so. Reviewed against all areas of the releases of 2019 to 2023.
AREA_KINDS_CSV = Path(__file__).parent / "area_kinds.csv"
