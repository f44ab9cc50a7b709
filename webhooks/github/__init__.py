"""What GitHub posts: webhook deliveries, verified by their signature."""
