"""Queries, one module per group of tables. Each returns rows with what its reader needs already loaded."""
