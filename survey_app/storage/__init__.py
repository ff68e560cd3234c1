"""The only room that knows SQLAlchemy: models, sessions, queries."""
