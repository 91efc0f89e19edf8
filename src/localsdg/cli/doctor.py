"""`localsdg doctor`: what is wrong with the installation or its data, each with its remedy."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.errors import LocalsdgError, UsageError

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.pipeline.doctor.finding import CheckContext, Finding


@click.command(
    cls=Command,
    epilog=(
        "Exit codes: 0 no problem, also with warnings; 1 a problem.\n\n"
        "Examples:\n  localsdg doctor\n  localsdg doctor --offline --json\n  localsdg doctor --fix"
    ),
)
@click.option("--offline", is_flag=True, help="Ask no server.")
@click.option("--deep", is_flag=True, help="Read every byte: hashes of all snapshots, content of the published file.")
@click.option("--fix", "is_fix", is_flag=True, help="End servers of killed runs and remove what these left.")
@JSON
def doctor(offline: bool, deep: bool, is_fix: bool, as_json: bool) -> None:
    """What is wrong with the installation or its data, each with its remedy."""
    from localsdg.pipeline.doctor.doctor import examine
    from localsdg.pipeline.doctor.finding import CheckContext, Level

    settings, faults = _settings()
    context = CheckContext(settings, dict(os.environ), is_deep=deep, is_offline=offline)
    done = _fixed(context) if is_fix else []
    findings = faults + examine(context)
    problems, warnings = (sum(one.level == level for one in findings) for level in (Level.PROBLEM, Level.WARNING))
    if as_json:
        print_json({"problems": problems, "warnings": warnings, "fixed": done, "findings": list(map(asdict, findings))})
    else:
        for line in done:
            click.echo(f"fixed    {line}")
        for finding in findings:
            click.echo(_line(finding))
        click.echo(f"{len(findings)} findings: {problems} problems, {warnings} warnings")
    if problems:
        click.get_current_context().exit(1)


def _settings() -> tuple[Settings, list[Finding]]:
    """The settings, or the defaults with what is wrong with them."""
    from localsdg.common.settings import home_folder, load_settings
    from localsdg.pipeline.doctor.finding import problem

    try:
        return load_settings(), []
    except UsageError as error:
        from localsdg.common.settings import Settings

        where = error.where or "the environment"
        return Settings(home=home_folder()), [problem("settings", error.reason, remedy=f"correct {where}")]


def _fixed(context: CheckContext) -> list[str]:
    from localsdg.pipeline.doctor.processes import fix

    try:
        return fix(context)
    except (LocalsdgError, OSError) as error:  # a run began meanwhile, or the folder is not ours
        return [f"nothing more: {error}"]


def _line(finding: Finding) -> str:
    text = f"{finding.level:8} {finding.name}: {finding.found}"
    return f"{text}\n         -> {finding.remedy}" if finding.remedy else text
