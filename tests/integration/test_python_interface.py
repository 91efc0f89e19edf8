"""`import localsdg as ls`: what researchers ask the warehouse from Python."""

from __future__ import annotations

import doctest
import importlib
import json
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

import localsdg as ls
from localsdg.common.errors import UsageError
from localsdg.research.frames import attributes_of, to_frame

MODULES = (
    "connect",
    "series",
    "metrics",
    "progress",
    "local",
    "actions",
    "describe",
    "citing",
    "saving",
    "search_frame",
)


@pytest.fixture
def warehouse(built):
    with ls.connect(built.home) as opened:
        yield opened


@pytest.fixture
def raw(warehouse) -> pd.DataFrame:
    """All rows of one series as the warehouse holds them, for recounts with pandas alone."""
    return warehouse.con.execute("select * from core.observation where series_code = 'SI_POV_DAY1'").df()


def ask(function, *args, **named):
    """The frame, and the texts of its notices."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = function(*args, **named)
    return frame, [str(one.message) for one in caught if one.category is ls.DataNotice]


def test_the_examples_in_the_docstrings_hold(built, monkeypatch) -> None:
    monkeypatch.setenv("LOCALSDG_HOME", str(built.home))
    attempted = failed = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ls.DataNotice)
        for name in MODULES:
            module = importlib.import_module(f"localsdg.research.{name}")
            done = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
            assert done.attempted, f"{name} has no example"
            attempted, failed = attempted + done.attempted, failed + done.failed
    assert failed == 0 and attempted > 20


def test_importing_the_package_loads_nothing_and_names_everything() -> None:
    code = (
        "import sys, localsdg\n"
        "heavy = {'pandas', 'duckdb', 'pyarrow', 'polars', 'click', 'localsdg.research'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert all(callable(getattr(localsdg, name)) for name in localsdg.__all__)\n"
        "assert set(localsdg.__all__) <= set(dir(localsdg))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'sereis'"):
        ls.sereis  # noqa: B018


# ---------------------------------------------------------------- series
def test_a_series_is_what_the_warehouse_holds(warehouse, raw) -> None:
    frame, _ = ask(ls.series, "SI_POV_DAY1", ["Kenya", "LDCs"], home=warehouse)
    release = raw[raw.release == "2023-12-17"]
    wanted = release[release.area_code.isin(["404", "199"]) & release.is_total & release.value.notna()]
    got = frame.set_index(["area_code", "year"]).value.sort_index()
    expected = wanted.set_index(["area_code", "year"]).value.sort_index()
    pd.testing.assert_series_equal(got, expected, check_index_type=False)
    assert list(frame.area.unique()) == ["Kenya", "Least Developed Countries (LDCs)"]  # in the order asked
    for column in ("unit", "source", "release", "dataset", "definition"):
        assert frame[column].notna().all()
    assert frame.attrs["releases"] == ["2023-12-17"] and frame.attrs["units"] == ["PERCENT"]
    assert frame.attrs["version"] == warehouse.version
    json.dumps(frame.attrs)  # plain values
    # the query in the attributes gives the same rows again
    again = warehouse.con.sql(frame.attrs["query"]).to_arrow_table()
    assert again.num_rows == len(frame) and again.column("value").to_pylist() == frame.value.tolist()


def test_the_latest_values_are_each_areas_own_newest_and_the_years_are_flagged(warehouse, raw) -> None:
    frame, notices = ask(ls.series, "SI_POV_DAY1", within="SIDS", latest=True, home=warehouse)
    release = raw[(raw.release == "2023-12-17") & raw.is_total & raw.value.notna()]
    newest = release.sort_values("year").groupby("area_code").tail(1).set_index("area_code")
    assert frame.set_index("area_code").year.to_dict() == newest.loc[frame.area_code].year.to_dict()
    assert frame.set_index("area_code").value.to_dict() == newest.loc[frame.area_code].value.to_dict()
    assert (frame.year.max() - frame.year == frame.years_behind).all() and frame.year.nunique() > 1
    assert f"differs between rows: {frame.year.min()} to {frame.year.max()}" in notices[0]
    # every country of the group has a value or a gap
    gaps = {gap["area_code"] for gap in frame.attrs["gaps"]}
    members = warehouse.con.execute("select area_code from core.group_country where grouping_code = '722'").fetchall()
    assert gaps | set(frame.area_code) == {code for (code,) in members} and not gaps & set(frame.area_code)


def test_gaps_are_named_with_their_reason_and_never_a_zero(warehouse) -> None:
    frame, notices = ask(ls.series, "SI_POV_DAY1", ["Andorra", "Kenya"], years=(2014, 2016), home=warehouse)
    assert list(frame.year) == [2015] and frame.value.notna().all()
    andorra, years = frame.attrs["gaps"]
    assert (andorra["area"], andorra["reason"]) == ("Andorra", "none in release 2023-12-17")
    assert (years["area"], years["years"]) == ("Kenya", "2014, 2016")
    assert notices == ["No value for Andorra: none in release 2023-12-17"]
    nothing, notices = ask(ls.series, "SI_POV_DAY1", "Kenya", years=2013, home=warehouse)
    assert nothing.empty and "value" in nothing and "values for 1992–2015, none in 2013" in notices[0]
    assert ls.describe(nothing).count("No value for Kenya") == 1


def test_a_group_without_a_value_leads_to_the_one_of_like_name_that_has_values(warehouse) -> None:
    frame, _ = ask(ls.series, "SG_GEN_LOCGELS", ["Latin America", "World"], home=warehouse)
    (gap,) = [one for one in frame.attrs["gaps"] if one["area_code"] == "420"]
    assert gap["reason"].endswith('gives its countries; "Latin America and the Caribbean" has values')
    there, _ = ask(ls.series, "SG_GEN_LOCGELS", "Latin America and the Caribbean", home=warehouse)
    assert len(there) and not [one for one in there.attrs["gaps"] if one["years"] is None]


def test_a_frame_of_nothing_still_describes_cites_and_saves(warehouse, tmp_path: Path) -> None:
    nothing, _ = ask(ls.series, "SI_POV_DAY1", "Andorra", home=warehouse)
    assert ls.describe(nothing).startswith("SI_POV_DAY1 (") and "no rows" in ls.describe(nothing)
    assert "localsdg warehouse" in ls.cite(nothing)
    assert ls.save(nothing, tmp_path / "nothing.xlsx").exists()
    assert CalamineWorkbook.from_path(tmp_path / "nothing.xlsx").sheet_names == ["data", "about"]


@pytest.mark.parametrize(
    ("asked", "codes", "note"),
    [
        ("si_pov_day1", {"SI_POV_DAY1"}, ""),
        ("1.1.1", {"SI_POV_DAY1", "SI_POV_EMP1"}, "several series"),
        ("Indicator 1.1.1", {"SI_POV_DAY1", "SI_POV_EMP1"}, "several series"),
        ("below international poverty line, employed", {"SI_POV_EMP1"}, "is SI_POV_EMP1"),
        ("EG_ELC_ACCS", {"EG_ACS_ELEC"}, "EG_ELC_ACCS is now called EG_ACS_ELEC"),
        (["SI_POV_DAY1", "si_pov_day1"], {"SI_POV_DAY1"}, ""),
    ],
)
def test_series_are_named_as_people_name_them(warehouse, asked, codes, note) -> None:
    frame, notices = ask(ls.series, asked, "World", latest=True, home=warehouse)
    assert set(frame.series_code) == codes
    assert note in " ".join(notices)


@pytest.mark.parametrize("name", ["Vietnam", "VNM", 704, "Vietnã"])
def test_areas_are_named_as_people_name_them(warehouse, name) -> None:
    assert set(ask(ls.series, "SI_POV_DAY1", name, home=warehouse)[0].area) == {"Viet Nam"}


@pytest.mark.parametrize(
    ("args", "named", "words"),
    [
        (("SI_POV_DAYX",), {}, ["no such series", "SI_POV_DAY1"]),
        (("poverty",), {}, ["several series", "SI_POV_DAY1"]),
        (("9.9.9",), {}, ["no series belongs to the indicator"]),
        (([],), {}, ["name a series"]),
        (("SI_POV_DAY1", "Kennya"), {}, ["Kenya"]),
        (("SI_POV_DAY1", "Congo"), {}, ["several meanings", "178", "180"]),
        (("SI_POV_DAY1", "Barcelona"), {}, ["local government", "Spain", 'localsdg.local("barcelona")']),
        (("SI_POV_DAY1", []), {}, ["list of areas is empty"]),
        (("SI_POV_DAY1",), {"within": "Kenya"}, ["no group of countries"]),
        (("SI_POV_DAY1",), {"sex": "femal"}, ["FEMALE"]),
        (("SI_POV_DAY1",), {"dimensions": {"quantile": "Q1"}}, ["no breakdown by quantile", "sex=FEMALE, MALE"]),
        (("SE_TOT_CPLR",), {}, ["no total over education_level", "PRIMAR", "dimensions="]),
        (("SI_POV_DAY1",), {"years": "recent"}, ["years are not clear"]),
        (("SI_POV_DAY1",), {"years": (2020, 2000)}, ["wrong order"]),
        (("SI_POV_DAY1",), {"release": "2023-12-18"}, ["not loaded", "2023-12-17"]),
        (("SI_POV_DAY1",), {"release": "2023-12-17", "as_of": "2024-01-01"}, ["one of them"]),
        (("SI_POV_DAY1",), {"as_of": "30.01.2024"}, ["as_of is no day"]),
        (("SI_POV_DAY1",), {"as_of": "2999-01-01"}, ["a day to come"]),
        (("SI_POV_DAY1",), {"frame": "dask"}, ["pandas, polars, arrow"]),
    ],
)
def test_what_is_not_known_is_refused_with_what_may_be_meant(warehouse, args, named, words) -> None:
    with pytest.raises(ls.UsageError) as caught:
        ls.series(*args, home=warehouse, **named)
    for word in words:
        assert word in str(caught.value)


def test_breakdowns_are_asked_for_and_never_overlap(warehouse) -> None:
    frame, _ = ask(ls.series, "SI_POV_DAY1", "Kenya", sex=["female", "male"], home=warehouse)
    assert set(frame.breakdown) == {"sex=FEMALE", "sex=MALE"} and set(frame.age) == {"total"}
    every, _ = ask(ls.series, "SI_POV_DAY1", "Kenya", sex="all", age="all", location="all", home=warehouse)
    assert {"", "sex=FEMALE"} < set(every.breakdown)
    assert not every.duplicated(["area_code", "year", "breakdown"]).any()
    schools, _ = ask(
        ls.series,
        "SE_TOT_CPLR",
        "Kenya",
        dimensions={"Education level": "primar", "quantile": "all"},
        latest=True,
        home=warehouse,
    )
    assert set(schools.education_level) == {"PRIMAR"} and {"Q1", "total"} < set(schools["quantile"])
    count = warehouse.con.execute(
        "select count(*) from core.latest_observation where series_code = 'SE_TOT_CPLR' and area_code = '404' "
        "and year = 2014 and sex = 'total' and location = 'total' and dimensions['education_level'] = 'PRIMAR'"
    ).fetchone()
    assert len(schools) == count[0] > 1


def test_one_release_answers_unless_several_are_named(warehouse, raw) -> None:
    then, _ = ask(ls.series, "SI_POV_DAY1", "Kenya", as_of="2022-12-31", home=warehouse)
    assert set(then.release) == {"2022-07-10"} and set(then.definition) == {"$1.90 a day (2011 PPP)"}
    both, notices = ask(ls.series, "SI_POV_DAY1", "Kenya", release=["2020-10-19", "2023-12-17"], home=warehouse)
    assert both.release.value_counts().to_dict() == {
        one: len(raw[(raw.release == one) & (raw.area_code == "404") & raw.is_total]) for one in set(both.release)
    }
    assert "several definitions, not to be mixed: $1.90" in notices[0]
    before, notices = ask(ls.series, "SI_POV_DAY1", "Kenya", as_of="2012-01-01", home=warehouse)
    assert before.empty and "no release that was published by 2012-01-01" in notices[0]


@pytest.mark.long
def test_the_release_of_a_day_is_that_of_the_evidence_as_known_then(warehouse) -> None:
    """`series(as_of=…)` and the edition of the event, which the build computes, choose alike."""
    edition = dict(
        warehouse.con.execute(
            "select series_code, any_value(release) from evidence.progress_at_event group by series_code"
        ).fetchall()
    )
    (day,) = warehouse.con.execute("select max(as_of) from evidence.progress_at_event").fetchone()
    frame, _ = ask(ls.series, list(edition), ["World", "Kenya", "Spain"], as_of=day, latest=True, home=warehouse)
    chosen = frame.groupby("series_code").release.first().to_dict()
    assert len(chosen) > 30 and chosen == {code: edition[code] for code in chosen}


def test_the_default_is_the_total_of_every_series(warehouse) -> None:
    """Also where a code is all of what the series measures: slum dwellers are urban, mothers are women."""
    codes = [
        code for (code,) in warehouse.con.execute("select distinct series_code from core.series_release").fetchall()
    ]
    frame, notices = ask(ls.series, codes, ["Kenya", "Spain"], latest=True, home=warehouse)
    expected = warehouse.con.execute(
        "select series_code, area_code, max(year) from core.latest_observation where is_total and value is not null "
        "and area_code in ('404', '724') group by all"
    ).fetchall()
    assert set(zip(frame.series_code, frame.area_code, frame.year, strict=True)) == set(expected)
    assert len(frame) == len(expected) > 90 and set(frame.breakdown) == {""}
    assert {"EN_LND_SLUM", "SG_GEN_PARL"} <= set(frame.series_code)
    assert any("no total" in gap["reason"] for gap in frame.attrs["gaps"] if gap["series_code"] == "SE_TOT_CPLR")


def test_series_that_are_listed_but_not_loaded_are_a_gap(warehouse) -> None:
    frame, notices = ask(ls.series, ["SH_STA_MORT", "SI_POV_DAY1"], "World", latest=True, home=warehouse)
    assert set(frame.series_code) == {"SI_POV_DAY1"}
    assert "localsdg pull indicators --series SH_STA_MORT" in notices[0]


def test_censored_and_doubted_values_say_so(warehouse) -> None:
    code, area = warehouse.con.execute(
        "select series_code, area_code from core.latest_observation where censoring = '<' and is_total limit 1"
    ).fetchone()
    frame, _ = ask(ls.series, code, area, home=warehouse)
    assert "<" in set(frame.censoring.dropna())
    code, area = warehouse.con.execute(
        "select series_code, area_code from core.latest_observation where quality_flag is not null and is_total limit 1"
    ).fetchone()
    frame, notices = ask(ls.series, code, area, home=warehouse)
    assert frame.quality_flag.notna().sum() >= 1 and "see quality_flag" in notices[-1]


# ---------------------------------------------------------------- other questions
def test_a_metric_is_that_of_the_figures_in_both_editions(warehouse) -> None:
    for day, table in ((None, "metric_value"), ("2024-01-30", "metric_value_at_event")):
        frame, _ = ask(ls.metric, "c01_extreme_poverty", "World", as_of=day, home=warehouse)
        expected = warehouse.con.execute(
            f"select year, value from evidence.{table} where metric_id = 'c01_extreme_poverty' and area_code = '001'"
        ).fetchall()
        assert dict(zip(frame.year, frame.value, strict=True)) == dict(expected)
        assert frame.attrs["caveats"] and frame.source.notna().all() and frame.unit.eq("PERCENT").all()
    claim, _ = ask(ls.metric, "C01", "Kenya", home=warehouse)
    assert claim.metric_id.nunique() == 3 and len(claim.attrs["gaps"]) >= 1
    local, _ = ask(ls.metric, "c03_local_poverty", "Barcelona", home=warehouse)
    assert set(local.area_code) == {"barcelona"} and "as stated in the breakdown" not in set(local.unit)
    women, _ = ask(ls.metric, "c09_education", "Kenya", dimensions={"Sex": "female"}, home=warehouse)
    assert set(women.sex) == {"FEMALE"}
    for bad in ({"metric_id": "c01_povertyy"}, {"metric_id": "C99"}, {"metric_id": "C01", "dimensions": {"x": "y"}}):
        with pytest.raises(ls.UsageError):
            ls.metric(home=warehouse, **bad)


def test_dates_are_datetime64_in_pandas_and_days_in_files(warehouse, tmp_path: Path) -> None:
    """Altair refuses Python's dates, and a workbook with 00:00:00 behind each day is not what was there."""
    metric, _ = ask(ls.metric, "c01_extreme_poverty", "World", home=warehouse)
    progress, _ = ask(ls.progress, "SI_POV_DAY1", "Peru", home=warehouse)
    for frame in (metric, progress):
        assert pd.api.types.is_datetime64_dtype(frame.as_of)
    day = progress.as_of[0].date()
    ls.save(progress, tmp_path / "p.xlsx")
    ls.save(progress, tmp_path / "p.csv")
    head, row = CalamineWorkbook.from_path(tmp_path / "p.xlsx").get_sheet_by_name("data").to_python()
    assert row[head.index("as_of")] == day
    assert f",{day}," in (tmp_path / "p.csv").read_text(encoding="utf-8")
    progress["as_of"] += pd.Timedelta(hours=1)  # a time of day is kept
    ls.save(progress, tmp_path / "p.json")
    assert "01:00:00" in (tmp_path / "p.json").read_text(encoding="utf-8")


