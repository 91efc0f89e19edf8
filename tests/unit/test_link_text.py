"""`localsdg link "TEXT"` and `--file`: every input gets an answer, and none links by accident."""

from __future__ import annotations

import csv
import io
import json
import time

import pyarrow as pa
import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.linking.calibrate import RECORD, TEXT
from localsdg.linking.inputs import read_texts
from localsdg.linking.links import BATCH, Elements, Linker
from localsdg.linking.model import SHIPPED, SHOWN, read_model
from localsdg.registry.language import detect

CODES = frozenset(
    [str(goal) for goal in range(1, 18)]
    + "1.1 1.2 1.3 1.1.1 1.2.1 1.2.2 2.4 4.1 4.a 6.1 11.1 11.5 11.5.1 12.5 15.1 15.2 15.2.1 15.3".split()
)
COLUMNS = "row,method,goal_code,target_code,indicator_code,confidence,rank,evidence"


@pytest.fixture(scope="module")
def linker():
    with Linker(Settings(), read_model(SHIPPED), Elements.of(CODES)) as one:
        yield one


def link(
    linker: Linker, *texts: str | None, language: str | None = None, kind: str = TEXT
) -> tuple[list[dict], list[dict]]:
    given = pa.table(
        {
            "text_id": pa.array(range(len(texts)), pa.int64()),
            "text": pa.array(texts, pa.string()),
            "language": pa.array([language] * len(texts), pa.string()),
        }
    )
    links, read = linker.link(given, kind)
    return links.to_pylist(), read.to_pylist()


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("Afforestation of degraded hillsides and prevention of forest fires", "15"),
        ("Reforestación de laderas degradadas y prevención de incendios forestales", "15"),
        ("Reduce at least by half the proportion of people living in poverty in all its dimensions", "1"),
        ("Plan de lucha contra la pobreza infantil en los barrios", "1"),
        ("Marine protected areas and the restoration of coral reefs", "14"),
        ("Igualdad de género: prevención de la violencia contra las mujeres", "5"),
        (
            "Ausbau der Photovoltaik auf den Dächern der Stadt, mehr erneuerbare Energien und weniger Stromverbrauch",
            "7",
        ),
    ],
)
def test_a_plain_text_has_its_goal_first(linker, text, goal) -> None:
    links, _ = link(linker, text)
    goals = [one for one in links if one["method"] == "learned" and not one["target_code"]]
    assert goals[0]["goal_code"] == goal and goals[0]["rank"] == 1
    assert SHOWN <= goals[0]["confidence"] <= 1


def test_the_words_that_carried_a_link_stand_in_the_text(linker) -> None:
    text = "Afforestation of degraded hillsides"
    for one in link(linker, text)[0]:
        words = one["evidence"].removeprefix(f"by way of target {one['target_code']}: ")
        named = [part.rsplit(" ", 1)[0] for part in words.split(", ") if part]
        assert named and all(set(word.split()) <= set(text.lower().split()) for word in named)


def test_at_most_five_targets_in_order(linker) -> None:
    links, _ = link(
        linker,
        "Integrated watershed management, safe drinking water and sanitation for "
        "rural villages, with afforestation, flood protection and training of farmers",
    )
    targets = [one for one in links if one["target_code"] and not one["indicator_code"]]
    assert 1 <= len(targets) <= 5
    assert [one["rank"] for one in targets] == list(range(1, len(targets) + 1))
    sure = [one["confidence"] for one in targets]
    assert sure == sorted(sure, reverse=True)


def test_an_indicator_only_by_way_of_an_accepted_target(linker) -> None:
    links, _ = link(linker, *["Afforestation, reforestation and sustainable forest management", "Water"] * 5)
    accepted = {
        (one["text_id"], one["target_code"])
        for one in links
        if one["target_code"] and not one["indicator_code"] and one["is_accepted"]
    }
    ways = {(one["text_id"], one["target_code"]) for one in links if one["indicator_code"]}
    assert ways and ways <= accepted


