"""How runs of the browser canary change the state."""
