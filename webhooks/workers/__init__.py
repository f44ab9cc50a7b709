"""What works beside the event loop: processes and threads."""
