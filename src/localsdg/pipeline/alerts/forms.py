"""The bodies that Slack, Teams and mail programs take.

Slack: the blocks of an incoming webhook; in `mrkdwn` the signs `&`, `<` and
`>` are escaped (https://docs.slack.dev/messaging/formatting-message-text), a
section has at most 3,000 characters. Teams: an Adaptive Card for a workflow
that starts "when a Teams webhook request is received"; the older
MessageCard of Office 365 connectors is being retired. Its lines are text runs,
because a TextBlock reads underscores, brackets and stars as Markdown.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from localsdg.pipeline.alerts.alert import Alert

#: Longest text of a section of Slack's with a margin for its signs.
_SLACK_SECTION = 2900
#: Lines of a chat message: Slack refuses above some 13,000 characters, Teams above 28 KB.
_CHAT_CHARACTERS = 9000


def slack_body(alert: Alert) -> dict[str, Any]:
    """A message with a text for notifications, and sections of `mrkdwn`."""
    title = _slack_text(alert.subject)
    parts = [f"*{title}*", *(f"• {_slack_text(line)}" for line in _chat_lines(alert))]
    if alert.next_step:
        parts.append(f"Next: `{_slack_text(alert.next_step)}`")
    return {
        "text": title,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in _sections(parts)
        ],
    }


def teams_body(alert: Alert) -> dict[str, Any]:
    """A message with one Adaptive Card."""
    lines = [f"• {line}" for line in _chat_lines(alert)]
    if alert.next_step:
        lines.append(f"Next: {alert.next_step}")
    body = [_teams_line(alert.subject, weight="Bolder", size="Medium"), *map(_teams_line, lines)]
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "fallbackText": alert.subject,
                    "msteams": {"width": "Full"},
                    "body": body,
                },
            }
        ],
    }


def plain_text(alert: Alert) -> str:
    """All of the alert as plain text."""
    lines = [alert.subject, "", *(f"- {line}" for line in alert.lines), ""]
    if alert.next_step:
        lines += [f"Next: {alert.next_step}", ""]
    lines += [f"{name}: {link}" for name, link in alert.links.items()]
    facts = [f"run {alert.run_id}"] + ([f"version {alert.version}"] if alert.version else [])
    return "\n".join([*lines, f"({', '.join(facts)}, {alert.as_json()['host']})"]) + "\n"


def html_text(alert: Alert) -> str:
    """The same as a page of HTML without any outside part."""
    items = "".join(f"<li>{html.escape(line)}</li>" for line in alert.lines)
    parts = [f"<h2>{html.escape(alert.subject)}</h2>", f"<ul>{items}</ul>"]
    if alert.next_step:
        parts.append(f"<p>Next: <code>{html.escape(alert.next_step)}</code></p>")
    links = "<br>".join(f"{html.escape(name)}: {_link(link)}" for name, link in alert.links.items())
    facts = " ".join(filter(None, [alert.run_id, alert.version, alert.as_json()["host"]]))
    parts.append(f"<p>{links}</p><p><small>run {html.escape(facts)}</small></p>")
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body>{"".join(parts)}</body></html>\n'


def _link(address: str) -> str:
    shown = html.escape(address)
    return f'<a href="{shown}">{shown}</a>' if address.startswith(("https://", "http://")) else shown


def _slack_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams_line(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}


def _chat_lines(alert: Alert) -> list[str]:
    """The first lines, as many as a chat message takes."""
    shown: list[str] = []
    length = 0
    for line in alert.lines:
        length += len(line)
        if length > _CHAT_CHARACTERS:
            return [*shown, f"and {len(alert.lines) - len(shown)} more lines; all: localsdg status"]
        shown.append(line)
    return shown


def _sections(parts: Iterable[str]) -> list[str]:
    sections = [""]
    for part in parts:
        if sections[-1] and len(sections[-1]) + len(part) + 1 > _SLACK_SECTION:
            sections.append("")
        sections[-1] = f"{sections[-1]}\n{part}" if sections[-1] else part[:_SLACK_SECTION]
    return sections
