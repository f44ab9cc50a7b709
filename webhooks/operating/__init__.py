"""What whoever looks after the web process asks it, and what it says of itself."""
