"""What clients of Discourse's Plugin Manager ask, answered as it answered."""
