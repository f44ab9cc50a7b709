"""People, and the maintainers that the metadata knows."""