def test_progress_counts_as_the_warehouse_does(warehouse) -> None:
    frame, _ = ask(ls.progress, status="Regression", within="World", home=warehouse)
    (count,) = warehouse.con.execute(
        "select count(*) from evidence.progress as p join core.group_country as g "
        "on g.area_code = p.area_code and g.grouping_code = '001' where status = 'regression'"
    ).fetchone()
    assert len(frame) == count and frame.unit.notna().all()
    one, notices = ask(ls.progress, "SI_POV_DAY1", ["Kenya", "Andorra"], home=warehouse)
    assert list(one.area) == ["Kenya"] and "No value for Andorra" in notices[0]
    with pytest.raises(ls.UsageError, match="regression"):
        ls.progress(status="regress", home=warehouse)


def test_actions_are_counted_once_each(warehouse) -> None:
    frame, _ = ask(ls.actions, 14, partner_kind="business", home=warehouse)
    (count,) = warehouse.con.execute(
        "select count(*) from core.action as a where exists (select 1 from core.action_goal as g where "
        "g.action_id = a.action_id and goal_code = '14') and exists (select 1 from core.action_partner as p "
        "where p.action_id = a.action_id and partner_kind = 'business')"
    ).fetchone()
    assert len(frame) == count > 50 and frame.action_id.is_unique
    assert frame.attrs["caveats"] and frame.source.notna().all() and frame.dataset.notna().all()
    found, _ = ask(ls.actions, text="MANGROVE", years=(2015, 2030), home=warehouse)
    (count,) = warehouse.con.execute(
        "select count(*) from core.action where concat_ws(' ', title, description, lead, partners) ilike '%mangrove%' "
        "and coalesce(end_year, year) >= 2015 and year <= 2030"
    ).fetchone()
    assert len(found) == count > 5
    none, notices = ask(ls.actions, 1, text="no such words at all", home=warehouse)
    assert none.empty and "no action in the registers has goal 1, text" in notices[0].lower()
    for bad in ({"goal": 18}, {"partner_kind": "busines"}, {"register": "x"}, {"government": "Spain"}):
        with pytest.raises(ls.UsageError):
            ls.actions(home=warehouse, **bad)


