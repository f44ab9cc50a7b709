"""How long tests wait for what comes within moments: on a busy machine it may take a multiple."""

# Seconds; a test that takes longer than tests/conftest.py allows is ended by that.
LONG = 120.0
