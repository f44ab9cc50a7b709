"""What the core itself can be asked, and what can be done by it."""