def test_a_local_government_in_one_object(warehouse) -> None:
    barcelona, notices = ask(ls.local, "Ajuntament de Barcelona", home=warehouse)
    assert notices == [] and (barcelona.government_id, barcelona.country) == ("barcelona", "Spain")
    for name, table in (("values", "local_observation"), ("reviews", "review"), ("actions", "action")):
        sql = f"select count(*) from core.{table} where local_government_id = 'barcelona'"
        assert len(getattr(barcelona, name)) == warehouse.con.execute(sql).fetchone()[0] > 0
    lacking = barcelona.indicators[barcelona.indicators.value.isna()]
    assert lacking.no_value_reason.notna().all() and len(lacking) == len(barcelona.indicators.attrs["gaps"])
    beside = barcelona.indicators.dropna(subset=["national_value"])
    assert len(beside) and beside.comparability.notna().all() and beside.national_release.notna().all()
    assert "release 2023-12-17" in ls.cite(beside) and "release barcelona@" in ls.cite(beside)
    assert "Reviews: 2019" in repr(barcelona) and "<th" in barcelona._repr_html_()
    for name, words in (
        ("Spain", "is no local government"),
        ("Barrcelona", "Barcelona, Spain"),
        ("Nowhereville", "no local government"),
    ):
        with pytest.raises(ls.UsageError, match=words):
            ls.local(name, home=warehouse)


