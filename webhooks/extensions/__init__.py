"""The webhooks of extensions."""
