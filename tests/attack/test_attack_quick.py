"""SQL that tries to leave the published file: through the command, in one process, so that CI can afford all."""

from __future__ import annotations

import json

import pytest
from attack_tools import CANARY, SECRETS, Ended, Home

#: By promise. {canary} is a text file outside, {out} a name that must stay free, {db} the published file.
SQL = {
    "reads no text file": "select * from read_text('{canary}')",
    "reads no binary file": "select * from read_blob('{canary}')",
    "reads no CSV": "select * from read_csv('{canary}', header = false)",
    "reads no CSV by its dialect": "select * from sniff_csv('{canary}')",
    "reads no JSON": "select * from read_json_auto('{canary}')",
    "reads no Parquet": "select * from read_parquet('{canary}')",
    "reads no file by its name": "select * from '{canary}'",
    "reads no file by a quoted name": 'select * from "{canary}"',
    "reads no file in a subquery": "select (select content from read_text('{canary}')) as x",
    "reads no file in a macro": "with m as (select * from query('from read_text(''{canary}'')')) select * from m",
    "reads no file by a table function of a name": "select * from query_table('{canary}')",
    "lists no folder": "select * from glob('{outside}/*')",
    "lists no folder of the machine": "select * from glob('/etc/*')",
    "reads no file of the process": "select * from read_text('/proc/self/environ')",
    "reads no variable of the environment": "select getenv('SECRET_TOKEN') as x",
    "writes no CSV": "copy (select 1) to '{out}'",
    "writes no Parquet": "copy (select 1) to '{out}' (format parquet)",
    "exports no database": "export database '{out}'",
    "imports no database": "import database '{outside}'",
    "attaches no file": "attach '{out}' as o",
    "attaches not itself for writing": "attach '{db}' as o (read_only false)",
    "detaches nothing": "detach localsdg",
    "installs nothing": "install httpfs",
    "loads nothing": "load httpfs",
    "loads no library": "load '{canary}'",
    "installs nothing from elsewhere": "install spatial from 'http://127.0.0.1:9'",
    "asks no host": "select * from read_csv('http://127.0.0.1:9/x.csv')",
    "asks no host by S3": "select * from read_parquet('s3://bucket/x.parquet')",
    "opens no access": "set enable_external_access = true",
    "opens no access by pragma": "pragma enable_external_access = true",
    "unlocks nothing": "set lock_configuration = false",
    "resets nothing": "reset enable_external_access",
    "writes no log": "pragma enable_profiling = 'json'",
    "writes no profile": "set profile_output = '{out}'",
    "sets no folder": "set temp_directory = '{out}'",
    "allows no folder": "set allowed_directories = ['/']",
    "sets no secret folder": "set secret_directory = '{out}'",
    "keeps no secret": "create secret s (type s3, key_id 'a', secret 'b')",
    "makes no table": "create table x as select 1",
    "makes no temporary table of a file": "create temp table x as from read_text('{canary}')",
    "makes no view": "create view core.x as select 1",
    "makes no macro": "create macro f(x) as table from read_text(x)",
    "changes no row": "update core.observation set value = 0",
    "deletes no row": "delete from core.observation",
    "drops no table": "drop table core.observation",
    "inserts no row": "insert into core.series (series_code) values ('x')",
    "runs no second statement": "select 1; drop table core.observation",
    "runs no statement behind a comment": "select 1 /* ; */ ; -- ;\n copy (select 1) to '{out}'",
    "prepares nothing": "prepare p as select * from read_text('{canary}')",
    "executes nothing": "execute p",
    "calls no pragma": "call pragma_database_list()",
    "checkpoints nothing": "force checkpoint",
    "vacuums nothing": "vacuum",
    "reads no rows of Python": "select * from settings",
    "reads no variable of Python": "select * from con",
    "explains no file": "explain analyze select * from read_text('{canary}')",
    "summarises no file": "summarize from read_text('{canary}')",
    "describes no file": "describe select * from '{canary}'",
    "reads no database": "select * from duckdb_scan('{db}', 'x')",
    "takes SQL a thousand deep": "select " + "(" * 1000 + "1" + ")" * 1000,
    "takes a null character": "select 'a\x00b'",
}


#: What CI tries each time, one of each kind; `make attack` tries all.
QUICK = (
    "reads no text file",
    "reads no file by its name",
    "lists no folder",
    "reads no variable of the environment",
    "writes no CSV",
    "attaches not itself for writing",
    "installs nothing",
    "opens no access",
    "changes no row",
    "runs no second statement",
    "reads no rows of Python",
    "takes SQL a thousand deep",
)


@pytest.mark.parametrize("promise", [one if one in QUICK else pytest.param(one, marks=pytest.mark.long) for one in SQL])
def test_sql(promise: str, published: Home, harmless, cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", SECRETS[2])
    out = published.outside / "out"
    words = {"canary": published.canary, "out": out, "outside": published.outside, "db": published.settings.published}
    sql = SQL[promise]
    for name, value in words.items():
        sql = sql.replace(f"{{{name}}}", str(value))
    result = cli(published.settings.home, "query", sql, "--json")
    ended = Ended(result.exit_code, result.stdout, result.stderr, 0.0)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    harmless(
        published, ended, f"exit {ended.code}: {' '.join(ended.words.replace(str(published.outside), '').split())}"
    )
    assert result.exit_code == 2 or not json.loads(result.stdout or "[]") or CANARY not in result.stdout


def test_numbers_that_json_lacks_are_null(published: Home, harmless, cli) -> None:
    sql = "select 'nan'::double as a, 'inf'::double as b, {'c': '-inf'::float} as d, 1.5::double as e"
    result = cli(published.settings.home, "query", sql, "--json")
    assert json.loads(result.stdout, parse_constant=pytest.fail) == [{"a": None, "b": None, "d": {"c": None}, "e": 1.5}]
    harmless(published, None, "null")


@pytest.mark.parametrize("kind", ["csv", pytest.param("xlsx", marks=pytest.mark.long)])
def test_a_formula_is_text(kind: str, published: Home, harmless, cli, tmp_path) -> None:
    target = tmp_path / f"a.{kind}"
    sql = "select '=cmd|''/C calc''!A1' as \"=1+1\", '@SUM(A1)' as b, chr(9) || '=1' as c, -1.5 as d"
    assert cli(published.settings.home, "query", sql, "--output", target).exit_code == 0
    if kind == "csv":
        import csv

        cells = [cell for row in csv.reader(target.open(newline="")) for cell in row]
        assert "-1.5" in cells and not [one for one in cells if one.lstrip()[:1] in tuple("=+@\t")]
    else:
        import zipfile

        with zipfile.ZipFile(target) as book:
            assert not [name for name in book.namelist() if b"<f>" in book.read(name)]
    harmless(published, None, "text")
