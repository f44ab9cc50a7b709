"""How what GitHub tells changes the state."""
