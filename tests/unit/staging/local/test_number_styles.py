"""Files of numbers as people of several countries write them: each is read right, or not at all."""

from __future__ import annotations

import random
from collections import Counter

import duckdb
from local_helpers import data_file

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.staging.local.columns import column_roles
from localsdg.staging.local.describe import describe
from localsdg.staging.local.headline import choose_headline
from localsdg.staging.local.parse import FileToParse, parse_rows
from localsdg.staging.local.reference_area import Home
from localsdg.staging.local.snapshot_content import StatedFacts
from localsdg.staging.local.values import prepare_values

N_FILES = 200
#: Country -> its signs for thousands and decimals.
SIGNS = {
    "GBR": (",", "."),
    "DEU": (".", ","),
    "ESP": (".", ","),
    "FRA": ("\u202f", ","),
    "CHE": ("’", "."),
    "IND": (",", "."),
}
#: Unit -> the largest value, and the decimals that a file may have.
UNITS = {
    "Number": ([500, 5000, 5_000_000], [0]),
    "Percentage": ([100], [0, 1, 2, 3]),
    "Euros": ([5, 5000, 5e6], [0, 1, 2, 3]),
}


def written(value: float, country: str, n_decimals: int) -> str:
    """A number as people of a country write it; in India groups of two before the last of three."""
    thousands, decimal = SIGNS[country]
    whole, _, decimals = f"{value:.{n_decimals}f}".partition(".")
    groups, length = [], 3
    while len(whole) > length:
        groups.insert(0, whole[-length:])
        whole, length = whole[:-length], 2 if country == "IND" else 3
    return thousands.join([whole, *groups]) + (decimal + decimals if decimals else "")


def test_no_number_of_a_known_style_is_read_as_another_one() -> None:
    chance = random.Random(1)
    files, expected = [], {}
    for number in range(1, N_FILES + 1):
        country, unit = chance.choice(list(SIGNS)), chance.choice(list(UNITS))
        largest, n_decimals = chance.choice(UNITS[unit][0]), chance.choice(UNITS[unit][1])
        values = [round(chance.uniform(0, largest), n_decimals) for _ in range(chance.randint(2, 10))]
        cells = [written(value, country, n_decimals) for value in values]
        home = Home("Weirford", "city", country)
        file = data_file("Year,Value\n" + "".join(f'{2000 + n},"{cell}"\n' for n, cell in enumerate(cells)))
        description = describe("1-1-1", StatedFacts(unit=unit), home)
        files.append(FileToParse(number, file, description, home, column_roles(file, home)))
        expected[number] = (country, unit, cells, values)
    con = duckdb.connect()
    prepare_values(con)
    context = RunContext(con, Settings(), "run")
    parse_rows(context, files)
    choose_headline(context)
    outcomes = Counter[str]()
    wrong = []
    for number, read, n_headline in con.execute(
        "select file, list(value order by row), count(*) filter (is_headline) from local_row group by file"
    ).fetchall():
        for value, true in zip(read, expected[number][3], strict=True):
            outcomes["not read" if value is None else "right" if abs(value - true) < 1e-6 else "wrong"] += 1
        wrong += [expected[number]] if outcomes["wrong"] and len(wrong) < 3 else []
        assert not (None in read and n_headline), expected[number]
    assert not outcomes["wrong"], wrong
    assert outcomes["right"] > 0.95 * outcomes.total(), outcomes
