"""What is known of plugins' limits, and whether plugins go together. Pure."""
