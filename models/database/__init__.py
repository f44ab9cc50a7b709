"""The database: its engine on SQLite and PostgreSQL, batches, migrations, copies, and whether it is whole."""
