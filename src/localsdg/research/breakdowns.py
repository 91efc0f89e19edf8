"""Breakdowns that a question names: sex, age, location and the other dimensions of its series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.registry.dimensions import column_key

#: What asks for every value of a dimension.
ALL = "all"
_SHOWN = 10

Values = str | Iterable[str]


@dataclass(frozen=True)
class Dimension:
    """The codes of a dimension of a series, and those of them that are the whole."""

    codes: tuple[str, ...]
    whole: tuple[str, ...]


@dataclass(frozen=True)
class Breakdown:
    """Dimensions that are asked for, and the codes of each, or `ALL`."""

    codes: Mapping[str, tuple[str, ...]]

    def parameters(self, known: Mapping[str, Mapping[str, Dimension]]) -> dict[str, list[str]]:
        """The parameters of `sql/research/series_rows.sql`, of series with the dimensions in `known`."""
        codes, whole = [], []
        for series, dimensions in known.items():
            for name, dimension in dimensions.items():
                asked = self.codes.get(name, dimension.whole)
                codes += [f"{series}\x1f{name}\x1f{code}" for code in (dimension.codes if ALL in asked else asked)]
                whole += [f"{series}\x1f{name}\x1f{code}" for code in dimension.whole]
        return {"dimensions": list(self.codes), "codes": codes, "whole": whole}


def read_breakdown(
    known: Mapping[str, Dimension],
    series: str,
    sex: Values | None = None,
    age: Values | None = None,
    location: Values | None = None,
    dimensions: Mapping[str, Values] | None = None,
) -> Breakdown:
    """The dimensions and codes that are asked for, in the spelling of the series.

    `known` are the dimensions of the series with their codes, `series` its code for an error. Letter case does
    not matter, and `all` asks for every value. Raises `UsageError` for a dimension or a code that it has not.
    """
    given = {"sex": sex, "age": age, "location": location, **{column_key(k): v for k, v in (dimensions or {}).items()}}
    asked = {name: (values,) if isinstance(values, str) else tuple(values) for name, values in given.items() if values}
    for name in asked:
        if name not in known:
            raise UsageError(
                f"{series} has no breakdown by {name}",
                expected=describe_dimensions(known) or "no breakdown: it has totals alone",
                got=f"{name}={', '.join(map(str, asked[name]))}",
            )
    return Breakdown(
        {name: tuple(_code(series, name, str(one), known[name].codes) for one in asked[name]) for name in asked}
    )


def describe_dimensions(known: Mapping[str, Dimension]) -> str:
    """The dimensions with their codes in one text: `sex=FEMALE, MALE; age=15+`."""
    parts = []
    for name, dimension in known.items():
        shown = [code for code in dimension.codes if code not in dimension.whole]
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        if shown:
            parts.append(f"{name}={', '.join(shown[:_SHOWN])}{more}")
    return "; ".join(parts)


def without_total(known: Mapping[str, Dimension]) -> dict[str, Dimension]:
    """The dimensions that have no total: a question has to name them."""
    return {name: dimension for name, dimension in known.items() if not dimension.whole}


def _code(series: str, name: str, value: str, codes: tuple[str, ...]) -> str:
    """The code in the spelling of the series; age 15-24 may be written with another dash."""
    by_folded = {code.casefold(): code for code in codes}
    folded = value.strip().casefold().replace("–", "-")
    if folded == ALL or folded in by_folded:
        return ALL if folded == ALL else by_folded[folded]
    near = close_matches(value, codes, likeness=0.5)
    raise UsageError(
        f"{series} has no such {name}",
        got=value,
        expected=" or ".join(near) if near else ", ".join(codes[:_SHOWN]),
        next_step=f'{name}="all", which gives every one',
    )
