"""The web process: what guards, canaries and GitHub report over HTTP."""
