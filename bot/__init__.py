"""The door for people: chat platforms, the announcer, and the commands."""
