"""The dictionary and sets of plugins over HTTP, and the description of all endpoints."""
