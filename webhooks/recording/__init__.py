"""Group commit: requests wait in queues, and a thread records those that wait together."""