# ---------------------------------------------------------------- frames and files
def test_polars_and_arrow_hold_the_same_and_carry_the_same(warehouse) -> None:
    asked = {"code": "SI_POV_DAY1", "area": "Kenya", "home": warehouse}
    pandas, polars, arrow = (ls.series(**asked, frame=kind) for kind in ("pandas", "polars", "arrow"))
    assert isinstance(polars, pl.DataFrame) and isinstance(arrow, pa.Table)
    assert polars["value"].to_list() == arrow.column("value").to_pylist() == pandas.value.tolist()
    assert attributes_of(polars) == attributes_of(arrow) == pandas.attrs
    assert ls.describe(polars) == ls.describe(arrow) == ls.describe(pandas)
    assert ls.cite(polars) == ls.cite(arrow.slice(0, 1)) == ls.cite(pandas)
    local = ls.local("Barcelona", home=warehouse, frame="polars")
    assert isinstance(local.values, pl.DataFrame) and "Reviews: 2019" in repr(local)


def test_missing_values_keep_the_types_of_their_columns() -> None:
    table = pa.table({"year": pa.array([2019, None], pa.int32()), "is_x": [True, None], "value": [float("nan"), None]})
    frame = to_frame(table, {})
    assert str(frame.year.dtype) == "Int64" and frame.year[0] == 2019 and str(frame.is_x.dtype) == "boolean"
    assert frame.value.isna().all()


