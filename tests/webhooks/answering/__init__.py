"""The process that answers readers."""
