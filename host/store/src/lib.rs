//! The truth of an installation in SQLite or PostgreSQL.
