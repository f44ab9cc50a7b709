"""The local chat room: a page in the browser, on loopback, that needs no token."""
