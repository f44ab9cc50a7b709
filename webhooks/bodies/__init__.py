"""Bodies of requests: received within limits, and read strictly."""
