"""Names of settings: old, unknown, misplaced."""