def test_cite_names_what_the_rows_rest_on_and_no_more(warehouse) -> None:
    both, _ = ask(ls.series, "SI_POV_DAY1", "World", release=["2020-10-19", "2023-12-17"], home=warehouse)
    old = both[both.release == "2020-10-19"]
    assert "2020-10-19" in ls.cite(old) and "2023-12-17" not in ls.cite(old)
    merged = pd.DataFrame({"release": ["2020-10-19"], "value": [1.0]})  # carries nothing
    assert "release 2020-10-19" in ls.cite(merged, home=warehouse)
    assert ls.cite(both, "bibtex").count("@misc{") == 3 and len(json.loads(ls.cite(both, "csl-json"))) == 3
    with pytest.raises(ls.UsageError, match="rests on"):
        ls.cite(pd.DataFrame({"a": [1]}))
    with pytest.raises(ls.UsageError, match="bibtex"):
        ls.cite(both, "apa")
    with pytest.raises(ls.UsageError, match="no frame"):
        ls.cite("x")


def test_saved_files_say_where_their_numbers_come_from(warehouse, tmp_path: Path) -> None:
    frame, _ = ask(ls.series, "SI_POV_DAY1", ["Kenya", "Andorra"], home=warehouse)
    for name in ("p.xlsx", "p.csv", "p.parquet", "p.json"):
        assert ls.save(frame, tmp_path / name) == tmp_path / name
    book = CalamineWorkbook.from_path(tmp_path / "p.xlsx")
    assert book.sheet_names == ["data", "about"]
    assert len(book.get_sheet_by_name("data").to_python()) == len(frame) + 1
    about = {row[0]: row[1] for row in book.get_sheet_by_name("about").to_python()}
    assert {"Description", "SQL", "Warehouse version", "Cite as", "No value"} <= set(about)
    sidecar = (tmp_path / "p.csv.citation.txt").read_text(encoding="utf-8")
    assert "Andorra: none in release 2023-12-17" in sidecar and "release 2023-12-17, published" in sidecar
    back = pd.read_parquet(tmp_path / "p.parquet")
    assert back.attrs == frame.attrs and back.value.tolist() == frame.value.tolist()
    assert json.loads(pq.read_schema(tmp_path / "p.parquet").metadata[b"localsdg"]) == frame.attrs
    assert ls.cite(back) == ls.cite(frame)
    first = (tmp_path / "p.xlsx").read_bytes()
    ls.save(frame, tmp_path / "p.xlsx")
    assert (tmp_path / "p.xlsx").read_bytes() == first
    for bad in ("p.docx", "no/folder/p.csv"):
        with pytest.raises(ls.UsageError):
            ls.save(frame, tmp_path / bad)
    with pytest.raises(ls.UsageError, match="published warehouse|ending"):
        ls.save(frame, warehouse.settings.published)


