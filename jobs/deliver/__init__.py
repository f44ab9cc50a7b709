"""What leaves chat: issues on GitHub, e-mail, topics on a Discourse site, and webhooks."""
