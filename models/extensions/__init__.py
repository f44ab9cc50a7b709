"""Extensions: what their manifests say, what is in their packages, and what is installed."""
