"""What Plugin Guards POST."""
