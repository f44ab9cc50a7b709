"""What is to be told, to whom, and how it leaves."""
