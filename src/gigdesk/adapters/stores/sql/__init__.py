"""One store for SQLite and PostgreSQL 15 and later: the SQL is shared, only differences have their own file."""
