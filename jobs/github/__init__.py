"""GitHub kept in step: what webhooks do not deliver is asked for, within what GitHub allows."""
