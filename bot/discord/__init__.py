"""Discord: the gateway for questions, the HTTP API for announcements."""