def test_hostile_texts_run_nowhere(warehouse, tmp_path: Path) -> None:
    frame = ls.series("SI_POV_DAY1", "Kenya", home=warehouse)
    frame.loc[0, "area"] = "=1+1"
    frame.loc[1, "area"] = "\x1b[31mred"
    ls.save(frame, tmp_path / "h.csv")
    text = (tmp_path / "h.csv").read_text(encoding="utf-8")
    assert "'=1+1" in text and "\x1b" not in text
    ls.save(frame, tmp_path / "h.xlsx")
    cells = [row[2] for row in CalamineWorkbook.from_path(tmp_path / "h.xlsx").get_sheet_by_name("data").to_python()]
    assert cells[1] == "=1+1"  # text, no formula
    with pytest.raises(ls.UsageError):
        ls.series("SI_POV_DAY1'; drop table x; --", "Kenya", home=warehouse)
    with pytest.raises(ls.UsageError):
        ls.series("SI_POV_DAY1", sex="x'; --", home=warehouse)


# ---------------------------------------------------------------- the warehouse
def test_the_warehouse_is_read_only_and_takes_one_select(warehouse, built) -> None:
    frame = warehouse.sql("select * from goal order by cast(goal_code as integer)")
    assert len(frame) == 17 and frame.attrs["version"] == warehouse.version and "goal" in frame.attrs["query"]
    assert set(warehouse.tables().columns) >= {"table_name", "description"}
    for bad in ("delete from core.goal", "select * from read_csv('x.csv')", "select 1; select 2", "selct 1"):
        with pytest.raises(ls.UsageError):
            warehouse.sql(bad)
    assert warehouse.version in repr(warehouse)


