"""Where the controller remembers: the ledger and the journal on SQLite. The only door to SQLAlchemy and Alembic."""
