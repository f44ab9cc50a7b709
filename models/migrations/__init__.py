"""The schema, one step a file; `models.migrate` walks them."""
