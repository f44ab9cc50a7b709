"""What `make run` runs: web, bot and jobs as one family."""
