"""Alerts of how runs ended: to files, webhooks, Slack, Teams and by e-mail."""
