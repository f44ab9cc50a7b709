"""The door for machines: what guards, canaries and GitHub report over HTTP."""
