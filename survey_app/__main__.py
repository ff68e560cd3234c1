"""`python -m survey_app`: the commands without flask, on every system."""

from __future__ import annotations

from survey_app import create_app
from survey_app.cli import main

if __name__ == "__main__":
    main(create_app)