def test_cited_and_learned_are_kept_apart(linker) -> None:
    links, _ = link(linker, "Afforestation of degraded hillsides, for SDG 1.2")
    cited = [one for one in links if one["method"] == "cited"]
    assert [(one["goal_code"], one["target_code"], one["confidence"], one["evidence"]) for one in cited] == [
        ("1", "1.2", 1.0, "SDG 1.2")
    ]
    assert {one["goal_code"] for one in links if one["method"] == "learned"} >= {"15"}
    assert all(one["model_version"] for one in links if one["method"] == "learned")


@pytest.mark.parametrize(
    ("text", "language", "cited"),
    [
        ("Novas ciclovias no centro da cidade, um contributo para o ODS 11", "pt", ["11"]),
        ("Lutte contre la pauvreté dans les quartiers, Objectif 1", "fr", ["1"]),
        ("Programa de lluita contra la pobresa als barris, ODS 1", "ca", ["1"]),
        ("مشروع لمكافحة الفقر في المدينة", "ar", []),
        ("消除贫困", "zh", []),
    ],
)
def test_other_languages_are_read_for_citations_alone(linker, text, language, cited) -> None:
    links, read = link(linker, text)
    assert (read[0]["language"], read[0]["is_supported"]) == (language, False)
    assert [one["goal_code"] for one in links] == cited
    assert {one["method"] for one in links} <= {"cited"}


NOTHING = (
    "",
    " ",
    None,
    "Water",
    "Pobreza",
    '=HYPERLINK("http://x.example","y")',
    "\x00\x00",
    "<b></b><script>1</script>",
    "12 345,67 %",
    "...",
    "🙂🙂🙂",
    "a" * 5_000,
    "\u202eabc\u202c",
    "lorem ipsum dolor sit amet",
    "Minutes of the previous meeting approved without amendment",
    "La sesión se abre a las 18:05 y se levanta a las 20:30",
)


def test_what_says_nothing_links_to_nothing(linker) -> None:
    links, read = link(linker, *NOTHING)
    assert links == []
    assert len(read) == len(NOTHING)


def test_markup_and_null_bytes_change_nothing(linker) -> None:
    plain = "Afforestation of degraded hillsides"
    marked = "<p>Afforestation\x00 of <b>degraded</b> hillsides</p>"
    facts = [
        [(one["target_code"], one["confidence"]) for one in link(linker, text, language="en")[0]]
        for text in (plain, marked)
    ]
    assert facts[0] == facts[1] != []


def test_a_megabyte_of_text_has_an_answer(linker) -> None:
    started = time.process_time()
    links, _ = link(linker, "Afforestation of degraded hillsides. " * 28_000)
    assert links[0]["goal_code"] == "15"
    assert time.process_time() - started < 20, "far more than it takes, and far less than a hang"


def test_a_text_scores_the_same_alone_and_in_a_crowd(linker) -> None:
    text = "Afforestation of degraded hillsides"
    alone, _ = link(linker, text)
    crowd, _ = link(linker, *["Safe drinking water for rural villages"] * 300, text)
    assert [one | {"text_id": 0} for one in crowd if one["text_id"] == 300] == alone


def test_texts_that_are_the_same_are_scored_once(linker) -> None:
    links, read = link(linker, *["Afforestation of degraded hillsides, for SDG 1.2"] * 50, "Clean water")
    assert linker._con.execute("select count(*) from text_input").fetchall() == [(2,)]
    assert len(read) == 51
    answers = [[one | {"text_id": 0} for one in links if one["text_id"] == text_id] for text_id in range(50)]
    assert answers[0] and all(answer == answers[0] for answer in answers)


