"""Figures of coalitions: of one register each, with what was not classified never as the finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from figure_helpers import settings, value

from localsdg.figures.chart.datasets import marks, segments
from localsdg.figures.chart.palette import GOALS, RESIDUAL, contrast
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.figure import Figure, NoData
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import LANGUAGES, words

GOAL, SIZE, PAIR, PARTNER = ("c06_actions_by_goal", "c06_goals_per_action", "c06_goal_pairs", "c06_actions_by_partner")
KINDS, ROLE, MIX, YEARS = (
    "c06_actor_pairs",
    "c06_local_government_role",
    "c06_actions_by_actor",
    "c06_actions_by_year",
)
PARTNERSHIPS, OCEAN = "un-partnerships", "ocean-commitments"
TITLES = [{"goal_code": str(n), "title": f"Goal {n}"} for n in range(1, 18)]
REGISTERS = [
    {"dataset_id": PARTNERSHIPS, "title": "Partnerships", "attribution": "UN DESA, Partnerships", "n_actions": 12},
    {"dataset_id": OCEAN, "title": "Ocean commitments", "attribution": "UN DESA, Oceans", "n_actions": 900},
    {"dataset_id": "my-city", "title": "Projects of my city", "n_actions": 7},
]


def rows(metric: str, counts: dict[str, float], whole: float, register: str = PARTNERSHIPS, **more: object) -> list:
    """Counts of the World by breakdown, such as `links=declared; goal=1`."""
    facts = {"metric": metric, "n_areas": 1, "basis": "computed", "release": "x@2024-10-24", "denominator": "actions"}
    made = []
    for one, count in counts.items():
        dimensions = {"dataset": register} | dict(part.split("=") for part in one.split("; "))
        made.append(value(2024, count, dimensions=dimensions, n_total=whole, **{**facts, **more}))
    return made


def goals(top: str = "13", register: str = PARTNERSHIPS) -> list[dict]:
    found = {f"links=declared; goal={n}": 5.0 if str(n) == top else n % 3 for n in range(1, 18)}
    return rows(GOAL, {**found, "links=all; goal=4": 90.0}, 10, register)


def loaded(tmp_path: Path, content: list[dict], area: str = "001", lang: str = "en") -> dict[str, Figure | NoData]:
    given = settings(tmp_path, content, core_goal=TITLES, core_action_dataset=REGISTERS)
    result = load_figures(given, "C06", area, lang)
    return {one.figure_id: one for one in (*result.figures, *result.missing)}


def made(tmp_path: Path, content: list[dict], area: str = "001", lang: str = "en") -> dict[str, Figure]:
    return {key: one for key, one in loaded(tmp_path, content, area, lang).items() if isinstance(one, Figure)}


@pytest.mark.parametrize("top", ["13", "2"])
def test_the_goal_that_most_records_declare(tmp_path, top) -> None:
    one = made(tmp_path, goals(top))["c06-actions-by-goal"]
    assert one.title == f"Goal {top} is declared most often: by 5 of 10 records"
    assert one.subtitle == "partnerships registered with the UN · records that declare the goal · 2024"
    assert [row["code"] for row in one.rows] == [str(n) for n in range(1, 18)]
    assert [style.colour for style in one.encoding.styles] == list(GOALS.values())
    assert one.coverage == "Records that declare a goal: 10 of 12 in the register."
    assert one.source.startswith("Source: UN DESA, Partnerships; release x@2024-10-24")


def test_registers_are_never_added(tmp_path) -> None:
    both = made(tmp_path, [*goals("2"), *goals("14", OCEAN)])["c06-actions-by-goal"]
    assert "Goal 2 is declared most often: by 5 of 10" in both.title and len(both.rows) == 17


@pytest.mark.parametrize(("n_total", "name"), [(400, "Projects of my city"), (3, "ocean commitments")])
def test_without_the_usual_register_the_fullest_is_shown_by_its_name(tmp_path, n_total, name) -> None:
    mine = [{**one, "n_total": n_total} for one in goals("11", "my-city")]
    one = made(tmp_path, [*mine, *goals("14", OCEAN)])["c06-actions-by-goal"]
    assert name in one.subtitle


def test_a_figure_of_one_register_alone_takes_no_other(tmp_path) -> None:
    years = rows(YEARS, {"count=in the year": 4}, 7, "my-city")
    found = loaded(tmp_path, [*years, *({**one, "year": 2023, "value": 9} for one in years)])
    assert found["c06-growth"].title == "More records began in 2023 than in any other year: 9"
    assert "Projects of my city" in found["c06-growth"].subtitle
    assert isinstance(found["c06-growth-ocean"], NoData)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((5, 3, 2), "Records most often declare one goal: 5 of 10"),
        ((1, 0, 9), "Most records declare three goals or more: 9 of 10"),
    ],
)
def test_how_many_goals_a_record_declares(tmp_path, counts, words) -> None:
    sizes = dict(zip(("1", "2", "3 or more"), counts, strict=True))
    content = rows(SIZE, {f"links=declared; goals={n}": c for n, c in sizes.items()}, 10)
    one = made(tmp_path, content)["c06-goals-per-action"]
    assert one.title == words
    assert [row["label"] for row in one.rows] == ["one goal", "two goals", "three goals or more"]
    assert [row["shown"] for row in one.rows] == [f"{n} of 10" for n in counts]


def test_goals_that_are_declared_together(tmp_path) -> None:
    pairs = {"links=declared; pair=1+2": 3, "links=declared; pair=1+11": 4, "links=all; pair=3+4": 9}
    one = made(tmp_path, rows(PAIR, pairs, 6))["c06-goal-pairs"]
    assert one.title == "Goals 1 and 11 are declared together most often: 4 of 6 records"
    assert [(row["label"], row["series"], row["value"]) for row in one.rows] == [
        ("2 Zero hunger", "1 No poverty", 3),
        ("11 Sustainable cities and communities", "1 No poverty", 4),
    ]
    assert one.encoding.order == ("1 No poverty", "2 Zero hunger", "11 Sustainable cities and communities")
    assert one.encoding.across == one.encoding.order[:-1] and one.encoding.is_triangle
    assert "An empty cell: no record." in one.notes


def test_pairs_that_are_all_as_frequent_make_no_figure(tmp_path) -> None:
    pairs = {"links=declared; pair=1+2": 1, "links=declared; pair=1+11": 1}
    found = loaded(tmp_path, rows(PAIR, pairs, 2))["c06-goal-pairs"]
    assert isinstance(found, NoData) and found.reason.startswith("All 2 pairs are in as many records (1)")


def test_kinds_that_act_together_are_in_the_order_of_how_often(tmp_path) -> None:
    pairs = {
        "pair=academia+business": 2,
        "pair=academia+nation": 7,
        "pair=nation+nation": 9,
        "pair=business+nation": 3,
        "pair=nation+not classified": 99,
        "pair=business+other": 98,
    }
    one = made(tmp_path, rows(KINDS, pairs, 50))["c06-who-together"]
    assert one.encoding.order == ("national governments", "universities and research", "businesses")
    title = "National governments and universities and research are named together most often (7 records)"
    assert one.title == title, "nine are of one kind"
    assert "could not be classified are left out" in one.coverage
    one = made(tmp_path, rows(KINDS, {"pair=nation+nation": 9}, 50))["c06-who-together"]
    assert one.title == "National governments are named with their own kind most often (9 records)"


@pytest.mark.parametrize(
    ("lang", "label"),
    [
        ("en", "universities and research"),
        ("es", "universidades y centros de investigación"),
        ("fr", "universités et recherche"),
        ("pt", "universidades e pesquisa"),
    ],
)
def test_what_is_not_classified_is_last_grey_and_no_finding(tmp_path, lang, label) -> None:
    counts = {
        "partner=not classified": 8,
        "partner=academia": 3,
        "partner=none stated": 6,
        "links=all; partner=business": 9,
    }
    one = made(tmp_path, rows(PARTNER, counts, 10), lang=lang)["c06-partners"]
    assert [row["value"] for row in one.rows] == [3, 8, 6] and one.rows[0]["label"] == label
    assert label.casefold() in one.title.casefold()
    assert [colour == RESIDUAL for colour in marks(one)["colour"]] == [False, True, True]


def test_records_of_which_nothing_is_classified_make_no_figure(tmp_path) -> None:
    found = loaded(tmp_path, rows(PARTNER, {"partner=none stated": 6, "partner=not classified": 2}, 8))
    assert found["c06-partners"].reason == "The records of World name no kind that could be classified."


def roles(counts: dict[str, tuple[int, int, int, int]]) -> list[dict]:
    """The role of local governments by goal: lead, partner, absent, nobody named."""
    made_rows = []
    for goal, parts in counts.items():
        named = zip(("lead", "partner", "absent", "none named"), parts, strict=True)
        made_rows += rows(ROLE, {f"goal={goal}; role={role}": n for role, n in named}, sum(parts))
    return made_rows


def test_where_local_governments_lead_join_and_are_absent(tmp_path) -> None:
    content = roles({"1": (1, 3, 90, 6), "11": (10, 15, 20, 5), "14": (0, 1, 299, 0)})
    one = made(tmp_path, content)["c06-local-role"]
    assert one.title == "Local governments take part in at most 50% of records, for goal 11"
    assert one.kind == "stacked_bar" and one.encoding.domain == (0.0, 100.0)
    assert [style.label for style in one.encoding.styles] == ["lead", "take part as partners", "absent", "nobody named"]
    parts = segments(one)
    ends = [parts["end"][place] for place, row in enumerate(one.rows) if row["series"] == "nobody named"]
    assert ends == pytest.approx([100, 100, 100])
    colours = {style.label: style.colour for style in one.encoding.styles}
    inks = zip(one.rows, parts["ink"], strict=True)
    assert all(contrast(ink, colours[row["series"]]) >= 4.5 for row, ink in inks)
    assert len(set(colours.values())) == 4 and RESIDUAL == colours["absent"]
    without_leads = [row for row in content if row["dimensions"]["role"] != "lead"]
    (partners, *_) = made(tmp_path, without_leads)["c06-local-role"].encoding.styles
    assert (partners.label, partners.colour) == ("take part as partners", colours["take part as partners"])


def test_how_the_mix_differs_between_goals(tmp_path) -> None:
    counts = {
        "1": {"nation": 20, "local government": 5, "not classified": 60},
        "11": {"nation": 22, "local government": 31, "not classified": 1},
        "17": {"nation": 21, "local government": 9, "not classified": 50},
        "14": {"nation": 99},
    }
    content = [
        one
        for goal, kinds in counts.items()
        for one in rows(MIX, {f"role=lead or partner; goal={goal}; actor={kind}": n for kind, n in kinds.items()}, 100)
    ]
    one = made(tmp_path, content)["c06-mix"]
    assert one.title == "Local governments: 31% of records for goal 11, 5% for goal 1"
    assert [name.partition(" ")[0] for name in one.encoding.across] == ["1", "11", "17"]
    assert one.encoding.order[-1] == "not classified" and not one.encoding.is_triangle
    fills = dict(zip([row["label"] for row in one.rows], marks(one)["fill"], strict=True))
    assert fills["not classified"] == RESIDUAL != fills["local governments"]


def leads(by_year: dict[int, dict[str, int]], register: str = OCEAN) -> list[dict]:
    return [
        one
        for year, kinds in by_year.items()
        for one in rows(YEARS, {f"count=in the year; lead={kind}": n for kind, n in kinds.items()}, 900, register)
        if not one.update(year=year)
    ]


def test_kinds_of_lead_over_time_are_shares_of_the_year(tmp_path) -> None:
    years = {
        2017: {"nation": 30, "civil society": 20, "not classified": 50},
        2018: {"nation": 2, "business": 3},
        2019: {"nation": 10, "civil society": 25, "not classified": 5},
    }
    one = made(tmp_path, leads(years))["c06-leads"]
    assert one.title == "Civil society organizations led the largest share of records begun in 2019: 62.5%"
    assert {(row["year"], row["series"]): row["value"] for row in one.rows} == {
        (2017, "civil society organizations"): 20,
        (2017, "national governments"): 30,
        (2019, "civil society organizations"): 62.5,
        (2019, "national governments"): 25,
    }, "2018 has five records"
    assert "ocean commitments registered with the UN" in one.subtitle


def test_one_kind_of_lead_is_no_comparison(tmp_path) -> None:
    found = loaded(tmp_path, leads({2017: {"local government": 30}, 2018: {"local government": 40}}))
    assert found["c06-leads"].reason.startswith("All records of a known kind are led by one kind, local governments")


def test_an_area_where_a_number_was_counted_for_another_has_no_figure(tmp_path) -> None:
    assert made(tmp_path, goals(), "404") == {}


def test_every_figure_of_registers_is_of_one() -> None:
    ours = [one for one in entries().values() if one.query.startswith("register")]
    assert len(ours) >= 10 and all(one.register for one in ours)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_titles_are_short_and_need_no_area(tmp_path, lang) -> None:
    pairs = {"pair=academia+business": 2, "pair=academia+nation": 7}
    content = [*goals(), *rows(KINDS, pairs, 50), *roles({"1": (1, 3, 90, 6), "11": (10, 15, 20, 5)})]
    figures = made(tmp_path, content, lang=lang)
    assert len(figures) == 3
    for one in figures.values():
        assert len(one.title.split(" ")) <= (14 if lang == "en" else 18) and one.area not in one.title
        register = words(lang).say(f"register.{PARTNERSHIPS}")
        assert one.subtitle.startswith(register), "one register is not the World"
