"""Slack: a slash command, buttons, modals, a home tab, and alerts."""
