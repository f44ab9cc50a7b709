"""Own tables of extensions: made, looked into, written to and dropped by the host."""
