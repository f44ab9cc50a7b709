"""Pictures of what Slack and Discord are sent: their JSON drawn in a page that imitates them."""
