"""What browser canaries PUT."""
