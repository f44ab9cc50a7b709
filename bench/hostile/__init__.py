"""Every endpoint of the web process, tried with hostile requests: no answer is a 5xx."""
