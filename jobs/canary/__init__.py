"""The browser canary: a smoke test of the servers in the settings, in a real browser."""
