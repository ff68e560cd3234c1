"""What every verb needs: where things are kept. Pages get the types from here, not from storage."""

from survey_app.storage.session import ConstraintViolated, Database, DatabaseUnusable, Unavailable

__all__ = ["ConstraintViolated", "Database", "DatabaseUnusable", "Unavailable"]
