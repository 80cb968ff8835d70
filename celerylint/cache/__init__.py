"""The files of a project: read once, and kept for the next run."""