def test_a_kept_version_is_opened_and_another_is_refused(built) -> None:
    from localsdg.warehouse.releases import kept_releases

    kept = kept_releases(built)[0].version
    with ls.connect(built.home, version=kept) as warehouse:
        assert warehouse.version == kept and "releases" in str(warehouse.settings.published)
    with pytest.raises(ls.UsageError, match="not kept"):
        ls.connect(built.home, version="2001.01.01.1")


def test_without_a_warehouse_the_next_step_works_from_python(tmp_path: Path) -> None:
    with pytest.raises(ls.LocalsdgError) as caught:
        ls.series("SI_POV_DAY1", home=tmp_path)
    assert "no warehouse yet" in str(caught.value) and "next: localsdg run" in str(caught.value)


def test_sources_that_a_frame_does_not_carry_are_not_left_out_in_silence(warehouse) -> None:
    new = ls.series("SI_POV_DAY1", area="Kenya", home=warehouse)
    old = ls.series("SI_POV_DAY1", area="Kenya", release="2020-10-19", home=warehouse)
    both = [*new.attrs["releases"], "2020-10-19"]
    added = pd.concat([new, old])
    added.attrs = new.attrs
    mean = (
        "select avg(value) as mean from core.observation where series_code = 'SI_POV_DAY1' and release = '2020-10-19'"
    )
    for frame, releases in (
        (added, both),
        (new.join(old.add_suffix("_old")), both),
        (new.merge(old, on=["area_code", "year"]), both),
        (warehouse.sql(mean), ["2020-10-19"]),
    ):
        text = ls.cite(frame, home=warehouse)
        assert all(f"release {one}" in text for one in releases)
    assert warehouse.sql(mean).attrs["releases"] == ["2020-10-19"]


def test_an_empty_name_is_no_series_and_no_area(warehouse) -> None:
    for empty in ("", " "):
        with pytest.raises(UsageError, match="name a series"):
            ls.series(empty, area="Kenya", home=warehouse)
        with pytest.raises(UsageError, match="no area"):
            ls.series("SI_POV_DAY1", area=empty, home=warehouse)
