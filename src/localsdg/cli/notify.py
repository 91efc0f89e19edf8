"""`localsdg notify`: the channels of alerts, and a test of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.errors import LocalsdgError, UsageError

if TYPE_CHECKING:
    from localsdg.pipeline.alerts.addresses import Channels
    from localsdg.pipeline.alerts.channel import Channel


@click.command(
    cls=Command,
    epilog=(
        "Channels are addresses with blanks between them, in LOCALSDG_NOTIFY or as `notify` in localsdg.toml:\n"
        "  file:alerts.jsonl                                a line of JSON an alert; the path is relative to the home\n"
        "  https://example.org/hook                         the same JSON as a POST\n"
        "  slack+https://hooks.slack.com/services/...       an incoming webhook of Slack\n"
        "  teams+https://...                                a Teams workflow that starts at a webhook request\n"
        "  smtp://user:password@mail.example.org:587/?to=a@example.org&from=b@example.org   (or smtps://)\n"
        "${NAME} in an address is that variable of the environment; ?password_file=PATH reads a mail password.\n"
        "?events=failed,blocked limits a channel: failed, blocked, set-aside, published, headline, held,\n"
        "recovered, stale, unchanged (a run without news), pull (a pull outside a run), or all, which adds\n"
        "what is as in the last run. Without it a channel gets all but unchanged and pull.\n\n"
        "Examples:\n  localsdg notify\n  localsdg notify --test"
    ),
)
@click.option("--test", "is_test", is_flag=True, help="Send a test alert to each channel; exit code 1 where one fails.")
@JSON
def notify(is_test: bool, as_json: bool) -> None:
    """Where alerts of runs go, and whether they arrive."""
    from localsdg.common.settings import load_settings
    from localsdg.pipeline.alerts.addresses import EXPECTED, read_channels

    channels = read_channels(load_settings())
    if not channels.usable and not channels.faults:
        if is_test:
            raise UsageError(
                "no channel is set", where="LOCALSDG_NOTIFY, or notify in localsdg.toml", expected=EXPECTED
            )
        print_json([]) if as_json else click.echo("no channel is set; how: localsdg notify --help")
        return
    rows = _tried(channels) if is_test else [_listed(channel) for channel in channels.usable]
    rows += [{"channel": None, "form": None, "sent": False, "line": line} for line in channels.faults]
    if as_json:
        print_json(rows)
    else:
        click.echo("\n".join(row["line"] for row in rows))
    failed = sum(row.get("sent") is False for row in rows)
    if failed:
        what = "alerts were not sent" if is_test else "addresses cannot be used"
        raise LocalsdgError(
            f"{failed} of {len(rows)} {what}",
            where="LOCALSDG_NOTIFY, or notify in localsdg.toml",
            next_step="correct the address or the server, then localsdg notify --test",
        )


def _tried(channels: Channels) -> list[dict]:
    from localsdg.pipeline.alerts.notify import send_test

    return [
        {
            "channel": one.channel.number,
            "form": one.channel.form,
            "sent": one.fault is None,
            "seconds": round(one.seconds, 2),
            "line": one.line,
        }
        for one in send_test(channels)
    ]


def _listed(channel: Channel) -> dict:
    events = "all, also what is as in the last run" if channel.repeats else ", ".join(sorted(channel.events))
    return {
        "channel": channel.number,
        "form": channel.form,
        "events": sorted(channel.events),
        "repeats": channel.repeats,
        "line": f"{channel.name}: {events}",
    }
