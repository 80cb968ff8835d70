"""A run over a project: read, link, check, select, fix."""
