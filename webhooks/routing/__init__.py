"""From an address to its endpoint, and to an answer whatever happens."""
