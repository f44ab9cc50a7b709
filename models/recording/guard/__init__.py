"""How a Guard's report, registration and statistics change the state."""
