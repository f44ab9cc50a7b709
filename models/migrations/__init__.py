"""The schema, one step a file; `models.database.migrate` walks them."""
