"""What a source says becomes a status, and an incident from broken to fixed."""