def test_citations_alone_where_no_links_are_to_be_learned(linker) -> None:
    given = pa.table(
        {
            "text_id": [1, 2],
            "text": ["Afforestation of degraded hillsides, for SDG 1.2"] * 2,
            "language": ["en", "en"],
            "is_learned": [False, True],
        }
    )
    links, read = linker.link(given)
    assert {(one["text_id"], one["method"]) for one in links.to_pylist()} == {
        (1, "cited"),
        (2, "cited"),
        (2, "learned"),
    }
    assert read.num_rows == 2


def test_a_record_is_held_to_a_higher_score_than_a_text(linker) -> None:
    text = (
        "The paper reviews how cities finance clean water: tariffs, subsidies for the poorest districts and "
        "the cost of repairing old pipes. It compares three regions, and asks which services reach informal "
        "settlements. The authors find that small networks run by residents are cheaper. They describe how "
        "utilities train their staff, what wells and reservoirs cost, and why some neighbourhoods still rely "
        "on lorries that bring water twice a week, while the rest of the city pays less for a supply that "
        "never stops, in summer as in winter, by day and by night. A last chapter lists open questions for "
        "research."
    )
    sure = [
        max(one["confidence"] for one in link(linker, text, kind=kind)[0] if one["goal_code"] == "6")
        for kind in (TEXT, RECORD)
    ]
    assert sure[0] > sure[1] > 0


def test_a_target_is_accepted_with_its_goal_or_not_at_all(linker) -> None:
    texts = [
        f"{start} in district {k}" for k in range(9) for start in ("Afforestation", "Drinking water and sanitation")
    ]
    links, _ = link(linker, *texts, language="en")
    goals = {(one["text_id"], one["goal_code"]) for one in links if not one["target_code"] and one["is_accepted"]}
    targets = {(one["text_id"], one["goal_code"]) for one in links if one["target_code"] and one["is_accepted"]}
    assert targets and targets <= goals


def test_batches_answer_for_every_text(linker) -> None:
    n = BATCH + 3
    given = pa.table(
        {
            "text_id": pa.array(range(n), pa.int64()),
            "text": ["Afforestation of hillsides"] * n,
            "language": pa.array(["en"] * n, pa.string()),
        }
    )
    answers = list(linker.batches(given))
    assert [read.num_rows for _, read in answers] == [BATCH, 3]
    assert len({one for links, _ in answers for one in links.column("text_id").to_pylist()}) == n


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("School meals", "en"),
        ("Reducción de la pobreza en los barrios", "es"),
        ("Lutte contre la pauvreté", "fr"),
        ("Neues Schwimmbad für den Stadtteil", "de"),
        ("Pla de millora de l'habitatge a la ciutat", "ca"),
        ("Energia solar para as escolas municipais", "pt"),
        ("12 %", None),
        ("", None),
    ],
)
def test_languages_are_told_apart(text, language) -> None:
    assert detect(text) == language


# ---------------------------------------------------------------- the file and the command
def test_a_file_is_read_whatever_its_separator(tmp_path) -> None:
    path = tmp_path / "in.csv"
    for separator in ",;\t":
        path.write_text(
            f'id{separator}Title{separator}language\n7{separator}"a\nb"{separator}ES\n8\n', encoding="utf-8-sig"
        )
        given = read_texts(path, "title")
        assert given.table.to_pylist() == [
            {"text_id": 1, "text": "a\nb", "language": "es", "file": "in.csv"},
            {"text_id": 2, "text": "", "language": None, "file": "in.csv"},
        ]


