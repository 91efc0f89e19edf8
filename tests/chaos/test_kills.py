"""Real commands, killed at random moments, one after the other in the same home, which heals."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import killed
import pytest
from record_helpers import written
from whole import Whole, age, contents, leftovers

from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import read_runs

#: Kills in all, and after how many of them a run must heal the home.
KILLS, HEALED_EVERY = int(os.environ.get("CHAOS_KILLS") or 50), 25
MINI = Path(__file__).resolve().parents[1] / "fixtures" / "opensdg" / "mini"
ACTION = {
    "local_government": "Lisbon",
    "country_iso3": "PRT",
    "title": "Plant trees",
    "source_url": "https://x.example",
}


class Commands:
    """The commands that are killed: each call of one brings data that the home does not have."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder, self.n = home, folder, 0

    def build(self) -> list[object]:
        return ["build", "--no-bundled", "--force"]

    def run(self) -> list[object]:
        return ["run", "--no-bundled", "--plain", "--force"]

    def pull_actions(self) -> list[object]:
        rows = [{**ACTION, "action_id": f"{self.n}-{at}"} for at in range(200)]
        return ["pull", "actions", written(self.folder / f"actions-{self.n}.csv", rows)]

    def pull_site(self) -> list[object]:
        site = self.folder / f"site-{self.n}"
        shutil.copytree(MINI, site, ignore=shutil.ignore_patterns("_built"))
        for file in sorted((site / "data").glob("*.csv"))[:1]:
            file.write_text(file.read_text().rstrip("\n") + f"\n{1990 + self.n % 30},{self.n}\n")
        return ["pull", "site", site, "--name", "Lisbon", "--country", "PRT", "--level", "city"]

    def prune(self) -> list[object]:
        return ["prune"]

    def export(self) -> list[object]:
        return ["export", "--format", "csv", "--output", self.folder / "exported", "--force"]

    def next(self, name: str) -> list[object]:
        self.n += 1
        return getattr(self, name)()


#: What is killed how often, of so many; a build takes ten times as long as the others.
WEIGHTS = {"build": 3, "run": 1, "pull_actions": 4, "pull_site": 4, "prune": 4, "export": 4}


@pytest.mark.long
@pytest.mark.usefixtures("loaded")
def test_kills_at_random_moments(small_home, chance, tmp_path: Path) -> None:
    home = small_home
    settings, commands, log = Settings(home=home), Commands(home, tmp_path), tmp_path / "log"
    whole, seconds = Whole(settings), {}
    for name in ("build", *WEIGHTS):  # the second build has what the first one kept
        done = killed.run(killed.command(home, commands.next(name)), log)
        assert done.code == 0, f"{name}: {done.text}"
        seconds[name] = done.seconds
    whole.check_healed()
    kills = calls = 0
    while kills < KILLS:
        calls += 1
        assert calls < 4 * KILLS, f"only {kills} of {calls} commands could be killed"
        (name,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        moment = chance.uniform(0, seconds[name])
        done = killed.run(killed.command(home, commands.next(name)), log, after=moment)
        if not done.was_killed:
            assert done.code == 0, f"{name} after {kills} kills: {done.text}"
            continue
        kills += 1
        version = whole.check()
        print(f"{kills}: {name} killed after {moment:.2f} of {seconds[name]:.2f} s; published {version}", flush=True)
        looked_at(home, log)
        if kills % HEALED_EVERY == 0 or kills == KILLS:
            heal(whole, commands, log)
    as_undisturbed(whole, tmp_path, log)


def looked_at(home: Path, log: Path) -> None:
    """What people do after a kill works."""
    for arguments in (["status"], ["query", "select version from meta.release"]):
        done = killed.run(killed.command(home, arguments), log)
        assert done.code == 0 and "Traceback" not in done.text, done.text


def heal(whole: Whole, commands: Commands, log: Path) -> None:
    age(whole.settings)
    for arguments in (commands.build(), commands.export(), ["doctor", "--offline"]):
        done = killed.run(killed.command(commands.home, arguments), log)
        assert done.code == 0 and "Traceback" not in done.text, done.text
    whole.check_healed()
    assert [path.name for path in commands.folder.glob(".exported*")] == []
    assert not any(row["status"] == "failed" and row["finished_at"] for row in read_runs(whole.settings))


def as_undisturbed(whole: Whole, folder: Path, log: Path) -> None:
    """The rows are those of a home with the same snapshots in which nothing was ever killed."""
    other = folder / "undisturbed"
    shutil.copytree(whole.settings.raw, other / "data" / "raw")
    done = killed.run(killed.command(other, ["build", "--no-bundled", "--fresh"]), log)
    assert done.code == 0, done.text
    assert contents(Settings(home=other).published) == contents(whole.settings.published)
    assert leftovers(Settings(home=other)) == []
