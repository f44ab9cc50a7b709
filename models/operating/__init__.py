"""What an operator manages, and how we watch ourselves: keys, sources, hooks, slots, and what is kept for how long."""