@pytest.mark.parametrize(
    ("body", "column", "error", "word"),
    [
        (b"", None, LocalsdgError, "empty"),
        (b"a,b\n1,2\n", None, UsageError, "--text-column a"),
        (b"a,b\n1,2\n", "c", UsageError, "no column c"),
        ("название\n".encode("cp1251"), None, LocalsdgError, "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, body, column, error, word) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(body)
    with pytest.raises(error, match=word):
        read_texts(path, column)


def test_the_command_prints_the_promised_columns(cli, tmp_path) -> None:
    path = tmp_path / "in.csv"
    texts = ("Afforestation of degraded hillsides", "Opening hours of the desk", '"SDG 11.5, ODS 3"')
    path.write_text("\n".join(["title", *texts, ""]), encoding="utf-8")
    done = cli(tmp_path, "link", "--file", path, "--text-column", "title", "--format", "csv")
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.stdout.splitlines()[0] == COLUMNS
    assert {row["row"] for row in rows} == {"1", "3"}
    named = {(row["goal_code"], row["target_code"]) for row in rows if row["row"] == "3"}
    assert named == {("11", "11.5"), ("3", "")}


def test_the_headings_of_a_form_link_to_nothing(cli, tmp_path) -> None:
    path = tmp_path / "form.csv"
    subjects = ["Minutes approved without amendment", "Clock face replaced", "Brass band moved", "Lost property closed"]
    rows = [f'"Afforestation of degraded hillsides{subjects[k % 4]} in hall {k}"' for k in range(24)]
    path.write_text("\n".join(["text", *rows, ""]), encoding="utf-8")
    done = cli(tmp_path, "link", "--file", path, "--format", "csv")
    assert done.exit_code == 0 and done.stdout.strip() == COLUMNS
    # fewer records show no form: the same words have their weight
    path.write_text("\n".join(["text", *rows[:6], ""]), encoding="utf-8")
    assert ",learned,15," in cli(tmp_path, "link", "--file", path, "--format", "csv").stdout


@pytest.mark.parametrize(
    ("header", "kind"),
    [("title,description,sdgs", RECORD), ("action_id,title", RECORD), ("title,year", TEXT), ("id,text,sdg", TEXT)],
)
def test_a_file_of_actions_holds_records(tmp_path, header: str, kind: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f"{header}\na,b,c\n", encoding="utf-8")
    assert read_texts(path).kind == kind


def test_records_without_a_model_are_counted_by_language(cli, tmp_path) -> None:
    path = tmp_path / "in.csv"
    rows = ["Lutte contre la pauvreté dans les quartiers"] * 2 + ["Energia solar para as escolas municipais"]
    path.write_text("\n".join(["text", *rows, ""]), encoding="utf-8")
    done = cli(tmp_path, "link", "--file", path)
    assert "3 texts in 2 languages have no model of links: fr 2, pt 1" in done.stderr


def test_json_says_why_there_is_no_link(cli, tmp_path) -> None:
    for text, answer in (
        ("Opening of the session", "no link"),
        ("Nouvelles pistes cyclables dans la ville", "language not supported"),
        ("Afforestation of degraded hillsides", "linked"),
    ):
        done = cli(tmp_path, "link", text, "--json")
        assert json.loads(done.stdout)["texts"][0]["answer"] == answer


def test_accepted_alone(cli, tmp_path) -> None:
    def sure(*options: str) -> list[bool]:
        done = cli(tmp_path, "link", "Afforestation of degraded hillsides", "--json", *options)
        return [one["is_accepted"] for one in json.loads(done.stdout)["texts"][0]["links"]]

    assert False in sure()
    assert set(sure("--accepted")) == {True}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("text",), "a text or a file"),
        (("a text", "--file", "in.csv"), "both"),
        (("--file", "nowhere.csv"), "no such file"),
    ],
)
def test_a_wrong_call_says_what_is_missing(cli, tmp_path, arguments, word) -> None:
    done = cli(tmp_path, "link", *arguments)
    assert done.exit_code == 2 and word in done.output


def test_a_file_that_is_no_model(cli, tmp_path) -> None:
    path = tmp_path / "model.parquet"
    path.write_text("no")
    done = cli(tmp_path, "link", "a text", "--model", path)
    assert done.exit_code == 1 and "not a model of links" in done.output


def test_evidence_is_no_formula(cli, tmp_path) -> None:
    from localsdg.cli.link_text import _plain

    assert _plain("=1+1 SDG 3") == "'=1+1 SDG 3"
    assert _plain("SDG 3") == "SDG 3"
