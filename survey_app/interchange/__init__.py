"""Files to definitions and responses, and back."""
