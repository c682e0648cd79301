"""Advisory sources: one module per kind fetches, checks and hands on; nothing here knows the database."""
