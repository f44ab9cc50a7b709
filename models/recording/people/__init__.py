"""How what people do changes the state."""
